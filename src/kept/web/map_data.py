"""The map page's figures: ties as insight found them, with the words for how they go and what each team's sum is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from kept.insight.going import Tie, going, usual_wait
from kept.web.templatetags.words import tone


class MapTie(Tie, Protocol):
    """A tie as `kept map` finds it: `kind` is "handoff" or "serves", waits are in seconds."""

    @property
    def provider(self) -> str: ...
    @property
    def customer(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def cases(self) -> int: ...
    @property
    def p90_wait_s(self) -> float | None: ...


@dataclass(frozen=True)
class Row:
    """One tie of the page: a line of the list and an arrow of the picture."""

    provider: str
    customer: str
    kind: str
    count: int
    cases: int
    median_wait_s: float | None
    p90_wait_s: float | None
    returns: int
    going: str
    tone: str


@dataclass(frozen=True)
class Drawn:
    """The whole page: rows strongest first, the usual wait in seconds that they are compared with."""

    log: str
    rows: tuple[Row, ...]
    usual_wait_s: float | None

    @property
    def handoffs(self) -> int:
        return sum(row.count for row in self.rows if row.kind == "handoff")

    @property
    def has_outside(self) -> bool:
        return any(row.kind == "serves" for row in self.rows)

    def teams(self) -> list[dict[str, Any]]:
        """Each team with the hand-offs that came in and went out, by name."""
        came: Counter[str] = Counter()
        went: Counter[str] = Counter()
        for row in self.rows:
            went[row.provider] += row.count if row.kind == "handoff" else 0
            if row.kind == "handoff":
                came[row.customer] += row.count
        return [{"name": name, "in": came[name], "out": went[name]} for name in sorted({*came, *went})]

    def around(self, team: str) -> tuple[Row, ...]:
        """The rows that touch one team; all of them where no team is named."""
        return tuple(row for row in self.rows if not team or team in {row.provider, row.customer})

    def as_json(self) -> dict[str, Any]:
        """What map.js fetches."""
        return {
            "log": self.log,
            "usual_wait_s": self.usual_wait_s,
            "teams": self.teams(),
            "ties": [vars(row) for row in self.rows],
        }


def drawn(log: str, ties: Sequence[MapTie]) -> Drawn:
    """The page of a log's ties. Waits are compared among hand-offs alone: serving a customer is no waiting in line."""
    usual = usual_wait(tie for tie in ties if tie.kind == "handoff")
    rows = sorted((_row(tie, usual) for tie in ties), key=lambda row: (-row.count, row.provider, row.customer))
    return Drawn(log=log, rows=tuple(rows), usual_wait_s=usual)


def _row(tie: MapTie, usual: float | None) -> Row:
    word = going(tie, usual)
    return Row(
        provider=tie.provider,
        customer=tie.customer,
        kind=tie.kind,
        count=tie.count,
        cases=tie.cases,
        median_wait_s=tie.median_wait_s,
        p90_wait_s=tie.p90_wait_s,
        returns=tie.returns,
        going=word.value,
        tone=tone(word),
    )
