"""The guide's own addresses: all components on a page, the map on a made-up company, where the frame leads."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path

import kept.web
from kept.insight.going import going, usual_wait
from kept.people.models import Person
from kept.web.templatetags.words import tone

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
    """A hand-off between two teams, with what the page says of it."""

    provider: str
    customer: str
    count: int
    median_wait_s: float
    returns: int
    going: str = ""
    kind: str = "handoff"

    @property
    def cases(self) -> int:
        return self.count

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"cases": self.cases, "p90_wait_s": 4 * self.median_wait_s, "tone": tone(self.going)}


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


def ties() -> list[MadeTie]:
    """The made-up company's ties, or those in the file that KEPT_GUIDE_TIES names (to look at a big map)."""
    made = [MadeTie(*tie) for tie in MADE_UP]
    if chosen := os.environ.get("KEPT_GUIDE_TIES"):
        keys = ("provider", "customer", "count", "median_wait_s", "returns")
        read = json.loads(Path(chosen).read_text(encoding="utf-8"))["ties"]
        made = [MadeTie(**{key: tie[key] for key in keys}) for tie in read]
    usual = usual_wait(made)
    made = [replace(tie, going=going(tie, usual)) for tie in made]
    return sorted(made, key=lambda tie: (-tie.count, tie.provider, tie.customer))


def names() -> list[str]:
    return sorted({name for tie in ties() for name in (tie.provider, tie.customer)})


def map_page(request: HttpRequest) -> HttpResponse:
    handoffs = sum(tie.count for tie in ties())
    return render(
        request,
        "web/map.html",
        {
            "log": "a made-up company",
            "data_url": "/map.json",
            "ties": ties(),
            "team_names": names(),
            "teams": len(names()),
            "handoffs": handoffs,
            "cases": handoffs,
            "usual_wait_s": usual_wait(ties()),
            "section": "web:map",
        },
    )


@login_not_required
def map_json(request: HttpRequest) -> JsonResponse:
    teams = [
        {
            "name": name,
            "in": sum(tie.count for tie in ties() if tie.customer == name),
            "out": sum(tie.count for tie in ties() if tie.provider == name),
        }
        for name in names()
    ]
    return JsonResponse({"log": "a made-up company", "teams": teams, "ties": [tie.as_json() for tie in ties()]})


@login_not_required
def bell(request: HttpRequest) -> HttpResponse:
    return render(request, "components/bell.html", {"unread": 3})


def empty_map(request: HttpRequest) -> HttpResponse:
    return render(request, "web/map.html", {"ties": ()})


@login_not_required
def nobody(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")


FRAME = Path(kept.web.__file__).parent / "templates" / "base.html"
ELSEWHERE = sorted(
    set(re.findall(r"web:([a-z-]+)", FRAME.read_text(encoding="utf-8"))) - {"desk", "map", "count-notices"}
)
"""The other places that the frame of every page leads to."""

pages = (
    [
        path("", as_person(components), name="desk"),
        path("map", as_person(map_page), name="map"),
        path("map.json", map_json, name="map-data"),
        path("empty", as_person(empty_map), name="empty"),
        path("bell", bell, name="count-notices"),
        *(path(name, as_person(components), name=name) for name in ELSEWHERE),
    ],
    "web",
)
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(pages)),
    path("nobody", nobody, name="nobody"),
    path("sign-out", nobody, name="account_logout"),
]
