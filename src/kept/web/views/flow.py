"""How work flows: through all teams of a log, and through one; as a worker worked it out last."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from kept.history.home import history_folder
from kept.history.store import OWN_LOG, HistoryStore
from kept.outlook.models import Studied
from kept.outlook.studying import studied
from kept.people.models import Team
from kept.people.queries import may_import
from kept.web import flow_words as words
from kept.web.http import now, viewer

MOST_TEAMS = 12


def page(request: HttpRequest) -> HttpResponse:
    """The flow of one log (`?log=`): where work waits, every team, over time and by calendar."""
    context = about(request.GET.get("log", "")) | {"may_try": may_import(viewer(request)), "now": now()}
    row, every = context["row"], "all" in request.GET
    if isinstance(row, Studied) and row.flow and row.flow["teams"]:
        months = words.month_rows(row.flow)
        first, second = words.bottleneck_said(row.flow)
        context |= {
            "first": first,
            "second": second,
            "bottleneck": words.bottleneck_of(row.flow),
            "teams": words.team_lines(row.flow, None if every else MOST_TEAMS),
            "left_out": 0 if every else max(0, len(row.flow["teams"]) - MOST_TEAMS),
            "team_count": len(row.flow["teams"]),
            "months": months,
            "pictures": words.pictures(row.flow, months),
            "week": words.week_of(row.flow),
            "little": row.flow["littles_law"]["says"],
        }
    return render(request, "web/flow.html", context)


def of_team(request: HttpRequest) -> HttpResponse:
    """How work flows through one team of a log (`?log=&team=`)."""
    team = request.GET.get("team", "")
    context = about(request.GET.get("log", "")) | {"team": team, "may_try": may_import(viewer(request)), "now": now()}
    row = context["row"]
    found = words.team_of(row.flow, team) if isinstance(row, Studied) and row.flow else {}
    party = Team.objects.filter(name=team).first()
    if not found and party is None:
        raise Http404
    context["party"] = party
    if found and isinstance(row, Studied) and row.flow:
        months = words.month_rows(row.flow, team)
        context |= {
            "found": found,
            "says": words.team_said(found),
            "back": words.back_said(found),
            "line": words.team_lines({"teams": [found]}, None)[0],
            "months": months,
            "pictures": words.pictures(row.flow, months, team),
            "week": words.week_of(row.flow, team),
            "little": found["little"]["says"],
            "is_bottleneck": words.bottleneck_of(row.flow) == team,
        }
    return render(request, "web/flow_team.html", context)


def about(log: str) -> dict[str, object]:
    """Which log a page is about (Kept's own, else the first, where none is named), which there are, what is known."""
    names = sorted(
        (source.name for source in HistoryStore(history_folder()).sources()), key=lambda name: name != OWN_LOG
    )
    if log and log not in names and log != OWN_LOG:
        raise Http404
    chosen = log or (names[0] if names else OWN_LOG)
    return {
        "chosen": chosen,
        "log": named(chosen),
        "choices": [(name, named(name)) for name in names],
        "row": studied(chosen) if names else None,
        "nothing": not names,
    }


def named(log: str) -> str:
    """What a log is called on a page."""
    return "the promises kept here" if log == OWN_LOG else log
