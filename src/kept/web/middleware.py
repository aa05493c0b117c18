"""What every answer of the pages goes through."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from kept.core.errors import KeptError, NotAllowed, NotFound

Answer = Callable[[HttpRequest], HttpResponse]
POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"


def content_security_policy(get_response: Answer) -> Answer:
    """Scripts, styles and pictures come from here alone; nothing inline runs."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return middleware


def time_zone(get_response: Answer) -> Answer:
    """Dates are said and read in the viewer's time zone, which the browser tells in a cookie."""

    def middleware(request: HttpRequest) -> HttpResponse:
        try:
            timezone.activate(ZoneInfo(request.COOKIES.get("kept_zone", settings.TIME_ZONE)))
        except (ValueError, OSError, ZoneInfoNotFoundError):
            timezone.deactivate()
        return get_response(request)

    return middleware


class Refusals:
    """A refusal that a view did not show beside its form becomes a page that says it in plain words."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, KeptError):
            return None
        status = 404 if isinstance(error, NotFound) else 403 if isinstance(error, NotAllowed) else 409
        return render(request, "web/refused.html", {"reason": str(error)}, status=status)


refusals = Refusals
