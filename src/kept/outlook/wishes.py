"""What somebody wants to try of today's chain, and the scenario that it means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from kept.core.errors import Incomplete
from kept.insight.whatif.advice import number
from kept.insight.whatif.chain import Chain, Hours, Money, Order, Station
from kept.insight.whatif.changes import Change
from kept.insight.whatif.compare import Scenario
from kept.insight.whatif.flow import flow
from kept.insight.whatif.scenario_file import scenario_from_toml
from kept.insight.whatif.scenario_write import scenario_to_toml

DONE: Final = "(done)"
"""Where work goes that leaves the chain; no station is called so on a page."""
USUAL_HOURS: Final = 8.0
USUAL_DAYS: Final = 5
"""When people work where it is not said."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One change at one station (empty: none), what is known of today there, and money; None: unsaid.

    Percentages are relative to today. `send_pct` of what leaves the station goes to `send_to`. `now_*` is today: how
    many people (servers), the hours of work that one piece takes them, their hours. Each day beyond `promised_days`
    loses so much of the price, in money.
    """

    station: str = ""
    speed_pct: float | None = None
    servers: int | None = None
    hours_per_day: float | None = None
    days_per_week: int | None = None
    order: str = ""
    send_to: str = ""
    send_pct: float | None = None
    arrivals_pct: float | None = None
    now_servers: int | None = None
    now_work_hours: float | None = None
    now_hours_per_day: float | None = None
    now_days_per_week: int | None = None
    cost_per_hour: float | None = None
    price: float | None = None
    material_cost: float | None = None
    promised_days: float | None = None
    loss_per_day_late: float | None = None
    storage_cost_per_day: float | None = None


OF_STATION: Final = (
    "speed_pct", "servers", "hours_per_day", "days_per_week", "order", "send_to", "now_servers", "now_work_hours",
    "now_hours_per_day", "now_days_per_week", "cost_per_hour",
)  # fmt: skip
COUNTED: Final = (
    "servers", "hours_per_day", "days_per_week", "order", "now_work_hours", "now_hours_per_day", "now_days_per_week",
    "cost_per_hour",
)  # fmt: skip
"""What means something only where it is said how many work there."""


def scenario_text(chain_toml: str, wish: Wish) -> str:
    """The scenario that a wish about today's chain means, as TOML that was read back once.

    Raises Incomplete with the field that lacks something, and BadScenario.
    """
    base = scenario_from_toml(chain_toml, origin="Today's chain")
    _refuse_half(base.chain, wish)
    chain = _as_known(base.chain, wish)
    scenario = Scenario(chain, tuple(_changes(chain, wish)), base.run)
    text = scenario_to_toml(scenario, [title_of(wish)])
    scenario_from_toml(text, origin="What you want to try")
    return text


def title_of(wish: Wish) -> str:
    """The wish in a few words: "Group 70: 20 % faster, 6 people instead of 4"."""
    parts = list(_parts(wish))
    where = f"{wish.station}: " if wish.station and parts else ""
    if wish.arrivals_pct:
        parts.append(f"{number(abs(wish.arrivals_pct))} % {'more' if wish.arrivals_pct > 0 else 'less'} comes in")
    return where + ", ".join(parts) if parts else "As it is: where would faster help?"


def _parts(wish: Wish) -> Iterator[str]:
    if wish.speed_pct:
        yield f"{number(abs(wish.speed_pct))} % {'faster' if wish.speed_pct > 0 else 'slower'}"
    if wish.servers is not None:
        yield f"{wish.servers} people instead of {wish.now_servers}"
    if wish.hours_per_day is not None:
        yield f"{number(wish.hours_per_day)} hours a day"
    if wish.days_per_week is not None:
        yield f"{wish.days_per_week} days a week"
    if wish.order:
        yield wish.order
    if wish.send_to:
        where = "is done there" if wish.send_to == DONE else f"goes to {wish.send_to}"
        yield f"{number(wish.send_pct or 0)} % {where}"


def _refuse_half(chain: Chain, wish: Wish) -> None:
    """Refuse what needs something else to mean anything."""
    given = [name for name in OF_STATION if getattr(wish, name) not in (None, "")]
    if given and not wish.station:
        raise Incomplete("Say at which station.", field="station")
    if wish.station and wish.station not in {station.name for station in chain.stations}:
        raise Incomplete("Today's chain has no such station any more; choose another.", field="station")
    if (wish.send_pct is None) != (not wish.send_to):
        field = "send_pct" if wish.send_to else "send_to"
        raise Incomplete("Say both: where it goes, and how much of it.", field=field)
    if not wish.station or chain.stations[chain.place(wish.station)].servers is not None:
        return
    counted = [name for name in COUNTED if getattr(wish, name) not in (None, "")]
    if counted and wish.now_servers is None:
        raise Incomplete(
            "No record says how many people work there. Say how many do today, and this can be tried.",
            field="now_servers",
        )
    if wish.now_servers is not None and wish.now_work_hours is None:
        raise Incomplete(
            "Say also how many hours of work one piece takes them: how long it lay there is mostly waiting.",
            field="now_work_hours",
        )


def _as_known(chain: Chain, wish: Wish) -> Chain:
    """Today's chain with what is known besides the record."""
    storage = wish.storage_cost_per_day or 0.0
    stations = tuple(
        replace(_with_people(station, wish) if station.name == wish.station else station, storage_cost_per_day=storage)
        for station in chain.stations
    )
    money = Money(
        wish.price or 0.0, wish.material_cost or 0.0, wish.promised_days or 0.0, wish.loss_per_day_late or 0.0
    )
    known = replace(chain, stations=stations, money=money)
    if wish.now_servers is not None:
        _refuse_overrun(known, wish.station)
    return known


