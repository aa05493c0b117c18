"""Direct and indirect customers: everyone who would notice if a party stopped tomorrow, with the path that shows why.

The walk goes along declared ties that count and along observed ties that nobody has marked as "not a customer". It does
not go through "reports to": by way of the boss everybody would be everybody's customer, which says nothing.

A party is its id here; a name of a work log that no party bears stays a name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain
from threading import Lock

from kept.core.network import Network, Reached, Tie
from kept.customers import stamp
from kept.customers.models import COUNTING, NotACustomer, ObservedTie
from kept.customers.models import Tie as DeclaredTie
from kept.customers.stamp import Marks
from kept.people.models import Party

Node = int | str
SAID = frozenset({"said"})
SEEN = frozenset({"seen"})


@dataclass(frozen=True, slots=True)
class Named:
    """A party, or a name of a work log: `kind` is "person", "team", "outside", or "name"; `node` finds it again."""

    node: Node
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Way:
    """Somebody who was reached: the path from the party asked about (first) to them (last), all named.

    `said` are the steps of the path, by their place, that somebody declared; the others were only seen in the work.
    """

    path: tuple[Named, ...]
    said: tuple[bool, ...]

    @property
    def steps(self) -> int:
        """How many ties away."""
        return len(self.path) - 1

    @property
    def end(self) -> Named:
        """Who was reached."""
        return self.path[-1]


def customers_of(node: Node, *, within: int | None = None) -> tuple[Reached[Node], ...]:
    """Who would notice if `node` stopped tomorrow: nearest first, then by the strongest path."""
    return present().customers(node, within=within)


def providers_of(node: Node, *, within: int | None = None) -> tuple[Reached[Node], ...]:
    """Whose stopping `node` would notice, in the same order."""
    return present().suppliers(node, within=within)


def ways(reached: Collection[Reached[Node]]) -> list[Way]:
    """The same with names, in one query: ask it only for those that are shown."""
    names = named({node for each in reached for node in each.path})
    return [
        Way(
            tuple(names[node] for node in each.path),
            tuple("said" in tie.kinds for tie in each.ties),
        )
        for each in reached
    ]


def named(nodes: Collection[Node]) -> dict[Node, Named]:
    """Who the nodes are."""
    found: dict[Node, Named] = {node: Named(node, node, "name") for node in nodes if isinstance(node, str)}
    ids = [node for node in nodes if isinstance(node, int)]
    for pk, name, kind in Party.objects.filter(pk__in=ids).values_list("pk", "name", "kind"):
        found[pk] = Named(pk, name, kind)
    return found


# --- the network in memory ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _InMemory:
    """One network, with the marks of the ties that it was made from; the seen ones apart, since they change seldom."""

    marks: Marks
    seen: list[Tie[Node]]
    network: Network[Node]


_lock = Lock()
_memory: list[_InMemory] = []
"""What this process has loaded last: nothing, or one network."""


def present() -> Network[Node]:
    """The network of all ties as they are now; what has changed since is loaded anew, and no more."""
    marks = stamp.present()
    with _lock:
        last = _memory[0] if _memory else None
        if last is None or last.marks != marks:
            last = _loaded(marks, last)
            _memory[:] = [last]
        return last.network


def _loaded(marks: Marks, last: _InMemory | None) -> _InMemory:
    seen = last.seen if last and last.marks.seen == marks.seen else list(_seen())
    marked = set(NotACustomer.objects.values_list("provider_id", "customer_id"))
    counting = (tie for tie in seen if (tie.provider, tie.customer) not in marked) if marked else seen
    return _InMemory(marks, seen, Network.from_ties(chain(_said(), counting)))


def _said() -> Iterator[Tie[Node]]:
    declared = DeclaredTie.objects.filter(state__in=COUNTING)
    for provider, customer in declared.values_list("provider_id", "customer_id"):
        yield Tie(provider, customer, 1, SAID)


def _seen() -> Iterator[Tie[Node]]:
    matched = ObservedTie.objects.filter(provider__isnull=False, customer__isnull=False)
    for provider, customer, count in matched.values_list("provider_id", "customer_id", "count"):
        yield Tie(provider, customer, count, SEEN)
    unmatched = ObservedTie.objects.exclude(provider__isnull=False, customer__isnull=False)
    columns = ("provider_id", "provider_name", "customer_id", "customer_name", "count")
    for provider, provider_name, customer, customer_name, count in unmatched.values_list(*columns):
        yield Tie(provider or provider_name, customer or customer_name, count, SEEN)
