"""The figures: my own first, then my teams'; those of a team by customer; and the promises behind each."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from kept.core.errors import Incomplete
from kept.customers.models import Result
from kept.people.models import Membership, Party, Person, Team
from kept.promises.access import visible_to
from kept.promises.figures import answers, periods
from kept.promises.figures.answers import Signed, answers_about
from kept.promises.figures.behind import behind
from kept.promises.figures.figures import (
    Figures,
    figures_by_customer,
    figures_by_provider,
    figures_of,
    of_all_customers,
    total,
)
from kept.promises.figures.own_side import own_side
from kept.promises.figures.periods import Period
from kept.promises.figures.scope import Scope, of_person, with_teams_below
from kept.web import figure_words as words
from kept.web.http import now, viewer

OPENS = {
    "kept": "kept or broken", "all-due": "whose date came", "returns": "that came back",
    "chases": "for which the customer had to ask", "silence": "in which word was owed",
    "hanging": "asked for, and declined after the date", "answers": "accepted, with an answer", "broken": "broken",
    "missed": "past their date", "own-word": "accepted by the provider's own side",
}  # fmt: skip


class FilterForm(forms.Form):
    """Which time, which customer, which result, with the teams below or without."""

    period = forms.ChoiceField(label="When", required=False)
    since = forms.DateField(label="or from", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="until", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    customer = forms.ChoiceField(label="For", required=False)
    result = forms.ChoiceField(label="About", required=False)
    below = forms.BooleanField(label="With the teams below", required=False)

    def chosen(self, moment: datetime) -> Period:
        """The period that was chosen. Two days win over the list."""
        zone, data = timezone.get_current_timezone(), self.cleaned_data if self.is_valid() else {}
        if data.get("since") and data.get("until"):
            try:
                return periods.days(data["since"], data["until"], zone)
            except Incomplete as error:
                self.add_error(error.field, str(error))
        return periods.from_key(data.get("period") or "", moment, zone)


def mine(request: HttpRequest) -> HttpResponse:
    """What I promised myself, then the teams that I lead, or am in."""
    person, moment = viewer(request), now()
    form = _period_form(request, moment)
    period = form.chosen(moment)
    own = figures_of(of_person(person), period, moment)
    context = _page(form, period, own, "You") | {"teams": _teams_of(person, period, moment)}
    return render(request, "web/figures.html", context)


def mine_behind(request: HttpRequest, figure: str) -> HttpResponse:
    """The promises behind one of my own figures."""
    moment = now()
    period = _period_form(request, moment).chosen(moment)
    return _behind(request, of_person(viewer(request)), period, figure, {})


def team(request: HttpRequest, party_id: int) -> HttpResponse:
    """The figures of a team: all of it, then by customer; or of one tie."""
    moment, found = now(), _team(party_id)
    form = _team_form(request, found, moment)
    period, scope = form.chosen(moment), _scope(form, found)
    read = answers_about(scope.providers, moment)
    each = figures_by_customer(scope, period, moment, read)
    figures = of_all_customers(each, scope, period, read)
    ties = [] if scope.customer else _ties(each)
    context = _page(form, period, figures, found.name) | {
        "team": found,
        "ties": ties,
        "signed": _signed(request, scope, period),
        "own_side": own_side(viewer(request), scope, period),
        "customer": Party.objects.filter(pk=scope.customer).first() if scope.customer else None,
        "query": _query(request),
    }
    return render(request, "web/figures_team.html", context, status=422 if form.errors else 200)


def team_behind(request: HttpRequest, party_id: int, figure: str) -> HttpResponse:
    """The promises behind one of a team's figures, for those who may see them."""
    moment, found = now(), _team(party_id)
    form = _team_form(request, found, moment)
    return _behind(request, _scope(form, found), form.chosen(moment), figure, {"team": found, "query": _query(request)})


def _behind(
    request: HttpRequest, scope: Scope, period: Period, figure: str, context: dict[str, object]
) -> HttpResponse:
    moment = now()
    opened = behind(viewer(request), scope, period, figure, moment)
    context |= {"opened": opened, "period": period, "now": moment, "what": OPENS[figure]}
    return render(request, "web/figures_behind.html", context)


