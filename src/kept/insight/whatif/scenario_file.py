"""A scenario as a person writes it (TOML): read and checked. docs/what-if.md explains every key."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

from kept.insight.whatif.chain import (
    DAYS_A_WEEK,
    HOURS_A_DAY,
    Arrivals,
    Chain,
    Hours,
    Money,
    Order,
    Run,
    Spread,
    Station,
    Way,
)
from kept.insight.whatif.changes import Change
from kept.insight.whatif.compare import Scenario
from kept.insight.whatif.errors import BadScenario
from kept.insight.whatif.flow import flow
from kept.insight.whatif.sections import SHARES_MAY_MISS, Lines, Section

UNLIMITED: Final = "unlimited"
TOP: Final = ("chain", "arrivals", "money", "run", "station", "change")
CHAIN: Final = ("name", "unit")
ARRIVALS: Final = ("per_day", "spread", "start")
MONEY: Final = ("price", "material_cost", "promised_days", "loss_per_day_late")
RUN: Final = ("days", "warm_up_days", "replications", "seed")
WAY: Final = ("to", "share", "hours", "spread")
STATION: Final = (
    "name", "servers", "hours", "spread", "to", "way", "hours_per_day", "days_per_week", "cost_per_hour",
    "storage_cost_per_day", "order",
)  # fmt: skip
STATION_CHANGE: Final = (
    "station", "speed_pct", "servers", "hours_per_day", "days_per_week", "order", "to", "cost_per_hour",
)  # fmt: skip
CHAIN_CHANGE: Final = ("arrivals_pct", "price_pct")
LARGEST_FILE_BYTES: Final = 4_000_000
MOST_STATIONS: Final = 500
MOST_SERVERS: Final = 10_000
MOST_REPLICATIONS: Final = 1_000
MOST_VISITS: Final = 50_000_000
"""Visits to stations in one scenario, all replications together: a few minutes on four cores."""
FEWEST_PCT: Final = -99.9


def load_scenario(path: Path) -> Scenario:
    """Read a scenario file. Raises BadScenario with a sentence that says what to put right, and in which line."""
    try:
        if path.is_file() and path.stat().st_size > LARGEST_FILE_BYTES:
            raise BadScenario(f"{path} is too large to be a scenario. Is it a work log? Then name it with --from-log.")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadScenario(f"The scenario {path} is not UTF-8 text. Save it as UTF-8 and try again.") from None
    except OSError as error:
        raise BadScenario(f"The scenario {path} can't be opened: {error.strerror or error}.") from None
    return scenario_from_toml(text, origin=path.name)


def scenario_from_toml(text: str, *, origin: str = "scenario") -> Scenario:
    """Understand a scenario's text; `origin` names it in errors. Raises BadScenario."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadScenario(f"{origin} is not valid TOML: {error}.") from None
    return _File(values, origin, Lines(text)).scenario()


