"""The events of a promise for the eyes that may read them: what the ledger keeps, without what is not theirs to know.

An impression that nobody signed stands in the ledger; here it is left out for all but those whom `story` tells it to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from kept.core import acts, codec
from kept.core.state import Event
from kept.core.terms import Side
from kept.ledger import book
from kept.people.models import Person
from kept.promises.access import visible_to
from kept.promises.models import Promise
from kept.promises.story import Eyes, hidden

IMPRESSION = ("answer", "signed", "words", "files")


@dataclass(frozen=True, slots=True)
class Told:
    """One event: its place in the promise, its name, when, by whom, and its act as a dict without what is not told.

    `withheld` names the fields of the act that are not for these eyes.
    """

    sequence: int
    name: str
    at: datetime
    person: int
    side: Side
    act: dict[str, Any]
    withheld: tuple[str, ...]


def told(promise_id: int, viewer: Person, sides: frozenset[Side]) -> list[Told]:
    """The events of a promise that `viewer` sees in full and may act in for `sides`, oldest first. Two queries."""
    return told_of(book.read(promise_id), viewer, sides)


def told_of(events: Collection[Event], viewer: Person, sides: frozenset[Side], *, after: int = 0) -> list[Told]:
    """The same for events that are read already; the first of them is the one behind sequence `after`.

    A link to a private promise that the viewer does not see is left out, as if there were none.
    """
    eyes = Eyes(viewer.pk, sides)
    links = _links(events, viewer)
    return [
        _told(place, event, eyes, links)
        for place, event in enumerate(events, start=after + 1)
        if not isinstance(event.act, acts.Link) or event.act.relies_on in links
    ]


def _told(place: int, event: Event, eyes: Eyes, links: Mapping[int, bool]) -> Told:
    act = codec.act_to_dict(event.act)
    withheld = tuple(name for name in _withheld(event, eyes, links) if name in act)
    shown = {name: value for name, value in act.items() if name not in withheld}
    return Told(place, event.name, event.at, event.by.person, event.by.side, shown, withheld)


def _withheld(event: Event, eyes: Eyes, links: Mapping[int, bool]) -> Iterable[str]:
    if hidden(event, eyes):
        return IMPRESSION
    match event.act:
        case acts.Deliver() if Side.PROVIDER not in eyes.sides:
            return ("easier",)  # the provider's own answer is for the provider's side
        case acts.Link(relies_on=other) if not links[other]:
            return ("relies_on",)
        case _:
            return ()


def _links(events: Iterable[Event], viewer: Person) -> dict[int, bool]:
    """The promises that are linked to, and whether `viewer` sees them in full; private ones unseen are left out."""
    linked = {event.act.relies_on for event in events if isinstance(event.act, acts.Link)}
    if not linked:
        return {}
    seen = Exists(visible_to(viewer).filter(pk=OuterRef("pk")))
    rows = Promise.objects.filter(pk__in=linked).annotate(seen=seen).values_list("pk", "private", "seen")
    return {key: sees for key, private, sees in rows if sees or not private}


def as_data(told: Told, names: Mapping[int, str]) -> dict[str, Any]:
    """An event as other programs are given it, by the API as by a webhook; `names` are those of the parties, by id."""
    return {
        "sequence": told.sequence,
        "name": told.name,
        "at": told.at,
        "by": {"id": told.person, "name": names[told.person], "side": told.side.value},
        "act": told.act,
        "withheld": list(told.withheld),
    }
