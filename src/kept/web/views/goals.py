"""Goals: those that I see, setting one, one of them; what changed since the programme began, and series beside it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from kept.core.errors import Incomplete, KeptError, NotAllowed
from kept.people.models import Party, Person, Team
from kept.programme.goals import actions
from kept.programme.goals.measuring import LOOK_EVERY, MEASURES, looks
from kept.programme.goals.models import Begun, Figure, Goal, Series
from kept.programme.goals.queries import goal_seen, goals_seen_by, since_it_began
from kept.web import goal_words as words
from kept.web.http import now, viewer

BASELINES = ((28, "the last four weeks"), (90, "the last three months"), (365, "the last year"))


class GoalForm(forms.Form):
    """What is to change, how far, by when, and whose it is."""

    figure = forms.ChoiceField(label="What is to change", choices=Figure.choices)
    customer = forms.ModelChoiceField(
        label="For which customer", queryset=Party.objects.none(), required=False, empty_label="all of them"
    )
    target = forms.FloatField(
        label="To where",
        min_value=0,
        help_text="In per cent; in hours or days for silence and from promise to delivery.",
    )
    until = forms.DateField(label="By when", widget=forms.DateInput(attrs={"type": "date"}))
    baseline = forms.TypedChoiceField(label="Compared with", choices=BASELINES, coerce=int, initial=90)
    owner = forms.ModelChoiceField(label="Whose goal it is", queryset=Person.objects.none())

    def __init__(self, team: Team | None, actor: Person, data: object = None) -> None:
        super().__init__(data, initial={"owner": actor.pk})  # type: ignore[arg-type]
        people = Person.objects.filter(is_active=True)
        owners = people.filter(memberships__team=team) if team else people.filter(memberships__leads=True)
        self.fields["owner"].queryset = (owners | people.filter(pk=actor.pk)).distinct().order_by("name")  # type: ignore[attr-defined]
        if team is None:
            del self.fields["customer"]
        else:
            served = Party.objects.filter(awaited__provider=team, awaited__private=False).distinct().order_by("name")
            self.fields["customer"].queryset = served  # type: ignore[attr-defined]

    def target_as_measured(self) -> float:
        """The target: a share from 0 to 1 where the figure is one."""
        number = float(self.cleaned_data["target"])
        return number / 100 if MEASURES[Figure(self.cleaned_data["figure"])].unit == "%" else number


class BegunForm(forms.Form):
    """The day on which the programme began."""

    on = forms.DateField(
        label="The programme began on", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class SeriesForm(forms.Form):
    """Numbers from elsewhere."""

    name = forms.CharField(
        label="What the numbers are",
        max_length=100,
        help_text="Such as revenue, in thousands. Everybody who works here sees them.",
    )
    file = forms.FileField(label="A CSV file", help_text="Each line a day and a number: 2026-03-01,125000")


def goals(request: HttpRequest) -> HttpResponse:
    """The goals that run, and those that are over."""
    every = list(goals_seen_by(viewer(request)))
    moment = now()
    running = [_row(one) for one in every if one.dropped_at is None and one.until >= moment]
    over = [_row(one) for one in every if one.dropped_at is None and one.until < moment]
    may = [(None, "the company")] if actions.may_set(viewer(request), None) else []
    led = Team.objects.filter(memberships__person=viewer(request), memberships__leads=True).order_by("name")
    context = {"running": running, "over": over, "may_set": [*may, *((one.pk, one.name) for one in led)]}
    return render(request, "web/goals.html", context)


def _row(goal: Goal) -> dict[str, object]:
    latest = next(iter(goal.measurements.all()), None)
    return {
        "goal": goal,
        "aim": words.aim(goal),
        "latest": latest,
        "said": words.of_measurement(latest) if latest else None,
        "reached": words.reached(goal, latest.after) if latest else False,
        "next_look": min(goal.since + LOOK_EVERY * ((latest.number if latest else 0) + 1), goal.until),
    }


def goal(request: HttpRequest, goal_id: int) -> HttpResponse:
    """One goal and what every look at it saw."""
    found = goal_seen(viewer(request), goal_id)
    context = _row(found) | {
        "looks": [(one, words.of_measurement(one)) for one in found.measurements.all()],
        "planned": looks(found.since, found.until),
        "may_drop": found.owner_id == viewer(request).pk or actions.may_set(viewer(request), found.team),
        "section": "web:goals",
    }
    return render(request, "web/goal.html", context)


def new_goal(request: HttpRequest) -> HttpResponse:
    """Set a goal for the company, or for the team that the address names."""
    named = request.GET.get("team", "")
    team = get_object_or_404(Team, pk=int(named)) if named.isdecimal() else None
    if not actions.may_set(viewer(request), team):
        raise NotAllowed("Goals of a team are set by those who lead it or are above it; the company's at the top.")
    form = GoalForm(team, viewer(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.set_goal(
                viewer(request), Figure(data["figure"]), form.target_as_measured(), until=_end_of(data["until"]),
                owner=data["owner"], team=team, customer=data.get("customer"), baseline_days=data["baseline"], at=now(),
            )  # fmt: skip
        except Incomplete as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, "It counts from now, and is measured every four weeks.")
            return redirect("web:goal", made.pk)
    return render(request, "web/goal_new.html", {"form": form, "team": team}, status=422 if form.errors else 200)


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, timezone.get_current_timezone())


@require_POST
def drop_goal(request: HttpRequest, goal_id: int) -> HttpResponse:
    """It is no goal any more."""
    actions.drop_goal(viewer(request), goal_seen(viewer(request), goal_id), at=now())
    messages.success(request, "It is no goal any more. What was measured stays.")
    return redirect("web:goals")


def programme(request: HttpRequest) -> HttpResponse:
    """What changed since the programme began, with the caveat; the day it began; series from elsewhere."""
    moment, may = now(), actions.may_set(viewer(request), None)
    found = since_it_began(moment, timezone.get_current_timezone())
    begun, changed = found or (None, {})
    rows = [(figure.label, words.said(figure, change)) for figure, change in changed.items()]
    context = {
        "begun": begun, "rows": rows, "series": [_drawn(one, begun) for one in Series.objects.order_by("name")],
        "may": may, "begun_form": BegunForm(initial={"on": begun.on if begun else None}), "series_form": SeriesForm(),
        "section": "web:goals",
    }  # fmt: skip
    return render(request, "web/programme.html", context)


@require_POST
def begin_programme(request: HttpRequest) -> HttpResponse:
    """Say on which day it began."""
    form = BegunForm(request.POST)
    if form.is_valid():
        try:
            actions.say_begun(viewer(request), form.cleaned_data["on"], at=now())
        except Incomplete as error:
            messages.error(request, str(error))
    else:
        messages.error(request, "Choose a day.")
    return redirect("web:programme")


@require_POST
def bring_series_in(request: HttpRequest) -> HttpResponse:
    """Take a file of days and numbers in; what could not be used is said line by line."""
    form = SeriesForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, "Say what the numbers are, and choose a file.")
        return redirect("web:programme")
    try:
        done = actions.bring_in(viewer(request), form.cleaned_data["name"], form.cleaned_data["file"].read(), at=now())
    except NotAllowed:
        raise
    except KeptError as error:
        messages.error(request, str(error))
        return redirect("web:programme")
    messages.success(request, f"{done.rows:,} numbers of “{done.series.name}” are in.")
    for line, reason in done.rejected[:20]:
        messages.warning(request, f"Line {line} was left out: {reason}")
    if len(done.rejected) > 20:
        messages.warning(request, f"{len(done.rejected) - 20:,} more lines were left out.")
    return redirect("web:programme")


def _drawn(series: Series, begun: Begun | None) -> dict[str, object]:
    """A series as a line in a box of 600 × 120, with the day of the beginning where it lies inside."""
    points = [(datetime.fromisoformat(day).date(), float(number)) for day, number in series.points]
    first, last = points[0][0], points[-1][0]
    span = max((last - first) / timedelta(days=1), 1)
    low, high = min(number for _, number in points), max(number for _, number in points)
    height = (high - low) or 1.0

    def x(day: date) -> float:
        return round(600 * ((day - first) / timedelta(days=1)) / span, 1)

    line = " ".join(f"{x(day)},{round(110 - 100 * (number - low) / height, 1)}" for day, number in points)
    on = begun.on if begun else None
    mark = x(on) if on is not None and first <= on <= last else None
    return {"name": series.name, "line": line, "mark": mark, "first": points[0], "last": points[-1], "n": len(points)}
