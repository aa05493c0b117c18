"""My calendar: the secret address of what I owe and await, for the calendar that I use; and the feed behind it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kept.core.errors import NotFound
from kept.promises import calendar_feed
from kept.promises.models import CalendarFeed
from kept.web.http import now, viewer
from kept.web.throttle import too_often
from kept.web.views.customer_links import outside_address, where_kept_is

MOST_A_MINUTE = 30


def page(request: HttpRequest) -> HttpResponse:
    """Whether there is an address, and how to use it; the address itself is shown once, where it is made."""
    return _page(request, "")


@never_cache
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """A new address, in place of the one before; shown this once."""
    secret = calendar_feed.make_feed(viewer(request), at=now())
    return _page(request, outside_address(request, reverse("web:calendar-feed", args=[secret])))


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """The address opens nothing from now on."""
    calendar_feed.end_feed(viewer(request))
    messages.success(request, "The address opens nothing any more. Remove the calendar from your program too.")
    return redirect("web:calendar")


def _page(request: HttpRequest, address: str) -> HttpResponse:
    feed = CalendarFeed.objects.filter(person=viewer(request)).first()
    context = {"feed": feed, "address": address, "webcal": _webcal(address), "now": now()}
    return render(request, "web/calendar.html", context)


def _webcal(address: str) -> str:
    """The address as Apple's and others' calendars open it with one press."""
    return f"webcal://{address.split('//', 1)[1]}" if address else ""


@login_not_required
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The feed; 304 where the program has it already, 404 for an address that is none (any more)."""
    if too_often(secret, most=MOST_A_MINUTE):
        return HttpResponse("Too often; once an hour is enough.\n", status=429, headers={"Retry-After": "60"})
    moment = now()
    try:
        person = calendar_feed.feed_of(secret, at=moment).person
    except NotFound:
        return HttpResponse("This calendar is not here, or not any more.\n", content_type="text/plain", status=404)
    promises = calendar_feed.in_calendar(person, moment)
    etag = f'"{calendar_feed.mark(person, promises)}"'
    known = get_conditional_response(request, etag=etag)
    response = known or HttpResponse(
        calendar_feed.written(person, promises, where_kept_is(request)), content_type="text/calendar; charset=utf-8"
    )
    for name, value in {
        "ETag": etag,
        "Cache-Control": "private, max-age=300",
        "Content-Disposition": 'inline; filename="promises.ics"',
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
    }.items():
        response.headers[name] = value
    return response
