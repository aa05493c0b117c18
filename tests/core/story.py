"""What a list of events means, read without the rules: a second opinion on `evolve` and `outcome`.

It knows nothing of `PromiseState`: it goes through who said what when, and asks of each thing when it was last said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from kept.core import acts
from kept.core.keeping import Outcome
from kept.core.state import Event
from kept.core.terms import Answer, Side, Terms

PUTS_TERMS = (acts.Ask, acts.Offer, acts.Counter, acts.Amend, acts.Propose)
EMPTIES_TABLE = (acts.Refuse, acts.Deliver, acts.Cancel, acts.Renege)
TAKES_BACK = (acts.Return, acts.Reopen)
ENDS = (acts.Decline, acts.Withdraw, acts.Renege, acts.Cancel)


@dataclass(frozen=True)
class Consent:
    """Terms that one side put on the table and the other said yes to, at a moment."""

    terms: Terms
    proposed_by: Side
    agreed_by: Side
    at: datetime


def consents(events: Sequence[Event]) -> list[Consent]:
    """Every time that the two sides came to the same terms, oldest first."""
    found: list[Consent] = []
    table: tuple[Terms, Side] | None = None
    for event in events:
        act = event.act
        if isinstance(act, PUTS_TERMS):
            table = (act.terms, event.by.side)
        elif isinstance(act, EMPTIES_TABLE):
            table = None
        elif _says_yes(act):
            assert table is not None, "yes was said to nothing"
            found.append(Consent(table[0], table[1], event.by.side, event.at))
            table = None
    return found


def _says_yes(act: acts.Act) -> bool:
    return isinstance(act, acts.Promise | acts.Agree) or (isinstance(act, acts.Accept) and act.answer is None)


def on_the_table(events: Sequence[Event]) -> tuple[Terms, Side, datetime] | None:
    """The terms that wait for an answer (or never got any, where it ended before that), by whom and since when."""
    for event in reversed(events):
        if isinstance(event.act, PUTS_TERMS):
            return event.act.terms, event.by.side, event.at
        if isinstance(event.act, EMPTIES_TABLE) or _says_yes(event.act):
            return None
    return None


def moved_late(events: Sequence[Event]) -> bool:
    """Whether the date in force was ever exchanged for another one after it had passed."""
    agreed = consents(events)
    return any(new.at > old.terms.due and new.terms.due != old.terms.due for old, new in pairwise(agreed))


def delivery(events: Sequence[Event]) -> Event | None:
    """The delivery that stands: the last one, unless it was taken back since."""
    for event in reversed(events):
        if isinstance(event.act, TAKES_BACK):
            return None
        if isinstance(event.act, acts.Deliver):
            return event
    return None


def acceptance(events: Sequence[Event]) -> Event | None:
    """The customer's yes to the delivery that stands."""
    for event in reversed(events):
        if isinstance(event.act, TAKES_BACK):
            return None
        if isinstance(event.act, acts.Accept) and event.act.answer is not None:
            return event
    return None


def verdict(events: Sequence[Event]) -> Outcome | None:
    """Kept, broken or neither, from the events alone."""
    if any(isinstance(event.act, acts.Renege) for event in events):
        return Outcome.BROKEN
    done = delivery(events)
    if done is None or acceptance(events) is None:
        return None
    in_time = done.at <= consents(events)[-1].terms.due
    return Outcome.KEPT if in_time and not moved_late(events) else Outcome.BROKEN


def kept_as_first_promised(events: Sequence[Event]) -> bool | None:
    """The stricter share: kept, and delivered by the date of the first consent."""
    if verdict(events) is None:
        return None
    done = delivery(events)
    return verdict(events) is Outcome.KEPT and done is not None and done.at <= consents(events)[0].terms.due


def count(events: Sequence[Event], *kinds: type[acts.Act]) -> int:
    """How many acts of these kinds there were."""
    return sum(isinstance(event.act, kinds) for event in events)


