"""The odds of the dates, as a form is filled in. Nothing here records anything."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from kept.core.errors import NotAllowed
from kept.promises import access
from kept.web import dated
from kept.web.dates import Beside, moment_in
from kept.web.http import now, viewer
from kept.web.opening_forms import AskForm, OfferForm, OpeningForm

FORMS: dict[str, type[OpeningForm]] = {"ask": AskForm, "offer": OfferForm}


@require_POST
def of_opening(request: HttpRequest, kind: str) -> HttpResponse:
    """The odds on the form that asks or offers, as it is typed; what is typed stays out of the address."""
    if kind not in FORMS:
        raise Http404
    form = FORMS[kind](None, person=viewer(request), initial=request.POST.dict())
    return _odds(request, dated.of_opening(form, now()))


@require_safe
def of_promise(request: HttpRequest, promise_id: int) -> HttpResponse:
    """The odds of the date `?due=` (or `?due_ID=`, where a form has several) in a promise, for its two sides."""
    seen = access.promise_for_seeing(viewer(request), promise_id)
    if not seen.sides:
        raise NotAllowed("You can see this promise, but only the two sides give dates in it.")
    several = f"due_{promise_id}" in request.GET
    chosen = moment_in(request.GET.get(f"due_{promise_id}" if several else "due", ""))
    key = str(promise_id) if several else ""
    return _odds(request, dated.in_promise(viewer(request), seen, now(), chosen, key=key))


def _odds(request: HttpRequest, beside: Beside) -> HttpResponse:
    return render(request, "components/dates_odds.html", {"shown": beside.shown, "now": now()})
