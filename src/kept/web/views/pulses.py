"""The three questions of a quarter."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from kept.promises.figures.boxes import QUESTIONS
from kept.promises.figures.pulses import answer_pulse, pulses_due
from kept.promises.models import PulseAnswer
from kept.web.http import now, viewer


class PulseForm(forms.Form):
    """Can I trust them, can I count on them, do they care."""

    trust = forms.ChoiceField(label="Can you trust them?", choices=PulseAnswer.Says, widget=forms.RadioSelect)
    count_on = forms.ChoiceField(label="Can you count on them?", choices=PulseAnswer.Says, widget=forms.RadioSelect)
    care = forms.ChoiceField(label="Do they care?", choices=PulseAnswer.Says, widget=forms.RadioSelect)


def pulses(request: HttpRequest) -> HttpResponse:
    """Whom I am asked about."""
    return render(request, "web/figures_pulses.html", {"due": pulses_due(viewer(request), now())})


def pulse(request: HttpRequest, customer_id: int, provider_id: int) -> HttpResponse:
    """The three questions about one provider, answered once."""
    asked = (each for each in pulses_due(viewer(request), now()))
    due = next((each for each in asked if (each.customer, each.provider) == (customer_id, provider_id)), None)
    if due is None:
        raise Http404
    form = PulseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        says = [form.cleaned_data[name] for name in QUESTIONS]
        answer_pulse(viewer(request), customer=customer_id, provider=provider_id, says=says, at=now())
        messages.success(request, f"Thank you. {due.provider_name} sees it only together with four more answers.")
        return redirect("web:pulses")
    return render(request, "web/figures_pulse.html", {"due": due, "form": form}, status=422 if form.errors else 200)
