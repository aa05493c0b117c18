"""What the past of each log says: how work flows, and today's chain. Worked out by a worker and kept in a row.

A log that was brought in is looked at once; the installation's own history again at most every `EVERY`, where something
happened since.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event
from typing import Any, Final

from django.db.models import F, Q

from kept.history.engine import Source, chosen_engine, engine_over_sources
from kept.history.home import history_folder
from kept.history.store import OWN_LOG, HistoryStore
from kept.insight.flow import flow
from kept.insight.pattern import arrivals_by_hour
from kept.insight.whatif.chain import Chain
from kept.insight.whatif.errors import NothingToLearn
from kept.insight.whatif.past import Case, cases_of
from kept.insight.whatif.scenario_write import chain_to_toml
from kept.insight.whatif.today import Today, run_of, todays_chain
from kept.outlook.claiming import NOBODYS, claim, mine
from kept.outlook.models import Studied
from kept.people.models import Person, Team
from kept.promises.history import refresh

EVERY: Final = timedelta(minutes=10)
BY_THEMSELVES: Final = "people by themselves"
LEASE: Final = timedelta(minutes=30)
"""How long a worker has a log for itself: millions of steps take it a few minutes."""

log = logging.getLogger(__name__)


def study(now: datetime, stop: Event) -> int:
    """Look at the logs that are new or have changed; gives how many."""
    if _own_is_old(now):
        refresh()
    sources = {source.name: source for source in HistoryStore(history_folder()).sources()}
    known = dict(Studied.objects.values_list("log", "files"))
    Studied.objects.filter(log__in=set(known) - set(sources)).delete()
    Studied.objects.bulk_create([Studied(log=name) for name in sources if name not in known], ignore_conflicts=True)
    changed = [name for name, source in sources.items() if known.get(name) != _files(source)]
    due = Studied.objects.filter(Q(at=None) | Q(at__lte=now - EVERY), log__in=changed)
    done = 0
    while not stop.is_set() and (row := claim(due.order_by(F("at").asc(nulls_first=True), "pk"), now, LEASE)):
        _study(row, sources[row.log], now)
        done += 1
    return done


def studied(name: str) -> Studied | None:
    """What the log of that name says, as far as it was worked out; None before a worker has seen it. One query."""
    return Studied.objects.filter(log=name).first()


def _own_is_old(now: datetime) -> bool:
    """Whether Kept's own history was not brought up to date lately; nothing is read of it more often than that."""
    return not Studied.objects.filter(at__gt=now - EVERY).exists()


def _files(source: Source) -> list[str]:
    """The files that a source is made of: never changed once written, so their names say which state it is."""
    return [str(path) for path in source.files]


def _study(row: Studied, source: Source, now: datetime) -> None:
    found: dict[str, Any] = {"files": _files(source), "at": now, "refused": ""}
    try:
        with engine_over_sources([source], chosen_engine()) as engine:
            persons = _persons() if source.name == OWN_LOG else frozenset()
            found["flow"] = _without(persons, {**flow(engine).to_json(), "hours": arrivals_by_hour(engine)})
            mine(row).update(flow=found["flow"], at=now)  # there already while the chain is still being found
            found |= _chain(_as_one(persons, cases_of(engine)), source.name)
    except Exception:
        log.exception("What “%s” says could not be worked out; it is tried again in %s.", row.log, EVERY)
        found = {"at": now, "files": []}
    mine(row).update(**found, **NOBODYS)


def _persons() -> frozenset[str]:
    """The names under which single persons stand in Kept's own history as if they were teams: no page ranks them."""
    teams = set(Team.objects.values_list("name", flat=True))
    return frozenset(Person.objects.exclude(name__in=teams).values_list("name", flat=True))


def _without(persons: Collection[str], found: dict[str, Any]) -> dict[str, Any]:
    kept = {key: [row for row in found[key] if row["team"] not in persons] for key in ("teams", "months")}
    return {**found, **kept, "hours": {team: came for team, came in found["hours"].items() if team not in persons}}


def _as_one(persons: Collection[str], cases: Sequence[Case]) -> list[Case]:
    """The cases with every single person under one name."""
    return [
        Case(
            tuple(replace(visit, station=BY_THEMSELVES) if visit.station in persons else visit for visit in case.visits)
        )
        if any(visit.station in persons for visit in case.visits)
        else case
        for case in cases
    ]


def _chain(cases: Sequence[Case], name: str) -> dict[str, Any]:
    until = max((case.ended for case in cases), default=0.0)
    try:
        today = todays_chain(cases, until=until, name=name, on_progress=_unwatched)
    except NothingToLearn as error:
        return {"chain": "", "stations": [], "cases": None, "since": None, "refused": str(error)}
    return {
        "chain": chain_to_toml(today.chain, run_of(today.chain), _notes(today)),
        "stations": in_short(today.chain),
        "cases": today.cases,
        "since": today.since,
    }


def _notes(today: Today) -> Sequence[str]:
    return (
        f"Today's chain of {today.chain.name}: {today.cases:,} cases since {today.since:%Y-%m-%d}.",
        "Hours are those that work lay with a team, waiting and in hand: no record says how many could work on it.",
        "Where you know, write servers = … and the hours of work, and what it costs. What would change, at the end:",
        "  [[change]]",
        '  station = "…"',
        "  speed_pct = 20",
    )


def in_short(chain: Chain) -> list[dict[str, Any]]:
    """The stations of a chain for a page: name, mean hours a visit, and the share of each way out, largest first."""
    return [
        {
            "name": station.name,
            "hours": station.mean_hours,
            "to": sorted(([way.to, way.share] for way in station.ways), key=lambda way: -float(way[1] or 0)),
        }
        for station in chain.stations
    ]


def _unwatched(_what: str, _share: float) -> None:
    """The progress that nobody watches."""
