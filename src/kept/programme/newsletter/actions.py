"""Drafting an issue, editing it, letting it go, dropping it; ending the newsletter for oneself, and beginning again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import NoReturn

from django.db import transaction
from django.db.models import F, QuerySet

from kept.core.errors import Incomplete, Overtaken, WrongState
from kept.notify.choices import habits_of
from kept.notify.kinds import ByMail, Kind
from kept.notify.spreading import spread
from kept.notify.telling import Matter
from kept.people.models import Person
from kept.programme.cases.access import is_approved
from kept.programme.newsletter import access
from kept.programme.newsletter.drafting import CASE_HERE, draft, last_week
from kept.programme.newsletter.models import Copy, Issue, NoMore

LONGEST = 20_000
LONGEST_SUBJECT = 150


def draft_due(now: datetime) -> None:
    """Draft the issue about the last week that is over, once, and tell those who edit it, each once: also of one that
    `kept programme make` drafted.
    """
    issue = draft_issue(last_week(now), now)
    if issue.approved_at is None and issue.dropped_at is None:
        spread(_drafted(issue), now=now)


def _drafted(issue: Issue) -> Iterator[Matter]:
    for person in access.editors():
        yield Matter(
            reader=person.pk,
            kind=Kind.REMINDER,
            key=f"newsletter:{issue.week}",
            subject="The newsletter is drafted",
            says=f"“{issue.subject}” waits for somebody to read it. It goes to nobody before.",
            needs="Read it, put right what you like, and let it go.",
            page=f"/newsletter/{issue.pk}/",
        )


def draft_issue(week: date, now: datetime) -> Issue:
    """The issue about a week: as it stands where there is one, else as it writes itself."""
    there = Issue.objects.filter(week=week).first()
    if there is not None:
        return there
    written = draft(week, now)
    last = Person.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    said = {"subject": written.subject, "text": written.text, "case": written.case, "made_at": now, "last_person": last}
    return Issue.objects.get_or_create(week=week, defaults=said)[0]


def change(actor: Person, issue_id: int, subject: str, text: str, *, seen: int) -> Issue:
    """Put other words in a draft. Raises `NotAllowed`, `NotFound`, `Incomplete`, `WrongState`, `Overtaken`."""
    issue = access.draft_for(actor, issue_id)
    subject, text = " ".join(subject.split()), text.replace("\r\n", "\n").strip()
    if not subject or not text:
        raise Incomplete("An issue needs a subject and a text.", field="text" if subject else "subject")
    if len(subject) > LONGEST_SUBJECT or len(text) > LONGEST:
        raise Incomplete(f"Nobody reads more than {LONGEST:,} letters; shorten it.", field="text")
    new = {"subject": subject, "text": f"{text}\n", "changed_by": actor, "version": F("version") + 1}
    if not _still(issue, seen).update(**new):
        _refuse_overtaken(issue)
    return Issue.objects.get(pk=issue.pk)


def write_anew(actor: Person, issue_id: int, *, seen: int, at: datetime) -> Issue:
    """Let a draft write itself anew, as things are now; what was changed by hand is lost. Raises as `change`."""
    issue = access.draft_for(actor, issue_id)
    with transaction.atomic():
        Issue.objects.filter(pk=issue.pk, approved_at=None).update(case=None)
        written = draft(issue.week, at)
        new = {"subject": written.subject, "text": written.text, "case": written.case, "version": F("version") + 1}
        if not _still(issue, seen).update(**new):
            _refuse_overtaken(issue)
    return Issue.objects.get(pk=issue.pk)


def approve(actor: Person, issue_id: int, *, seen: int, at: datetime) -> int:
    """Let the issue go as it was seen: from now on it is a page for all, and goes by mail to whoever wants mails.

    Gives how many mails. Raises as `change`, and `WrongState` where its case is approved by both sides no more.
    """
    issue = access.draft_for(actor, issue_id)
    if issue.case is not None and CASE_HERE in issue.text and not is_approved(issue.case):
        raise WrongState("The case in it is not approved by both sides any more. Let the issue write itself anew.")
    with transaction.atomic():
        if not _still(issue, seen).update(approved_at=at, approved_by=actor):
            _refuse_overtaken(issue)
        return len(Copy.objects.bulk_create(_copies(issue, at)))


def drop(actor: Person, issue_id: int, *, at: datetime) -> None:
    """This week nothing goes. Raises as `change`."""
    issue = access.draft_for(actor, issue_id)
    if not Issue.objects.filter(pk=issue.pk, approved_at=None).update(dropped_at=at):
        raise WrongState("It has gone already.")


def stop(person: Person, *, at: datetime) -> None:
    """No newsletter by mail to `person` any more."""
    NoMore.objects.get_or_create(person=person, defaults={"at": at})


def begin_again(person: Person) -> None:
    """The newsletter by mail to `person` again."""
    NoMore.objects.filter(person=person).delete()


def _copies(issue: Issue, at: datetime) -> list[Copy]:
    """A mail to everybody who works here, has an address, and has not stopped mails or the newsletter."""
    wanted = Person.objects.filter(is_active=True).exclude(pk__in=NoMore.objects.values("person"))
    habits = habits_of(wanted.values_list("pk", flat=True))
    return [
        Copy(issue=issue, reader_id=person, next_at=each.next_mail(ByMail.NOW, at))
        for person, each in sorted(habits.items()) if each.address and not each.stopped
    ]  # fmt: skip


def _still(issue: Issue, seen: int) -> QuerySet[Issue]:
    return Issue.objects.filter(pk=issue.pk, version=seen, approved_at=None, dropped_at=None)


def _refuse_overtaken(issue: Issue) -> NoReturn:
    if Issue.objects.filter(pk=issue.pk, approved_at=None, dropped_at=None).exists():
        raise Overtaken("Somebody has changed it meanwhile. Read it as it stands now.")
    raise WrongState("It has gone already, or was dropped. Nothing in it changes any more.")
