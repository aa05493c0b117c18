"""My desk: what I owe, what I await, what needs my answer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kept.complaints.queries import unheard
from kept.programme.leading import leads_somebody
from kept.promises.asked_for_help import help_asked_of
from kept.promises.brought_in import waiting_for
from kept.promises.desk import desk as desk_of
from kept.promises.desk import stamp
from kept.promises.figures.pulses import pulses_due
from kept.web.http import NOTHING_NEW, now, viewer


def desk(request: HttpRequest) -> HttpResponse:
    """The page that a person starts from.

    A page that is open already says in `Kept-Known` which desk it shows: it gets the desk alone, or nothing where
    nothing can have changed.
    """
    moment, person = now(), viewer(request)
    known, mark = request.headers.get("Kept-Known"), stamp(person, moment)
    if known == mark:
        return HttpResponse(status=NOTHING_NEW)
    context = {
        "desk": desk_of(person, moment),
        "brought_in": waiting_for(person),
        "help_asked": help_asked_of(person),
        "said": unheard(person),
        "pulses": pulses_due(person, moment),
        "leads": leads_somebody(person),
        "now": moment,
        "stamp": mark,
    }
    return render(request, "web/desk.html" if known is None else "components/desk.html", context)
