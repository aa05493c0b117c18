"""How work flows, in the words of somebody who leads a team: from what a worker worked out and kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from kept.core.moments import lasting
from kept.insight.flow import WEEKDAYS
from kept.web.month_lines import MonthLines, month_lines, month_said

HOURS: Final = 24
TONES: Final = 5
"""How many shades the picture of a week has, besides the one for nothing."""
FEW: Final = 20
"""Arrivals below which nothing is said about the time of the week."""
LEAST: Final = 0.01
CELL, GAP, LEFT, TOP = 17, 2, 30, 14


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One team in the table; `waiting_share` is its part of all that wait, 0 to 100, for the bar beside it."""

    name: str
    come: str
    leave: str
    wait: str
    handling: str
    there: str
    waiting: str
    back: str
    ping_pongs: int
    waiting_share: str


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month in the table beside the drawing."""

    name: str
    came: int
    left: int
    wait: str
    handling: str
    there: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of the week in the picture; `tone` is how dark it is, 0 to 5."""

    x: int
    y: int
    tone: int
    says: str


@dataclass(frozen=True, slots=True)
class Week:
    """When work comes: the picture, the sentence, and by weekday how much came in each quarter of the day."""

    says: str
    cells: tuple[Cell, ...]
    days: tuple[tuple[str, int], ...]
    hours: tuple[tuple[str, int], ...]
    quarters: tuple[tuple[str, tuple[int, ...], int], ...]


def bottleneck_of(flow: Mapping[str, Any]) -> str:
    """The team with which most work stands waiting; "" where none does."""
    found: list[Mapping[str, Any]] = [team for team in flow["teams"] if team["waiting"] > 0]
    return str(max(found, key=lambda team: float(team["waiting"]))["team"]) if found else ""


def bottleneck_said(flow: Mapping[str, Any]) -> tuple[str, str]:
    """Where work waits most and why it is named, in two sentences; the second is "" where it waits nowhere."""
    name = bottleneck_of(flow)
    if not name:
        return "Nowhere does work stand waiting, as far as the record shows.", ""
    found = team_of(flow, name)
    everywhere = sum(team["waiting"] for team in flow["teams"])
    share = round(100 * found["waiting"] / everywhere)
    what = "1 piece" if amount(found["waiting"]) == "1" else f"{amount(found['waiting'])} pieces"
    first = f"Most work stands waiting at {name}: {what} at any time, {share} % of all that wait."
    came, left = found["arrivals_per_day"], found["throughput_per_day"]
    keeps = (
        "It keeps up with what comes, so the pile stays as it is."
        if left >= 0.99 * came
        else "It gets more than it gives on, so the pile grows."
    )
    wait = lasting(found["median_wait_s"])
    return (
        first,
        f"{how_often(came, 'come there')} and {how_often(left, 'leave')}; each waits {wait} as a rule. {keeps}",
    )


def team_said(team: Mapping[str, Any]) -> str:
    """One team in a sentence."""
    return (
        f"{how_often(team['arrivals_per_day'], 'come')}; each waits {lasting(team['median_wait_s'])} as a rule, then "
        f"is in hand for {lasting(team['median_handling_s'])}. {amount(team['in_progress'])} are there at any time."
    )


def back_said(team: Mapping[str, Any]) -> str:
    """What came back to a team, in a sentence."""
    if not team["returns"]:
        return "Nothing that it gave on came straight back."
    again = f", and {team['ping_pongs']:,} times the same way once more" if team["ping_pongs"] else ""
    share = round(100 * team["returns_share"])
    return f"{team['returns']:,} times work came straight back from where it had gone ({share} % of what came){again}."


