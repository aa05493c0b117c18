"""What becomes of the open promises of somebody who leaves. Nothing is lost, and nobody is left with a silent partner.

The place of a leaver goes to the successor, or to somebody of the same team where the successor isn't of it:

| where the leaver stood | what happens |
| --- | --- |
| had it, for a team or in person | the heir takes it over; in other states than promised they say so |
| was asked in person, and had not answered | the successor passes it on to themself, and answers it |
| asked for it, for a team or in person | the heir says who speaks for the customer now |
| a private matter of the leaver's own | stays with those named in it; the other side brings it to its end |

Each is an act of the heir in the ledger, with words that say who has left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Q

from kept.core import acts
from kept.core.state import State
from kept.core.terms import Side
from kept.people import leaving as people
from kept.people.models import ACTING, Person, Reach
from kept.people.reach import organisation_changing
from kept.promises import actions
from kept.promises.models import OPEN, Promise


class How(StrEnum):
    """What becomes of a promise."""

    TAKEN_OVER = "taken over"
    PASSED_ON = "passed on"
    TOLD = "told"
    STAYS = "stays"
    LIES = "lies open"


@dataclass(frozen=True, slots=True)
class Handing:
    """One open promise in which the leaver stood on `side`: who has it next (`to`), how, and why in one sentence."""

    promise: Promise
    side: Side
    to: Person | None
    how: How
    why: str


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who leaves, and the person who takes over."""

    person: Person
    successor: Person | None


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody who has left, who took over, and what became of each open promise."""

    person: Person
    successor: Person | None
    handings: tuple[Handing, ...]

    @property
    def told(self) -> list[Handing]:
        """Those of which anybody may hear: what is private is for those named in it, and not even counted."""
        return told(self.handings)


def leave(person: Person, *, successor: Person | None, at: datetime, by: Person | None = None) -> Left:
    """`person` leaves; their open promises go to `successor`. `by` is the administrator who says so, where it is one.

    Without a successor what was theirs in person lies open until `hand_on` names one. Raises `Refused` as
    `people.leaving.leave` does, and then changes nothing.
    """
    return leave_all([Leaver(person, successor)], at=at, by=by)[0]


def leave_all(
    leavers: Sequence[Leaver],
    *,
    at: datetime,
    by: Person | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> list[Left]:
    """Several leave at once: all or none. `on_progress` hears the share that is done."""
    with transaction.atomic():
        with organisation_changing([]):
            end(leavers, at=at, by=by)
        return hand_all_on([each.person for each in leavers], at=at, on_progress=on_progress)


def end(leavers: Sequence[Leaver], *, at: datetime, by: Person | None) -> None:
    """The leavers' time here ends; what they have open is handed on after that, by `hand_all_on`."""
    for each in leavers:
        people.leave(each.person, successor=each.successor, at=at, confirmed_by=by)


def hand_all_on(
    persons: Sequence[Person], *, at: datetime, on_progress: Callable[[float], None] | None = None
) -> list[Left]:
    """Give what persons who have left have open to those who speak for them now."""
    done = []
    with transaction.atomic():
        for number, person in enumerate(persons, start=1):
            heir = people.heir_of(person)
            handings = tuple(_done(each, person, at) for each in foreseen(person, heir))
            done.append(Left(person, heir, handings))
            if on_progress:
                on_progress(number / len(persons))
    return done


def hand_on(person: Person, successor: Person, *, at: datetime) -> Left:
    """Somebody who left without a successor gets one, who takes over what lies open. Raises `Refused`."""
    with transaction.atomic():
        people.name_successor(person, successor)
        return hand_all_on([person], at=at)[0]


def foreseen(person: Person, successor: Person | None) -> list[Handing]:
    """What would become of each open promise of `person`, soonest date first. Changes nothing."""
    places = _Places(person, successor)
    mine = Q(responsible=person) | Q(provider=person) | Q(asker=person) | Q(customer=person)
    rows = Promise.objects.filter(mine, state__in=OPEN).select_related("customer", "provider").order_by("due", "pk")
    return [handing for promise in rows for handing in _handings(promise, places)]


def told(handings: Iterable[Handing]) -> list[Handing]:
    """Those of `handings` of which anybody may hear: nothing private."""
    return [each for each in handings if not each.promise.private]


def open_without_successor() -> list[Person]:
    """Those who have left, whom nobody succeeds, and for whom something lies open that is not private; by name."""
    left = Person.objects.filter(is_active=False, leavings__returned_at=None, leavings__successor=None)
    theirs = Promise.objects.filter(state__in=OPEN, private=False).filter(
        Q(provider__in=left) | Q(customer__in=left) | Q(responsible__in=left) | Q(asker__in=left)
    )
    ids = {one for row in theirs.values_list("provider", "customer", "responsible", "asker") for one in row}
    return list(left.filter(pk__in=ids - {None}).distinct().order_by("name", "pk"))


