"""Taking a case up, changing it, approving it for a side, taking that back, dropping it, making a lesson of it."""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn

from django.db import IntegrityError, transaction

from kept.core.errors import Incomplete, NotAllowed, NotFound, Overtaken, WrongState
from kept.core.terms import Side
from kept.people.models import Person
from kept.programme.cases import access
from kept.programme.cases.drafting import LONGEST_TITLE, draft, learnable
from kept.programme.cases.models import Approval, Case
from kept.programme.cases.naming import names_for
from kept.programme.cases.redacting import redact
from kept.programme.lessons.actions import publish
from kept.programme.lessons.models import Edition
from kept.promises.access import promise_for_seeing

LONGEST = 8_000


def take_up(actor: Person, promise_id: int, *, at: datetime) -> Case:
    """Draft a case of a promise; nobody but its two sides reads it. Raises `NotFound`, `NotAllowed`, `WrongState`."""
    seen = promise_for_seeing(actor, promise_id)
    if not seen.sides or seen.promise.private:
        raise NotAllowed("Only the two sides make a case of a promise, and never of a private one.")
    promise = learnable().filter(pk=promise_id).select_related("customer", "provider").first()
    if promise is None:
        raise WrongState("It is a case already, has not ended, or there is nothing to be learned from it yet.")
    written = draft(promise, actor, at)
    try:
        with transaction.atomic():
            return Case.objects.create(
                promise=promise, customer=promise.customer, provider=promise.provider, kind=written.kind,
                title=written.title, text=written.text, made_by=actor, made_at=at, changed_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise WrongState("Somebody has made a case of it at this moment.") from None


def change(actor: Person, case_id: int, title: str, text: str, *, seen: int, at: datetime) -> Case:
    """Put other words in a case. Names are taken out of them again, and what was approved falls.

    Raises `NotFound`, `NotAllowed`, `Incomplete`, `Overtaken`.
    """
    case = access.case_to_change(actor, case_id)
    names = names_for(case.customer, case.provider)
    title, text = redact(" ".join(title.split()), names), redact(text.replace("\r\n", "\n").strip(), names)
    if not title or not text:
        raise Incomplete("A case needs a title and a text.", field="text" if title else "title")
    if len(title) > LONGEST_TITLE or len(text) > LONGEST:
        raise Incomplete("That is too long for a case that is read in two minutes; shorten it.", field="text")
    if (title, text) == (case.title, case.text):
        return case
    _put(case, title, text, seen, at)
    return access.case_to_change(actor, case_id)


def approve(actor: Person, case_id: int, *, seen: int, at: datetime) -> Approval:
    """Let others read the case as it was seen, for the side that `actor` acts for. Each side has a person of its own.

    Raises `NotFound`, `NotAllowed`, `Overtaken`: also where names had to be taken out that were not known before.
    """
    case = access.case_to_change(actor, case_id)
    if case.version != seen:
        _refuse_overtaken()
    names = names_for(case.customer, case.provider)
    title, text = redact(case.title, names), redact(case.text, names)
    if (title, text) != (case.title, case.text):
        _put(case, title, text, seen, at)
        raise Overtaken("A name was taken out of it only now. Read it as it stands.")
    side = _side(actor, case)
    with transaction.atomic():
        if not Case.objects.select_for_update().filter(pk=case.pk, version=seen, dropped_at=None).exists():
            _refuse_overtaken()
        said = {"version": seen, "by": actor, "at": at}
        return Approval.objects.update_or_create(case=case, side=str(side), defaults=said)[0]


def take_back(actor: Person, case_id: int) -> None:
    """The side of `actor` does not let others read the case any more. Raises `NotFound`, `NotAllowed`."""
    case = access.case_to_change(actor, case_id)
    Approval.objects.filter(case=case, side__in=[str(side) for side in access.sides_of(actor, case)]).delete()


def drop(actor: Person, case_id: int, *, at: datetime) -> None:
    """Nothing is made of it; nobody reads it any more. Raises `NotFound`, `NotAllowed`."""
    case = access.case_to_change(actor, case_id)
    Case.objects.filter(pk=case.pk, dropped_at=None).update(dropped_at=at)


def make_lesson(actor: Person, case_id: int, head: str, *, at: datetime) -> Edition:
    """Make a lesson of an approved case: `head` is its title, minutes, paths and quiz as TOML; the text is the case's.

    Raises `NotFound`, `NotAllowed` unless `actor` keeps the installation, `WrongState`, `BadLesson`.
    """
    case = access.case_read(actor, case_id)
    if not access.is_approved(case):
        raise NotFound(access.NO_SUCH)
    names = names_for(case.customer, case.provider)
    if redact(head, names) != head:
        raise Incomplete("There is a name in it. Say what the person does instead.", field="head")
    edition = publish(actor, f"+++\n{head.strip()}\n+++\n{case.text}\n", slug=case.lesson, at=at)
    Case.objects.filter(pk=case.pk).update(lesson=edition.slug)
    return edition


def lesson_head(case: Case) -> str:
    """The title and quiz that Kept proposes for a lesson of a case, to be changed."""
    good = case.kind == Case.Kind.GOOD
    right = (
        "What made it work, and how do we do that again?" if good else "Where would a word have changed the outcome?"
    )
    return f"""title = {_quoted(case.title)}
minutes = 3
paths = ["everyone"]

[[quiz]]
question = "What is the best question to ask after reading this?"
answers = ["Whose fault was it?", {_quoted(right)}, "Who else has to hear of it?"]
right = [2]
why = "A case is read to learn from the work, not to find somebody."
"""


def _quoted(words: str) -> str:
    """As a TOML string."""
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _side(actor: Person, case: Case) -> Side:
    """The side that `actor` approves for: of those that they may act for, one that nobody else's word is needed for."""
    mine = access.sides_of(actor, case)
    by_me = set(case.approvals.filter(by=actor, version=case.version).values_list("side", flat=True))
    if by_me:
        raise NotAllowed("You have approved it for one side. The other side needs a person of its own.")
    given = set(case.approvals.filter(version=case.version).values_list("side", flat=True))
    left = [side for side in mine if str(side) not in given]
    if not left:
        raise NotAllowed("Your side has approved it already.")
    return left[0]


def _put(case: Case, title: str, text: str, seen: int, at: datetime) -> None:
    new = {"title": title, "text": text, "version": seen + 1, "changed_at": at}
    if not Case.objects.filter(pk=case.pk, version=seen, dropped_at=None).update(**new):
        _refuse_overtaken()


def _refuse_overtaken() -> NoReturn:
    raise Overtaken("Somebody has changed it meanwhile. Read it as it stands now.")
