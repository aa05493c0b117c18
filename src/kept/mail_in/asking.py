"""A mail to a team's address becomes an ask of that team."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from kept.core import acts
from kept.core.calendars import add_working_time, working_intervals
from kept.core.errors import Incomplete, KeptError
from kept.core.terms import LONGEST_WHAT, Terms
from kept.customers.agreements import InForce, agreed_customers, agreement_in_force
from kept.mail_in import complaining, replies
from kept.mail_in.attachments import with_files
from kept.mail_in.plain import own_words, plain_subject
from kept.mail_in.verdict import Came, Doing, Verdict, answered, aside, done
from kept.people.calendars import calendar_of
from kept.people.models import Party, Team
from kept.promises import actions
from kept.promises.models import Promise

WORKING_DAYS = 5
"""By when an ask by mail is wanted where nothing is agreed: the end of the fifth working day of the team."""
SEARCH = timedelta(days=60)
_FORWARDED = re.compile(r"^\s*(?:fw|fwd|wg|tr)\s*:", re.IGNORECASE)


def ask(came: Came, team: Team) -> Doing:
    """What is to be done with a mail of `came.who` to the address of `team`."""
    complaint = complaining.complaint_in(came)
    if complaint is not None:
        return complaining.to_team(came, team, _for_whom(came.who, team)[0], complaint)
    who = came.who.person if came.who.kind == Party.Kind.PERSON else came.who.outsidecustomer
    whole = came.read.text.strip() if _FORWARDED.match(came.read.subject) else own_words(came.read.text)
    try:
        words, files, left = with_files(who, None, whole, came.read.attached, at=came.at)
    except KeptError as error:
        why = str(error)
        return lambda: _refused(came, team, why)
    return lambda: _do(came, team, words, files, left)


def _do(came: Came, team: Team, words: str, files: tuple[int, ...], left: list[str]) -> Verdict:
    what = f"t{team.pk}"
    if came.done_before(what):
        return aside("The same message was here before, and was done then.")
    try:
        with transaction.atomic():
            promise, why = _asked(came, team, words, files)
            came.did(what, promise.pk, acts.Ask.name)
    except KeptError as error:
        return _refused(came, team, str(error))
    _receipt(came, team, promise, why, left)
    return done(f"{came.who.name} asked {team.name} for “{promise.what}”.")


def _asked(came: Came, team: Team, words: str, files: tuple[int, ...]) -> tuple[Promise, str]:
    """The new promise, and in a sentence where its date comes from."""
    customer, in_force = _for_whom(came.who, team)
    due, why = _due(team, in_force, came.at)
    act = acts.Ask(customer=customer, provider=team.pk, terms=Terms(_what(came, words), due), words=words, files=files)
    if came.who.kind == Party.Kind.PERSON:
        return actions.open_promise(came.who.person, act, at=came.at), why
    return actions.ask_for_itself(came.who.outsidecustomer, act, at=came.at), why


def _for_whom(who: Party, team: Team) -> tuple[int, InForce | None]:
    """Who is the customer: whoever wrote; or the one team of theirs that has an agreement with the team asked."""
    own = agreement_in_force(who.pk, team.pk)
    if own or who.kind != Party.Kind.PERSON:
        return who.pk, own
    teams = list(who.person.memberships.exclude(team=team).values_list("team_id", flat=True))
    agreed = [one for one in agreed_customers(team.pk, teams) if agreement_in_force(one, team.pk)]
    return (agreed[0], agreement_in_force(agreed[0], team.pk)) if len(agreed) == 1 else (who.pk, None)


def _what(came: Came, words: str) -> str:
    plain = plain_subject(came.read.subject)
    what = plain or next((line.strip() for line in words.split("\n") if line.strip()), "")
    if not what:
        raise Incomplete("Say in the subject in a few words what you need.", field="what")
    return what if len(what) <= LONGEST_WHAT else what[: LONGEST_WHAT - 1].rstrip() + "…"


def _due(team: Team, in_force: InForce | None, at: datetime) -> tuple[datetime, str]:
    calendar = calendar_of(team)
    if in_force and in_force.expectations.turnaround:
        due = add_working_time(calendar, at, in_force.expectations.turnaround)
        return due, "That is the time that you have agreed on."
    zone = ZoneInfo(calendar.zone)
    tomorrow = (at.astimezone(zone) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    ends = {span.end.astimezone(zone).date(): span.end for span in working_intervals(calendar, tomorrow, at + SEARCH)}
    days = sorted(ends)
    due = ends[days[WORKING_DAYS - 1]] if len(days) >= WORKING_DAYS else at + timedelta(days=7)
    return due, "That is five working days, because nothing else is agreed."


def _receipt(came: Came, team: Team, promise: Promise, why: str, left: list[str]) -> None:
    by_when = timezone.localtime(promise.due).strftime("%A, %-d %B %Y, %H:%M")
    page = replies.page(came.who, promise, at=came.at)
    amend = replies.page(came.who, promise, at=came.at, act="amend")
    says = [
        f"You asked {team.name} for “{promise.what}”, by {by_when}. {why}",
        f"By when do you need it? Change the date here: {amend}" if amend else "",
        f"How it stands: {page}" if page and page != amend else "",
        "You hear from them by mail; you can answer those mails.",
        *left,
    ]
    body = "\n\n".join(one for one in says if one)
    replies.receipt(came.row, came.read, came.who, body, promise=promise, at=came.at)


def _refused(came: Came, team: Team, why: str) -> Verdict:
    inside = came.who.kind == Party.Kind.PERSON
    where = f"Ask here, where the form says what is needed: {replies.ask_page(team)}" if inside else ""
    body = "\n\n".join(one for one in (f"Your mail to {team.name} could not become an ask.", why, where) if one)
    told = replies.refuse(came.row, came.read, came.who, body, promise=None, at=came.at)
    return answered(why, told=told)
