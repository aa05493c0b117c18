"""The acts that a page offers to its viewer now, each with its address, its words and its key."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from kept.core import acts
from kept.core.state import PromiseState
from kept.people.models import Person
from kept.promises import passing
from kept.promises.access import Seen
from kept.promises.models import Promise
from kept.promises.possible import possible_acts
from kept.web.acts import GIVE_BACK, KEYS, MAIN, SAYINGS, TAKE_BACK, Saying


@dataclass(frozen=True, slots=True)
class Offered:
    """One thing that the viewer can do now; `main` is the page's one main button, `key` does it from the keyboard."""

    address: str
    saying: Saying
    main: bool
    key: str


def possible(person: Person, seen: Seen, state: PromiseState, at: datetime) -> list[type[acts.Act]]:
    """The acts that `person` may do at the moment `at`, in the order in which the page offers them."""
    allowed = possible_acts(person, seen, state, at)
    return [kind for kind in SAYINGS if kind in allowed]


def offered(person: Person, promise: Promise, kinds: Collection[type[acts.Act]]) -> list[Offered]:
    """What the page offers of `kinds`; an ask that was passed on can be taken back, or given back before declining."""
    back = saying_back(person, promise, promise.answerable_id) if acts.PassOn in kinds else None
    main = next((kind for kind in MAIN if kind in kinds), None)
    found = [Offered(address(promise, kind), SAYINGS[kind], kind is main, KEYS[kind]) for kind in kinds]
    if back is None:
        return found
    where = f"{address(promise, acts.PassOn)}?to={promise.answerable_id}"
    way = Offered(where, back, back is TAKE_BACK, "t" if back is TAKE_BACK else "g")
    place = 0 if back is TAKE_BACK else [*kinds, acts.Decline].index(acts.Decline)
    return [*found[:place], way, *found[place:]]


def saying_back(person: Person, promise: Promise, to: int | None) -> Saying | None:
    """How the page says passing an ask on to `to`, where that is to those who passed it on here."""
    if to is None or to != promise.answerable_id:
        return None
    return TAKE_BACK if passing.only_passed_it_on(person, promise) else GIVE_BACK


def address(promise: Promise, kind: type[acts.Act]) -> str:
    """Where the form of an act is."""
    return reverse("web:act", args=[promise.pk, kind.name.replace("_", "-")])
