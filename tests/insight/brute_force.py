"""The map computed the slow and plain way, straight from its definition, to compare with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median


@dataclass(frozen=True)
class Event:
    """One event; `at` in seconds, `place` is where it stands in the list."""

    case: str
    at: int
    order: int | None
    team: str | None
    customer: str | None = None


@dataclass
class Pair:
    """What was found between two teams."""

    waits: list[int] = field(default_factory=list)
    cases: set[str] = field(default_factory=set)
    moments: list[int] = field(default_factory=list)
    returns: int = 0


def handoffs(events: Sequence[Event]) -> dict[tuple[str, str], Pair]:
    """Every pair of teams with its hand-offs."""
    found: dict[tuple[str, str], Pair] = defaultdict(Pair)
    for case, ordered in _in_order(events):
        came_from = None
        with_team = [event for event in ordered if event.team is not None]
        for before, after in pairwise(with_team):
            if before.team == after.team:
                continue
            assert before.team is not None
            assert after.team is not None
            pair = found[before.team, after.team]
            pair.waits.append(after.at - before.at)
            pair.moments.append(after.at)
            pair.cases.add(case)
            pair.returns += after.team == came_from
            came_from = before.team
    return dict(found)


def serves(events: Sequence[Event]) -> dict[tuple[str, str], list[int]]:
    """The cases that each last team ended with each last named customer, by when a team had them last."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for _, ordered in _in_order(events):
        teams = [event for event in ordered if event.team is not None]
        customers = [event.customer for event in ordered if event.customer is not None]
        if teams and customers:
            found[teams[-1].team or "", customers[-1]].append(teams[-1].at)
    return dict(found)


def quantile(values: Iterable[int], share: float) -> float:
    """The quantile, interpolated linearly between the two nearest values."""
    ordered = sorted(values)
    if share == 0.5:
        return float(median(ordered))
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def _in_order(events: Sequence[Event]) -> Iterable[tuple[str, list[Event]]]:
    cases: dict[str, list[tuple[tuple[float, float, int], Event]]] = defaultdict(list)
    for place, event in enumerate(events):
        order = float("inf") if event.order is None else event.order
        cases[event.case].append(((event.at, order, place), event))
    for case, entries in cases.items():
        yield case, [event for _, event in sorted(entries, key=lambda entry: entry[0])]
