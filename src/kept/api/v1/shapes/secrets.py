"""What opens by a secret, or is called with one: private links, calendars, webhooks. The secret is shown once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from kept.api.v1.shapes.base import Given, Id, Moment, Taken
from kept.api.v1.shapes.parties import PersonRef
from kept.notify.channels.webhooks.names import EVENTS
from kept.notify.models import Call, Endpoint, Try
from kept.promises.models import CalendarFeed, CustomerLink

Once = Annotated[str | None, Field(description="Shown this once; null where the same call is answered again.")]
if TYPE_CHECKING:
    EventName = str
else:
    EventName = Literal[tuple(EVENTS)]
Address = Annotated[str, Field(min_length=1, max_length=1000, description="It begins with https://.")]


class LinkOut(Given):
    """A private link of an outside customer to one promise."""

    id: Id
    made_by: PersonRef
    made_at: Moment
    expires_at: Moment
    opened_at: Moment | None

    @classmethod
    def of(cls, link: CustomerLink) -> LinkOut:
        """The link."""
        return cls(**_link(link))


class LinkMade(LinkOut):
    """A new link; `address` is what the customer gets."""

    address: Once

    @classmethod
    def made(cls, link: CustomerLink, address: str) -> LinkMade:
        """The link with its address."""
        return cls(**_link(link), address=address)


def _link(link: CustomerLink) -> dict[str, Any]:
    return {
        "id": link.pk,
        "made_by": PersonRef.of(link.made_by),
        "made_at": link.made_at,
        "expires_at": link.expires_at,
        "opened_at": link.opened_at,
    }


class CalendarOut(Given):
    """Whether my calendar has an address (`made_at` is null where not), and when a program last asked there."""

    made_at: Moment | None
    opened_at: Moment | None

    @classmethod
    def of(cls, feed: CalendarFeed | None) -> CalendarOut:
        """The feed."""
        return cls(made_at=feed.made_at if feed else None, opened_at=feed.opened_at if feed else None)


class CalendarMade(Given):
    """The address of my calendar, for a program that subscribes to it."""

    address: Once


# --- webhooks -----------------------------------------------------------------------------------------------------


class WebhookOut(Given):
    """A program that is told of what happens. `events`: of these, of all where there are none. `on`: it is called.

    `failures` counts those in a row; `last_error` says what went wrong last, or why it was switched off.
    """

    id: Id
    name: str
    url: str
    events: list[str]
    made_at: Moment
    on: bool
    failures: int
    failing_since: Moment | None
    last_error: str

    @classmethod
    def of(cls, endpoint: Endpoint) -> WebhookOut:
        """The webhook."""
        return cls(**_webhook(endpoint))


class WebhookMade(WebhookOut):
    """A new webhook; `secret` signs its calls (Standard Webhooks)."""

    secret: Once

    @classmethod
    def made(cls, endpoint: Endpoint) -> WebhookMade:
        """The webhook with its secret."""
        return cls(**_webhook(endpoint), secret=endpoint.secret)


def _webhook(row: Endpoint) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "url": row.url,
        "events": row.events,
        "made_at": row.made_at,
        "on": row.gave_up_at is None,
        "failures": row.attempts,
        "failing_since": row.failing_since,
        "last_error": row.last_error,
    }


class SecretOut(Given):
    """The new secret of a webhook; for a day calls are signed with the old one as well."""

    secret: Once


class WebhookIn(Taken):
    """A new webhook: what it is for, where it is, and of what it is told (none: of everything)."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    url: Address
    events: Annotated[list[EventName], Field(max_length=100)] = []  # noqa: RUF012 pydantic copies


class WebhookChange(Taken):
    """Of what a webhook is told from now on, and whether it is called at all."""

    events: Annotated[list[EventName], Field(max_length=100)]
    on: bool


class TryOut(Given):
    """One attempt: the status that came back (null: none did), how long it took, what was answered, what was wrong."""

    at: Moment
    milliseconds: int
    status: int | None
    answer: str
    error: str

    @classmethod
    def of(cls, row: Try) -> TryOut:
        """The attempt."""
        return cls(at=row.at, milliseconds=row.ms, status=row.status, answer=row.answer, error=row.error)


class CallOut(Given):
    """A call of the last 30 days: `webhook_id` is its `webhook-id` header, `name` the event, `body` what is sent."""

    id: Id
    webhook_id: str
    name: str
    body: str
    made_at: Moment
    arrived_at: Moment | None
    gave_up_at: Moment | None
    next_at: Moment
    tries: list[TryOut]

    @classmethod
    def of(cls, call: Call) -> CallOut:
        """The call; its tries are read already."""
        return cls(
            id=call.pk, webhook_id=call.number, name=call.name, body=call.body, made_at=call.made_at,
            arrived_at=call.done_at, gave_up_at=call.gave_up_at, next_at=call.next_at,
            tries=[TryOut.of(row) for row in call.tries.all()],
        )  # fmt: skip
