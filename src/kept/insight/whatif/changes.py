"""What is changed against today: a station's speed, servers, hours, order, shares or cost; the demand; the price."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kept.insight.whatif.chain import Arrivals, Chain, Money, Order, Station, Way


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `station` names the station (None: the chain as a whole); what is None stays as it is.

    Percentages are relative: `speed_pct` 20 means that it does 20 % more in the same hours. `shares` are the new shares
    by destination; what is left over leaves the chain, done.
    """

    station: str | None = None
    speed_pct: float | None = None
    servers: int | None = None
    hours_per_day: float | None = None
    days_per_week: int | None = None
    order: Order | None = None
    shares: Mapping[str, float] | None = None
    cost_per_hour: float | None = None
    arrivals_pct: float | None = None
    price_pct: float | None = None


def changed(chain: Chain, changes: Iterable[Change]) -> Chain:
    """The chain after all the changes, in their order. Every station named must be there."""
    for change in changes:
        chain = _one(chain, change)
    return chain


def faster(chain: Chain, station: str, pct: float) -> Chain:
    """The chain with one station `pct` % faster."""
    return changed(chain, [Change(station=station, speed_pct=pct)])


def _one(chain: Chain, change: Change) -> Chain:
    if change.station is None:
        return replace(
            chain,
            arrivals=_arrivals(chain.arrivals, change.arrivals_pct),
            money=_money(chain.money, change.price_pct),
        )
    stations = tuple(
        _station(station, change) if station.name == change.station else station for station in chain.stations
    )
    return replace(chain, stations=stations)


def _station(station: Station, change: Change) -> Station:
    plain = {
        name: value
        for name in ("servers", "hours_per_day", "days_per_week", "order", "cost_per_hour")
        if (value := getattr(change, name)) is not None
    }
    speed = station.speed * (1 + (change.speed_pct or 0.0) / 100)
    ways = station.ways if change.shares is None else _routed(station.ways, change.shares)
    return replace(station, speed=speed, ways=ways, **plain)


def _routed(ways: tuple[Way, ...], shares: Mapping[str, float]) -> tuple[Way, ...]:
    """Ways with the new shares; a new destination takes as long as the way that was the most common."""
    common = max(ways, key=lambda way: way.share).hours
    hours = {way.to: way.hours for way in ways}
    done = round(1.0 - sum(shares.values()), 12)
    routed = [Way(to, share, hours.get(to, common)) for to, share in shares.items() if share > 0]
    return (*routed, Way(None, done, hours.get(None, common))) if done > 0 else tuple(routed)


def _arrivals(arrivals: Arrivals, pct: float | None) -> Arrivals:
    return replace(arrivals, per_day=arrivals.per_day * (1 + (pct or 0.0) / 100))


def _money(money: Money, pct: float | None) -> Money:
    return replace(money, price=money.price * (1 + (pct or 0.0) / 100))
