"""The story of a promise: its events told as sentences, each for the eyes that may read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Exists, OuterRef

from kept.core import acts
from kept.core.promise import evolve
from kept.core.state import Event, PromiseState
from kept.core.terms import Answer, Check, Given, Side, Terms
from kept.ledger import book
from kept.people.models import Party, Person
from kept.promises.access import visible_to
from kept.promises.lines import ANSWERS, TURNS, Change, carried, changes, moment_named
from kept.promises.models import File, Promise

SAID: dict[str, str] = {
    "promise.asked": "asked {provider} for this",
    "promise.offered": "offered this to {customer}",
    "promise.promised": "promised it",
    "promise.countered": "answered with other terms",
    "promise.declined": "declined",
    "promise.passed_on": "passed it on to {to}",
    "promise.acknowledged": "has seen it; {customer} hears more",
    "promise.amended": "changed what is asked",
    "promise.withdrawn": "withdrew it",
    "promise.terms_accepted": "accepted these terms: it is promised",
    "promise.delivered": "delivered it",
    "promise.reneged": "had to give the promise up",
    "promise.updated": "gave word",
    "promise.help_asked": "asked for help",
    "promise.handed_over": "handed it over to {to}",
    "promise.cancelled": "no longer needs it",
    "promise.chased": "had to ask how it stands",
    "promise.terms_proposed": "proposed new terms",
    "promise.terms_changed": "agreed to the new terms",
    "promise.terms_refused": "refused the new terms; the old ones stand",
    "promise.escalated": "brought in {to}",
    "promise.linked": "noted that this relies on “{link}”",
    "promise.accepted": "accepted it",
    "promise.returned": "returned it",
    "promise.reopened": "reopened it",
    "promise.noted": "noted",
}
ALARMS = frozenset({"promise.reneged", "promise.returned", "promise.reopened", "promise.chased", "promise.help_asked"})


@dataclass(frozen=True, slots=True)
class Line:
    """One event as a sentence: `who`, for `party`, `does` something.

    `changes` are old and new of each of the terms that changed; `moment` is one that was named;
    `files` are those that went with it; `shown` is what its author saw of the odds of the date, where they saw any.
    """

    at: datetime
    who: str
    party: str
    does: str
    tone: str
    words: str
    terms: Terms | None
    changes: tuple[Change, ...]
    moment: datetime | None
    given: tuple[Given, ...]
    missing: tuple[str, ...]
    checklist: tuple[Check, ...]
    answer: str
    files: tuple[File, ...] = ()
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who reads a story: the person's id, and the sides that the person may act for."""

    person: int
    sides: frozenset[Side]


def story(promise: Promise, viewer: Person, sides: frozenset[Side]) -> list[Line]:
    """The lines of a promise's story, oldest first, for `viewer`, who may act for `sides`.

    The customer's answer at acceptance, and the words with it, are shown to their author and to those who act for the
    customer alone, unless they were signed; the provider's own answer to the provider's side alone. A promise that this
    one relies on is named to those who see it in full; of a private one nobody else learns that there is one.
    """
    return [line for _, line in _lines(promise, book.read(promise.pk), viewer, sides)]


def by_sequence(promise: Promise, events: list[Event], viewer: Person, sides: frozenset[Side]) -> dict[int, Line]:
    """The lines of `story`, in order, by the sequence of their events; `events` are all of the promise's."""
    return dict(_lines(promise, events, viewer, sides))


def line_of(promise: Promise, sequence: int, viewer: Person, sides: frozenset[Side]) -> Line | None:
    """The line of event `sequence` as `story` tells it; None where the viewer may not know of that one."""
    return dict(_lines(promise, book.read(promise.pk), viewer, sides)).get(sequence)


def last_line(promise: Promise, events: list[Event], viewer: Person, sides: frozenset[Side]) -> Line | None:
    """The line of the last of a promise's first `events`, as `story` tells it; None where it is not for the viewer."""
    return dict(_lines(promise, events, viewer, sides)).get(len(events))


def _lines(promise: Promise, events: list[Event], viewer: Person, sides: frozenset[Side]) -> Iterable[tuple[int, Line]]:
    """The sequence of each event that the viewer may know of, with its line."""
    eyes = Eyes(viewer.pk, sides)
    names, files = _names(events, promise), carried(events, promise)
    links = _links(promise, viewer) if any(isinstance(event.act, acts.Link) for event in events) else {}
    state: PromiseState | None = None
    for event in events:
        before, state = state, evolve(state, event)
        if not isinstance(event.act, acts.Link) or event.act.relies_on in links:
            line = _line(event, before, _called(event, state, names, links), eyes)
            theirs = () if hidden(event, eyes) else files.get(state.sequence, ())
            yield state.sequence, replace(line, files=theirs)