def ended_at(events: Sequence[Event]) -> datetime | None:
    """When the conversation ended, if it has: the last act that ends it, unless it was reopened since."""
    over = acceptance(events)
    if over is not None:
        return over.at
    return next((event.at for event in events if isinstance(event.act, ENDS)), None)


def window(events: Sequence[Event]) -> timedelta:
    """How long after the acceptance it can be reopened."""
    first = events[0].act
    assert isinstance(first, acts.Opening)
    return first.reopen_window


def hear_by(events: Sequence[Event]) -> datetime | None:
    """By when the provider said that the customer hears; gone with an answer, or with who passes it on and leaves."""
    for event in reversed(events):
        act = event.act
        if isinstance(act, acts.Acknowledge):
            return act.hear_by
        countered = isinstance(act, acts.Counter) and event.by.side is Side.PROVIDER
        gone = isinstance(act, acts.PassOn) and act.answerable is None
        if countered or gone or _says_yes(act):
            return None
    return None


def answerable(events: Sequence[Event]) -> tuple[int, datetime] | None:
    """Who passed the ask on and still answers for it, and since when; nobody once it is taken on there, or over."""
    for event in reversed(events):
        act = event.act
        if isinstance(act, acts.PassOn):
            return None if act.answerable in (None, act.to) else (act.answerable, event.at)
        taken = isinstance(act, acts.Acknowledge) and act.answerable is None
        if taken or isinstance(act, acts.Promise | acts.Counter | acts.Decline | acts.Withdraw):
            return None
    return None


def expected(events: Sequence[Event]) -> datetime | None:
    """When the provider expects to be done, since the last delivery or change of terms."""
    for event in reversed(events):
        if isinstance(event.act, acts.Deliver | acts.Agree):
            return None
        if isinstance(event.act, acts.Update) and event.act.expected is not None:
            return event.act.expected
    return None


def needs_help(events: Sequence[Event]) -> bool:
    """Whether help was asked for since the last delivery, change of terms, hand-over, or word that it comes in time."""
    for event in reversed(events):
        match event.act:
            case acts.Deliver() | acts.Agree() | acts.HandOver():
                return False
            case acts.Update(expected=datetime() as expected) if expected <= consents(events)[-1].terms.due:
                return False
            case acts.AskHelp():
                return True
    return False


def provider_and_before(events: Sequence[Event]) -> tuple[int, tuple[int, ...]]:
    """The party whose turn it is, and those who passed the ask on."""
    first = events[0].act
    assert isinstance(first, acts.Opening)
    line = [first.provider, *(event.act.to for event in events if isinstance(event.act, acts.PassOn))]
    return line[-1], tuple(line[:-1])


def agreed_under(events: Sequence[Event]) -> tuple[int | None, int | None, int | None]:
    """Result, agreement and its version: as the opening has them, gone once the ask went on to somebody else."""
    first = events[0].act
    assert isinstance(first, acts.Opening)
    if count(events, acts.PassOn):
        return None, None, None
    return first.result, first.agreement, first.agreement_version


def responsible(events: Sequence[Event]) -> int | None:
    """The person on the provider's side who has it: who took it on last, by word or by handing over."""
    for event in reversed(events):
        act = event.act
        if isinstance(act, acts.HandOver):
            return act.to
        if isinstance(act, acts.PassOn):
            return None
        takes = isinstance(act, acts.Promise | acts.Offer | acts.Counter)
        if takes and event.by.side is Side.PROVIDER:
            return event.by.person
    return None


def answers(events: Sequence[Event]) -> tuple[Answer | None, Answer | None]:
    """The provider's and the customer's answers to the one question, for the delivery that stands."""
    done, over = delivery(events), acceptance(events)
    own = done.act.easier if done and isinstance(done.act, acts.Deliver) else None
    theirs = over.act.answer if over and isinstance(over.act, acts.Accept) else None
    return own, theirs


def asker(events: Sequence[Event]) -> int | None:
    """The person on the customer's side who spoke first."""
    return next((event.by.person for event in events if event.by.side is Side.CUSTOMER), None)
