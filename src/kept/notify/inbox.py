"""My inbox: what I was told, one entry a promise or agreement, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q, QuerySet

from kept.core.errors import NotFound
from kept.notify.models import Notice
from kept.people.models import Person

MOST = 25
MOST_COUNTED = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """All that somebody was told about one matter, as far as the inbox shows it: `newest`, then `earlier` ones."""

    newest: Notice
    earlier: list[Notice]

    @property
    def unread(self) -> bool:
        """Whether anything of it was not read yet."""
        return any(one.read_at is None for one in (self.newest, *self.earlier))


def inbox(person: Person, *, page: int = 1) -> tuple[list[Entry], bool]:
    """The entries of one page (from 1), those with the newest notice first; and whether there are more pages."""
    start = (max(page, 1) - 1) * MOST
    groups = Notice.objects.filter(reader=person).order_by().values("promise", "agreement")
    newest = list(groups.annotate(last=Max("pk")).order_by("-last")[start : start + MOST + 1])
    shown = newest[:MOST]
    about = Q(promise__in=[one["promise"] for one in shown if one["promise"]])
    about |= Q(agreement__in=[one["agreement"] for one in shown if one["agreement"]])
    about |= Q(pk__in=[one["last"] for one in shown])
    rows = Notice.objects.filter(about, reader=person).order_by("-pk")
    found: dict[tuple[int | None, int | None], list[Notice]] = {}
    for row in rows:
        found.setdefault((row.promise_id, row.agreement_id), []).append(row)
    entries = [Entry(of[0], of[1:]) for one in shown if (of := found.get((one["promise"], one["agreement"])))]
    return entries, len(newest) > MOST


def unread(person: Person) -> int:
    """How many notices nobody has read, up to `MOST_COUNTED`."""
    return Notice.objects.filter(reader=person, read_at=None)[:MOST_COUNTED].count()


def told(person: Person, *, unread: bool | None = None) -> QuerySet[Notice]:
    """All that `person` was told, one by one; with `unread` only what they have not read (False: what they have)."""
    rows = Notice.objects.filter(reader=person)
    return rows if unread is None else rows.filter(read_at__isnull=unread)


def notice_of(person: Person, notice_id: int) -> Notice:
    """One notice. Raises `NotFound` for a stranger's."""
    notice = told(person).filter(pk=notice_id).first()
    if notice is None:
        raise NotFound("There is no such notice.")
    return notice


def open_notice(person: Person, notice_id: int, *, at: datetime) -> Notice:
    """The notice, and all older ones about the same matter, are read. Raises `NotFound` for a stranger's."""
    notice = notice_of(person, notice_id)
    same = Notice.objects.filter(reader=person, promise=notice.promise_id, agreement=notice.agreement_id)
    same.filter(read_at=None, pk__lte=notice_id).update(read_at=at)
    return notice


def read_all(person: Person, *, up_to: int, at: datetime) -> None:
    """All notices up to the one with this id are read: what came later stays as it is."""
    Notice.objects.filter(reader=person, read_at=None, pk__lte=up_to).update(read_at=at)