def _links(promise: Promise, viewer: Person) -> dict[int, str]:
    """What those are called that the promise relies on; a private one that the viewer does not see is left out."""
    seen = Exists(visible_to(viewer).filter(pk=OuterRef("pk")))
    rows = Promise.objects.filter(links_down__promise=promise).annotate(seen=seen)
    found = rows.values_list("pk", "what", "private", "seen")
    return {key: what if sees else "another promise" for key, what, private, sees in found if sees or not private}


def _called(event: Event, after: PromiseState, names: dict[int, str], links: dict[int, str]) -> dict[str, str]:
    """The names that the sentence of an event needs."""
    party = after.customer if event.by.side is Side.CUSTOMER else after.provider
    if isinstance(event.act, acts.PassOn):
        party = after.passed_on_by[-1]
    if isinstance(event.act, acts.Answering) and event.act.answerable is not None:
        party = event.act.answerable
    return {
        "who": names[event.by.person],
        "party": names[party] if party != event.by.person else "",
        "customer": names[after.customer],
        "provider": names[after.provider],
        "from": names[after.passed_on_by[-1]] if after.passed_on_by else "",
        "to": names.get(getattr(event.act, "to", 0), ""),
        "link": links.get(getattr(event.act, "relies_on", 0), ""),
    }


def _line(event: Event, before: PromiseState | None, called: dict[str, str], eyes: Eyes) -> Line:
    act = event.act
    withheld = hidden(event, eyes)
    return Line(
        at=event.at,
        who=called["who"],
        party=called["party"],
        does=_does(event).format(**called),
        tone="turn" if event.name in TURNS else "alarm" if event.name in ALARMS else "",
        words="" if withheld else _words(act),
        terms=act.terms if isinstance(act, acts.Opening) else None,
        changes=changes(before, act),
        moment=moment_named(act),
        given=getattr(act, "given", ()),
        missing=getattr(act, "missing", ()),
        checklist=getattr(act, "checklist", ()),
        answer="" if withheld else _answer(event, eyes.sides),
        shown=_shown(act),
    )


def _shown(act: acts.Act) -> str:
    """What the author of an act that gives a date saw of its odds."""
    if not isinstance(act, acts.Dated) or act.shown is None:
        return ""
    odds = act.shown
    date = f"A {odds.word} date" if odds.word else "A date with little chance"
    return f"{date} as it was given: {odds.percent} %, from {odds.like or 'none'} like it."


def _does(event: Event) -> str:
    if isinstance(event.act, acts.HandOver) and event.act.to == event.by.person:
        return "took it over"  # from somebody who has left
    if isinstance(event.act, acts.PassOn) and event.act.answerable == event.act.to:
        return "took it back from {from}"
    if isinstance(event.act, acts.Note) and event.act.to is not None:
        return "let {to} read this"
    return SAID[event.name]


def hidden(event: Event, eyes: Eyes) -> bool:
    """Whether the event carries an impression that its author did not sign and these eyes may not read.

    Who acts for both sides reads as the provider's side does, unless the words are their own.
    """
    act = event.act
    if not isinstance(act, acts.Accept) or act.answer is None or act.signed:
        return False
    return eyes.person != event.by.person and eyes.sides != {Side.CUSTOMER}


def _words(act: acts.Act) -> str:
    if isinstance(act, acts.Deliver) and act.despite:
        return f"Delivered while something that it relies on is open: {act.despite}\n{act.words}".strip()
    return act.words


def _answer(event: Event, sides: frozenset[Side]) -> str:
    match event.act:
        case acts.Accept(answer=Answer() as answer):
            return ANSWERS[answer]
        case acts.Deliver(easier=answer) if Side.PROVIDER in sides:
            return ANSWERS[answer]
        case _:
            return ""


def _names(events: Iterable[Event], promise: Promise) -> dict[int, str]:
    ids = {promise.customer_id, promise.provider_id}
    for event in events:
        ids |= {event.by.person, getattr(event.act, "to", 0) or 0}
        if isinstance(event.act, acts.Opening):
            ids |= {event.act.customer, event.act.provider}
    return dict(Party.objects.filter(pk__in=ids).values_list("pk", "name"))
