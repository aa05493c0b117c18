"""The other way to read a history, tried and not taken: servers counted from how much was in hand at once.

The busiest stations get as many servers as they had stays at once for nine tenths of the time; what a stay took beyond
its place in the queue (first come, first served) is its work. The rest stays uncounted.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import replace

import numpy as np

from kept.insight.whatif.chain import Chain
from kept.insight.whatif.draws import Floats, deal_to
from kept.insight.whatif.engine import run
from kept.insight.whatif.past import DAY_S, FEWEST, Case, chain_of, hours_of

COUNTED = 5
SHARE = 0.9
DRAWS = 2

Stay = tuple[float, float, str | None]


def counted_chain(cases: list[Case], since: float, until: float) -> Chain:
    """The chain of the cases between two moments, with its five busiest stations counted."""
    stays: dict[str, list[Stay]] = defaultdict(list)
    for case in (case for case in cases if since <= case.began < until):
        following = [*(visit.station for visit in case.visits[1:]), None]
        for visit, to in zip(case.visits, following, strict=True):
            if visit.came < until:
                stays[visit.station].append((visit.came, min(visit.left, until), to))
    chain = chain_of(cases, since=since, until=until)
    busiest = sorted(stays, key=lambda name: -sum(left - came for came, left, _ in stays[name]))[:COUNTED]
    stations = [
        each if each.name not in busiest else _counted(each, sorted(stays[each.name], key=lambda stay: stay[:2]))
        for each in chain.stations
    ]
    return replace(chain, stations=tuple(stations))


def _counted(station, stays):
    servers = at_once(stays)
    days = np.array(implied(stays, servers)) / DAY_S
    even = np.full(len(days), 1 / len(days))
    by_way = defaultdict(list)
    for place, (_, _, to) in enumerate(stays):
        by_way[to].append(place)
    everything = list(range(len(stays)))
    ways = tuple(
        replace(way, hours=hours_of(days, even, by_way[way.to] if len(by_way[way.to]) >= FEWEST else everything))
        for way in station.ways
    )
    return replace(station, ways=ways, servers=servers)


def at_once(stays: list[Stay]) -> int:
    """How many stays there were at once, at most, for `SHARE` of the time."""
    moments = sorted([(came, 1) for came, _, _ in stays] + [(left, -1) for _, left, _ in stays])
    number = np.cumsum([step for _, step in moments])[:-1]
    lasted = np.diff([moment for moment, _ in moments])
    order = np.argsort(number)
    reached = np.cumsum(lasted[order])
    return max(1, int(number[order][np.searchsorted(reached, SHARE * reached[-1])]))


def implied(stays: list[Stay], servers: int) -> list[float]:
    """Seconds of work of each stay, had `servers` taken them first come, first served; 0 where it left untaken."""
    happenings = sorted(
        [(came, 1, place) for place, (came, _, _) in enumerate(stays)]
        + [(left, 0, place) for place, (_, left, _) in enumerate(stays)]
    )
    waiting: deque[int] = deque()
    in_hand: set[int] = set()
    gone: set[int] = set()
    begun = [left for _, left, _ in stays]
    for moment, coming, place in happenings:
        if coming:
            waiting.append(place)
        else:
            gone.add(place)
            in_hand.discard(place)
        while waiting and len(in_hand) < servers:
            taken = waiting.popleft()
            if taken not in gone:
                in_hand.add(taken)
                begun[taken] = moment
    return [left - start for (_, left, _), start in zip(stays, begun, strict=True)]


def median_foretold(chain: Chain, cases: list[Case], since: float, from_: float, to: float) -> float:
    """The median lead time (days) of what came from `from_` to `to`; what came since `since` is replayed before."""
    replayed = [case.began for case in cases if since <= case.began < to]
    arrivals: Floats = (np.array(replayed) - replayed[0]) / DAY_S
    counted = np.array(replayed) >= from_
    lead = []
    for number in range(DRAWS):
        dealt = deal_to(chain, arrivals, (1, number))
        left = run(chain, dealt, float("inf")).ended[dealt.first[1:] - 1]
        lead.append((left - dealt.arrivals)[counted])
    return float(np.median(np.concatenate(lead)))
