"""What people chose about being told: which kinds by mail, at once or once a day, and when it is quiet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from kept.core.calendars import Calendar, NoWorkingTimeError, next_open
from kept.core.errors import Incomplete
from kept.notify.kinds import USUALLY, ByMail, Kind
from kept.notify.models import Choice, Habit
from kept.people.calendars import calendars_of
from kept.people.models import Party, Person

USUAL_DIGEST = time(8)


@dataclass(frozen=True, slots=True)
class Habits:
    """One reader's: an empty `address` or `stopped` means no mails; `chosen` are the kinds that are not as usual."""

    address: str
    calendar: Calendar
    quiet: bool = True
    digest_at: time = USUAL_DIGEST
    stopped: bool = False
    chosen: Mapping[str, str] = field(default_factory=dict)

    def chosen_by_kind(self) -> dict[str, str]:
        """When each kind comes by mail, by its name, as long as mails come at all: as chosen, else as usual."""
        return {kind.value: str(self.chosen.get(kind.value, USUALLY[kind])) for kind in Kind}

    def by_mail(self, kind: str) -> ByMail:
        """When a kind of notice goes out by mail."""
        if self.stopped or not self.address:
            return ByMail.NEVER
        return ByMail(self.chosen.get(kind, USUALLY[Kind(kind)]))

    def next_mail(self, by_mail: ByMail, now: datetime) -> datetime:
        """When a mail that is made at `now` goes out: not in quiet hours; a digest at its time, on a working day."""
        if by_mail is ByMail.DIGEST:
            return self._next_digest(now)
        return self._open(now) if self.quiet else now

    def _next_digest(self, now: datetime) -> datetime:
        zone = ZoneInfo(self.calendar.zone)
        today = now.astimezone(zone).date()
        at = datetime.combine(today, self.digest_at, zone)
        if at <= now:
            at = datetime.combine(today + timedelta(days=1), self.digest_at, zone)
        day = self._open(at).astimezone(zone).date()
        return at if day == at.date() or not self.quiet else datetime.combine(day, self.digest_at, zone)

    def _open(self, at: datetime) -> datetime:
        try:
            return next_open(self.calendar, at)
        except NoWorkingTimeError:
            return at


def habits_of(readers: Iterable[int]) -> dict[int, Habits]:
    """The habits of readers, by their ids, in a handful of queries."""
    ids = set(readers)
    rows = Party.objects.filter(pk__in=ids).select_related("person", "outsidecustomer", "habit") if ids else []
    known = {row.pk: row for row in rows}
    calendars = calendars_of(known.values())
    chosen: dict[int, dict[str, str]] = {}
    for person, kind, by_mail in Choice.objects.filter(person__in=ids).values_list("person", "kind", "by_mail"):
        chosen.setdefault(person, {})[kind] = by_mail
    return {key: _habits(row, calendars[key], chosen.get(key, {})) for key, row in known.items()}


def habits(person: Person) -> Habits:
    """The habits of one person."""
    return habits_of([person.pk])[person.pk]


def _habits(party: Party, calendar: Calendar, chosen: Mapping[str, str]) -> Habits:
    row: Habit | None = getattr(party, "habit", None)
    inside = party.kind == Party.Kind.PERSON
    return Habits(
        address=address_of(party),
        calendar=calendar,
        quiet=inside and (row.quiet if row else True),
        digest_at=row.digest_at if row else USUAL_DIGEST,
        stopped=bool(row and row.stopped_at),
        chosen=chosen,
    )


def address_of(party: Party) -> str:
    """Where mails to a party go; "" where there is no address, or the person has left."""
    if party.kind == Party.Kind.PERSON:
        return (party.person.email or "") if party.person.is_active else ""
    return party.outsidecustomer.email if party.kind == Party.Kind.OUTSIDE else ""


def choose(person: Person, chosen: Mapping[Kind, ByMail], *, quiet: bool, digest_at: time) -> None:
    """From now on `person` is told so, by mail again if that was stopped. `Incomplete` where a kind is left out."""
    if set(chosen) != set(Kind):
        raise Incomplete("Say for each kind when you want it by mail.")
    with transaction.atomic():
        for kind, by_mail in chosen.items():
            Choice.objects.update_or_create(person=person, kind=kind, defaults={"by_mail": by_mail})
        Habit.objects.update_or_create(
            reader=person, defaults={"quiet": quiet, "digest_at": digest_at, "stopped_at": None}
        )


def stop(reader: Party, *, at: datetime) -> None:
    """No more mails to `reader`, until they choose otherwise."""
    Habit.objects.update_or_create(reader=reader, defaults={"stopped_at": at})
