"""Reviews between two teams: those that I see, one of them, and what each side does in it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from kept.core.errors import Incomplete
from kept.core.terms import Terms
from kept.people.models import Team
from kept.people.queries import may_act_for
from kept.programme.reviews import actions
from kept.programme.reviews.models import Review
from kept.programme.reviews.queries import led_pairs, period_of, prepared, review_seen, seen_by
from kept.promises.figures import Figures
from kept.web import figure_words as words
from kept.web.http import now, viewer

LOOKED_AT = ("kept", "returns", "chases")
"""The figures of a review, by what opens the promises behind them."""


class OpenForm(forms.Form):
    """Which of my teams, and with whom."""

    team = forms.ModelChoiceField(label="Your team", queryset=Team.objects.none())
    other = forms.ModelChoiceField(label="With", queryset=Team.objects.order_by("name"))

    def __init__(self, mine: object, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["team"].queryset = mine  # type: ignore[attr-defined]


class LeaveWithForm(forms.Form):
    """A promise to leave with: what, by when, done when, and who gives it."""

    what = forms.CharField(label="What", max_length=200)
    due = forms.DateTimeField(label="By when", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    done_when = forms.CharField(label="Done when", required=False, max_length=500)
    gives = forms.ChoiceField(label="Who does it", choices=(("us", "We offer it"), ("them", "We ask them for it")))


def reviews(request: HttpRequest) -> HttpResponse:
    """The reviews of my teams, and opening one by hand."""
    every = list(seen_by(viewer(request))[:60])
    mine = led_pairs(viewer(request))
    context = {
        "waiting": [one for one in every if one.held_at is None],
        "held": [one for one in every if one.held_at is not None],
        "form": OpenForm(mine) if mine else None,
    }
    return render(request, "web/reviews.html", context)


@require_POST
def open_one(request: HttpRequest) -> HttpResponse:
    """Prepare a review by hand."""
    form = OpenForm(led_pairs(viewer(request)), request.POST)
    if not form.is_valid():
        messages.error(request, "Choose your team and the other one.")
        return redirect("web:reviews")
    try:
        made = actions.open_review(viewer(request), form.cleaned_data["team"], form.cleaned_data["other"], at=now())
    except Incomplete as error:
        messages.error(request, str(error))
        return redirect("web:reviews")
    return redirect("web:review", made.pk)


def review(request: HttpRequest, review_id: int) -> HttpResponse:
    """The prepared page of one."""
    return _page(request, review_seen(viewer(request), review_id))


def _page(request: HttpRequest, found: Review, form: LeaveWithForm | None = None) -> HttpResponse:
    sides = [(team, wants, may_act_for(viewer(request), team.pk)) for team, wants in _sides(found)]
    page = prepared(found, now())
    context = {
        "page": page,
        "rows": [(direction, _lines(direction.figures)) for direction in page.directions],
        "sides": sides,
        "mine": next((team for team, _, acts in sides if acts), None),
        "form": form or LeaveWithForm(),
        "period": period_of(found.quarter),
        "section": "web:reviews",
    }
    return render(request, "web/review.html", context, status=422 if form is not None and form.errors else 200)


def _sides(found: Review) -> list[tuple[Team, str]]:
    return [(found.one, found.one_wants), (found.other, found.other_wants)]


def _lines(figures: Figures) -> list[words.Line]:
    return [line for line in words.lines(figures) if line.behind in LOOKED_AT]


@require_POST
def want(request: HttpRequest, review_id: int, party_id: int) -> HttpResponse:
    """The one thing that a side wants."""
    found, team = review_seen(viewer(request), review_id), get_object_or_404(Team, pk=party_id)
    try:
        actions.say_want(viewer(request), found, team, request.POST.get("words", ""))
    except Incomplete as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Said. It can be changed until the review was held.")
    return redirect("web:review", review_id)


@require_POST
def leave_with(request: HttpRequest, review_id: int, party_id: int) -> HttpResponse:
    """Leave with a promise."""
    found, own = review_seen(viewer(request), review_id), get_object_or_404(Team, pk=party_id)
    form = LeaveWithForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        other = found.other if own.pk == found.one_id else found.one
        terms = Terms(data["what"], data["due"], data["done_when"])
        try:
            actions.leave_with(
                viewer(request), found, own, terms, gives=own if data["gives"] == "us" else other, at=now()
            )
        except Incomplete as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, "It lies with the other side now, and is looked at in the next review.")
            return redirect("web:review", review_id)
    return _page(request, found, form)


@require_POST
def hold(request: HttpRequest, review_id: int) -> HttpResponse:
    """It was held."""
    actions.hold(viewer(request), review_seen(viewer(request), review_id), at=now())
    messages.success(request, "Held. The next one asks what became of what you left with.")
    return redirect("web:review", review_id)
