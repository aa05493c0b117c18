"""The map: who hands work to whom, how long the work waits in between, and whom each team serves in the end.

A **hand-off** is two consecutive events of a case whose teams differ; events without a team are skipped. Events are in
order of `at`, then `order`, then their place in the file. The earlier team is the provider, the later its customer. A
**return** is a hand-off straight back to the team that the work came from. A team **serves** the customer that a case
names last, when it is the last team of that case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from kept.history.engine import Engine
from kept.insight.asking import query


class TieKind(Enum):
    """How a tie was observed: work handed from team to team, or a case that ended with its customer."""

    HANDOFF = "handoff"
    SERVES = "serves"


class NodeKind(Enum):
    """What stands at an end of a tie."""

    TEAM = "team"
    CUSTOMER = "customer"


@dataclass(frozen=True)
class Tie:
    """One observed tie from a provider to its customer.

    `count` are hand-offs (or cases served), `cases` the cases that they belong to, waits are in seconds between the two
    events (None where a tie has no wait: serves), `returns` are those of the hand-offs that went straight back. `first`
    and `last` are the moments, to the second, of the first and the last hand-off; for serves, of the team's last step
    in the first and the last case.
    """

    provider: str
    customer: str
    kind: TieKind
    count: int
    cases: int
    median_wait_s: float | None
    p90_wait_s: float | None
    returns: int
    first: datetime
    last: datetime

    def to_json(self) -> dict[str, Any]:
        """The tie as `kept map --json` says it."""
        moments = {"first": self.first.isoformat(), "last": self.last.isoformat()}
        return {**asdict(self), "kind": self.kind.value, **moments}


@dataclass(frozen=True)
class Node:
    """One team, or one customer that is served: its events and cases, and the hand-offs it gave and got.

    For a customer `events` is 0, `cases` those served to it, and `received` the same.
    """

    name: str
    kind: NodeKind
    events: int
    cases: int
    given: int
    received: int

    def to_json(self) -> dict[str, Any]:
        """The node as `kept map --json` says it."""
        return {**asdict(self), "kind": self.kind.value}


@dataclass(frozen=True)
class WorkMap:
    """What a history says about who depends on whom. Ties and nodes are in order of strength, then of name."""

    engine: str
    logs: tuple[str, ...]
    events: int
    cases: int
    handoffs: int
    ties: tuple[Tie, ...]
    nodes: tuple[Node, ...]

    def of_kind(self, kind: TieKind) -> tuple[Tie, ...]:
        """The ties of one kind, strongest first."""
        return tuple(tie for tie in self.ties if tie.kind is kind)

    def strongest(self, number: int, kind: TieKind = TieKind.HANDOFF) -> tuple[Tie, ...]:
        """The `number` strongest ties of one kind, by count, then by names."""
        return self.of_kind(kind)[:number]

    def to_json(self) -> dict[str, Any]:
        """The whole map as `kept map --json` says it."""
        return {
            "engine": self.engine,
            "logs": list(self.logs),
            "events": self.events,
            "cases": self.cases,
            "handoffs": self.handoffs,
            "ties": [tie.to_json() for tie in self.ties],
            "nodes": [node.to_json() for node in self.nodes],
        }


def work_map(engine: Engine) -> WorkMap:
    """The map of all the events that the engine was opened over."""
    events, cases = engine.rows(query("totals"))[0]
    handoffs = [_handoff(row) for row in engine.rows(query("handoffs"))]
    serves = [_serves(row) for row in engine.rows(query("serves"))]
    return WorkMap(
        engine=engine.name,
        logs=engine.logs,
        events=int(events),
        cases=int(cases),
        handoffs=sum(tie.count for tie in handoffs),
        ties=(*handoffs, *serves),
        nodes=(*_teams(engine.rows(query("teams")), handoffs), *_customers(serves)),
    )


def _handoff(row: tuple[Any, ...]) -> Tie:
    provider, customer, count, cases, median, p90, returns, first, last = row
    return Tie(
        provider, customer, TieKind.HANDOFF, int(count), int(cases), _seconds(median), _seconds(p90), int(returns),
        _moment(first), _moment(last),
    )  # fmt: skip


def _seconds(value: float) -> float:
    """Seconds to the microsecond that moments are known to: interpolation leaves noise below."""
    return round(float(value), 6)


def _serves(row: tuple[Any, ...]) -> Tie:
    provider, customer, cases, first, last = row
    return Tie(
        provider, customer, TieKind.SERVES, int(cases), int(cases), None, None, 0, _moment(first), _moment(last)
    )  # fmt: skip


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def _teams(rows: Iterable[tuple[Any, ...]], handoffs: Iterable[Tie]) -> list[Node]:
    given: Counter[str] = Counter()
    received: Counter[str] = Counter()
    for tie in handoffs:
        given[tie.provider] += tie.count
        received[tie.customer] += tie.count
    nodes = [
        Node(team, NodeKind.TEAM, int(events), int(cases), given[team], received[team]) for team, events, cases in rows
    ]
    return sorted(nodes, key=lambda node: (-(node.given + node.received), node.name))


def _customers(serves: Iterable[Tie]) -> list[Node]:
    cases: Counter[str] = Counter()
    for tie in serves:
        cases[tie.customer] += tie.count
    return [Node(name, NodeKind.CUSTOMER, 0, n, 0, n) for name, n in sorted(cases.items(), key=lambda c: (-c[1], c[0]))]
