"""Who sees what, and the one road to a promise.

A promise is seen in full by those who act for one of its sides and by those above them; in outline (state and dates)
by those up and down its chain. Those who passed an ask on are on the provider's side until it is taken on there. A
private one is seen by its named participants alone; while nobody of a team is named in it, the leads of that team are.
A stranger is told that there is no such promise; a seer who may not act is told so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from kept.core.errors import NotAllowed, NotFound
from kept.core.state import PromiseState
from kept.core.terms import Side
from kept.people.models import ACTING, Person, Reach
from kept.promises.models import Participant, Promise, Reliance

LONGEST_CHAIN = 50
READ_WITH = ("customer", "provider", "asker", "responsible", "answerable", "likelihood")
"""What a page needs to know of a promise, read in the same query."""


class View(StrEnum):
    """How much of a promise somebody sees."""

    FULL = "full"
    OUTLINE = "outline"


@dataclass(frozen=True, slots=True)
class Seen:
    """A promise, how much of it this person sees, and the sides that the person may act for."""

    promise: Promise
    view: View
    sides: frozenset[Side]


def visible_to(person: Person) -> QuerySet[Promise]:
    """The promises that `person` sees in full."""
    return Promise.objects.filter(seen_in_full(person))


def seen_in_full(person: Person) -> Q:
    """That `person` sees it in full, as a condition on `Promise`: for narrowing promises that are found otherwise."""
    mine = Reach.objects.filter(person=person)
    parties = mine.values("party")
    side = Q(customer__in=parties) | Q(provider__in=parties) | Q(answerable__in=parties)
    named = Exists(Participant.objects.filter(promise=OuterRef("pk"), person=person))
    return Q(named) | (side & Q(private=False)) | _leads_unnamed_side(person)


def _leads_unnamed_side(person: Person) -> Q:
    led = Reach.objects.filter(person=person, how=Reach.How.LEAD).values("party")
    unnamed = Q(provider__in=led) & ~_is_named_for("provider", "asker")
    return Q(private=True) & (unnamed | Q(customer__in=led) & ~_is_named_for("customer", "responsible"))


def _is_named_for(side: str, other_speaker: str) -> Exists:
    """Somebody who acts for this side is named, besides whoever has it or asked for it on the other one."""
    acting = Participant.objects.filter(
        promise=OuterRef("pk"), person__reaches__party=OuterRef(side), person__reaches__how__in=ACTING
    )
    speaks_there = {f"promise__{other_speaker}": F("person")}
    return Exists(acting.filter(~Q(**speaks_there) | Q(**{f"promise__{other_speaker}": None})))


def promise_for_seeing(person: Person, promise_id: int) -> Seen:
    """The promise, as much of it as `person` may see; `NotFound` for a stranger."""
    rows = Promise.objects.select_related(*READ_WITH)
    promise = rows.filter(pk=promise_id).first()
    if promise is None:
        raise NotFound("There is no such promise, or it is not for you to see.")
    sides = _sides(person, promise)
    if (sides and not promise.private) or visible_to(person).filter(pk=promise_id).exists():
        return Seen(promise, View.FULL, sides)
    if not promise.private and _on_a_visible_chain(person, promise_id):
        return Seen(promise, View.OUTLINE, frozenset())
    raise NotFound("There is no such promise, or it is not for you to see.")


def refuse_unseen(person: Person, promise_id: int) -> None:
    """`NotFound` where `person` sees nothing of the promise; costs little where it is one of their own."""
    columns = ("customer_id", "provider_id", "answerable_id")
    row = Promise.objects.filter(pk=promise_id, private=False).values_list(*columns).first()
    if row is None or not sides_of(person, customer=row[0], provider=row[1], answerable=row[2]):
        promise_for_seeing(person, promise_id)


def sides_for_acting(person: Person, promise_id: int, state: PromiseState) -> frozenset[Side]:
    """The sides that `person` may act for; `NotFound` for a stranger, `NotAllowed` for one who may only look."""
    sides = sides_in(person, state)
    if not sides or state.private:
        sides = promise_for_seeing(person, promise_id).sides
    if not sides:
        raise NotAllowed("You can see this promise, but only the two sides can act in it.")
    return sides


def _sides(person: Person, promise: Promise) -> frozenset[Side]:
    parties = {"customer": promise.customer_id, "provider": promise.provider_id}
    return sides_of(person, **parties, answerable=promise.answerable_id)


def sides_in(person: Person, state: PromiseState) -> frozenset[Side]:
    """Which of the two sides `person` may act for in a promise that stands so."""
    return sides_of(person, customer=state.customer, provider=state.provider, answerable=state.answerable_party)


def sides_of(person: Person, *, customer: int, provider: int, answerable: int | None = None) -> frozenset[Side]:
    """Which of the two sides `person` may act for; none for those who may only look.

    `answerable` is the party that passed an ask on which is not taken on yet: on the provider's side as well.
    """
    passed = answerable or provider
    parties = {customer: Side.CUSTOMER, passed: Side.PROVIDER, provider: Side.PROVIDER}
    with connection.cursor() as cursor:  # asked before every act: the ORM takes longer to put it than any database
        cursor.execute(_ACTS_FOR, (person.pk, customer, provider, passed, *map(str, ACTING)))
        return frozenset(parties[party] for (party,) in cursor.fetchall())


_HOW = ", ".join(["%s"] * len(ACTING))
_ACTS_FOR = f"SELECT party_id FROM people_reach WHERE person_id = %s AND party_id IN (%s, %s, %s) AND how IN ({_HOW})"  # noqa: S608 no value in it


def _on_a_visible_chain(person: Person, promise_id: int) -> bool:
    visible = visible_to(person)
    for relation in ("promise", "on"):  # up the chain, then down: not sideways to other branches
        frontier, met = {promise_id}, {promise_id}
        for _ in range(LONGEST_CHAIN):
            found = {key: private for key, private in _step(frontier, relation) if key not in met}
            if visible.filter(pk__in=found).exists():
                return True
            # None of them is this person's, so what is private among them is not there, nor what it leads to.
            frontier = {key for key, private in found.items() if not private}
            if not frontier:
                break
            met |= set(found)
    return False


def _step(promise_ids: set[int], relation: str) -> Iterable[tuple[int, bool]]:
    """The promises one link further, and whether each is private."""
    other = "on" if relation == "promise" else "promise"
    rows = Reliance.objects.filter(**{f"{relation}__in": promise_ids})
    return rows.values_list(f"{other}_id", f"{other}__private")
