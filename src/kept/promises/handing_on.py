"""What somebody needs to know who takes something on: the customer at a delivery, a colleague at a hand-over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kept.core import acts
from kept.core.state import Event
from kept.core.terms import Side
from kept.promises.models import File
from kept.promises.story import Line


@dataclass(frozen=True, slots=True)
class NeedToKnow:
    """A hand-over told shortly, each part as a line of the story, where there is one.

    `handed` is the hand-over; `came_back` the last return or reopening; `heard` the last that the customer heard;
    `asked` the last that the customer said; `files` are all that came with any act so far.
    """

    handed: Line
    came_back: Line | None
    heard: Line | None
    asked: Line | None
    files: tuple[File, ...]


def handed_off(events: Sequence[Event], lines: Mapping[int, Line]) -> Line | None:
    """The line of the delivery that stands: not one that went back. `lines` are the story's by their sequence."""
    last = _last(events, acts.Deliver, acts.Return, acts.Reopen)
    return lines.get(last) if last and isinstance(events[last - 1].act, acts.Deliver) else None


def need_to_know(events: Sequence[Event], lines: Mapping[int, Line], person: int) -> NeedToKnow | None:
    """What `person` needs to know, to whom a colleague handed it over; None once they delivered, or it is another's."""
    last = _last(events, acts.HandOver, acts.Deliver)
    event = events[last - 1] if last else None
    if event is None or not isinstance(event.act, acts.HandOver) or event.act.to != person or last not in lines:
        return None
    said = [place for place, one in enumerate(events, 1) if one.by.side is Side.CUSTOMER and one.act.words]
    return NeedToKnow(
        handed=lines[last],
        came_back=lines.get(_last(events, acts.Return, acts.Reopen)),
        heard=lines.get(_last(events, acts.Update, acts.Acknowledge)),
        asked=lines.get(said[-1]) if said else None,
        files=tuple(file for place in sorted(lines) for file in lines[place].files),
    )


def _last(events: Sequence[Event], *kinds: type[acts.Act]) -> int:
    """The sequence of the last event of these kinds; 0 where there is none."""
    return max((place for place, event in enumerate(events, start=1) if isinstance(event.act, kinds)), default=0)