def _with_people(station: Station, wish: Wish) -> Station:
    if wish.now_servers is None or wish.now_work_hours is None:
        return station
    hours = Hours(mean_stated=wish.now_work_hours)
    return replace(
        station,
        ways=tuple(replace(way, hours=hours) for way in station.ways),
        servers=wish.now_servers,
        hours_per_day=wish.now_hours_per_day or USUAL_HOURS,
        days_per_week=wish.now_days_per_week or USUAL_DAYS,
        cost_per_hour=wish.cost_per_hour or 0.0,
    )


def _refuse_overrun(chain: Chain, name: str) -> None:
    """The record shows that what came was done; people who could not have done it are a slip of the pen."""
    of = next(of for of in flow(chain).stations if of.name == name)
    if of.inflow > of.capacity:
        raise Incomplete(
            f"These people could do {number(of.capacity)} a day at most, but {number(of.inflow)} come there, and the "
            f"record shows that they are done. Look at the people, their hours and the hours of work again.",
            field="now_servers",
        )


def _changes(chain: Chain, wish: Wish) -> Iterator[Change]:
    plain = {
        name: value
        for name in ("speed_pct", "servers", "hours_per_day", "days_per_week")
        if (value := getattr(wish, name)) is not None
    }
    order = Order(wish.order) if wish.order else None
    shares = _shares(chain.stations[chain.place(wish.station)], wish) if wish.send_to else None
    if plain or order is not None or shares is not None:
        yield Change(station=wish.station, order=order, shares=shares, **plain)
    if wish.arrivals_pct is not None:
        yield Change(arrivals_pct=wish.arrivals_pct)


def _shares(station: Station, wish: Wish) -> dict[str, float]:
    """The shares by next station where so much goes to one of them; the others share the rest as they did."""
    chosen, part = (None if wish.send_to == DONE else wish.send_to), (wish.send_pct or 0.0) / 100
    others = {way.to: way.share for way in station.ways if way.to != chosen}
    left = sum(others.values())
    found = {to: share * (1 - part) / left for to, share in others.items() if to is not None and left}
    return found if chosen is None else {**found, chosen: part}
