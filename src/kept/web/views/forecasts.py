"""How good are our forecasts? What was worked out last; the page reckons nothing itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kept.outlook.quality import quality
from kept.outlook.replay import When
from kept.web.forecast_words import judged, ticks
from kept.web.http import now


def page(request: HttpRequest) -> HttpResponse:
    """How the dates that Kept named held, at each moment at which it names them."""
    kept = [found for when in When if (found := quality(when)) is not None]
    shown = [judged(one) for one in kept if one.ended]
    context = {
        "judged": shown,
        "ticks": ticks(),
        "big": shown[0].headline if shown else "",
        "worked_out": kept[0].at if kept else None,
        "forecasts": max((one.forecasts for one in kept), default=0),
        "now": now(),
    }
    return render(request, "web/forecasts.html", context)
