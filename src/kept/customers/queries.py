"""Who is my customer: what is said, what the work shows, and where the two differ. Everybody signed in may read it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.db.models import Model, Prefetch, Q, QuerySet

from kept.core.agreement import Standing
from kept.core.terms import Side
from kept.customers.models import COUNTING, Agreement, NotACustomer, ObservedTie, Result, Tie
from kept.customers.network import Named, Node, named
from kept.people.models import Party, Person

M = TypeVar("M", bound=Model)
REPORTS = ("reports",)
"""What a boss gets from each report, from the first day: the result of its own that "reports to" makes."""
DIRECTION = ("direction", "decisions")
"""What each report gets from the boss."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the work says of one pair, from each source: the strongest first. Waits are in seconds."""

    rows: tuple[ObservedTie, ...]

    @property
    def count(self) -> int:
        """Hand-offs, or cases served, in all sources."""
        return sum(row.count for row in self.rows)

    @property
    def cases(self) -> int:
        """Pieces of work that they belong to."""
        return sum(row.cases for row in self.rows)

    @property
    def returns(self) -> int:
        """How many went straight back."""
        return sum(row.returns for row in self.rows)

    @property
    def first(self) -> datetime | None:
        """The first time."""
        return min((row.first for row in self.rows if row.first), default=None)

    @property
    def last(self) -> datetime | None:
        """The last time."""
        return max((row.last for row in self.rows if row.last), default=None)

    @property
    def median_wait_s(self) -> float | None:
        """The usual wait, as the source with most of them has it."""
        return next((row.median_wait_s for row in self.rows if row.median_wait_s is not None), None)

    @property
    def served(self) -> bool:
        """Whether these are cases that ended with their customer, rather than work handed on."""
        return all(row.kind == "serves" for row in self.rows)


@dataclass(frozen=True, slots=True)
class Row:
    """One party at the other end, and all that is known of the tie.

    `reports` are the results that follow from "reports to"; `mark` says that somebody looked and said: not a customer.
    """

    who: Named
    ties: tuple[Tie, ...] = ()
    seen: Seen | None = None
    reports: tuple[str, ...] = ()
    mark: NotACustomer | None = None
    agreements: tuple[Agreement, ...] = ()

    @property
    def said(self) -> bool:
        """Whether people say so: a declared tie that counts, or an agreement that has not ended."""
        talks = any(each.standing != Standing.ENDED for each in self.agreements)
        return talks or any(tie.state in COUNTING for tie in self.ties)


@dataclass(frozen=True, slots=True)
class Comparison:
    """*You say your customers are these; the work says these*: `both`, `only_said`, `only_seen`, those `marked` as no
    customers, and the boss and the reports. Most work first.
    """

    both: list[Row] = field(default_factory=list)
    only_said: list[Row] = field(default_factory=list)
    only_seen: list[Row] = field(default_factory=list)
    marked: list[Row] = field(default_factory=list)
    reporting: list[Row] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """Whether what is said and what the work shows are not the same."""
        return bool(self.only_said or self.only_seen)


def comparison(party: Party, side: Side) -> Comparison:
    """The customers of `party` (it is the provider then: `side`), or its providers (it is the customer)."""
    found = Comparison()
    for row in _rows(party, side):
        _group(found, row).append(row)
    return found


def _group(found: Comparison, row: Row) -> list[Row]:
    if row.reports:
        return found.reporting
    if row.said:
        return found.both if row.seen else found.only_said
    if row.mark:
        return found.marked
    return found.only_seen if row.seen else found.only_said


def _rows(party: Party, side: Side) -> list[Row]:
    own, other = str(side), str(side.other)
    ties = _by_node(
        Tie.objects.filter(**{own: party}).exclude(state=Tie.State.ENDED).select_related("result", "declared_by"), other
    )
    seen = _by_node(ObservedTie.objects.filter(**{own: party}).order_by("-count"), other)
    marks = _by_node(NotACustomer.objects.filter(**{own: party}).select_related("by"), other)
    agreements = _by_node(Agreement.objects.filter(**{own: party}).select_related("result"), other)
    reports = _reporting(party, side)
    names = named({*ties, *seen, *marks, *agreements, *reports})
    rows = [
        Row(
            who=names[node],
            ties=tuple(ties.get(node, ())),
            seen=Seen(tuple(seen[node])) if node in seen else None,
            reports=reports.get(node, ()),
            mark=next(iter(marks.get(node, ())), None),
            agreements=tuple(agreements.get(node, ())),
        )
        for node in names
    ]
    return sorted(rows, key=lambda row: (-(row.seen.count if row.seen else 0), row.who.name.casefold()))


def _by_node(rows: QuerySet[M], other: str) -> dict[Node, list[M]]:
    """The rows by whoever is at their `other` end: a party's id, or the name where no party bears it."""
    found: defaultdict[Node, list[M]] = defaultdict(list)
    for row in rows:
        found[getattr(row, f"{other}_id") or getattr(row, f"{other}_name")].append(row)
    return found


def _reporting(party: Party, side: Side) -> dict[Node, tuple[str, ...]]:
    """What follows from "reports to": the boss is a customer of each report, and each report a customer of the boss."""
    if party.kind != Party.Kind.PERSON:
        return {}
    from_boss, from_reports = (REPORTS, DIRECTION) if side is Side.PROVIDER else (DIRECTION, REPORTS)
    boss = Person.objects.filter(pk=party.pk).values_list("boss_id", flat=True).first()
    reports = Person.objects.filter(boss=party.pk, is_active=True).values_list("pk", flat=True)
    found: dict[Node, tuple[str, ...]] = dict.fromkeys(reports, from_reports)
    return found | ({boss: from_boss} if boss else {})


def to_answer(party_ids: list[int]) -> QuerySet[Tie]:
    """The ties that the other side declared, and that wait for a word from one of `party_ids`; oldest first."""
    mine = Q(declared_side=Side.PROVIDER, customer__in=party_ids) | Q(
        declared_side=Side.CUSTOMER, provider__in=party_ids
    )
    rows = Tie.objects.filter(mine, state=Tie.State.DECLARED).select_related("provider", "customer", "result")
    return rows.select_related("declared_by").order_by("declared_at", "pk")


def results_of(party_id: int) -> QuerySet[Result]:
    """What the party's work produces now, by kind and name."""
    return Result.objects.filter(owner=party_id, retired_at__isnull=True)


def results_with_customers(party_id: int) -> list[Result]:
    """The same, each with `customers`: the ties of those who count as its customers."""
    theirs = Tie.objects.filter(state__in=COUNTING).select_related("customer").order_by("customer__name")
    return list(results_of(party_id).prefetch_related(Prefetch("ties", theirs, to_attr="customers")))


def seen_by_name(name: str, side: Side) -> list[ObservedTie]:
    """What the work says of a name: those it hands to or serves (it is the provider), or gets from; most first."""
    rows = ObservedTie.objects.filter(**{f"{side}_name": name})
    return list(rows.order_by("source", "kind", "-count", f"{side.other}_name"))
