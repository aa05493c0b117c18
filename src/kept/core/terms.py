"""What two sides agree on: what, by when, done when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_WHAT = 200
LONGEST_WORDS = 4000
FARTHEST = timedelta(days=36_525)
"""How far ahead a date may lie: a hundred years, beyond which it is a mistyped one."""


class Side(StrEnum):
    """The two sides of a promise."""

    CUSTOMER = "customer"
    PROVIDER = "provider"

    @property
    def other(self) -> Side:
        """The side across the table."""
        return Side.PROVIDER if self is Side.CUSTOMER else Side.CUSTOMER


class Answer(StrEnum):
    """The answer to the one question: did this make it easier for the customer to succeed?"""

    EASIER = "easier"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Terms:
    """What is promised, by when (aware moment), and how both will know that it is done ("" where that is plain)."""

    what: str
    due: datetime
    done_when: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Terms that one side has put on the table and the other has not answered yet."""

    terms: Terms
    side: Side
    at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody saw of a date as they gave it: its odds in percent, the word for them ("tight", "fair", "safe", ""
    below these), and how many ended promises like it they rest on.
    """

    percent: int
    like: int
    word: str = ""


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, by id, and for which side: a person; or, for the customer's side, an outside customer for itself."""

    person: int
    side: Side


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist that goes with a delivery."""

    item: str
    done: bool


@dataclass(frozen=True, slots=True)
class Given:
    """One thing that an ask contains because the agreement asks for it: its name there, and what the asker gave."""

    name: str
    text: str


DEFAULT_REOPEN_WINDOW = timedelta(days=14)
"""How long after acceptance the customer may reopen, where no agreement says otherwise."""
