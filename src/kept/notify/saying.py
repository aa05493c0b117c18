"""What a notice says: the sentence of the story, with dates in the reader's own time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo

from kept.core.moments import on_the_day
from kept.core.state import Event
from kept.people.models import Party
from kept.promises import customer_view, story
from kept.promises.access import sides_of
from kept.promises.customer_view import Told
from kept.promises.models import CustomerLink, Promise
from kept.promises.story import Line


def line_for(promise: Promise, events: list[Event], reader: Party) -> Line | Told | None:
    """The line of the story that tells of the last of `events`, as `reader` may; None where it is not for them."""
    if reader.kind == Party.Kind.PERSON:
        sides = sides_of(reader.person, customer=promise.customer_id, provider=promise.provider_id)
        return story.last_line(promise, events, reader.person, sides)
    lines = customer_view.told(CustomerLink(promise=promise, customer=promise.customer))
    return next((line for line in lines if line.sequence == len(events)), None)


def sentence(line: Line | Told, zone: tzinfo) -> str:
    """One event in one or a few sentences: who did what, what changed, when it is expected."""
    party = line.party if isinstance(line, Line) else ""
    whom = f"{line.who} ({party})" if party else line.who
    return " ".join([f"{whom} {line.does}.", *_details(line, zone)])


def _details(line: Line | Told, zone: tzinfo) -> Iterable[str]:
    if line.terms is not None:
        yield f"Wanted by {on_the_day(line.terms.due, zone)}."
        if line.terms.done_when:
            yield f"Done when: {line.terms.done_when}"
    for name, old, new in line.changes:
        yield f"{name.capitalize()}: {_said(new, zone)}, instead of {_said(old, zone)}."
    if line.moment is not None:
        yield f"By when: {on_the_day(line.moment, zone)}."
    if line.missing:
        yield f"Missing: {', '.join(line.missing)}."
    if undone := [check.item for check in line.checklist if not check.done]:
        yield f"Not done of what was agreed: {', '.join(undone)}."
    if line.answer:
        yield f"“{line.answer}”"


def _said(value: str | datetime, zone: tzinfo) -> str:
    if isinstance(value, datetime):
        return on_the_day(value, zone)
    return f"“{value}”" if value else "nothing"