def team_of(flow: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The figures of one team; empty where the record does not know it."""
    return next((team for team in flow["teams"] if team["team"] == name), {})


def team_lines(flow: Mapping[str, Any], most: int | None) -> list[TeamLine]:
    """The teams, those with most work waiting first; all of them without `most`."""
    everywhere = sum(team["waiting"] for team in flow["teams"]) or 1.0
    ordered = sorted(flow["teams"], key=lambda team: (-team["waiting"], -team["stays"], team["team"]))
    return [_team_line(team, everywhere) for team in ordered[:most]]


def _team_line(team: Mapping[str, Any], everywhere: float) -> TeamLine:
    return TeamLine(
        name=team["team"],
        come=amount(team["arrivals_per_day"]),
        leave=amount(team["throughput_per_day"]),
        wait=lasting(team["median_wait_s"]),
        handling=lasting(team["median_handling_s"]),
        there=amount(team["in_progress"]),
        waiting=amount(team["waiting"]),
        back=f"{round(100 * team['returns_share'])} %",
        ping_pongs=team["ping_pongs"],
        waiting_share=f"{100 * team['waiting'] / everywhere:.1f}",
    )


def amount(value: float) -> str:
    """A number as people say it: "84", "4.2", "0.35", "under 0.01"."""
    if 0 < value < LEAST:
        return f"under {LEAST}"
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def how_often(per_day: float, what: str) -> str:
    """How often: "49 come a day", "2.9 come a week" where it is less than one a day, "1.6 come a month" where rarer."""
    if per_day >= 1:
        return f"{amount(per_day)} {what} a day"
    return f"{amount(per_day * 7)} {what} a week" if per_day * 7 >= 1 else f"{amount(per_day * 30)} {what} a month"


# --- over time ----------------------------------------------------------------------------------------------------


def month_rows(flow: Mapping[str, Any], team: str = "") -> list[MonthLine]:
    """Every month of one team; without a name of all of them together, which have no usual times."""
    rows = [row for row in flow["months"] if not team or row["team"] == team]
    months = sorted({row["month"] for row in rows})
    found = []
    there: dict[str, int] = {}
    for month in months:
        its = [row for row in rows if row["month"] == month]
        there |= {row["team"]: row["in_progress"] for row in its}
        wait, handling = (its[0]["median_wait_s"], its[0]["median_handling_s"]) if team else (None, None)
        found.append(
            MonthLine(
                name=month_said(_first(month)),
                came=sum(row["arrivals"] for row in its),
                left=sum(row["throughput"] for row in its),
                wait="" if wait is None else lasting(wait),
                handling="" if handling is None else lasting(handling),
                there=sum(there.values()),
            )
        )
    return found


def pictures(flow: Mapping[str, Any], rows: Sequence[MonthLine], team: str = "") -> dict[str, MonthLines | None]:
    """What came and left by month, and what was there at each one's end, as drawings."""
    named = {row["month"] for row in flow["months"] if not team or row["team"] == team}
    months = [_first(month) for month in sorted(named)]
    moved = [("came", "soft", [float(row.came) for row in rows]), ("left", "main", [float(row.left) for row in rows])]
    there = [("there", "main", [float(row.there) for row in rows])]
    return {"moved": month_lines(months, moved), "there": month_lines(months, there)}


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


# --- by calendar --------------------------------------------------------------------------------------------------


def week_of(flow: Mapping[str, Any], team: str = "") -> Week | None:
    """When work comes to one team, without a name to all of them; None where too little came to say."""
    hours = [each for name, each in flow["hours"].items() if not team or name == team]
    came = [sum(column) for column in zip(*hours, strict=True)]
    if sum(came) < FEW:
        return None
    most = max(came)
    days = [sum(came[day * HOURS : (day + 1) * HOURS]) for day in range(len(WEEKDAYS))]
    return Week(
        says=_week_said(came, days),
        cells=tuple(_cells(came, most)),
        days=tuple((name[:2], TOP + day * (CELL + GAP) + 12) for day, name in enumerate(WEEKDAYS)),
        hours=tuple((f"{hour}", LEFT + hour * (CELL + GAP)) for hour in range(0, HOURS, 3)),
        quarters=tuple((name, tuple(_quarters(came, day)), days[day]) for day, name in enumerate(WEEKDAYS)),
    )


def _week_said(came: Sequence[int], days: Sequence[int]) -> str:
    busiest = max(range(len(WEEKDAYS)), key=lambda day: days[day])
    by_hour = [sum(came[day * HOURS + hour] for day in range(len(WEEKDAYS))) for hour in range(HOURS)]
    hour = max(range(HOURS), key=lambda each: by_hour[each])
    total = sum(days)
    weekend = round(100 * sum(days[5:]) / total)
    return (
        f"Most comes on {WEEKDAYS[busiest]}s ({round(100 * days[busiest] / total)} %) and between {hour}:00 and "
        f"{hour + 1}:00 ({round(100 * by_hour[hour] / total)} %); {weekend} % at weekends. Times are UTC, or the "
        f"log's own where it names no zone."
    )


def _cells(came: Sequence[int], most: int) -> Iterator[Cell]:
    for number, count in enumerate(came):
        day, hour = divmod(number, HOURS)
        tone = -(-count * TONES // most)
        x, y = LEFT + hour * (CELL + GAP), TOP + day * (CELL + GAP)
        yield Cell(x, y, tone, f"{WEEKDAYS[day]} {hour}:00 to {hour + 1}:00: {count:,}")


def _quarters(came: Sequence[int], day: int) -> Iterator[int]:
    for quarter in range(4):
        first = day * HOURS + quarter * 6
        yield sum(came[first : first + 6])
