"""Why a team is proposed: each reason is typed, and says itself in one plain sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.timezone import localtime


class Reason(Protocol):
    """One reason. `says` is a sentence, as it reads at the moment `at`."""

    def says(self, at: datetime, /) -> str: ...


@dataclass(frozen=True, slots=True)
class Did:
    """The team did `n` pieces of work with `word` in them (as the asker typed it), `kept` of them as promised.

    `came` of them had been asked of somebody else first; `last` is when a customer last accepted one.
    """

    word: str
    n: int
    kept: int
    came: int
    last: datetime | None

    def says(self, at: datetime) -> str:
        """The sentence."""
        last = f", the last {_since(self.last, at)}" if self.last else ""
        came = f" {self.came} of them had been asked of somebody else first." if self.came else ""
        kept = "all were" if self.kept == self.n else "none was" if not self.kept else f"{self.kept} of these were"
        return f"They did {self.n} with “{self.word}”{last}; {kept} kept.{came}"


@dataclass(frozen=True, slots=True)
class Lists:
    """A result that the team lists, and the asker's `words` that are in it."""

    result: str
    purpose: str
    words: tuple[str, ...]

    def says(self, _at: datetime) -> str:
        """The sentence."""
        return f"They list “{self.result}”: {self.purpose}"


@dataclass(frozen=True, slots=True)
class Says:
    """What the team says of itself, and the asker's `words` that are in it."""

    purpose: str
    words: tuple[str, ...]

    def says(self, _at: datetime) -> str:
        """The sentence."""
        return f"They say: {self.purpose}"


@dataclass(frozen=True, slots=True)
class SaidNo:
    """`n` asks with `word` in them the team declined, passed on or gave up."""

    word: str
    n: int

    def says(self, _at: datetime) -> str:
        """The sentence."""
        return f"On the other hand, {self.n} with “{self.word}” they declined, passed on or gave up."


@dataclass(frozen=True, slots=True)
class Agreed:
    """`customer`, for whom it is asked, has an agreement in force with the team."""

    customer: str

    def says(self, _at: datetime) -> str:
        """The sentence."""
        return f"{self.customer} has an agreement with them."


@dataclass(frozen=True, slots=True)
class Tied:
    """`customer` is said to be a customer of the team."""

    customer: str

    def says(self, _at: datetime) -> str:
        """The sentence."""
        return f"{self.customer} is a customer of theirs."


@dataclass(frozen=True, slots=True)
class Seen:
    """The work shows `n` hand-offs or cases from the team to `customer`."""

    customer: str
    n: int

    def says(self, _at: datetime) -> str:
        """The sentence."""
        times = "once" if self.n == 1 else f"{self.n} times"
        return f"The work shows that they handed something to {self.customer} {times}."


def _since(then: datetime, at: datetime) -> str:
    then, at = localtime(then), localtime(at)
    if (at - then).days < 7:
        return "within the past week"
    months = (at.year - then.year) * 12 + at.month - then.month
    return f"in {then:%B}" if months < 11 else f"in {then:%B %Y}"
