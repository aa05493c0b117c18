"""Taking in what the work shows: one snapshot a source, the names in it matched to the parties that bear them.

History knows names only. A name that no party bears stays a name: it is on the map, but nobody can speak for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kept.core.errors import Refused
from kept.customers import stamp
from kept.customers.models import ObservedTie
from kept.people.models import Party

OWN = "kept"
"""The source that is Kept's own ledger; every other is the name of an imported log."""
LONGEST_NAME = 300
BATCH = 5000


@dataclass(frozen=True, slots=True)
class Observed:
    """One tie as the work shows it, in the words of `kept map`: waits in seconds, `kind` "handoff" or "serves"."""

    kind: str
    provider: str
    customer: str
    count: int
    cases: int
    first: datetime | None = None
    last: datetime | None = None
    median_wait_s: float | None = None
    p90_wait_s: float | None = None
    returns: int = 0


def take_in_observed(source: str, rows: Iterable[Observed]) -> int:
    """From now on `rows` are what the work of `source` shows; gives how many there are. Cheap where nothing changed.

    A name over 300 characters is cut; what then is one tie twice is refused.
    """
    wanted = _by_key(source, rows)
    with transaction.atomic():
        stored = {row.pk: row for row in ObservedTie.objects.filter(source=source)}
        names = _Names.now()
        fresh = {key: _row(source, each, names) for key, each in wanted.items()}
        if {_compared(row) for row in stored.values()} == {_compared(row) for row in fresh.values()}:
            return len(fresh)
        stamp.seen_changed()
        ObservedTie.objects.filter(source=source).delete()
        ObservedTie.objects.bulk_create(fresh.values(), batch_size=BATCH)
    return len(fresh)


def forget_observed(source: str) -> int:
    """The log of that name is gone, and with it what it showed; gives how many ties that were."""
    with transaction.atomic():
        stamp.seen_changed()
        gone, _ = ObservedTie.objects.filter(source=source).delete()
    return gone


def match_names() -> int:
    """Match every name again, after parties came or were renamed; gives how many rows changed."""
    with transaction.atomic():
        names = _Names.now()
        changed = []
        for row in ObservedTie.objects.all():
            found = (names.party(row.provider_name), names.party(row.customer_name))
            if found != (row.provider_id, row.customer_id):
                row.provider_id, row.customer_id = found
                changed.append(row)
        if changed:
            stamp.seen_changed()
            ObservedTie.objects.bulk_update(changed, ["provider", "customer"], batch_size=BATCH)
    return len(changed)


def _by_key(source: str, rows: Iterable[Observed]) -> dict[tuple[str, str, str], Observed]:
    found: dict[tuple[str, str, str], Observed] = {}
    for row in rows:
        key = (row.kind, row.provider[:LONGEST_NAME], row.customer[:LONGEST_NAME])
        if key in found:
            raise Refused(f"“{source}” shows the tie from “{key[1]}” to “{key[2]}” twice; give each once.")
        found[key] = row
    return found


def _row(source: str, observed: Observed, names: _Names) -> ObservedTie:
    provider, customer = observed.provider[:LONGEST_NAME], observed.customer[:LONGEST_NAME]
    return ObservedTie(
        source=source, kind=observed.kind, provider_name=provider, customer_name=customer,
        provider_id=names.party(provider), customer_id=names.party(customer), count=observed.count,
        cases=observed.cases, first=observed.first, last=observed.last, median_wait_s=observed.median_wait_s,
        p90_wait_s=observed.p90_wait_s, returns=observed.returns,
    )  # fmt: skip


def _compared(row: ObservedTie) -> tuple[object, ...]:
    return (
        row.kind, row.provider_name, row.customer_name, row.provider_id, row.customer_id, row.count, row.cases,
        row.first, row.last, row.median_wait_s, row.p90_wait_s, row.returns,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Names:
    """Which party a name means: a team or outside customer of that name, else the one person who bears it."""

    places: dict[str, int]
    persons: dict[str, int]

    @classmethod
    def now(cls) -> _Names:
        places: dict[str, int] = {}
        persons: dict[str, int] = {}
        bearers: Counter[str] = Counter()
        for pk, kind, name in Party.objects.values_list("pk", "kind", "name"):
            if kind == Party.Kind.PERSON:
                persons[name.casefold()] = pk
                bearers[name.casefold()] += 1
            else:
                places[name.casefold()] = pk
        return cls(places, {name: pk for name, pk in persons.items() if bearers[name] == 1})

    def party(self, name: str) -> int | None:
        """The id of the party that the name means, or None."""
        return self.places.get(name.casefold()) or self.persons.get(name.casefold())
