"""Thanks and everyone behind them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kept.complaints.credits.chain import credits_of
from kept.web.http import now, viewer


def thanks(request: HttpRequest, thanks_id: int) -> HttpResponse:
    """Who is to be thanked: the chain behind it with who did what, as far as the viewer may know of it."""
    found = credits_of(viewer(request), thanks_id)
    return render(request, "web/thanks.html", {"found": found, "thanks": found.thanks, "now": now()})
