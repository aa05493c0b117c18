"""Asking for what a promise needs, from within it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from kept.core import acts
from kept.core.errors import NotAllowed, Refused
from kept.core.state import State
from kept.core.terms import Side
from kept.promises import access, actions
from kept.promises.models import Promise
from kept.web import dated, dates, whom
from kept.web.filing import attached
from kept.web.http import now, viewer
from kept.web.needs_form import NeedsForm
from kept.web.views.promise import show


def needs(request: HttpRequest, promise_id: int) -> HttpResponse:
    """The form that asks for what a promise needs; a POST asks and links."""
    person = viewer(request)
    seen = access.promise_for_seeing(person, promise_id)
    if Side.PROVIDER not in seen.sides:
        raise NotAllowed("Only those who have promised it ask for what it needs.")
    if seen.promise.state != State.PROMISED:
        messages.info(request, "Nothing is promised here now, so it needs nothing. This is how it stands.")
        return redirect("web:promise", promise_id)
    sent = attached(request, None)
    if whom.pressed(request):
        form = NeedsForm(None, person=person, needed_for=seen.promise, attached=sent, said=whom.said(request.POST))
        taken = form.provider if whom.CHOOSE in request.POST else None
        found = None if taken else whom.who_may(form, now())
        return _page(request, form, seen.promise, {"taken": taken, "whom": found})
    odds_only = dates.pressed(request)
    start = dates.taken(request) if odds_only else None
    typed = None if odds_only else request.POST or None
    form = NeedsForm(typed, person=person, needed_for=seen.promise, attached=sent, said=start)
    if request.method == "POST" and form.is_valid():
        opening = dated.opened_with(form, now())
        try:
            if isinstance(opening, acts.Ask):
                opened = actions.ask_upstream(person, promise_id, opening, at=now())
                messages.success(request, f"{opened.provider} has your ask, and this promise relies on it.")
        except Refused as error:
            show(form, error)
        else:
            return redirect("web:promise", promise_id)
    return _page(request, form, seen.promise, {"whom": whom.left_open(form, now())})


def _page(request: HttpRequest, form: NeedsForm, promise: Promise, more: dict[str, object]) -> HttpResponse:
    moment = now()
    context = {"form": form, "promise": promise, "dates": dated.of_opening(form, moment), "now": moment}
    return render(request, "web/needs.html", context | more, status=422 if form.errors else 200)
