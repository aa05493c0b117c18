"""How promises were kept, the questions of a quarter, and the map of what happened."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router

from kept.api.v1.door import caller
from kept.api.v1.problems import field_problem
from kept.api.v1.routes.named import TeamId
from kept.api.v1.shapes.base import Page
from kept.api.v1.shapes.figures import (
    BehindOut,
    CountedOut,
    FigureName,
    FiguresOut,
    FiguresPage,
    FiguresWanted,
    MapOut,
    MapWanted,
    PeriodOut,
    PeriodWanted,
    PulseDueOut,
    PulseIn,
    SignedOut,
    TieFigures,
    map_tie,
)
from kept.api.v1.shapes.parties import PartyRef
from kept.api.v1.shapes.promises import PromiseListed
from kept.core.errors import NotFound
from kept.history.engine import Source, chosen_engine, engine_over_sources
from kept.history.home import history_folder
from kept.history.store import OWN_LOG, HistoryStore
from kept.insight.map import WorkMap, work_map
from kept.people.models import Party, Team
from kept.promises.access import visible_to
from kept.promises.figures import answers, periods
from kept.promises.figures.behind import behind
from kept.promises.figures.figures import figures_by_customer, figures_of, of_all_customers
from kept.promises.figures.own_side import own_side
from kept.promises.figures.periods import Period
from kept.promises.figures.pulses import answer_pulse, pulses_due
from kept.promises.figures.scope import Scope, of_person, with_teams_below
from kept.promises.history import refresh
from kept.promises.standing import standings

router = Router(tags=["Figures"])
OneFigure = Annotated[FigureName, Path(description="The name of the figure.")]


@router.get("/me/figures", response=FiguresPage, operation_id="get_my_figures", summary="My own figures")
def get_my_figures(request: HttpRequest, wanted: Query[PeriodWanted]) -> FiguresPage:
    """What became of what I promised myself, or had for a team."""
    who = caller(request)
    period = _period(wanted, who.at)
    figures = FiguresOut.of(figures_of(of_person(who.person), period, who.at))
    return FiguresPage(period=PeriodOut.of(period), figures=figures, customers=[], signed=[], own_side=None)


@router.get(
    "/me/figures/{figure}", response=BehindOut, operation_id="list_behind_my_figure", summary="Behind my figure"
)
def list_behind_my_figure(request: HttpRequest, figure: OneFigure, wanted: Query[PeriodWanted]) -> BehindOut:
    """The promises behind one of my own figures."""
    who = caller(request)
    return _behind(request, of_person(who.person), _period(wanted, who.at), figure)


@router.get(
    "/teams/{int:party_id}/figures", response=FiguresPage, operation_id="get_team_figures", summary="A team's figures"
)  # fmt: skip
def get_team_figures(request: HttpRequest, party_id: TeamId, wanted: Query[FiguresWanted]) -> FiguresPage:
    """The figures of a team: all of it and by customer, or of one tie."""
    who = caller(request)
    scope, period = _scope(party_id, wanted), _period(wanted, who.at)
    read = answers.answers_about(scope.providers, who.at)
    each = figures_by_customer(scope, period, who.at, read)
    parties = [] if scope.customer else Party.objects.filter(pk__in=each).order_by("name", "pk")
    signed, own = answers.signed(scope, period, visible_to(who.person)), own_side(who.person, scope, period)
    return FiguresPage(
        period=PeriodOut.of(period),
        figures=FiguresOut.of(of_all_customers(each, scope, period, read)),
        customers=[TieFigures(customer=PartyRef.of(party), figures=FiguresOut.of(each[party.pk])) for party in parties],
        signed=[SignedOut.of(one) for one in signed],
        own_side=CountedOut.of(own) if own is not None else None,
    )


@router.get(
    "/teams/{int:party_id}/figures/{figure}", response=BehindOut, operation_id="list_behind_team_figure",
    summary="Behind a team's figure",
)  # fmt: skip
def list_behind_team_figure(
    request: HttpRequest, party_id: TeamId, figure: OneFigure, wanted: Query[FiguresWanted]
) -> BehindOut:
    """The promises behind one of a team's figures: listed where you see them, else counted."""
    return _behind(request, _scope(party_id, wanted), _period(wanted, caller(request).at), figure)


# --- the questions of a quarter -----------------------------------------------------------------------------------


@router.get("/pulses", response=Page[PulseDueOut], operation_id="list_pulses", summary="Whom I am asked about")
def list_pulses(request: HttpRequest) -> Page[PulseDueOut]:
    """The three questions of the quarter that you have not answered yet, by provider."""
    who = caller(request)
    return Page(items=[PulseDueOut.of(due) for due in pulses_due(who.person, who.at)], next=None)


@router.post("/pulses", response={204: None}, operation_id="answer_pulse", summary="Answer the three questions")
def answer_the_pulse(request: HttpRequest, pulse: PulseIn) -> None:
    """Can you trust them, can you count on them, do they care: answered once, for good, and seen in sums alone."""
    who = caller(request)
    says = [pulse.trust, pulse.count_on, pulse.care]
    answer_pulse(who.person, customer=pulse.customer, provider=pulse.provider, says=says, at=who.at)


# --- the map ------------------------------------------------------------------------------------------------------


@router.get("/map", response=MapOut, operation_id="get_map", summary="The map of what happened")
def get_map(request: HttpRequest, wanted: Query[MapWanted]) -> MapOut:  # noqa: ARG001 everybody signed in sees it
    """Who hands work to whom, from Kept's own ledger and the work logs: the strongest ties first."""
    refresh()
    sources = HistoryStore(history_folder()).sources()
    chosen = tuple(source for source in sources if wanted.log in {"", source.name})
    if not chosen and wanted.log not in {"", OWN_LOG}:
        raise NotFound("There is no such log.")
    found = _map_of(chosen) if chosen else None
    if found is None:
        return MapOut.empty()
    ties = [map_tie(tie) for tie in found.ties[: wanted.limit]]
    return MapOut(
        events=found.events, cases=found.cases, handoffs=found.handoffs, ties=ties, ties_in_all=len(found.ties)
    )  # fmt: skip


@lru_cache(maxsize=16)
def _map_of(sources: tuple[Source, ...]) -> WorkMap:
    """The map of some files; they are never changed once written, so that it can be kept."""
    with engine_over_sources(sources, chosen_engine()) as engine:
        return work_map(engine)


# --- whose, and when ----------------------------------------------------------------------------------------------


def _behind(request: HttpRequest, scope: Scope, period: Period, figure: str) -> BehindOut:
    who = caller(request)
    opened = behind(who.person, scope, period, figure, who.at)
    stands = standings(opened.promises, who.person, who.at)
    listed = [PromiseListed.of(one, stands[one.pk]) for one in opened.promises]
    return BehindOut(promises=listed, more=opened.more, unseen=opened.unseen)


def _scope(party_id: int, wanted: FiguresWanted) -> Scope:
    if not Team.objects.filter(pk=party_id).exists():
        raise NotFound("There is no such team.")
    below = with_teams_below({party_id})[party_id] if wanted.below else frozenset([party_id])
    return Scope(below, wanted.customer, wanted.result)


def _period(wanted: PeriodWanted, moment: datetime) -> Period:
    zone = timezone.get_default_timezone()
    if (wanted.since is None) != (wanted.until is None):
        raise field_problem("until" if wanted.until is None else "since", "Give both days.", where="query")
    if wanted.since is not None and wanted.until is not None:
        return periods.days(wanted.since, wanted.until, zone)
    return periods.from_key(wanted.period, moment, zone)
