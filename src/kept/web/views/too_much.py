"""It is too much: what would have to give, and one press that opens those conversations. And who was brought in."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from kept.core.errors import NotFound, Refused, WrongState
from kept.ledger import book
from kept.promises import access, actions
from kept.promises.access import View
from kept.promises.brought_in import brought_into, so_far
from kept.promises.help import TooMuch, open_conversations, to_ask_for_help, too_much
from kept.promises.models import Promise
from kept.promises.standing import standing
from kept.promises.story import story
from kept.web import dated, dates, fields
from kept.web.dates import Beside
from kept.web.help_form import TooMuchForm, said
from kept.web.http import now, viewer


def mine(request: HttpRequest) -> HttpResponse:
    """What I carry, and what would have to give; a POST opens the conversations."""
    return _page(request, None)


def with_promise(request: HttpRequest, promise_id: int) -> HttpResponse:
    """The same from within a promise: help with it, and what its provider carries up to its date."""
    if request.headers.get("HX-Request"):  # a page of its own, not a short form inside the promise's
        return HttpResponse(headers={"HX-Redirect": reverse("web:ask-help", args=[promise_id])})
    try:
        asking = to_ask_for_help(viewer(request), promise_id)
    except WrongState as error:
        messages.info(request, str(error))
        return redirect("web:promise", promise_id)
    return _page(request, asking)


def _page(request: HttpRequest, promise: Promise | None) -> HttpResponse:
    person, moment = viewer(request), now()
    carried = too_much(person, moment, until=promise)
    form, odds = _form(request, carried, promise), None
    if dates.pressed(request):
        odds = _odds(request, form, carried)
    if request.method == "POST" and form.is_valid():
        moved, help_with = form.dates(), form.help_with()
        try:
            open_conversations(person, moved, form.cleaned_data["words"], at=moment, help_with=help_with)
        except Refused as error:
            form.show(error)
        else:
            messages.success(request, said(moved, help_with))
            return redirect("web:promise", promise.pk) if promise else redirect("web:desk")
    context = {"carried": carried, "form": form, "promise": promise, "now": moment, "dates": odds}
    return render(request, "web/too_much.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, carried: TooMuch, promise: Promise | None) -> TooMuchForm:
    """The form as it was sent; where a button was pressed that only looks at dates, as it was typed so far."""
    if dates.pressed(request):
        return TooMuchForm(None, carried=carried, asking=promise, initial=dates.taken(request))
    return TooMuchForm(request.POST or None, carried=carried, asking=promise)


def _odds(request: HttpRequest, form: TooMuchForm, carried: TooMuch) -> Beside | None:
    """The odds beside one of the dates, where a button without a script asked for them."""
    key = dates.key_of(request)
    if key not in {str(one.promise.pk) for one in carried.open}:
        return None
    seen = access.promise_for_seeing(viewer(request), int(key))
    chosen = dates.moment_in(form[dates.field_name(key)].value())
    return dated.in_promise(viewer(request), seen, now(), chosen, key=key)


class AnswerForm(forms.Form):
    """What somebody who was brought in says."""

    words = fields.words("What do you say?", "Both sides read it.", required=True)


def brought_in(request: HttpRequest, promise_id: int) -> HttpResponse:
    """The story so far for somebody who was brought in, on one screen; a POST answers."""
    person, moment = viewer(request), now()
    seen = access.promise_for_seeing(person, promise_id)
    events = book.read(promise_id) if seen.view is View.FULL else []
    called = [each for each in brought_into(seen.promise, events) if each.who == person.pk]
    if not called:
        raise NotFound("Nobody has brought you in there.")
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_as_brought_in(person, promise_id, form.cleaned_data["words"], at=moment)
        except Refused as error:
            form.add_error("words", str(error))
        else:
            messages.success(request, "Both sides have your answer.")
            return redirect("web:promise", promise_id)
    context = {
        "promise": seen.promise,
        "called": called[-1],
        "standing": standing(seen.promise, person, moment),
        "lines": so_far(story(seen.promise, person, seen.sides)),
        "form": form,
        "now": moment,
    }
    return render(request, "web/brought_in.html", context, status=422 if form.errors else 200)
