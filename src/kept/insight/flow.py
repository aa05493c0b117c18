"""The flow: how work comes to each team, waits there, is in hand, and leaves; where most of it stands waiting.

A **stay** of a piece of work with a team begins when it comes and ends when it leaves (`kept.insight.stay_queries`).
Waiting runs from coming until the record first shows that something was done, handling from then until the work
leaves. docs/flow.md says how that is told from a log, and what it can't know.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from kept.history.engine import Engine
from kept.insight.asking import query
from kept.insight.little import LittlesLaw, littles_law

STAYS_TABLE: Final = "stays"
DAY_S: Final = 86_400.0
SLOT_S: Final = 21_600
SLOTS_A_DAY: Final = 4
MICRO: Final = 6
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class TeamFlow:
    """How work flows through one team, over the whole span of the record.

    Rates are per day of 24 hours, times in seconds. `in_progress` is the mean number of pieces of work that were
    there when counted every six hours, `waiting` how many of them stood waiting on average (arrivals times their mean
    wait). `returns_share` is the share of the arrivals that came straight back from where the team had given them,
    `ping_pongs` those of them that went the same way more than once.
    """

    team: str
    stays: int
    cases: int
    arrivals_per_day: float
    throughput_per_day: float
    median_handling_s: float
    median_wait_s: float
    mean_time_s: float
    in_progress: float
    waiting: float
    returns: int
    returns_share: float
    ping_pongs: int
    little: LittlesLaw

    def to_json(self) -> dict[str, Any]:
        """The team as `kept flow --json` says it."""
        return {**asdict(self), "little": self.little.to_json()}


@dataclass(frozen=True, slots=True)
class MonthFlow:
    """One team in one month (its first day, UTC): what came and left, the median times of what left (seconds; None
    where nothing did), and what was there at the month's end.
    """

    team: str
    month: date
    arrivals: int
    throughput: int
    median_handling_s: float | None
    median_wait_s: float | None
    in_progress: int

    def to_json(self) -> dict[str, Any]:
        """The month as `kept flow --json` says it."""
        return {**asdict(self), "month": f"{self.month:%Y-%m}"}


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """The team with which most work stands waiting, and why it is named; None and a sentence where none is."""

    team: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Flow:
    """The flow of a history; teams in order of arrivals, months by team and time, weekdays from Monday (arrivals per
    such day).
    """

    engine: str
    logs: tuple[str, ...]
    first: datetime | None
    last: datetime | None
    days: float
    teams: tuple[TeamFlow, ...]
    months: tuple[MonthFlow, ...]
    weekdays: tuple[float, ...]
    bottleneck: Bottleneck
    little: LittlesLaw | None

    def to_json(self) -> dict[str, Any]:
        """The flow as `kept flow --json` says it."""
        return {
            "engine": self.engine,
            "logs": list(self.logs),
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
            "days": self.days,
            "teams": [team.to_json() for team in self.teams],
            "bottleneck": asdict(self.bottleneck),
            "littles_law": self.little.to_json() if self.little else None,
            "weekdays": [
                {"weekday": name, "arrivals_per_day": arrivals}
                for name, arrivals in zip(WEEKDAYS, self.weekdays, strict=True)
            ],
            "months": [month.to_json() for month in self.months],
        }


@dataclass(frozen=True, slots=True)
class _Slot:
    """What came to a team and left it within six hours, counted since 1970."""

    number: int
    came: int
    left: int


def flow(engine: Engine) -> Flow:
    """The flow of all the events that the engine was opened over."""
    engine.lay(query("stays"), STAYS_TABLE)
    slots = _by_team(engine.rows(query("flow_slots")))
    if not slots:
        nothing = Bottleneck(None, "There is no work with a team in the record.")
        return Flow(engine.name, engine.logs, None, None, 0.0, (), (), (0.0,) * len(WEEKDAYS), nothing, None)
    first, last = _span(slots)
    number = last - first + 1
    days = number / SLOTS_A_DAY
    teams = tuple(_team(row, slots[row[0]], first, number) for row in engine.rows(query("flow_teams")))
    return Flow(
        engine=engine.name,
        logs=engine.logs,
        first=_moment(first),
        last=_moment(last + 1),
        days=days,
        teams=teams,
        months=tuple(_months(slots, _median_times(engine.rows(query("flow_months"))))),
        weekdays=_weekdays(slots, first, last),
        bottleneck=_bottleneck(teams),
        little=littles_law(
            sum(team.in_progress for team in teams),
            sum(team.arrivals_per_day for team in teams),
            sum(team.mean_time_s * team.stays for team in teams) / sum(team.stays for team in teams),
        ),
    )


def _by_team(rows: Iterable[tuple[Any, ...]]) -> dict[str, list[_Slot]]:
    slots: dict[str, list[_Slot]] = defaultdict(list)
    for team, number, came, left in rows:
        slots[team].append(_Slot(int(number), int(came), int(left)))
    return slots


def _span(slots: Mapping[str, list[_Slot]]) -> tuple[int, int]:
    return min(found[0].number for found in slots.values()), max(found[-1].number for found in slots.values())


def _team(row: tuple[Any, ...], slots: list[_Slot], first: int, number: int) -> TeamFlow:
    team, stays, cases, handling, waiting, handling_sum, waiting_sum, returns, ping_pongs = row
    days = number / SLOTS_A_DAY
    mean = (float(handling_sum) + float(waiting_sum)) / stays
    in_progress = _mean_in_progress(slots, first + number)
    return TeamFlow(
        team=team,
        stays=int(stays),
        cases=int(cases),
        arrivals_per_day=stays / days,
        throughput_per_day=sum(slot.left for slot in slots) / days,
        median_handling_s=round(float(handling), MICRO),
        median_wait_s=round(float(waiting), MICRO),
        mean_time_s=round(mean, MICRO),
        in_progress=in_progress / number,
        waiting=float(waiting_sum) / DAY_S / days,
        returns=int(returns),
        returns_share=returns / stays,
        ping_pongs=int(ping_pongs),
        little=littles_law(in_progress / number, stays / days, mean),
    )


def _mean_in_progress(slots: list[_Slot], end: int) -> float:
    """The sum over all slots of what was there at each one's end."""
    total = there = 0
    for slot, after in zip(slots, [*(later.number for later in slots[1:]), end], strict=True):
        there += slot.came - slot.left
        total += there * (after - slot.number)
    return float(total)


