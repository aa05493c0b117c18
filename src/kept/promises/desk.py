"""My desk: what needs my answer, what I owe, what I await, in the order of what matters next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet

from kept.core.state import State
from kept.core.terms import Side
from kept.ledger import book
from kept.people.models import Party, Person, Reach
from kept.people.queries import acting_ids
from kept.promises import passing
from kept.promises.access import visible_to
from kept.promises.chains import NOBODY, Hurt, downstream
from kept.promises.chases import unanswered, with_chases, word_by
from kept.promises.models import OPEN, Promise
from kept.promises.queries import Found, Item, Listing, found
from kept.promises.standing import Standing, standings

SOON = timedelta(days=1)
"""What is due within this time stands above what is due later, whoever waits for it."""
URGENCY = ("late", "at risk", "silent")


@dataclass(frozen=True, slots=True)
class Desk:
    """What needs my answer, what I owe, what I await, what lies with the other side, and what I passed on.

    `passed_on` are asks that nobody has taken on yet where I passed them to: I still answer for them.

    `words_due` are those of what I owe whose customer is owed word soon, should have had it, or had to ask.
    """

    answers: Listing
    owed: Listing
    awaited: Listing
    with_them: Listing
    passed_on: Listing

    @property
    def in_danger(self) -> list[Item]:
        """Of what I owe, the promises whose date is likely to be missed, and which nobody has renegotiated yet."""
        return [item for item in self.owed.items if item.standing.in_danger]

    @property
    def words_due(self) -> list[Item]:
        """The promises in which a word is due, the most overdue first."""
        due = [(by, item.promise.pk, item) for item in self.owed.items if (by := word_by(item)) is not None]
        return [item for _, _, item in sorted(due, key=lambda each: each[:2])]


def stamp(person: Person, now: datetime) -> str:
    """A mark that changes whenever the desk of `person` may have: with every act of anybody, and with every minute."""
    return f"{person.pk}-{book.mark()}-{int(now.timestamp()) // 60}"


def desk(person: Person, now: datetime) -> Desk:
    """The desk of `person` at `now`: five lists.

    What I owe stands in the order of what matters next: late, at risk, silent, due within a day, then the rest; among
    those that press, first what hurts most down the line, then what is likeliest to come late, then the soonest date.
    The other lists: soonest date first.
    What somebody had who has left belongs to those who act for that side now.
    """
    answers, owed, awaited, with_them, passed_on = lists = _lists(person)
    every = {one.pk: one for each in lists for one in each.first}
    stands = standings(list(every.values()), person, now)
    hurt = downstream(owed.first, person)
    chased = unanswered([*answers.first, *owed.first])
    return Desk(
        answers=with_chases(_with_needs(answers.listing(stands)), chased),
        owed=with_chases(_in_order(owed, stands, hurt, now), chased),
        awaited=awaited.listing(stands),
        with_them=with_them.listing(stands),
        passed_on=_with_whom(passed_on.listing(stands)),
    )


def _lists(person: Person) -> tuple[Found, Found, Found, Found, Found]:
    mine = acting_ids(person)
    every = visible_to(person)
    seen = every.filter(pk__in=_open_near(person, mine))
    left = Person.objects.filter(is_active=False).values("pk")
    i_asked = Q(asker=person) | Q(asker__in=left, customer__in=mine)
    i_have = Q(responsible=person) | Q(responsible__in=left, provider__in=mine)
    nobody_here = Q(asker__isnull=True) | Q(asker=F("customer"), customer__kind=Party.Kind.OUTSIDE)
    my_ask = i_asked | nobody_here & Q(customer__in=mine)
    i_passed = Q(answerable_person=person) | Q(answerable_person__in=left, answerable__in=mine)
    unclaimed = i_have | Q(responsible__isnull=True)
    answers = (
        Q(state=State.ASKED, provider__in=mine) & unclaimed
        | Q(state__in=[State.COUNTERED, State.OFFERED, State.DELIVERED], customer__in=mine) & my_ask
        | Q(state=State.PROMISED, proposed_by=Side.PROVIDER) & i_asked
        | Q(state=State.PROMISED, proposed_by=Side.CUSTOMER) & i_have
    )
    their_turn = i_have & Q(state__in=[State.OFFERED, State.COUNTERED, State.DELIVERED])
    awaited = seen.filter(i_asked, state__in=[State.ASKED, State.PROMISED]).exclude(responsible=person)
    return (
        found(seen.filter(answers)),
        found(seen.filter(i_have, state=State.PROMISED)),
        found(awaited),
        found(seen.filter(their_turn).exclude(answers)),
        found(every.filter(i_passed, answerable__isnull=False)),
    )


def _open_near(person: Person, mine: QuerySet[Reach, int]) -> Any:
    """The open promises that any of the lists may show but what was passed on: each way to one has an index of its own,
    which the conditions of the lists, put together, would not use."""
    rows = Promise.objects.filter(state__in=OPEN).order_by().values("pk")
    return rows.filter(provider__in=mine).union(
        rows.filter(customer__in=mine), rows.filter(asker=person), rows.filter(responsible=person)
    )


def in_order_of_need(owed: Found, stands: Mapping[int, Standing], person: Person, now: datetime) -> Listing:
    """What somebody owes, in the order of what matters next, as on the desk."""
    return _in_order(owed, stands, downstream(owed.first, person), now)


def _in_order(owed: Found, stands: Mapping[int, Standing], hurt: Mapping[int, Hurt], now: datetime) -> Listing:
    items = [Item(one, stands[one.pk], hurt=hurt.get(one.pk, NOBODY)) for one in owed.first]
    return Listing(sorted(items, key=lambda item: _place(item, now)), owed.total)


def _place(item: Item, now: datetime) -> tuple[int, int, float, datetime, int]:
    """Where an item stands: how much it presses, how many it hurts, the odds of keeping its date, its date."""
    word, due = item.standing.word, item.promise.due
    press = URGENCY.index(word) if word in URGENCY else len(URGENCY) + (due - now > SOON)
    many = -item.hurt.count if press <= len(URGENCY) else 0
    past = item.standing.likelihood if word == "at risk" else None
    return (press, many, past.chance if past else 0.5, due, item.promise.pk)


def _with_needs(answers: Listing) -> Listing:
    why = passing.reasons(item.promise for item in answers.items)
    needs = [_need(item.promise, why.get(item.promise.pk)) for item in answers.items]
    return replace(answers, items=[replace(item, need=need) for item, need in zip(answers.items, needs, strict=True)])


def _with_whom(passed: Listing) -> Listing:
    said = "You passed it on to {}; they have not taken it on yet."
    return replace(passed, items=[replace(one, need=said.format(one.promise.provider)) for one in passed.items])


def _need(promise: Promise, why: str | None) -> str:
    """What a promise on the list of answers asks of its reader; `why` it was passed on to them, where it was."""
    if why is not None:
        return f"{promise.answerable} passed it on to {promise.provider}: “{why}” Promise it, answer, or give it back."
    if promise.state == State.PROMISED:
        return "They propose new terms: agree or refuse."
    return NEEDS.get(State(promise.state), "")


NEEDS: dict[State, str] = {
    State.ASKED: "They wait for your answer: promise it, answer with another date, pass it on, or decline.",
    State.OFFERED: "They offer you this: accept it, answer with other terms, or decline.",
    State.COUNTERED: "They answered with other terms: accept them, answer, or withdraw.",
    State.DELIVERED: "It is delivered: accept it, or return it and say what is missing.",
}