class _File:
    """The file, section by section."""

    def __init__(self, values: dict[str, Any], origin: str, lines: Lines) -> None:
        self._values, self._origin, self._lines = values, origin, lines
        Section(values, "", 0, origin, lines).only(TOP)
        self._stations = self._listed("station")
        if not self._stations:
            raise BadScenario(f"{origin}: A chain needs at least one station: write [[station]] with a name and hours.")
        self._names = self._station_names()

    def scenario(self) -> Scenario:
        """The whole, checked."""
        chain = self._chain()
        scenario = Scenario(chain, tuple(self._change(section) for section in self._listed("change")), self._run())
        for each, what in ((scenario.chain, "today's chain"), (scenario.then, "the changed chain")):
            self._refuse_circles(each, what)
            self._refuse_too_much(each, scenario.run)
        return scenario

    def _one(self, heading: str, known: tuple[str, ...]) -> Section:
        values = self._values.get(heading, {})
        if not isinstance(values, dict):
            raise BadScenario(f"{self._origin}: {heading} must be a section: write [{heading}] on a line of its own.")
        return Section(values, heading, 0, self._origin, self._lines).only(known)

    def _listed(self, heading: str) -> list[Section]:
        values = self._values.get(heading, [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise BadScenario(f"{self._origin}: Write [[{heading}]], in two pairs of brackets, before each {heading}.")
        return [Section(value, heading, nth, self._origin, self._lines) for nth, value in enumerate(values)]

    def _station_names(self) -> tuple[str, ...]:
        names: list[str] = []
        for section in self._stations[: MOST_STATIONS + 1]:
            section.only(STATION)
            if not section.has("name"):
                raise section.refuse('This station has no name: write name = "…".')
            name = section.text("name")
            if name in names:
                raise section.refuse(f'There are two stations "{name}". Give each a name of its own.', "name")
            names.append(name)
        if len(names) > MOST_STATIONS:
            raise BadScenario(f"{self._origin}: There are more than {MOST_STATIONS} stations. Put small ones together.")
        return tuple(names)

    def _chain(self) -> Chain:
        about, money = self._one("chain", CHAIN), self._one("money", MONEY)
        words = {key: about.text(key) for key in CHAIN if about.has(key)}
        return Chain(
            stations=tuple(self._station(section) for section in self._stations),
            arrivals=self._arrivals(),
            money=Money(**{key: money.number(key, 0.0) for key in MONEY if money.has(key)}),
            **words,
        )

    def _arrivals(self) -> Arrivals:
        section = self._one("arrivals", ARRIVALS)
        if not section.has("per_day"):
            raise section.refuse("Say how much comes in: write per_day = … under [arrivals].")
        start = section.shares("start", self._names) if section.has("start") else {self._names[0]: 1.0}
        if abs(sum(start.values()) - 1) > SHARES_MAY_MISS:
            raise section.refuse(f'The shares of "start" add up to {sum(start.values()):g}: they must be 1.', "start")
        spread = section.choice("spread", Spread) if section.has("spread") else Spread.RANDOM
        return Arrivals(section.number("per_day", 0.0, above=True), tuple(start.items()), spread)

    def _run(self) -> Run:
        section, usual = self._one("run", RUN), Run()
        return Run(
            days=section.number("days", 0.0, above=True) if section.has("days") else usual.days,
            warm_up_days=section.number("warm_up_days", 0.0) if section.has("warm_up_days") else usual.warm_up_days,
            replications=section.whole("replications", 2, MOST_REPLICATIONS)
            if section.has("replications")
            else usual.replications,
            seed=section.whole("seed", 0, 2**32 - 1) if section.has("seed") else usual.seed,
        )

    def _station(self, section: Section) -> Station:
        station = Station(section.text("name"), self._ways(section), **self._plain(section))
        if station.servers is None and (station.cost_per_hour or section.has("hours_per_day")):
            raise section.refuse(
                f'"{station.name}" has servers = "unlimited": nobody is counted there, so neither hours nor their cost '
                f"can be. Say how many servers there are, or leave hours_per_day and cost_per_hour out.", "servers",
            )  # fmt: skip
        return station

    def _plain(self, section: Section) -> dict[str, Any]:
        """What stations and their changes say alike."""
        found: dict[str, Any] = {}
        if section.has("servers"):
            found["servers"] = self._servers(section)
        if section.has("hours_per_day"):
            found["hours_per_day"] = section.number("hours_per_day", 0.0, HOURS_A_DAY, above=True)
        if section.has("days_per_week"):
            found["days_per_week"] = section.whole("days_per_week", 1, DAYS_A_WEEK)
        if section.has("order"):
            found["order"] = section.choice("order", Order)
        for key in ("cost_per_hour", "storage_cost_per_day"):
            if section.has(key):
                found[key] = section.number(key, 0.0)
        return found

    def _servers(self, section: Section) -> int | None:
        if section.values["servers"] == UNLIMITED and section.heading == "station":
            return None
        if isinstance(section.values["servers"], str):
            unlimited = f' or "{UNLIMITED}"' if section.heading == "station" else ""
            raise section.refuse(f'"servers" must be a whole number{unlimited}.', "servers")
        return section.whole("servers", 1, MOST_SERVERS)

    def _ways(self, section: Section) -> tuple[Way, ...]:
        if section.has("way"):
            return self._own_ways(section)
        if not section.has("hours"):
            raise section.refuse(f'Say how long a {self._unit()} takes at "{section.text("name")}": write hours = ….')
        hours = self._hours(section)
        if section.has("to"):
            shares = section.shares("to", self._names)
        else:
            following = self._names[section.nth + 1 : section.nth + 2]
            shares = dict.fromkeys(following, 1.0)
        ways = [Way(to, share, hours) for to, share in shares.items() if share > 0]
        done = round(1.0 - sum(shares.values()), 12)
        return (*ways, Way(None, done, hours)) if done > 0 else tuple(ways)

    def _own_ways(self, section: Section) -> tuple[Way, ...]:
        ways = []
        for nth, values in enumerate(section.values["way"]):
            # Ways are counted through the whole file, as their headings are.
            before = sum(len(earlier.values.get("way", ())) for earlier in self._stations[: section.nth])
            way = Section(values, "station.way", before + nth, self._origin, self._lines).only(WAY)
            if not (way.has("share") and way.has("hours")):
                raise way.refuse("A way needs a share and hours: write share = … and hours = ….")
            to = way.known(way.values["to"], self._names, "to") if way.has("to") else None
            ways.append(Way(to, way.number("share", 0.0, 1.0), self._hours(way)))
        total = sum(way.share for way in ways)
        if abs(total - 1) > 1e-6:
            raise section.refuse(
                f'The ways out of "{section.text("name")}" have shares of {total:g} together: make it 1.'
            )
        return tuple(Way(way.to, way.share / total, way.hours) for way in ways if way.share > 0)

    def _hours(self, section: Section) -> Hours:
        value = section.values["hours"]
        if isinstance(value, list):
            if not value or section.has("spread"):
                raise section.refuse('"hours" as a list needs at least one number, and no "spread" beside it.', "hours")
            return Hours(seen=tuple(sorted(section.as_number("hours", each, 0.0) for each in value)))
        spread = section.choice("spread", Spread) if section.has("spread") else Spread.RANDOM
        return Hours(section.number("hours", 0.0, above=True), spread)

    def _unit(self) -> str:
        return str(self._values.get("chain", {}).get("unit", Chain.__dataclass_fields__["unit"].default))

    def _change(self, section: Section) -> Change:
        known = STATION_CHANGE if section.has("station") else CHAIN_CHANGE
        for key in section.values:
            if key in STATION_CHANGE and key not in known:
                raise section.refuse(f'"{key}" changes one station: say which, with station = "…".', key)
        section.only(known)
        if len(section.values) == section.has("station"):
            raise section.refuse(f"This change changes nothing. What can be changed: {', '.join(known)}.")
        if not section.has("station"):
            arrivals, price = (section.number(key, FEWEST_PCT) if section.has(key) else None for key in CHAIN_CHANGE)
            return Change(arrivals_pct=arrivals, price_pct=price)
        return Change(
            station=section.known(section.values["station"], self._names, "station"),
            speed_pct=section.number("speed_pct", FEWEST_PCT) if section.has("speed_pct") else None,
            shares=section.shares("to", self._names) if section.has("to") else None,
            **self._plain(section),
        )

    def _refuse_circles(self, chain: Chain, what: str) -> None:
        """Work must be able to leave from wherever it gets."""
        leaving = {station.name for station in chain.stations if any(way.to is None for way in station.ways)}
        while more := {
            station.name
            for station in chain.stations
            if station.name not in leaving and any(way.to in leaving for way in station.ways)
        }:
            leaving |= more
        stuck = [station.name for station in chain.stations if station.name not in leaving]
        if stuck:
            raise BadScenario(
                f'{self._origin}: In {what}, work that reaches "{stuck[0]}" never leaves the chain. Let a share of it '
                f"out: shares of a station that add up to less than 1 leave the rest done."
            )

    def _refuse_too_much(self, chain: Chain, how: Run) -> None:
        visits = sum(of.inflow for of in flow(chain).stations) * (how.days + how.warm_up_days) * how.replications
        if visits > MOST_VISITS:
            raise BadScenario(
                f"{self._origin}: That would be {visits:,.0f} visits to stations to simulate; at most "
                f"{MOST_VISITS:,} are done. Write fewer days or replications under [run]."
            )