def _median_times(rows: Iterable[tuple[Any, ...]]) -> dict[tuple[str, int], tuple[float, float]]:
    return {
        (team, int(month)): (round(float(handling), MICRO), round(float(waiting), MICRO))
        for team, month, _, handling, waiting in rows
    }


def _months(
    slots: Mapping[str, list[_Slot]], times: Mapping[tuple[str, int], tuple[float, float]]
) -> Iterable[MonthFlow]:
    for team in sorted(slots):
        counted: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        for slot in slots[team]:
            month = counted[_month_of(slot.number)]
            month[0] += slot.came
            month[1] += slot.left
        there = 0
        for number in range(min(counted), max(counted) + 1):
            came, left = counted[number]
            there += came - left
            handling, waiting = times.get((team, number), (None, None))
            yield MonthFlow(team, date(number // 12, number % 12 + 1, 1), came, left, handling, waiting, there)


def _month_of(slot: int) -> int:
    moment = _moment(slot)
    return moment.year * 12 + moment.month - 1


def _weekdays(slots: Mapping[str, list[_Slot]], first: int, last: int) -> tuple[float, ...]:
    """Arrivals per Monday, per Tuesday, …, over the days of the span (UTC)."""
    arrivals = [0] * len(WEEKDAYS)
    for found in slots.values():
        for slot in found:
            arrivals[_moment(slot.number).weekday()] += slot.came
    held = [0] * len(WEEKDAYS)
    begin = first // SLOTS_A_DAY
    for day in range(begin, last // SLOTS_A_DAY + 1):
        held[_moment(day * SLOTS_A_DAY).weekday()] += 1
    return tuple(came / days if days else 0.0 for came, days in zip(arrivals, held, strict=True))


def _bottleneck(teams: tuple[TeamFlow, ...]) -> Bottleneck:
    most = max(teams, key=lambda team: team.waiting)
    if most.waiting <= 0:
        return Bottleneck(None, "No work stood waiting anywhere in the record.")
    everywhere = sum(team.waiting for team in teams)
    return Bottleneck(
        most.team,
        f"Most work stands waiting here: {_number(most.waiting)} pieces at any time, {most.waiting / everywhere:.0%} "
        f"of all that wait. {_number(most.arrivals_per_day)} come a day and {_number(most.throughput_per_day)} leave. "
        f"Whether going faster here would help depends on what comes after it: kept whatif tries it.",
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def _moment(slot: int) -> datetime:
    return datetime.fromtimestamp(slot * SLOT_S, UTC)
