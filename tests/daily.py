"""The pages that people open every day, for several of them: what the benchmark times and the tests count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from crowd import Crowd
from kept.core.state import State
from kept.customers.models import Agreement
from kept.people.models import Person
from kept.people.queries import acting_ids
from kept.promises.models import OPEN, Promise


@dataclass(frozen=True)
class Visit:
    """A page that somebody opens; `status` is what the stranger, who may not see it, gets."""

    name: str
    who: str
    person: Person
    address: str
    status: int = 200


def visits(crowd: Crowd) -> Iterator[Visit]:
    """Every page, for those whose eyes make a difference to what it costs."""
    team = crowd.teams[1]
    for who, person in (
        ("busy lead", crowd.lead_of(1)), ("staff", crowd.staff), ("boss of all", crowd.boss),
        ("stranger", crowd.stranger),
    ):  # fmt: skip
        yield Visit("desk", who, person, reverse("web:desk"))
        yield Visit("team", who, person, reverse("web:team", args=[team.pk]))
        yield Visit("person", who, person, reverse("web:person", args=[crowd.lead_of(1).pk]))
        yield Visit("figures", who, person, reverse("web:figures"))
        yield Visit("team's figures", who, person, reverse("web:team-figures", args=[team.pk]))
        yield Visit("figures behind", who, person, reverse("web:team-figure", args=[team.pk, "kept"]))
        yield Visit("search", who, person, reverse("web:search") + "?q=invoice+for+the")
        yield Visit("search, no hit", who, person, reverse("web:search") + "?q=no+such+thing")
        status = 404 if who == "stranger" else 200
        for name, promise in _promises(crowd):
            yield Visit(name, who, person, reverse("web:promise", args=[promise]), status)
    lead, boss = crowd.lead_of(1), crowd.boss
    yield Visit("needs", "busy lead", lead, reverse("web:needs", args=[_chained(crowd)]))
    yield Visit("other terms", "busy lead", lead, reverse("web:act", args=[_chained(crowd), "propose"]))
    yield Visit("thresholds of warnings", "busy lead", lead, reverse("web:team-warnings", args=[team.pk]))
    yield Visit("how good forecasts are", "staff", crowd.staff, reverse("web:forecasts"))
    yield Visit("figures with the teams below", "boss of all", boss, _company_figures(crowd, []))
    yield Visit("behind them", "boss of all", boss, _company_figures(crowd, ["kept"]))
    yield Visit("outside customer", "boss of all", boss, reverse("web:outside", args=[next(iter(crowd.outside))]))
    yield Visit("ask", "busy lead", lead, reverse("web:ask"))
    yield Visit("ask a team", "busy lead", lead, reverse("web:ask") + f"?to={team.pk}")
    yield Visit("suggest", "busy lead", lead, reverse("web:suggest") + "?q=team+1")
    yield Visit("teams", "staff", crowd.staff, reverse("web:teams"))
    yield Visit("directory", "staff", crowd.staff, reverse("web:directory"))
    yield Visit("my customers", "busy lead", lead, reverse("web:customers"))
    yield Visit("customers of a team", "busy lead", lead, reverse("web:customers-of", args=[team.pk]))
    yield Visit("providers of a team", "busy lead", lead, reverse("web:providers-of", args=[team.pk]))
    yield Visit("line of sight", "staff", crowd.staff, reverse("web:line-of-sight", args=[crowd.staff.pk]))
    yield Visit("whom to meet", "busy lead", lead, reverse("web:meet", args=[team.pk]))
    yield Visit("capacity", "busy lead", lead, reverse("web:team-capacity", args=[team.pk]))
    yield Visit("agreement", "busy lead", lead, reverse("web:agreement", args=[Agreement.objects.earliest("pk").pk]))
    yield Visit("questions", "busy lead", lead, reverse("web:pulses"))


def _company_figures(crowd: Crowd, figure: list[str]) -> str:
    name = "web:team-figure" if figure else "web:team-figures"
    return reverse(name, args=[crowd.teams[0].pk, *figure]) + "?below=on"


def _promises(crowd: Crowd) -> Iterator[tuple[str, int]]:
    yield "promise, long story", _of_the_team(crowd).order_by("-sequence", "pk").values_list("pk", flat=True)[0]
    yield "promise, long chain", _chained(crowd)


def _chained(crowd: Crowd) -> int:
    """An open promise of the busy team that relies on others and that others rely on, as many as there are."""
    rows = _of_the_team(crowd).filter(state=State.PROMISED)
    linked = rows.annotate(n=Count("links_up", distinct=True), m=Count("links_down", distinct=True))
    return linked.order_by("-m", "-n", "pk").values_list("pk", flat=True)[0]


def _of_the_team(crowd: Crowd) -> QuerySet[Promise]:
    return Promise.objects.filter(provider=crowd.teams[1], private=False)


def open_of(person: Person) -> int:
    """How many open promises somebody has a hand in."""
    mine = acting_ids(person)
    return Promise.objects.filter(Q(provider__in=mine) | Q(customer__in=mine), state__in=OPEN).count()
