"""What a person owes and awaits, as a private iCalendar feed (RFC 5545, RFC 7986) for any program that subscribes.

Each promise is an event of a quarter of an hour that ends at its date: calendars don't show to-dos of a subscribed
feed, and an event that began at the date would seem to have time left. It takes no time from anybody (transparent), and
has no alarm: notices are Kept's own. Moments are UTC, which every program shows in its user's zone and which needs no
rules of summer time. What ended stays for a while, what was cancelled or given up as such; then it is left out.

The address holds a secret of which only a hash is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import OuterRef, Q, Subquery
from icalendar import Calendar, Event, vDuration, vText, vUri

from kept.core.errors import NotFound
from kept.core.state import State
from kept.ledger.models import Event as LedgerEvent
from kept.people.models import Person
from kept.people.secrets import hashed, new_secret
from kept.promises.access import visible_to
from kept.promises.models import OPEN, CalendarFeed, Promise

LENGTH = timedelta(minutes=15)
BACK = timedelta(days=30)
"""How long what has ended stays."""
MOST = 2000
REFRESH = timedelta(hours=1)
STAMP_EVERY = timedelta(minutes=1)
PRIVATE = "Private promise"
OVER = (State.CANCELLED, State.WITHDRAWN, State.DECLINED, State.BROKEN)
"""The ends after which nothing is to be expected any more."""
UNSURE = (State.ASKED, State.OFFERED, State.COUNTERED)
"""The states in which nobody has promised the date yet."""


def make_feed(person: Person, *, at: datetime) -> str:
    """A new secret address for the calendar of `person`, in place of the one before; gives the secret, shown once."""
    secret, kept = new_secret()
    CalendarFeed.objects.update_or_create(person=person, defaults={"hashed": kept, "made_at": at, "opened_at": None})
    return secret


def end_feed(person: Person) -> None:
    """The address opens nothing from now on."""
    CalendarFeed.objects.filter(person=person).delete()


def feed_of(secret: str, *, at: datetime) -> CalendarFeed:
    """The feed that `secret` opens; notes that it was asked for. Raises `NotFound` for any other, and who has left."""
    feed = CalendarFeed.objects.filter(hashed=hashed(secret), person__is_active=True).select_related("person").first()
    if feed is None:
        raise NotFound("This calendar is not here, or not any more.")
    if feed.opened_at is None or at - feed.opened_at >= STAMP_EVERY:
        CalendarFeed.objects.filter(pk=feed.pk).update(opened_at=at)
    return feed


@dataclass(frozen=True, slots=True)
class Entry:
    """A promise of the feed, and when it last changed."""

    promise: Promise
    changed: datetime


def in_calendar(person: Person, now: datetime) -> list[Entry]:
    """The promises of the feed, soonest date first: what `person` owes or awaits and is open, or ended lately."""
    mine = (
        Q(responsible=person) | Q(responsible=None, provider=person) | Q(asker=person) | Q(asker=None, customer=person)
    )
    current = Q(state__in=OPEN, due__gte=now - BACK) | Q(state=State.PROMISED) | Q(ended_at__gte=now - BACK)
    rows = visible_to(person).filter(mine & current).select_related("customer", "provider", "responsible")
    # A link changes nothing in the feed, and may be to what is private to others: its moment is not told.
    last = LedgerEvent.objects.filter(stream=OuterRef("pk")).exclude(name="promise.linked").order_by("-sequence")
    found = rows.annotate(changed=Subquery(last.values("at")[:1])).order_by("due", "pk")[:MOST]
    return [Entry(one, one.changed) for one in found]


def mark(person: Person, entries: Iterable[Entry]) -> str:
    """Words that change whenever the feed does: for an ETag."""
    promises = [each.promise for each in entries]
    parts = [f"{one.pk}.{one.sequence}.{one.customer.name}.{one.provider.name}" for one in promises]
    return hashlib.sha256("\n".join([str(person), *parts]).encode()).hexdigest()[:32]


def written(person: Person, entries: Iterable[Entry], address: str) -> bytes:
    """The feed as a file, UTF-8. `address` is where Kept is ("https://kept.example.com"): the events link there."""
    calendar = Calendar()
    calendar.add("prodid", "-//Kept//Promises//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar["NAME"] = calendar["X-WR-CALNAME"] = vText(f"Promises of {_clean(str(person))}")
    calendar["X-WR-TIMEZONE"] = vText("UTC")
    calendar["REFRESH-INTERVAL"] = vDuration(REFRESH)
    calendar["REFRESH-INTERVAL"].params["VALUE"] = "DURATION"
    calendar["X-PUBLISHED-TTL"] = vDuration(REFRESH)
    for one in entries:
        calendar.add_component(_event(person, one, address))
    return bytes(calendar.to_ical())


def _event(person: Person, entry: Entry, address: str) -> Event:
    promise, changed = entry.promise, entry.changed.astimezone(UTC)
    due = promise.due.astimezone(UTC)
    event = Event()
    event.add("uid", f"promise-{promise.pk}@{_host(address)}")
    event.add("sequence", promise.sequence)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("created", promise.opened_at.astimezone(UTC))
    event.add("dtstart", due - LENGTH)
    event.add("dtend", due)
    event.add("transp", "TRANSPARENT")
    event.add("status", _status(promise))
    event.add("categories", ["Owed" if _owes(person, promise) else "Awaited"])
    event.add("class", "PRIVATE" if promise.private else "PUBLIC")
    event.add("summary", _summary(person, promise))
    if not promise.private:
        event.add("description", _clean(_description(promise)))
    event["URL"] = vUri(f"{address}/promises/{promise.pk}/")
    return event


def _owes(person: Person, promise: Promise) -> bool:
    return person.pk in (promise.responsible_id, promise.provider_id)


def _summary(person: Person, promise: Promise) -> str:
    if promise.private:
        return PRIVATE
    other = f"for {promise.customer.name}" if _owes(person, promise) else f"from {promise.provider.name}"
    return _clean(f"{promise.what} ({other})")


def _description(promise: Promise) -> str:
    said = f"{promise.provider.name} for {promise.customer.name}. It is {promise.state}."
    return f"{said}\nDone when: {promise.done_when}" if promise.done_when else said


def _status(promise: Promise) -> str:
    if promise.state in OVER:
        return "CANCELLED"
    return "TENTATIVE" if promise.state in UNSURE or promise.proposed_by else "CONFIRMED"


def _host(address: str) -> str:
    return address.split("//", 1)[-1].split("/", 1)[0].split(":", 1)[0] or "kept"


def _clean(words: str) -> str:
    """Without the control characters that RFC 5545 forbids in text; line ends stay."""
    lines = words.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in lines if one in "\n\t" or (ord(one) >= 32 and ord(one) != 127))
