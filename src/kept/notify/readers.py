"""Who hears of an event, and why: the other side always, and whoever else it concerns; never whoever did it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kept.core import acts
from kept.core.state import Event, PromiseState
from kept.core.terms import Side
from kept.notify.kinds import Kind
from kept.people.models import ACTING, OutsideCustomer, Person, Reach

ANSWERING = (Reach.How.SELF, Reach.How.LEAD, Reach.How.SUCCESSOR)
"""Who answers for a party first; where there is nobody, everybody who may act for it."""

NEEDS: dict[type[acts.Act], str] = {
    acts.Ask: "They wait for your answer.",
    acts.Offer: "Accept it, answer with other terms, or decline.",
    acts.Counter: "They wait for your answer.",
    acts.PassOn: "They wait for your answer.",
    acts.Amend: "They wait for your answer.",
    acts.Propose: "Agree to the new terms, or refuse them.",
    acts.Deliver: "Accept it, or return it and say what is missing.",
    acts.Return: "Put it right, and deliver it again.",
    acts.Reopen: "Put it right, and deliver it again.",
    acts.Chase: "Give them word.",
    acts.AskHelp: "See what would have to give.",
    acts.Escalate: "Read how it stands, and say what you can do.",
    acts.HandOver: "It is yours now.",
}
"""The acts that ask something of those who are told, and what."""
SLIPS: tuple[type[acts.Act], ...] = (acts.Renege,)


@dataclass(frozen=True, slots=True)
class Telling:
    """`reader` (a party's id) is told, as a notice of this kind; `needs` is what it asks of them."""

    reader: int
    kind: Kind
    needs: str = ""


def of_event(event: Event, after: PromiseState) -> list[Telling]:
    """Who hears of an event in a promise that stands at `after` now; each reader once, the strongest reason first."""
    found: dict[int, Telling] = {}
    for telling in _all(event, after):
        if telling.reader != event.by.person:
            found.setdefault(telling.reader, telling)
    return list(found.values())


def _all(event: Event, after: PromiseState) -> Iterable[Telling]:
    act, other = event.act, event.by.side.other
    need = NEEDS.get(type(act), "")
    named = getattr(act, "to", None) if isinstance(act, acts.Escalate | acts.HandOver) else None
    if named is not None:
        yield Telling(named, Kind.MY_TURN, need)
        need = ""
    if isinstance(act, acts.Note) and act.to is not None:
        yield Telling(act.to, Kind.WORD)
    if isinstance(act, acts.AskHelp):
        yield from (Telling(one, Kind.MY_TURN, need) for one in answering(after.provider))
        need = ""
    kind = _kind(event, after, need)
    if isinstance(act, acts.PassOn):
        yield from (Telling(one, Kind.MY_TURN, need) for one in answering(after.provider))
        kind, need = Kind.WORD, ""
    yield from (Telling(one, kind, need) for one in of_side(after, other))
    yield from (Telling(one, Kind.WORD) for one in _those_named(after, event.by.side))


def _kind(event: Event, after: PromiseState, need: str) -> Kind:
    act = event.act
    if need:
        return Kind.MY_TURN
    later = isinstance(act, acts.Update) and act.expected and after.terms and act.expected > after.terms.due
    return Kind.SLIP if later or isinstance(act, SLIPS) else Kind.WORD


def of_side(state: PromiseState, side: Side) -> list[int]:
    """Who hears for one side: the person who has it there, else those who answer for the party.

    An outside customer hears for themself too, and not only whoever looks after them.
    """
    party = state.customer if side is Side.CUSTOMER else state.provider
    named = active(_those_named(state, side))
    outside = [party] if side is Side.CUSTOMER and _is_outside(party) else []
    return [*outside, *(named or answering(party))]


def _those_named(state: PromiseState, side: Side) -> list[int]:
    named = state.asker if side is Side.CUSTOMER else state.responsible
    return [] if named is None else [named]


def active(persons: list[int]) -> list[int]:
    """Those of `persons` who still work here."""
    if not persons:
        return []
    return list(Person.objects.filter(pk__in=persons, is_active=True).values_list("pk", flat=True))


def answering(party: int) -> list[int]:
    """The persons who answer for a party: those who lead it, are it, or succeed it; else all who may act for it."""
    rows = Reach.objects.filter(party=party, how__in=ACTING, person__is_active=True)
    every = list(rows.order_by("person_id").values_list("person_id", "how"))
    return [one for one, how in every if how in ANSWERING] or [one for one, _ in every]


def _is_outside(party: int) -> bool:
    return OutsideCustomer.objects.filter(pk=party).exclude(email="").exists()
