"""What a webhook and a team's chat have in common on their pages: how it goes, the calls made, and the buttons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from kept.notify.calling import endpoints
from kept.notify.models import Call, Endpoint
from kept.web.http import now

SHOWN = 50
ON_ITS_WAY = "on its way"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the pages of an endpoint lie: the names of the routes, and what stands in their addresses before its id."""

    prefix: str
    before: tuple[int, ...] = ()

    def all(self) -> str:
        """The list."""
        return reverse(f"web:{self.prefix}s", args=self.before)

    def one(self, endpoint: Endpoint) -> str:
        """The page of one."""
        return reverse(f"web:{self.prefix}", args=(*self.before, endpoint.pk))

    def button(self, endpoint: Endpoint, what: str) -> str:
        """Where a button sends."""
        return reverse(f"web:{self.prefix}-do", args=(*self.before, endpoint.pk, what))

    def again(self, endpoint: Endpoint, call: Call) -> str:
        """Where the button beside a call sends."""
        return reverse(f"web:{self.prefix}-again", args=(*self.before, endpoint.pk, call.pk))


@dataclass(frozen=True, slots=True)
class Row:
    """One call of the log: what became of it in a word, and where its button sends ("" where there is none).

    `waits`: it is not to be made yet, for the team is not at work.
    """

    call: Call
    word: str
    tone: str = ""
    again: str = ""
    waits: bool = False


def log_of(endpoint: Endpoint, place: Place) -> list[Row]:
    """The newest calls, each with all its attempts."""
    calls: QuerySet[Call] = endpoint.calls.order_by("-pk").select_related("promise").prefetch_related("tries")
    at = now()
    return [_row(endpoint, call, place, at) for call in calls[:SHOWN]]


def _row(endpoint: Endpoint, call: Call, place: Place, at: datetime) -> Row:
    again = "" if endpoint.gave_up_at else place.again(endpoint, call)
    if call.done_at is not None:
        return Row(call, "arrived" if call.tries.all() else "not needed any more", "", again)
    if call.gave_up_at is not None:
        return Row(call, "did not arrive", "alarm", again)
    if call.attempts:
        return Row(call, "failed, is tried again", "watch", again)
    return Row(call, "waits for working hours", waits=True) if call.next_at > at else Row(call, ON_ITS_WAY)


def is_on_its_way(rows: list[Row]) -> bool:
    """Whether something is being called at this moment: then the page looks again by itself."""
    return any(row.word == ON_ITS_WAY for row in rows)


def begin_test(endpoint: Endpoint, body: str, request: HttpRequest) -> None:
    """Send a test call."""
    endpoints.test(endpoint, body, at=now())
    messages.success(request, "A test call is on its way. What comes of it stands below.")


def do(request: HttpRequest, endpoint: Endpoint, what: str, place: Place, test_body: Callable[[], str]) -> HttpResponse:
    """What a button of its page does. Raises Http404 for one that there is not."""
    match what:
        case "test":
            begin_test(endpoint, test_body(), request)
        case "off":
            endpoints.switch_off(endpoint, at=now())
            messages.success(request, f"“{endpoint}” is off. What happens meanwhile is not sent afterwards.")
        case "on":
            endpoints.switch_on(endpoint, at=now())
            messages.success(request, f"“{endpoint}” is on again.")
        case "remove":
            endpoints.remove(endpoint)
            messages.success(request, f"“{endpoint}” is removed, and the log of its calls.")
            return redirect(place.all())
        case _:
            raise Http404
    return redirect(place.one(endpoint))


def do_again(request: HttpRequest, endpoint: Endpoint, call_id: int, place: Place) -> HttpResponse:
    """Make a call once more."""
    endpoints.again(endpoint, call_id, at=now())
    messages.success(request, "It is sent again, with the same webhook-id.")
    return redirect(place.one(endpoint))
