"""When a team works, and what it can carry."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from kept.core.calendars.hours import DAY_NAMES
from kept.core.errors import Incomplete, KeptError
from kept.customers.agreements import agreed_shares
from kept.people import calendars
from kept.people.capacity import capacity_of, say_capacity
from kept.people.models import Team
from kept.promises.carrying import WEEKS, carried
from kept.web.http import now, viewer


class HoursForm(forms.Form):
    """A week's hours, the time zone, and whose public holidays."""

    zone = forms.CharField(
        label="Time zone", help_text="Such as Europe/Berlin.", widget=forms.TextInput(attrs={"list": "zones"})
    )
    country = forms.ChoiceField(label="Public holidays of", required=False, choices=())
    region = forms.CharField(
        label="Region", required=False, help_text="Its letters, such as BY for Bavaria; empty for the whole country."
    )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        country = self.fields["country"]
        country.choices = [("", "None"), *((code, code) for code in calendars.countries())]  # type: ignore[attr-defined]
        for place, day in enumerate(DAY_NAMES):
            hint = "Such as 08:00-12:00, 13:00-17:00; empty where closed." if place == 0 else ""
            self.fields[f"day{place}"] = forms.CharField(label=day, required=False, help_text=hint)
        self.order_fields([f"day{place}" for place in range(7)])

    def days(self) -> list[str]:
        """The seven lines, Monday first."""
        return [self.cleaned_data[f"day{place}"] for place in range(7)]


class DayForm(forms.Form):
    """One day on which the team is closed or works at other hours."""

    day = forms.DateField(label="Which day", widget=forms.DateInput(attrs={"type": "date"}))
    hours = forms.CharField(label="Open", required=False, help_text="Empty where closed; else such as 08:00-12:00.")
    words = forms.CharField(label="What for", required=False, max_length=100)


class CapacityForm(forms.Form):
    """What the team says that it can carry."""

    at_once = forms.IntegerField(label="Promises in work at once", required=False, min_value=0)
    a_week = forms.DecimalField(label="Deliveries a week", required=False, min_value=0, decimal_places=1)


def hours(request: HttpRequest, party_id: int) -> HttpResponse:
    """When the team works; those who lead it change it."""
    team = _team(party_id)
    kept = calendars.hours_of(team)
    start = {f"day{place}": calendars.hours_in_words(each) for place, each in enumerate(kept.calendar.week)}
    start |= {"zone": kept.calendar.zone, "country": kept.country, "region": kept.region}
    form = HoursForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            week = calendars.week_from_words(form.days())
            calendars.set_hours(
                viewer(request), team, zone=data["zone"], week=week, country=data["country"], region=data["region"]
            )
        except KeptError as error:
            _beside(form, error)
        else:
            messages.success(request, "Saved. Agreements reckon with these hours from now on.")
            return redirect("web:team-hours", party_id)
    return _hours_page(request, team, form, DayForm())


@require_POST
def special_day(request: HttpRequest, party_id: int) -> HttpResponse:
    """Add a day that is different."""
    team = _team(party_id)
    form = DayForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            open_at = calendars.hours_from_words(data["hours"], "That day")
            calendars.set_special_day(viewer(request), team, data["day"], hours=open_at, words=data["words"])
        except KeptError as error:
            _beside(form, error)
        else:
            messages.success(request, "Added.")
            return redirect("web:team-hours", party_id)
    return _hours_page(request, team, HoursForm(), form)


@require_POST
def forget_day(request: HttpRequest, party_id: int, day: str) -> HttpResponse:
    """Take a special day back."""
    try:
        calendars.forget_special_day(viewer(request), _team(party_id), date.fromisoformat(day))
    except ValueError as error:
        raise Http404 from error
    messages.success(request, "Taken back.")
    return redirect("web:team-hours", party_id)


def capacity(request: HttpRequest, party_id: int) -> HttpResponse:
    """What the team says that it can carry, beside what it does."""
    team = _team(party_id)
    says = capacity_of(team)
    form = CapacityForm(
        request.POST or None, initial={"at_once": says.at_once, "a_week": says.a_week} if says else None
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        say_capacity(viewer(request), team, at_once=data["at_once"], a_week=data["a_week"], at=now())
        messages.success(request, "Saved.")
        return redirect("web:team-capacity", party_id)
    found = carried(team.pk, now(), agreed_shares(team.pk))
    context = {
        "team": team,
        "says": says,
        "carried": found,
        "over": bool(says and says.at_once is not None and found.in_work > says.at_once),
        "weeks": WEEKS,
        "form": form,
        "may_change": calendars.may_change(viewer(request), team),
    }
    return render(request, "web/team_capacity.html", context, status=422 if form.errors else 200)


def _hours_page(request: HttpRequest, team: Team, hours_form: HoursForm, day_form: DayForm) -> HttpResponse:
    kept = calendars.hours_of(team)
    today = now().date()
    context = {
        "team": team,
        "kept": kept,
        "coming": calendars.days_off(kept, today, today + timedelta(days=365)),
        "special": kept.source.special_days.filter(day__gte=today) if kept.source else [],
        "may_change": calendars.may_change(viewer(request), team),
        "hours_form": hours_form,
        "day_form": day_form,
        "zones": calendars.zones(),
    }
    wrong = hours_form.errors or day_form.errors
    return render(request, "web/team_hours.html", context, status=422 if wrong else 200)


def _team(party_id: int) -> Team:
    team = Team.objects.select_related("parent").filter(pk=party_id).first()
    if team is None:
        raise Http404
    return team


def _beside(form: forms.Form, error: KeptError) -> None:
    field = error.field if isinstance(error, Incomplete) and error.field in form.fields else None
    form.add_error(field, str(error))
