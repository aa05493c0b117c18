"""Private links of outside customers, my calendar for other programs, and the webhooks that tell them of events."""

from __future__ import annotations

from typing import Annotated

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Path, Query, Router

from kept.api.v1.cursors import Order, number, page_of
from kept.api.v1.door import caller
from kept.api.v1.routes.named import PromiseId
from kept.api.v1.shapes.base import LARGEST_ID, Page, Paged
from kept.api.v1.shapes.secrets import (
    CalendarMade,
    CalendarOut,
    CallOut,
    LinkMade,
    LinkOut,
    SecretOut,
    WebhookChange,
    WebhookIn,
    WebhookMade,
    WebhookOut,
)
from kept.notify.calling import endpoints
from kept.notify.models import Endpoint
from kept.promises import calendar_feed, customer_links
from kept.promises.models import CalendarFeed

router = Router(tags=["Links, calendar, webhooks"])
NEWEST: Order[int] = Order("newest", "pk", down=True, read=number)
LinkId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The link.")]
WebhookId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The webhook.")]
CallId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The call.")]
SECRETS = ("address", "secret")
"""What an answer shows once: the answer that is kept for a repeated call lacks it."""


@router.get(
    "/promises/{int:promise_id}/links", response=Page[LinkOut], operation_id="list_links", summary="Its private links"
)  # fmt: skip
def list_links(request: HttpRequest, promise_id: PromiseId) -> Page[LinkOut]:
    """The good links to a promise of an outside customer, newest first; for those who act for that customer."""
    who = caller(request)
    rows = customer_links.links_of(who.person, promise_id, at=who.at)
    return Page(items=[LinkOut.of(row) for row in rows], next=None)


@router.post(
    "/promises/{int:promise_id}/links", response=LinkMade, operation_id="make_link", summary="Make a private link"
)  # fmt: skip
def make_link(request: HttpRequest, promise_id: PromiseId) -> LinkMade:
    """Make a link for the outside customer of a promise, good for 90 days; its address is shown this once."""
    who = caller(request)
    who.shown_once = SECRETS
    link, secret = customer_links.make_link(who.person, promise_id, at=who.at)
    return LinkMade.made(link, _address("web:customer-link", secret))


@router.delete(
    "/promises/{int:promise_id}/links/{int:link_id}", response={204: None}, operation_id="revoke_link",
    summary="Revoke a private link",
)  # fmt: skip
def revoke_link(request: HttpRequest, promise_id: PromiseId, link_id: LinkId) -> None:
    """The link opens nothing from now on."""
    customer_links.revoke(caller(request).person, promise_id, link_id, at=caller(request).at)


@router.get("/me/calendar", response=CalendarOut, operation_id="get_calendar", summary="My calendar")
def get_calendar(request: HttpRequest) -> CalendarOut:
    """Whether what you owe and await has an address for calendar programs, and when one last asked there."""
    return CalendarOut.of(CalendarFeed.objects.filter(person=caller(request).person).first())


@router.post("/me/calendar", response=CalendarMade, operation_id="make_calendar", summary="Give it an address")
def make_calendar(request: HttpRequest) -> CalendarMade:
    """Make a new address in place of the one before; it is shown this once."""
    who = caller(request)
    who.shown_once = SECRETS
    return CalendarMade(address=_address("web:calendar-feed", calendar_feed.make_feed(who.person, at=who.at)))


@router.delete("/me/calendar", response={204: None}, operation_id="end_calendar", summary="End its address")
def end_calendar(request: HttpRequest) -> None:
    """The address opens nothing from now on."""
    calendar_feed.end_feed(caller(request).person)


def _address(page: str, secret: str) -> str:
    return f"{settings.KEPT_ADDRESS}{reverse(page, args=[secret])}"


# --- webhooks -----------------------------------------------------------------------------------------------------


