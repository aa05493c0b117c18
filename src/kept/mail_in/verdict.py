"""What became of a mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kept.mail_in.models import Deed, Mail
from kept.mail_in.parsing import Read
from kept.people.models import Party

NOT_TOLD = " They were told of another one in this hour already, so of this one they were not."


@dataclass(frozen=True, slots=True)
class Verdict:
    """`outcome`, and the reason in a sentence."""

    outcome: Mail.Outcome
    reason: str


@dataclass(frozen=True, slots=True)
class Came:
    """A mail at hand: its row, what it says, whose it is (believed by now), its message's digest, and this moment."""

    row: Mail
    read: Read
    who: Party
    message: str
    at: datetime

    def done_before(self, what: str) -> bool:
        """Whether this message did this already: it was delivered twice."""
        return Deed.objects.filter(key=self._key(what)).exists()

    def did(self, what: str, promise_id: int | None, act: str) -> None:
        """Write down that it did it, in the transaction of the act."""
        Deed.objects.create(mail=self.row, key=self._key(what), promise_id=promise_id, act=act, at=self.at)

    def _key(self, what: str) -> str:
        return f"{self.message[:40]}:{what}"[:64]


Doing = Callable[[], Verdict]
"""What is left to do of a mail, in one transaction with the mark that it was done."""


def quarantined(reason: str) -> Verdict:
    """Somebody has to look at it."""
    return Verdict(Mail.Outcome.QUARANTINED, reason)


def aside(reason: str) -> Verdict:
    """There is nothing to do."""
    return Verdict(Mail.Outcome.ASIDE, reason)


def done(reason: str) -> Verdict:
    """It was done."""
    return Verdict(Mail.Outcome.DONE, reason)


def answered(why: str, *, told: bool) -> Verdict:
    """It could not be done; whoever sent it was told so, else somebody here has to look at it."""
    return Verdict(Mail.Outcome.ANSWERED, why) if told else quarantined(why + NOT_TOLD)
