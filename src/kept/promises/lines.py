"""What the lines of a story have in common, whoever reads it: what changed, what was answered, and the files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from kept.core import acts
from kept.core.state import Event, PromiseState, State
from kept.core.terms import Answer, Terms
from kept.promises.models import File, Promise

TURNS = frozenset({"promise.promised", "promise.terms_accepted", "promise.delivered", "promise.accepted"})
"""The events that a reader in a hurry looks for."""
ANSWERS = {
    Answer.EASIER: "Yes, it made it easier.",
    Answer.PARTLY: "It helped partly.",
    Answer.NO: "No, it did not make it easier.",
}
Change = tuple[str, str | datetime, str | datetime]
"""One of the terms: "what", "by" or "done when", as it was, and as it is now."""


def changes(before: PromiseState | None, act: acts.Act) -> tuple[Change, ...]:
    """What `act` changes in the terms that stand, or that were last proposed, in the state before it."""
    new: Terms | None = getattr(act, "terms", None)
    if before is None or new is None:
        return ()
    old = before.terms if before.state is State.PROMISED or before.proposed is None else before.proposed.terms
    if old is None:
        return ()
    rows = (("what", old.what, new.what), ("by", old.due, new.due), ("done when", old.done_when, new.done_when))
    return tuple(row for row in rows if row[1] != row[2])


def moment_named(act: acts.Act) -> datetime | None:
    """The moment that the act names besides terms: when to hear more, or when it is expected."""
    return getattr(act, "hear_by", None) or getattr(act, "expected", None)


def carried(events: Iterable[Event], promise: Promise) -> dict[int, tuple[File, ...]]:
    """The files of each event by its sequence; asks only where an event carries any."""
    found: dict[int, tuple[File, ...]] = {}
    if any(event.act.files for event in events):
        for file in File.objects.filter(promise=promise, sequence__isnull=False).order_by("pk"):
            found[file.sequence or 0] = (*found.get(file.sequence or 0, ()), file)
    return found
