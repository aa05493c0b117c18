"""Today's chain as a history shows it: which work lay where, for how long, and where it went from there.

What a stay is stands in docs/flow.md. Cases that were still open at the moment up to which the history is known count
with what is known of them (Kaplan and Meier's weights): leaving them out would keep the quick ones only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from kept.history.engine import Engine
from kept.insight.asking import query
from kept.insight.whatif.chain import HOURS_A_DAY, Arrivals, Chain, Hours, Station, Way
from kept.insight.whatif.draws import Floats
from kept.insight.whatif.errors import NothingToLearn

STAYS_TABLE: Final = "stays"
DAY_S: Final = 86_400.0
NO_TEAM: Final = "no team named"
"""The station of the time before and after a case's stays with teams, and up to the end that its log states."""
OTHERS: Final = "other teams"
MOST_STATIONS: Final = 40
"""Stations taken by name, the most visited first; all others are one."""
BINS: Final = 20
"""Values that say how long a stay took: means of so many equal parts of the stays, so that the mean stays true."""
FEWEST: Final = 20
"""Stays that a way needs to have hours of its own; others share those of all such ways of their station."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay of a case at `station`: it came at `came` and left at `left` (seconds since 1970)."""

    station: str
    came: float
    left: float


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its visits in order, at least one."""

    visits: tuple[Visit, ...]

    @property
    def began(self) -> float:
        """When it came in."""
        return self.visits[0].came

    @property
    def ended(self) -> float:
        """When it was done."""
        return self.visits[-1].left

    @property
    def days(self) -> float:
        """Its lead time."""
        return (self.ended - self.began) / DAY_S


def cases_of(engine: Engine) -> tuple[Case, ...]:
    """Every case of the history that teams had a part in, in the order in which they came in."""
    engine.lay(query("stays"), STAYS_TABLE)
    visits: dict[tuple[str, str], list[Visit]] = defaultdict(list)
    for log, case, team, *_, came, _began, left in engine.rows(query("traced_stays")):
        visits[log, case].append(Visit(team, came, left))
    for log, case, _events, first, last, _due, ended, _kept in engine.rows(query("traced_cases")):
        if stays := visits.get((log, case)):
            _fill(stays, first, last if ended is None else max(last, ended))
    return tuple(sorted((Case(tuple(each)) for each in visits.values()), key=lambda case: case.began))


def _fill(stays: list[Visit], first: float, last: float) -> None:
    """Add what lies before and after the stays with teams, so that all of the case's time is somewhere."""
    begin, end = stays[0].came, stays[-1].left
    if first < begin:
        stays.insert(0, Visit(NO_TEAM, first, begin))
    if end < last:
        stays.append(Visit(NO_TEAM, end, last))


def chain_of(cases: Sequence[Case], *, since: float, until: float, name: str = "the chain") -> Chain:
    """The chain that the cases show between two moments (seconds since 1970), knowing nothing after the second.

    Raises NothingToLearn where fewer than `FEWEST` cases came in between them.
    """
    known = [case for case in cases if since <= case.began < until]
    if len(known) < FEWEST:
        raise NothingToLearn(
            f"Only {len(known)} pieces of work came in during that time. "
            f"Today's chain can be taken from {FEWEST} or more: bring more history in, or draw the chain by hand."
        )
    names = _named(known)
    known = [_renamed(case, names) for case in known]
    stays: dict[str, list[tuple[float, str | None, bool]]] = defaultdict(list)
    for case in known:
        following = [*(visit.station for visit in case.visits[1:]), None]
        for visit, after in zip(case.visits, following, strict=True):
            if visit.came < until:
                over = visit.left <= until
                stays[visit.station].append((min(visit.left, until) - visit.came, after if over else None, over))
    stations = _that_lead_out(_station(station, rows) for station, rows in stays.items())
    starts = Counter(case.visits[0].station for case in known)
    # Not up to `until`: a log may go on for months after the last case came in.
    per_day = len(known) / max((known[-1].began - known[0].began) / DAY_S, 1.0)
    start = tuple((station, count / len(known)) for station, count in starts.most_common())
    return Chain(stations, Arrivals(per_day, start), name=name, unit="case")