# --- who comes into the leaver's place ----------------------------------------------------------------------------


class _Places:
    """Who may come into the leaver's place, asked once a party."""

    def __init__(self, person: Person, successor: Person | None) -> None:
        self.person, self.successor = person, successor
        self._found: dict[tuple[int, bool], Person | None] = {}

    def heir(self, party_id: int, *, private: bool) -> Person | None:
        """The successor where they act for the party; else who leads it; else, in nothing private, who is in it."""
        if party_id == self.person.pk:
            return self.successor
        key = (party_id, private)
        if key not in self._found:
            self._found[key] = self._look(party_id, private=private)
        return self._found[key]

    def _look(self, party_id: int, *, private: bool) -> Person | None:
        acting = Reach.objects.filter(party=party_id, how__in=ACTING, person__is_active=True)
        rows = acting.exclude(person=self.person).select_related("person").order_by("person__name", "person_id")
        if self.successor is not None and rows.filter(person=self.successor).exists():
            return self.successor
        lead = rows.filter(how=Reach.How.LEAD).first()
        found = lead or (None if private else rows.first())
        return found.person if found else None


def _handings(promise: Promise, places: _Places) -> Iterable[Handing]:
    person = places.person.pk
    if person in (promise.responsible_id, promise.provider_id):
        yield from _on_the_providers_side(promise, places)
    if person in (promise.asker_id, promise.customer_id):
        yield _on_the_customers_side(promise, places)


def _on_the_providers_side(promise: Promise, places: _Places) -> Iterable[Handing]:
    person = places.person
    in_person = promise.provider_id == person.pk
    if promise.responsible_id not in (None, person.pk):
        return  # somebody else has it already
    if in_person and promise.private:
        yield _stays(promise, Side.PROVIDER, places)
        return
    heir = places.heir(promise.provider_id, private=promise.private)
    if heir is None:
        yield _lies(promise, Side.PROVIDER, in_person=in_person)
    elif promise.state == State.ASKED and in_person and heir.pk != promise.customer_id:
        yield Handing(promise, Side.PROVIDER, heir, How.PASSED_ON, f"It was asked of {person} in person.")
    elif promise.state == State.PROMISED:
        yield Handing(promise, Side.PROVIDER, heir, How.TAKEN_OVER, _why(heir, places, str(promise.provider)))
    else:
        yield Handing(promise, Side.PROVIDER, heir, How.TOLD, _why(heir, places, str(promise.provider)))


def _on_the_customers_side(promise: Promise, places: _Places) -> Handing:
    in_person = promise.customer_id == places.person.pk
    if in_person and promise.private:
        return _stays(promise, Side.CUSTOMER, places)
    heir = places.heir(promise.customer_id, private=promise.private)
    if heir is None:
        return _lies(promise, Side.CUSTOMER, in_person=in_person)
    return Handing(promise, Side.CUSTOMER, heir, How.TOLD, _why(heir, places, str(promise.customer)))


def _why(heir: Person, places: _Places, party: str) -> str:
    if heir == places.successor:
        return f"{heir} is the successor."
    if places.successor is None:
        return f"{heir} is in {party}."
    return f"{places.successor} does not act for {party}; {heir} does."


def _stays(promise: Promise, side: Side, places: _Places) -> Handing:
    why = f"It is a private matter of {places.person}'s own: it stays with those named in it."
    return Handing(promise, side, None, How.STAYS, why)


def _lies(promise: Promise, side: Side, *, in_person: bool) -> Handing:
    party = promise.provider if side is Side.PROVIDER else promise.customer
    why = "Name a successor, who then takes it over." if in_person else f"Nobody acts for {party}; put somebody in it."
    return Handing(promise, side, None, How.LIES, why)


# --- the acts -----------------------------------------------------------------------------------------------------


def _done(handing: Handing, person: Person, at: datetime) -> Handing:
    if handing.to is not None:
        actions.succeed(handing.to, handing.promise.pk, _act(handing, person, handing.to), side=handing.side, at=at)
    return handing


def _act(handing: Handing, person: Person, heir: Person) -> acts.Act:
    party = handing.promise.provider if handing.side is Side.PROVIDER else handing.promise.customer
    if handing.how is How.TAKEN_OVER:
        return acts.HandOver(to=heir.pk, words=f"{person} has left; {heir} takes this on.")
    if handing.how is How.PASSED_ON:
        words = f"{person} has left; {heir} answers this."
        return acts.PassOn(to=heir.pk, answerable=handing.promise.answerable_id, words=words)
    whom = "them" if party.pk == person.pk else str(party)
    return acts.Note(words=f"{person} has left; {heir} speaks for {whom} in this now.")