def _page(form: FilterForm, period: Period, figures: Figures, who: str) -> dict[str, object]:
    return {
        "big": words.in_a_sentence(who, figures),
        "form": form,
        "period": period,
        "figures": figures,
        "lines": list(words.lines(figures)),
        "answer_rows": words.answer_rows(figures.told),
        "easier": words.share_said(figures.told.customers.share),
        "easier_sure": words.sure(figures.told.customers.share),
        "gap": words.gap_said(figures.told),
        "pulse": words.pulse_lines(figures.pulse),
    }


# --- whose --------------------------------------------------------------------------------------------------------


def _teams_of(person: Person, period: Period, moment: datetime) -> list[dict[str, object]]:
    """A row for each team that the person leads, and the teams right below it; else for those the person is in."""
    rows = list(Membership.objects.filter(person=person).values_list("team_id", "leads"))
    led = {team for team, leads in rows if leads}
    shown = led | set(Team.objects.filter(parent__in=led).values_list("pk", flat=True)) or {team for team, _ in rows}
    below = with_teams_below(shown)
    every = frozenset().union(*below.values()) if below else frozenset()
    each = figures_by_provider(Scope(every), period, moment) if every else {}
    names = Team.objects.filter(pk__in=shown).order_by("name").values_list("pk", "name")
    return [_row(pk, name, total(each, below[pk])) | {"below": len(below[pk]) > 1} for pk, name in names]


def _ties(by_customer: dict[int, Figures]) -> list[dict[str, object]]:
    names = Party.objects.filter(pk__in=by_customer).order_by("name").values_list("pk", "name", "kind")
    return [_row(pk, name, by_customer[pk]) | {"kind": kind} for pk, name, kind in names]


def _row(pk: int, name: str, figures: Figures) -> dict[str, object]:
    return {
        "pk": pk,
        "name": name,
        "kept": words.short(figures.kept),
        "first": words.short(figures.first),
        "chases": figures.counts.chases,
        "returned": figures.counts.returned,
        "easier": words.short(figures.told.customers.share),
    }


def _team(party_id: int) -> Team:
    found = Team.objects.filter(pk=party_id).first()
    if found is None:
        raise Http404
    return found


def _scope(form: FilterForm, found: Team) -> Scope:
    data = form.cleaned_data if form.is_bound else {}
    below = with_teams_below({found.pk})[found.pk] if data.get("below") else frozenset([found.pk])
    return Scope(below, _number(data.get("customer")), _number(data.get("result")))


def _number(text: str | None) -> int | None:
    return int(text) if text else None


# --- the customers' words -----------------------------------------------------------------------------------------


def _signed(request: HttpRequest, scope: Scope, period: Period) -> list[Signed]:
    return answers.signed(scope, period, visible_to(viewer(request)))


# --- what was chosen ----------------------------------------------------------------------------------------------


def _period_form(request: HttpRequest, moment: datetime) -> FilterForm:
    form = FilterForm(request.GET or None)
    for name in ("customer", "result", "below"):
        del form.fields[name]
    return _with_periods(form, moment)


def _team_form(request: HttpRequest, found: Team, moment: datetime) -> FilterForm:
    form = _with_periods(FilterForm(request.GET or None), moment)
    customers = Party.objects.filter(awaited__provider=found, awaited__private=False).distinct().order_by("name")
    results = Result.objects.filter(owner=found).order_by("name")
    _offer(form, "customer", "everybody", customers.values_list("pk", "name"))
    _offer(form, "result", "everything", results.values_list("pk", "name"))
    if not Team.objects.filter(parent=found).exists():
        del form.fields["below"]
    form.is_valid()
    return form


def _with_periods(form: FilterForm, moment: datetime) -> FilterForm:
    offered = periods.choices(moment, timezone.get_current_timezone())
    field = form.fields["period"]
    field.choices = [(each.key, each.name) for each in offered]  # type: ignore[attr-defined]
    return form


def _offer(form: FilterForm, name: str, all_of_them: str, rows: object) -> None:
    field = form.fields[name]
    field.choices = [("", all_of_them), *((str(pk), said) for pk, said in rows)]  # type: ignore[attr-defined]


def _query(request: HttpRequest) -> str:
    return request.GET.urlencode()
