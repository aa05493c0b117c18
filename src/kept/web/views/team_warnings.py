"""When a team is warned that a date of its own is likely to be missed."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from kept.core.warnings import LEAST_LIKE, THRESHOLD, THRESHOLDS
from kept.outlook.judging import evidence
from kept.outlook.thresholds import said_of, say_threshold, thresholds_of
from kept.people import calendars
from kept.people.models import Team
from kept.people.queries import may_act_for
from kept.web.http import now, viewer


class ThresholdForm(forms.Form):
    """Under which odds."""

    percent = forms.TypedChoiceField(
        label="Warn us when the odds of keeping a date fall under", coerce=int,
        choices=[(each, f"{each} %") for each in THRESHOLDS],
    )  # fmt: skip


def warnings(request: HttpRequest, party_id: int) -> HttpResponse:
    """What each threshold would have done for the team, and which one holds; those who lead it change it."""
    team = Team.objects.select_related("parent").filter(pk=party_id).first()
    if team is None:
        raise Http404
    person, holds = viewer(request), thresholds_of([team])[team.pk]
    form = ThresholdForm(request.POST or None, initial={"percent": holds})
    if request.method == "POST" and form.is_valid():
        say_threshold(person, team, percent=form.cleaned_data["percent"], at=now())
        messages.success(request, "Saved. It holds from the next forecast on.")
        return redirect("web:team-warnings", party_id)
    may_change = calendars.may_change(person, team)
    context = {
        "team": team,
        "holds": holds,
        "said": said_of(team),
        "usual": THRESHOLD,
        "least": LEAST_LIKE,
        "evidence": evidence(team) if may_change or may_act_for(person, team.pk) else None,
        "may_change": may_change,
        "form": form,
    }
    return render(request, "web/team_warnings.html", context, status=422 if form.errors else 200)