def _named(cases: Iterable[Case]) -> frozenset[str]:
    visited = Counter(visit.station for case in cases for visit in case.visits)
    return frozenset(name for name, _ in visited.most_common(MOST_STATIONS))


def _renamed(case: Case, names: frozenset[str]) -> Case:
    """The same case with the small stations under one name, consecutive ones still apart."""
    if all(visit.station in names for visit in case.visits):
        return case
    return Case(tuple(v if v.station in names else replace(v, station=OTHERS) for v in case.visits))


def _station(name: str, rows: list[tuple[float, str | None, bool]]) -> Station:
    """One station, its servers not counted, with the ways out of it."""
    rows.sort(key=lambda row: row[0])
    days = np.array([row[0] for row in rows]) / DAY_S
    over = np.array([row[2] for row in rows])
    leads = [row[1] for row in rows]
    if not over[-1]:
        # The longest is still open. It is taken to end now, and to go where most went: nothing longer is known.
        leads[-1] = _most_common(lead for lead, done in zip(leads, over, strict=True) if done)
        over[-1] = True
    weight = weights(over)
    ways: dict[str | None, list[int]] = defaultdict(list)
    for place in np.flatnonzero(over):
        ways[leads[place]].append(int(place))
    rare = [place for places in ways.values() if len(places) < FEWEST for place in places]
    common = hours_of(days, weight, rare) if rare else None
    found = []
    for to, places in sorted(ways.items(), key=lambda way: -weight[way[1]].sum()):
        hours = common if common and len(places) < FEWEST else hours_of(days, weight, places)
        found.append(Way(to, float(weight[places].sum()), hours))
    return Station(name, tuple(found), servers=None)


def _most_common(leads: Iterable[str | None]) -> str | None:
    counted = Counter(leads).most_common(1)
    return counted[0][0] if counted else None


def weights(over: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Floats:
    """Weights that sum to 1 for times in ascending order, of those that were `over`: Kaplan and Meier's steps.

    What was not over hands its weight on to all that took longer; the longest is taken to be over. Source: B. Efron,
    The two sample problem with censored data, Proceedings of the Fifth Berkeley Symposium 4 (1967).
    """
    count = len(over)
    over = np.append(over[:-1], True)
    at_risk = count - np.arange(count)
    survives = np.cumprod(np.where(over, 1 - 1 / at_risk, 1.0))
    before = np.concatenate(([1.0], survives[:-1]))
    steps: Floats = np.where(over, before / at_risk, 0.0)
    return steps


def hours_of(days: Floats, weight: Floats, places: list[int]) -> Hours:
    """The hours of the stays at these places: all of them where they are few, else the means of equal parts."""
    mine, heavy = days[places] * HOURS_A_DAY, weight[places]
    if len(places) <= BINS and np.allclose(heavy, heavy[0]):
        return Hours(seen=tuple(_rounded(each) for each in mine))
    edges = np.linspace(0.0, 1.0, BINS + 1)
    share = np.concatenate(([0.0], np.cumsum(heavy) / heavy.sum()))
    mass = np.concatenate(([0.0], np.cumsum(mine * heavy) / heavy.sum()))
    parts = np.diff(np.interp(edges, share, mass)) * BINS
    return Hours(seen=tuple(_rounded(each) for each in parts))


def _rounded(hours: float) -> float:
    """Hours to four digits: more would only be noise in the file."""
    return float(f"{max(hours, 0.0):.4g}")


def _that_lead_out(stations: Iterable[Station]) -> tuple[Station, ...]:
    """The stations with only ways that lead somewhere known, and out in the end."""
    found = list(stations)
    names = {station.name for station in found}
    tidied = []
    for station in found:
        ways = [way if way.to in names else replace(way, to=None) for way in station.ways]
        tidied.append(replace(station, ways=_whole(ways)))
    leaving = {station.name for station in tidied if any(way.to is None for way in station.ways)}
    while more := {s.name for s in tidied if s.name not in leaving and any(way.to in leaving for way in s.ways)}:
        leaving |= more
    return tuple(s if s.name in leaving else replace(s, ways=(Way(None, 1.0, s.ways[0].hours),)) for s in tidied)


def _whole(ways: Sequence[Way]) -> tuple[Way, ...]:
    total = sum(way.share for way in ways)
    return tuple(replace(way, share=way.share / total) for way in ways)
