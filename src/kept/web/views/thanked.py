"""Thanks and everyone behind them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kept.complaints.credits.chain import credits_of
from kept.programme.campaign.stories import may_write
from kept.web.http import now, viewer


def thanks(request: HttpRequest, thanks_id: int) -> HttpResponse:
    """Who is to be thanked: the chain behind it with who did what, as far as the viewer may know of it."""
    found = credits_of(viewer(request), thanks_id)
    promise = found.thanks.promise
    may_tell = promise is not None and may_write(viewer(request), promise)
    context = {"found": found, "thanks": found.thanks, "may_tell": may_tell, "now": now()}
    return render(request, "web/thanks.html", context)