@router.get("/webhooks", response=Page[WebhookOut], operation_id="list_webhooks", summary="My webhooks")
def list_webhooks(request: HttpRequest) -> Page[WebhookOut]:
    """The programs of yours that are told of what happens, oldest first."""
    rows = endpoints.endpoints_of(caller(request).person).filter(kind=Endpoint.Kind.WEBHOOK)
    return Page(items=[WebhookOut.of(row) for row in rows], next=None)


@router.post("/webhooks", response={201: WebhookMade}, operation_id="add_webhook", summary="Add a webhook")
def add_webhook(request: HttpRequest, response: HttpResponse, webhook: WebhookIn) -> WebhookMade:
    """Tell a program of yours of each event that you may see; the secret that signs the calls is shown this once."""
    who = caller(request)
    who.shown_once = SECRETS
    kind = Endpoint.Kind.WEBHOOK
    made = endpoints.add(who.person, who.person, kind=kind, at=who.at, **webhook.model_dump())
    response.headers["Location"] = f"/api/v1/webhooks/{made.pk}"
    return WebhookMade.made(made)


@router.get("/webhooks/{int:webhook_id}", response=WebhookOut, operation_id="get_webhook", summary="One webhook")
def get_webhook(request: HttpRequest, webhook_id: WebhookId) -> WebhookOut:
    """A webhook of yours, and how it goes."""
    return WebhookOut.of(_mine(request, webhook_id))


@router.put(
    "/webhooks/{int:webhook_id}", response=WebhookOut, operation_id="change_webhook", summary="Change a webhook"
)  # fmt: skip
def change_webhook(request: HttpRequest, webhook_id: WebhookId, change: WebhookChange) -> WebhookOut:
    """Choose its events, and switch it on or off; what happens while it is off is not sent afterwards."""
    webhook, at = _mine(request, webhook_id), caller(request).at
    endpoints.choose_events(webhook, change.events)
    if change.on and webhook.gave_up_at is not None:
        endpoints.switch_on(webhook, at=at)
    if not change.on:
        endpoints.switch_off(webhook, at=at)
    return get_webhook(request, webhook_id)


@router.post(
    "/webhooks/{int:webhook_id}/secret", response=SecretOut, operation_id="change_secret", summary="A new secret"
)  # fmt: skip
def change_secret(request: HttpRequest, webhook_id: WebhookId) -> SecretOut:
    """Change the secret that signs its calls; it is shown this once."""
    who = caller(request)
    who.shown_once = SECRETS
    return SecretOut(secret=endpoints.change_secret(_mine(request, webhook_id), at=who.at))


@router.delete(
    "/webhooks/{int:webhook_id}", response={204: None}, operation_id="remove_webhook", summary="Remove a webhook"
)  # fmt: skip
def remove_webhook(request: HttpRequest, webhook_id: WebhookId) -> None:
    """Forget a webhook, and the log of its calls."""
    endpoints.remove(_mine(request, webhook_id))


@router.get(
    "/webhooks/{int:webhook_id}/calls", response=Page[CallOut], operation_id="list_calls", summary="Its calls"
)  # fmt: skip
def list_calls(request: HttpRequest, webhook_id: WebhookId, wanted: Query[Paged]) -> Page[CallOut]:
    """The calls of the last 30 days, newest first, each with all its attempts."""
    rows = _mine(request, webhook_id).calls.prefetch_related("tries")
    found, following = page_of(rows, NEWEST, wanted.cursor, wanted.limit)
    return Page(items=[CallOut.of(row) for row in found], next=following)


@router.post(
    "/webhooks/{int:webhook_id}/calls/{int:call_id}/again", response={204: None}, operation_id="call_again",
    summary="Send a call again",
)  # fmt: skip
def call_again(request: HttpRequest, webhook_id: WebhookId, call_id: CallId) -> None:
    """Make a call once more, with the same `webhook-id`."""
    endpoints.again(_mine(request, webhook_id), call_id, at=caller(request).at)


def _mine(request: HttpRequest, webhook_id: int) -> Endpoint:
    return endpoints.endpoint_of(caller(request).person, webhook_id)  # what a person has is a webhook, a team's a chat
