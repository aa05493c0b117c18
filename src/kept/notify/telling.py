"""Making notices: each matter is told to each reader once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kept.customers.models import Agreement
from kept.notify.kinds import Kind
from kept.notify.models import Notice
from kept.promises.models import Promise

LONG_PAST = timedelta(days=7)
"""What is older than this when it is told was read elsewhere: an installation that begins with a past floods nobody."""
LONGEST_SUBJECT = 250
LONGEST_NEED = 200


@dataclass(frozen=True, slots=True)
class Matter:
    """What is told: see `Notice`."""

    reader: int
    kind: Kind
    key: str
    subject: str
    says: str
    words: str = ""
    needs: str = ""
    promise: Promise | None = None
    agreement: Agreement | None = None
    page: str = ""


def tell(matters: Iterable[Matter], *, at: datetime, now: datetime) -> list[Notice]:
    """Write the notices that were not there yet, and give those; the matters are all of `at`."""
    return tell_all(((one, at) for one in matters), now=now)


def tell_all(matters: Iterable[tuple[Matter, datetime]], *, now: datetime) -> list[Notice]:
    """Write the notices that were not there yet, and give those; each matter with the moment that it is of."""
    wanted = {(one.reader, one.key): (one, at) for one, at in matters}
    if not wanted:
        return []
    rows = [_notice(one, at, now) for one, at in wanted.values()]
    known = Notice.objects.filter(reader__in=[key[0] for key in wanted], key__in=[key[1] for key in wanted])
    told = set(known.values_list("reader_id", "key"))
    fresh = [row for row in rows if (row.reader_id, row.key) not in told]
    return Notice.objects.bulk_create(fresh)


def _notice(matter: Matter, at: datetime, now: datetime) -> Notice:
    return Notice(
        reader_id=matter.reader,
        kind=matter.kind,
        key=matter.key,
        promise=matter.promise,
        agreement=matter.agreement,
        page=matter.page,
        subject=matter.subject[:LONGEST_SUBJECT],
        says=matter.says,
        words=matter.words,
        needs=matter.needs[:LONGEST_NEED],
        at=at,
        read_at=now if now - at > LONG_PAST else None,
    )
