"""Figures in the words of somebody who leads a team: what was counted, and how sure one can be of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from kept.core.statistics import Share
from kept.promises.figures.answers import Counted, Pulse, Told
from kept.promises.figures.figures import Figures

TOO_WIDE = 0.5
"""A range wider than this says nothing: then the figure is too few to say."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: its name, what it says, the range it is good for, what stands beside it, and where it opens."""

    name: str
    said: str
    sure: str
    beside: tuple[str, ...] = ()
    behind: str = ""


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """How often customers and providers gave one answer."""

    name: str
    customers: int
    providers: int


def share_said(share: Share) -> str:
    """ "12 of 14, 86 %"; "3 of 4" where that is too few; "none yet"."""
    if not share.n:
        return "none yet"
    plain = f"{share.count:,} of {share.n:,}"
    return plain if too_few(share) or share.value is None else f"{plain}, {_percent(share.value)}"


def sure(share: Share) -> str:
    """How sure one can be: "most likely between 60 % and 96 % in the long run", or "too few to say"."""
    if not share.n:
        return ""
    if too_few(share):
        return "too few to say"
    return f"in the long run most likely between {_percent(share.low)} and {_percent(share.high)}"


def too_few(share: Share) -> bool:
    """Whether the interval is so wide that the share says nothing."""
    return share.high - share.low > TOO_WIDE


def short(share: Share) -> str:
    """For a table: "86 % of 14"; "3 of 4" where that is too few to say more; "–" of none."""
    if not share.n or share.value is None:
        return "–"
    return f"{share.count} of {share.n}" if too_few(share) else f"{_percent(share.value)} of {share.n:,}"


def in_a_sentence(who: str, figures: Figures) -> str:
    """What matters most, first: "Dispatch kept 20 of 25 promises, 19 of them as first promised."; "" of none."""
    kept, first = figures.kept, figures.first
    if not kept.n:
        return ""
    said = f"{who} kept {kept.count:,} of {kept.n:,} promise{'' if kept.n == 1 else 's'}"
    said += f", {first.count:,} of them as first promised" if first.count != kept.count else ""
    return f"{said}; too few to say more." if too_few(kept) else f"{said}."


def lines(figures: Figures) -> Iterator[Line]:
    """The figures that count promises, in the order of a page."""
    counts = figures.counts
    yield Line("Kept", share_said(figures.kept), sure(figures.kept), tuple(_beside_kept(figures)), "kept")
    yield Line("Kept as first promised", share_said(figures.first), sure(figures.first), behind="kept")
    yield Line(
        "Kept, of all whose date came", share_said(figures.of_all_due), sure(figures.of_all_due),
        tuple(_beside_due(figures)), "all-due",
    )  # fmt: skip
    yield Line("Came back", share_said(figures.returned), sure(figures.returned), behind="returns")
    yield Line(
        "Customers who never had to ask", share_said(figures.unchased), sure(figures.unchased),
        (f"{_chases(counts.chases)}: {figures.chases_each:.1f} a promise",) if figures.chases_each else (), "chases",
    )  # fmt: skip
    quiet = figures.quiet.share
    yield Line("Never silent", share_said(quiet), sure(quiet), _silence(figures), "silence" if quiet.n else "")
    if counts.fruitless:
        yield Line(
            "A no that came after the date asked for", share_said(figures.left_hanging), sure(figures.left_hanging),
            behind="hanging",
        )  # fmt: skip


def answer_rows(told: Told) -> list[AnswerRow]:
    """The customers' answers beside the providers' own."""
    ours, theirs = told.customers, told.providers
    return [
        AnswerRow("Yes, easier", ours.easier, theirs.easier),
        AnswerRow("Partly", ours.partly, theirs.partly),
        AnswerRow("No", ours.no, theirs.no),
    ]


def gap_said(told: Told) -> str:
    """How the provider's view of itself differs from its customers', in a sentence."""
    match told.gap:
        case None:
            return ""
        case 0:
            return "Both sides say “easier” just as often."
        case int() as gap if gap > 0:
            return f"The providers say “easier” more often than their customers: in {gap} of a hundred deliveries."
        case gap:
            return f"The customers say “easier” more often than the providers: in {-gap} of a hundred deliveries."


def pulse_lines(pulse: Pulse) -> list[Line]:
    """The three questions of the quarter; none where there are no answers to show."""
    asked: tuple[tuple[str, Counted], ...] = (
        ("We can trust them", pulse.trust), ("We can count on them", pulse.count_on), ("They care", pulse.care),
    )  # fmt: skip
    return [
        Line(name, share_said(counted.share), sure(counted.share), (f"{counted.partly} partly, {counted.no} no",))
        for name, counted in asked
        if counted.n
    ]


def _beside_kept(figures: Figures) -> Iterator[str]:
    if count := figures.counts.own_word:
        were = "was" if count == 1 else "were"
        yield f"{count} more {were} on time, but accepted by somebody who worked on it for the provider: not counted"


def _beside_due(figures: Figures) -> Iterator[str]:
    if count := figures.counts.late_open:
        yield f"{count} past {'its' if count == 1 else 'their'} date and not accepted yet"
    if count := figures.counts.cancelled_late:
        yield f"{count} cancelled after {'its' if count == 1 else 'their'} date"


def _silence(figures: Figures) -> tuple[str, ...]:
    quiet = figures.quiet
    if not quiet.owed:
        return ("Nothing says how often the customer hears: an agreement with updates would",)
    if not quiet.time or quiet.mean is None:
        return ()
    return (f"{quiet.time / HOUR:,.1f} working hours of silence in all, {quiet.mean / HOUR:.1f} a promise",)


def _chases(count: int) -> str:
    return "1 chase" if count == 1 else f"{count:,} chases"


def _percent(share: float) -> str:
    return f"{round(share * 100)} %"
