"""The files that acts carry: handed in first, as drafts; then an act refers to them, and from there on they stay.

A file belongs to one act of one promise. Its content is on the disk before its row is in the database, and its row
before the act: no act that was acknowledged lacks a file. What no act refers to is swept after a day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from kept.core.errors import Incomplete, NotAllowed, NotFound
from kept.people.models import OutsideCustomer, Party, Person
from kept.promises import access, contents
from kept.promises.access import View
from kept.promises.file_names import clean_name, media_type
from kept.promises.models import File, Promise
from kept.promises.story import line_of

DRAFTS_LAST = timedelta(days=1)
SWEPT_EVERY_S = 24 * 3600
GONE = "A file that you chose is not here any more; choose it again. Nothing was done."


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file as it comes in: its name and media type as they were stated, and its content in pieces."""

    name: str
    media_type: str
    content: Iterable[bytes]


def take_in(actor: Person, promise_id: int | None, handed_in: HandedIn, *, at: datetime) -> File:
    """Keep a file as a draft of `actor` for an act in the promise, or, without one, for the ask or offer that opens it.

    Raises `Incomplete`, for the field "files", where it is empty or too large, `NotFound` for a stranger to the promise
    and `NotAllowed` for somebody who may not act in it.
    """
    if promise_id is not None and not access.promise_for_seeing(actor, promise_id).sides:
        raise NotAllowed("You can see this promise, but only the two sides can act in it.")
    return _take_in(actor, promise_id, handed_in, at)


def take_in_for_itself(customer: OutsideCustomer, promise_id: int | None, handed_in: HandedIn, *, at: datetime) -> File:
    """Keep a file as a draft of an outside customer for an act in a promise of theirs, or for an ask of theirs.

    Raises as `take_in`; `NotFound` where the promise is not theirs.
    """
    if promise_id is not None and not Promise.objects.filter(pk=promise_id, customer=customer.pk).exists():
        raise NotFound("There is no such promise, or it is not yours.")
    return _take_in(customer, promise_id, handed_in, at)


def _take_in(by: Party, promise_id: int | None, handed_in: HandedIn, at: datetime) -> File:
    name = clean_name(handed_in.name)
    _sweep(at)
    with contents.keeping():
        try:
            digest, size = contents.keep(handed_in.content, at_most=settings.KEPT_LARGEST_FILE)
        except Incomplete as error:
            raise Incomplete(f"“{name}” cannot go with it. {error}", field="files") from error
        return File.objects.create(
            name=name, size=size, media_type=media_type(handed_in.media_type), sha256=digest, uploaded_by_id=by.pk,
            uploaded_at=at, promise_id=promise_id,
        )  # fmt: skip


def drafts(actor: Person, promise_id: int | None, ids: Collection[int]) -> list[File]:
    """Those of `ids` that are drafts of `actor` for this promise (or for none), in the order in which they came."""
    return list(_drafts(actor, promise_id).filter(pk__in=ids).order_by("pk"))


def throw_away(actor: Person, promise_id: int | None, ids: Collection[int]) -> None:
    """Forget those of `ids` that are drafts of `actor` for this promise (or for none)."""
    _drafts(actor, promise_id).filter(pk__in=ids).delete()


def _drafts(actor: Person, promise_id: int | None) -> QuerySet[File]:
    return File.objects.filter(uploaded_by=actor.pk, promise=promise_id, sequence__isnull=True)


def claim(actor: int, ids: tuple[int, ...], *, promise_id: int, sequence: int) -> None:
    """Let the files go with event `sequence` of the promise, in the caller's transaction.

    Raises `Incomplete` where one of them is not a draft of `actor` for this promise (or for the opening of one): it was
    somebody else's, another promise's, went with another act, or was swept; or where there are too many.
    """
    if len(ids) > settings.KEPT_MOST_FILES:
        raise Incomplete(f"At most {settings.KEPT_MOST_FILES} files go with one act; leave some out.", field="files")
    before = None if sequence == 1 else promise_id
    free = File.objects.filter(pk__in=ids, uploaded_by=actor, promise=before, sequence__isnull=True)
    whole = all(contents.path_of(digest).is_file() for digest in free.values_list("sha256", flat=True))
    if not whole or free.update(promise_id=promise_id, sequence=sequence) != len(ids):
        raise Incomplete(GONE, field="files")


def file_for_reading(person: Person, promise_id: int, file_id: int) -> tuple[File, Path]:
    """A file that went with an act, and where its content lies.

    `NotFound` for whoever does not see the promise in full or may not read the act that it went with (see `story`), and
    for a file that went with no act of this promise.
    """
    seen = access.promise_for_seeing(person, promise_id)
    file = File.objects.filter(pk=file_id, promise=promise_id, sequence__isnull=False).first()
    line = line_of(seen.promise, file.sequence or 0, person, seen.sides) if file is not None else None
    if file is None or line is None or file not in line.files or seen.view is not View.FULL:
        raise NotFound("There is no such file, or it is not for you to see.")
    path = contents.path_of(file.sha256)
    if not path.is_file():
        raise NotFound("The content of this file is gone from the disk. Whoever keeps Kept here can restore a backup.")
    return file, path


def _sweep(at: datetime) -> None:
    """Forget drafts that nobody sent, and once a day all contents that no row tells of; next time where it is busy."""
    old = File.objects.filter(sequence__isnull=True, uploaded_at__lt=at - DRAFTS_LAST)
    stamp = contents.folder() / ".swept"
    with contents.alone() as had:
        if not had:
            return
        digests = set(old.values_list("sha256", flat=True))
        if digests:
            old.delete()  # one statement: what an act claims at this moment stays
            contents.drop(digests - _told_of(digests))
        if not stamp.exists() or at.timestamp() - stamp.stat().st_mtime > SWEPT_EVERY_S:
            contents.sweep(older_than_s=DRAFTS_LAST.total_seconds(), wanted=_told_of)
            stamp.touch()


def _told_of(digests: Collection[str]) -> set[str]:
    return set(File.objects.filter(sha256__in=digests).values_list("sha256", flat=True))
