"""Stories that are written by hand, line by line: what a story is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kept.core.terms import Answer, Side

C, P = Side.CUSTOMER, Side.PROVIDER
AFTERNOON = 16


@dataclass(frozen=True, slots=True)
class Line:
    """One act of a story, `after` working hours behind the line before; `act` is its name as in the API.

    `days` and `hour` are its date, where it carries one: so many working days from the moment of the line, or, in a
    story that leads up to the end of the play, from that end. `by` and `to` are keys of persons or teams.
    """

    side: Side
    after: float
    act: str
    words: str = ""
    days: int | None = None
    hour: int = AFTERNOON
    by: str = ""
    to: str = ""
    answer: Answer = Answer.EASIER
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """A promise told line by line; the first line is the ask or the offer.

    `starts` is the working day of the play on which it begins, or, where it leads up to the end, how many working hours
    before the end. `asker` and `speaker` are the keys of who speaks for the customer and for the provider.
    """

    starts: float
    what: str
    customer: str
    provider: str
    asker: str
    speaker: str
    lines: tuple[Line, ...]
    done_when: str = ""
    checklist: tuple[str, ...] = ()
    seen_by: Literal["both sides", "named persons"] = "both sides"
