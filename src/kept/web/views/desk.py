"""My desk: what I owe, what I await, what needs my answer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kept.promises import queries
from kept.web.http import now, viewer


def desk(request: HttpRequest) -> HttpResponse:
    """The page that a person starts from."""
    moment = now()
    return render(request, "web/desk.html", {"desk": queries.desk(viewer(request), moment), "now": moment})
