"""The map: who hands work to whom, drawn from what happened."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from kept.history.engine import Source, chosen_engine, engine_over_sources
from kept.history.home import history_folder
from kept.history.store import OWN_LOG, HistoryStore
from kept.insight.going import going, usual_wait
from kept.insight.map import NodeKind, Tie, TieKind, WorkMap, work_map
from kept.promises.history import refresh
from kept.web.templatetags.words import tone

MOST_ROWS = 2000
"""How many ties the list shows; the map's own data hold all of them."""


@dataclass(frozen=True, slots=True)
class Row:
    """A tie in the list, with how it goes in words."""

    provider: str
    customer: str
    count: int
    cases: int
    median_wait_s: float | None
    returns: int
    going: str


def page(request: HttpRequest) -> HttpResponse:
    """The map of everything that happened, or of one log (`?log=`)."""
    refresh()
    store = HistoryStore(history_folder())
    log = request.GET.get("log", "")
    found = _map_of(_chosen(store, log))
    ties = found.of_kind(TieKind.HANDOFF) if found else ()
    usual = usual_wait(ties)
    context = {
        "chosen": log,
        "team_page": reverse("web:map-team"),
        "log": _named(log) if log else "everything that Kept has seen",
        "choices": [(source.name, _named(source.name)) for source in store.sources()],
        "data_url": reverse("web:map-data") + (f"?{urlencode({'log': log})}" if log else ""),
        "ties": [_row(tie, usual) for tie in ties[:MOST_ROWS]],
        "left_out": max(0, len(ties) - MOST_ROWS),
        "usual_wait_s": usual,
        "has_outside": bool(found and found.of_kind(TieKind.SERVES)),
        "handoffs": found.handoffs if found else 0,
        "cases": found.cases if found else 0,
        "teams": _teams(found),
        "team_names": sorted(node.name for node in found.nodes if node.kind is NodeKind.TEAM) if found else [],
    }
    return render(request, "web/map.html", context)


def data(request: HttpRequest) -> JsonResponse:
    """The figures of the map: `{"log", "teams": [{name, in, out}], "ties": [...]}`, strongest first."""
    log = request.GET.get("log", "")
    found = _map_of(_chosen(HistoryStore(history_folder()), log))
    if found is None:
        return JsonResponse({"log": log, "teams": [], "ties": []})
    usual = usual_wait(found.of_kind(TieKind.HANDOFF))
    teams = [
        {"name": node.name, "in": node.received, "out": node.given}
        for node in found.nodes
        if node.kind is NodeKind.TEAM
    ]
    return JsonResponse({"log": log, "teams": teams, "ties": [_arrow(tie, usual) for tie in found.ties]})


def of_team(request: HttpRequest) -> HttpResponse:
    """One team of a log (`?log=&team=`): whom it serves by count, who is next in line, who hands work to it."""
    log, team = request.GET.get("log", ""), request.GET.get("team", "")
    found = _map_of(_chosen(HistoryStore(history_folder()), log))
    if found is None or not any(node.name == team and node.kind is NodeKind.TEAM for node in found.nodes):
        raise Http404
    usual = usual_wait(found.of_kind(TieKind.HANDOFF))
    handed = [tie for tie in found.of_kind(TieKind.HANDOFF) if tie.provider == team]
    got = [tie for tie in found.of_kind(TieKind.HANDOFF) if tie.customer == team]
    context = {
        "team": team,
        "chosen": log,
        "log": _named(log) if log else "everything that Kept has seen",
        "serves": [tie for tie in found.of_kind(TieKind.SERVES) if tie.provider == team],
        "next_in_line": [_row(tie, usual) for tie in handed],
        "handed_on": sum(tie.count for tie in handed),
        "gets_from": [_row(tie, usual) for tie in got],
    }
    return render(request, "web/map_team.html", context)


def _chosen(store: HistoryStore, log: str) -> tuple[Source, ...]:
    sources = store.sources()
    if not log:
        return sources
    chosen = tuple(source for source in sources if source.name == log)
    if not chosen and log != OWN_LOG:
        raise Http404
    return chosen


@lru_cache(maxsize=16)
def _map_of(sources: tuple[Source, ...]) -> WorkMap | None:
    """The map of some files; they are never changed once written, so that it can be kept."""
    if not sources:
        return None
    with engine_over_sources(sources, chosen_engine()) as engine:
        return work_map(engine)


def _teams(found: WorkMap | None) -> int:
    return sum(node.kind is NodeKind.TEAM and bool(node.given + node.received) for node in found.nodes) if found else 0


def _named(log: str) -> str:
    return "the promises kept here" if log == OWN_LOG else log


def _arrow(tie: Tie, usual: float | None) -> dict[str, Any]:
    word = going(tie, usual)
    return tie.to_json() | {"going": word.value, "tone": tone(word)}


def _row(tie: Tie, usual: float | None) -> Row:
    return Row(tie.provider, tie.customer, tie.count, tie.cases, tie.median_wait_s, tie.returns, str(going(tie, usual)))
