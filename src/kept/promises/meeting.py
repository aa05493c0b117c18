"""Whom a team should meet: those most affected by its work with whom it has never exchanged a promise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from kept.core import acts
from kept.core.terms import Terms
from kept.customers import network
from kept.customers.network import Way
from kept.people.models import Party, Person
from kept.promises.actions import open_promise
from kept.promises.models import Promise

MOST = 3
IN_TIME = timedelta(days=14)
LOOKED_AT = 200
"""How many of those affected are looked at, nearest first: enough to find three strangers in any real team."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody affected whom the team never talked to, and the path by which its work reaches them."""

    party: Party
    way: Way


def strangers(party: Party) -> list[Stranger]:
    """The three parties most affected by the work of `party` that it has never talked to: nearest, then strongest."""
    reached = [each for each in network.customers_of(party.pk) if isinstance(each.party, int)][:LOOKED_AT]
    ids = {each.party for each in reached}
    known = _talked_to(party.pk, ids)
    chosen = [each for each in reached if each.party not in known][:MOST]
    parties = Party.objects.in_bulk([each.party for each in chosen])
    return [
        Stranger(parties[each.party], way) for each, way in zip(chosen, network.ways(chosen), strict=True)
        if isinstance(each.party, int)
    ]  # fmt: skip


def ask_visit(actor: Person, own: Party, other: Party, *, at: datetime) -> Promise:
    """Ask for a short visit: a promise like any other, due in two weeks. Raises what `open_promise` raises."""
    due = (at + IN_TIME).replace(minute=0, second=0, microsecond=0)
    terms = Terms(
        "A short visit: how our work reaches you", due, "We have met, and know one thing that would make it easier."
    )
    words = f"{own.name} and {other.name} have never talked, though what we do reaches you. Half an hour is enough."
    return open_promise(actor, acts.Ask(customer=own.pk, provider=other.pk, terms=terms, words=words), at=at)


def _talked_to(own: int, others: set[int | str]) -> set[int]:
    """Those of `others` with whom `own` has had promises; private ones are nobody else's to know of."""
    pairs = Q(customer=own, provider__in=others) | Q(provider=own, customer__in=others)
    between = Promise.objects.filter(pairs, private=False)
    return {each for pair in between.values_list("customer_id", "provider_id").distinct() for each in pair} - {own}
