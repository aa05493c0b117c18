"""The guide's own addresses: all components on a page, the map on a made-up company, where the frame leads."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path

from kept.people.models import Person
from kept.web.map_data import Drawn, drawn

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
MADE_UP = (
    ("Sales", "Design", 40, 3_600.0, 2),
    ("Design", "Workshop", 38, 7_200.0, 14),
    ("Workshop", "Warehouse", 35, 4_000.0, 1),
    ("Warehouse", "Dispatch", 34, 60_000.0, 0),
    ("Dispatch", "Drivers", 33, 1_800.0, 0),
    ("Workshop", "Design", 15, 90_000.0, 12),
    ("Purchasing", "Warehouse", 3, 600.0, 0),
)


@dataclass(frozen=True)
class MadeTie:
    provider: str
    customer: str
    count: int
    median_wait_s: float
    returns: int
    kind: str = "handoff"

    @property
    def cases(self) -> int:
        return self.count

    @property
    def p90_wait_s(self) -> float:
        return self.median_wait_s * 4


class AskForm(forms.Form):
    """One field of each kind."""

    what = forms.CharField(label="What do you need?", help_text="One sentence; they read it first.")
    by = forms.DateTimeField(label="By when?", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    words = forms.CharField(label="Anything else they should know", widget=forms.Textarea, required=False)
    easier = forms.ChoiceField(
        label="Did it make it easier for you?",
        widget=forms.RadioSelect,
        choices=[("easier", "Easier"), ("partly", "Partly"), ("no", "No")],
    )


def as_person(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Show a page as a made-up person sees it; nothing of her is in the database."""

    def shown(request: HttpRequest) -> HttpResponse:
        request.user = Person(pk=1, name="Maria Example")
        return view(request)

    return login_not_required(shown)


def components(request: HttpRequest) -> HttpResponse:
    messages.success(request, "Dispatch has your ask. You hear from them by Thu 14:00.")
    wrong = AskForm({"what": "", "by": "soon", "easier": "easier"})
    return render(
        request,
        "guide.html",
        {
            "now": NOW,
            "soon": NOW + timedelta(hours=4),
            "thursday": NOW + timedelta(days=2, hours=4),
            "past": NOW - timedelta(days=3, hours=2),
            "fresh": AskForm(),
            "wrong": wrong,
            "states": ("asked", "promised", "delivered", "kept", "at risk", "silent", "late", "broken"),
        },
    )


def page() -> Drawn:
    """The map of the made-up company, or of the ties in the file that KEPT_GUIDE_TIES names (to look at a big one)."""
    if chosen := os.environ.get("KEPT_GUIDE_TIES"):
        read = json.loads(Path(chosen).read_text(encoding="utf-8"))
        keys = ("provider", "customer", "count", "median_wait_s", "returns")
        return drawn(read["log"], [MadeTie(**{key: tie[key] for key in keys}) for tie in read["ties"]])
    return drawn("a made-up company", [MadeTie(*tie) for tie in MADE_UP])


def map_page(request: HttpRequest) -> HttpResponse:
    found = page()
    return render(
        request,
        "web/map.html",
        {
            "log": found.log,
            "data_url": "/map.json",
            "ties": found.around(request.GET.get("team", "")),
            "team_names": [team["name"] for team in found.teams()],
            "teams": len(found.teams()),
            "handoffs": found.handoffs,
            "cases": found.handoffs,
            "usual_wait_s": found.usual_wait_s,
            "has_outside": found.has_outside,
            "section": "web:map",
        },
    )


@login_not_required
def map_json(request: HttpRequest) -> JsonResponse:
    return JsonResponse(page().as_json())


def empty_map(request: HttpRequest) -> HttpResponse:
    return render(request, "web/map.html", {"ties": ()})


@login_not_required
def nobody(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")


pages = (
    [
        path("", as_person(components), name="desk"),
        path("map", as_person(map_page), name="map"),
        path("map.json", map_json, name="map-data"),
        path("empty", as_person(empty_map), name="empty"),
        *(path(name, as_person(components), name=name) for name in ("teams", "import", "ask", "search")),
    ],
    "web",
)
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(pages)),
    path("nobody", nobody, name="nobody"),
    path("sign-out", nobody, name="account_logout"),
]
