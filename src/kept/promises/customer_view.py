"""A promise as its outside customer sees it: where it stands, when it is to be expected, and its story, in their words.

Of the people inside only whoever is responsible is named, of other promises nothing is told: not what they are about,
not whose they are. What colleagues note to each other, whom they bring in and what they rely on stays inside; so do
words that were said on the customer's behalf. What is not known here is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kept.core import acts, durations
from kept.core.chains import Cause, Foreseen
from kept.core.errors import NotFound
from kept.core.promise import evolve
from kept.core.state import Event, PromiseState, State
from kept.core.terms import Check, Given, Side, Terms
from kept.ledger import book
from kept.people.models import Party
from kept.promises import chains, contents, likelihoods
from kept.promises.lines import ANSWERS, TURNS, Change, carried, changes, moment_named
from kept.promises.models import CustomerLink, File, Promise

SAID: dict[str, str] = {
    "promise.asked": "asked {provider} for this",
    "promise.offered": "offered you this",
    "promise.promised": "promised it",
    "promise.countered": "answered with other terms",
    "promise.declined": "declined",
    "promise.passed_on": "passed it on to {provider}",
    "promise.acknowledged": "has seen it; you hear more",
    "promise.amended": "changed what is asked",
    "promise.withdrawn": "took it back",
    "promise.terms_accepted": "accepted these terms: it is promised",
    "promise.delivered": "delivered it",
    "promise.reneged": "had to give the promise up",
    "promise.updated": "gave word",
    "promise.handed_over": "gave it to another colleague, with the whole story",
    "promise.cancelled": "said that it is no longer needed",
    "promise.chased": "asked how it stands",
    "promise.terms_proposed": "proposed new terms",
    "promise.terms_changed": "agreed to the new terms",
    "promise.terms_refused": "refused the new terms; the old ones stand",
    "promise.accepted": "accepted it",
    "promise.returned": "returned it",
    "promise.reopened": "reopened it: it turned out not to be done",
    "promise.noted": "noted",
}
"""What a customer hears of; what is not listed stays inside."""
ADDRESSED = (
    acts.Offer, acts.Promise, acts.Counter, acts.Decline, acts.Acknowledge, acts.Deliver, acts.Renege, acts.Update,
    acts.Propose, acts.Agree, acts.Refuse, acts.Withdraw,
)  # fmt: skip
"""The acts of the provider whose words are meant for the customer."""


@dataclass(frozen=True, slots=True)
class Stands:
    """Where the promise stands: the big sentence, what else there is to know, when it is to be expected and why.

    `expected` is None where that is the date in force, or nothing is awaited; `why` is "" then. `likely` is when it is
    ready by what the past says, where it says so and nobody said when to expect it: a date, not what it rests on.
    """

    headline: str
    more: tuple[str, ...]
    expected: datetime | None
    why: str
    late: bool
    likely: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the story: at a moment `who` `does` something; `changes`: old and new of the changed terms."""

    sequence: int
    at: datetime
    who: str
    does: str
    turn: bool
    words: str
    terms: Terms | None
    changes: tuple[Change, ...]
    moment: datetime | None
    given: tuple[Given, ...]
    missing: tuple[str, ...]
    checklist: tuple[Check, ...]
    answer: str
    files: tuple[File, ...]


# --- where it stands ----------------------------------------------------------------------------------------------

HEADLINES: dict[str, str] = {
    State.ASKED: "{provider} has the ask and has not answered yet.",
    State.OFFERED: "{provider} offers you this. It is for you to say yes or no.",
    State.COUNTERED: "{provider} answers with other terms. It is for you to say yes or no.",
    State.PROMISED: "{provider} promised this and is at work on it.",
    State.DELIVERED: "{provider} has delivered this. Is it what you need?",
    State.ACCEPTED: "This is done: it was delivered and accepted.",
    State.DECLINED: "You and {provider} did not agree on this.",
    State.WITHDRAWN: "This was taken back.",
    State.CANCELLED: "This is no longer needed.",
    State.BROKEN: "{provider} could not keep this promise.",
}


def stands(link: CustomerLink, now: datetime) -> Stands:
    """Where the promise of a good link stands at `now`."""
    promise = link.promise
    provider = promise.provider.name
    foreseen = chains.upstream([promise], link.made_by, now).foreseen.get(promise.pk)
    late = promise.state == State.PROMISED and promise.due < now
    headline = HEADLINES[promise.state].format(provider=provider)
    if late:
        headline = f"This is late. {provider} is still at work on it."
    more = tuple(_more(promise, now))
    if promise.state != State.PROMISED or foreseen is None or not foreseen.slip:
        return Stands(headline, more, None, "", late, _likely(promise, now))
    return Stands(headline, more, foreseen.expected, _why(foreseen, provider), late)


