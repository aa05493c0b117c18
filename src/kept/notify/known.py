"""What is asked for again and again while a few events are followed: parties, their hours, their habits. Each once."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from kept.core.calendars import Calendar
from kept.notify.choices import Habits, habits_of
from kept.people.calendars import calendars_of
from kept.people.models import Party
from kept.promises.models import Promise


class Known:
    """Lives as long as a few events are followed: what it knows is as fresh as that."""

    def __init__(self) -> None:
        self._parties: dict[int, Party] = {}
        self._calendars: dict[int, Calendar] = {}
        self._habits: dict[int, Habits] = {}
        self._promises: dict[int, Promise | None] = {}

    def parties(self, ids: Iterable[int]) -> dict[int, Party]:
        """Parties by id, persons and outside customers with their addresses; those that are not there are left out."""
        wanted = set(ids)
        if new := wanted - set(self._parties):
            rows = Party.objects.filter(pk__in=new).select_related("person", "outsidecustomer")
            self._parties |= {row.pk: row for row in rows}
        return {one: self._parties[one] for one in wanted if one in self._parties}

    def calendar(self, party: Party) -> Calendar:
        """The calendar that a party works by."""
        if party.pk not in self._calendars:
            self._calendars |= calendars_of([party])
        return self._calendars[party.pk]

    def zone(self, party: Party) -> ZoneInfo:
        """The time zone in which a reader's mails say dates: that of their team's hours."""
        return ZoneInfo(self.calendar(party).zone)

    def promise(self, key: int) -> Promise | None:
        """A promise with its two parties."""
        if key not in self._promises:
            rows = Promise.objects.select_related("customer", "provider", "likelihood")
            self._promises[key] = rows.filter(pk=key).first()
        return self._promises[key]

    def habits(self, readers: Iterable[int]) -> dict[int, Habits]:
        """The habits of readers, by their ids."""
        wanted = set(readers)
        if new := wanted - set(self._habits):
            self._habits |= habits_of(new)
        return {one: self._habits[one] for one in wanted}
