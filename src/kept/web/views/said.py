"""Thanks and complaints of people who work here: saying them, and hearing them for the side that they were said to."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from kept.complaints import actions
from kept.core.errors import Incomplete, NotAllowed, Refused
from kept.core.terms import Side
from kept.promises.access import promise_for_seeing
from kept.web import fields
from kept.web.http import now, viewer
from kept.web.views.complaints import heard

SAYING = {
    "thank": ("Say thanks", "What did they make easier for you?", "Thank you. They read it on their desk."),
    "complain": ("Complain", "What went wrong for you?", "They have your complaint. Somebody answers it here."),
}


class WordsForm(forms.Form):
    """What somebody wants to say."""

    words = fields.words("In your words", required=True)


def say(request: HttpRequest, promise_id: int, what: str) -> HttpResponse:
    """The form with which the customer's side thanks or complains about a promise; a POST says it."""
    if what not in SAYING:
        raise Http404
    seen = promise_for_seeing(viewer(request), promise_id)
    if Side.CUSTOMER not in seen.sides:
        raise NotAllowed("Only the customer's side thanks or complains.")
    form = WordsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = actions.thank if what == "thank" else actions.complain
        try:
            act(viewer(request), promise_id, form.cleaned_data["words"], at=now())
        except Incomplete as error:
            form.add_error("words", str(error))
        else:
            messages.success(request, SAYING[what][2])
            return redirect("web:promise", promise_id)
    context = {"form": form, "promise": seen.promise, "heading": SAYING[what][0], "question": SAYING[what][1]}
    return render(request, "web/say.html", context, status=422 if form.errors else 200)


@require_POST
def hear(request: HttpRequest, what: str, said_id: int) -> HttpResponse:
    """Somebody of the provider's side has heard it, with a word of theirs."""
    if what == "complaint":
        return heard(request, said_id)
    if what != "thanks":
        raise Http404
    try:
        said = actions.hear_thanks(viewer(request), said_id, request.POST.get("words", ""), at=now())
    except (NotAllowed, Incomplete):
        raise
    except Refused as error:
        messages.warning(request, str(error))
        return redirect("web:desk")
    messages.success(request, "They know that you have heard it.")
    return redirect("web:promise", said.promise_id) if said.promise_id else redirect("web:desk")