def _likely(promise: Promise, now: datetime) -> datetime | None:
    past = likelihoods.told(promise, now)
    return past.likely if past and past.likely and past.likely > now else None


def _why(foreseen: Foreseen[int], provider: str) -> str:
    if foreseen.cause is Cause.CHAIN:
        return "It needs something else first, and that comes later than planned."
    slip = durations.roughly(foreseen.slip)
    if foreseen.cause is Cause.WORD:
        return f"{provider} says so: {slip} after the date that was promised."
    return f"Its date passed {slip} ago, and nobody has named a new one. Ask how it stands."


def _more(promise: Promise, now: datetime) -> Iterable[str]:
    if promise.state == State.PROMISED and promise.reworks:
        yield "It came back once and is being put right."
    if promise.state == State.PROMISED and promise.proposed_by == Side.PROVIDER:
        yield f"{promise.provider} asks you for new terms. Until you agree, the old ones stand."
    if promise.state == State.PROMISED and promise.proposed_by == Side.CUSTOMER:
        yield f"New terms are proposed on your side; {promise.provider} has not answered yet."
    if promise.state == State.ASKED and promise.hear_by is not None and promise.hear_by < now:
        yield "You should have heard more by now."


# --- the story ----------------------------------------------------------------------------------------------------


def told(link: CustomerLink) -> list[Told]:
    """The story of the promise of a good link, oldest first."""
    promise = link.promise
    events = book.read(promise.pk)
    around = _Around(promise, _parties(events, promise))
    files = carried(events, promise)
    lines: list[Told] = []
    state: PromiseState | None = None
    for event in events:
        before, state = state, evolve(state, event)
        if event.name in SAID and not _among_colleagues(event, state):
            lines.append(_told(event, before, state, around, files.get(state.sequence, ())))
    return lines


def file_of(link: CustomerLink, file_id: int) -> tuple[File, Path]:
    """A file that stands in the story of a good link, and where its content lies. Raises `NotFound` for any other."""
    file = next((file for line in told(link) for file in line.files if file.pk == file_id), None)
    if file is None or not contents.path_of(file.sha256).is_file():
        raise NotFound("There is no such file, or not any more.")
    return file, contents.path_of(file.sha256)


@dataclass(frozen=True, slots=True)
class _Around:
    """What the names in a story's sentences are made of."""

    promise: Promise
    parties: dict[int, Party]

    def called(self, party_id: int) -> str:
        """A party in the customer's words: teams by name, of the persons the responsible one and the provider alone."""
        promise, party = self.promise, self.parties.get(party_id)
        known = (promise.provider_id, promise.responsible_id)
        if party is None or (party.kind == Party.Kind.PERSON and party_id not in known):
            return "somebody there"
        return party.name

    def who(self, event: Event, party_id: int) -> str:
        """Who acted: the customer itself is addressed."""
        if event.by.person == self.promise.customer_id:
            return "You"
        if event.by.side is Side.CUSTOMER:
            return f"{self.promise.customer.outsidecustomer.looked_after_by}, for you,"
        name = self.called(party_id)
        if event.by.person == self.promise.responsible_id and event.by.person != party_id:
            return f"{self.called(event.by.person)} ({name})"
        return name[:1].upper() + name[1:]


def _parties(events: Iterable[Event], promise: Promise) -> dict[int, Party]:
    ids = {promise.provider_id, promise.responsible_id or 0}
    for event in events:
        ids |= {getattr(event.act, "to", 0), getattr(event.act, "provider", 0)}
    return Party.objects.in_bulk(ids)


def _among_colleagues(event: Event, state: PromiseState) -> bool:
    """Whether it was noted by somebody inside."""
    return isinstance(event.act, acts.Note) and event.by.person != state.customer


def _told(
    event: Event, before: PromiseState | None, after: PromiseState, around: _Around, files: tuple[File, ...]
) -> Told:
    act = event.act
    themselves = event.by.person == after.customer
    heard = themselves or (event.by.side is Side.PROVIDER and isinstance(act, ADDRESSED))
    party = before.provider if before else after.provider
    return Told(
        sequence=after.sequence,
        at=event.at,
        who=around.who(event, party),
        does=SAID[event.name].format(provider=around.called(after.provider)),
        turn=event.name in TURNS,
        words=act.words if heard else "",
        terms=act.terms if isinstance(act, acts.Opening) else None,
        changes=changes(before, act),
        moment=moment_named(act),
        given=getattr(act, "given", ()),
        missing=getattr(act, "missing", ()),
        checklist=getattr(act, "checklist", ()),
        answer=ANSWERS[act.answer] if themselves and isinstance(act, acts.Accept) and act.answer else "",
        files=files if heard else (),
    )
