"""What a trace says in words: about work, not about persons; no blame, and no more than the record shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from kept.insight.trace.chain import ExpectedBy, Link
from kept.insight.trace.tracing import ChainTrace, LinkTrace, SharedOver

LEAST_SHARE: Final = 0.05
"""A link with a smaller share is no finding; the largest is one, however small."""
MINUTE: Final = 60.0
UNITS: Final = ((86_400.0, "day"), (3_600.0, "hour"), (60.0, "minute"))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the trace found: with which team (None: the record names none), what, its share, and the
    evidence.
    """

    team: str | None
    what: str
    share: float
    evidence: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The finding as `kept trace --json` says it."""
        return {"team": self.team, "what": self.what, "share": self.share, "evidence": list(self.evidence)}


def findings(found: ChainTrace | None, *, late: bool) -> tuple[Finding, ...]:
    """What the trace of a chain found, the largest share first; `late` where the promise was missed.

    A chain of no time on the record (None, or late with nothing to share) has one finding, of nobody's.
    """
    if found is None or found.nothing_wrong:
        return (Finding(None, "The record shows no time between begin and end.", 1.0, ()),) if late else ()
    ranked = found.ranked()
    said = [part for n, part in enumerate(ranked) if n == 0 or part.share >= LEAST_SHARE]
    return tuple(Finding(part.link.team, _what(part, found), part.share, evidence(part)) for part in said)


def _what(part: LinkTrace, found: ChainTrace) -> str:
    if part.link.team is None:
        return f"{in_words(part.own_s)} that the record shows with no team; nobody in it is charged for them."
    if found.shared_over is not SharedOver.OVERRUN:
        return f"The work was here for {in_words(part.own_s)}, no longer than expected."
    if part.link.facts.came_back:
        return f"The work came back and was here for {in_words(part.own_s)} more."
    against = "promised" if part.link.expected.by is ExpectedBy.PROMISED else "usual"
    return f"The work was here {in_words(part.over_s)} longer than {against}."


def evidence(part: LinkTrace) -> tuple[str, ...]:
    """What a link's finding rests on, in sentences."""
    link = part.link
    said = [_beside(part, link)]
    facts = link.facts
    if facts.came_back:
        said.append(f"It came straight back from {facts.came_back}.")
    if facts.returns:
        said.append(f"A delivery was returned {_times(facts.returns)}.")
    if facts.chases:
        said.append(f"The customer had to ask {_times(facts.chases)}.")
    if facts.silent_s >= MINUTE:
        said.append(f"For {in_words(facts.silent_s)} no update came that was owed.")
    if facts.missing:
        said.append(f"Missing from the checklist: {', '.join(facts.missing)}.")
    if part.alone_s > 0:
        said.append(f"Had only this kept its time, the end would have come {in_words(part.alone_s)} earlier.")
    if part.share_error > 0:
        said.append(f"The share is drawn from many orders: give or take {part.share_error * 100:.1f} points.")
    return tuple(said)


def _beside(part: LinkTrace, link: Link) -> str:
    had_all = " from when it had all that it needed" if link.team is not None and link.relies_on else ""
    took = f"It took {in_words(part.own_s)}{had_all}"
    if link.expected.by is ExpectedBy.PROMISED:
        return f"{took}; {in_words(part.expected_s)} were promised."
    if not link.expected.like:
        return f"{took}; there is nothing like it to compare with."
    if link.facts.again and part.expected_s <= 0:
        return f"{took}; usually the work is not here a second time ({link.expected.like:,} like it)."
    return f"{took}; {in_words(part.expected_s)} is usual ({link.expected.like:,} like it)."


def verdict(found: ChainTrace | None, *, late: bool, by_date: bool) -> str:
    """The trace in a sentence or two. `by_date`: the promise is known by its date."""
    if found is None or found.nothing_wrong:
        return (
            "The promise was missed, and the record shows no time in which it could have been."
            if late
            else "Nothing here took longer than such work usually does, within its usual ups and downs."
        )
    if found.shared_over is SharedOver.DATE:
        return (
            "The date was tighter than such work usually takes: no step took longer than expected. "
            "The shares say where the time went that the date did not leave."
        )
    if found.shared_over is SharedOver.TIME and by_date:
        return "Its date had passed before the record begins; the shares say where the time went after that."
    if found.shared_over is SharedOver.TIME:
        return (
            "The promise was missed, yet no step took longer than such work usually does: it was tighter than such "
            "work usually takes. The date itself is not in the record; the shares say where the time went."
        )
    return f"{_lateness(found, late=late, by_date=by_date)} {_lost(found)}"


def _lateness(found: ChainTrace, *, late: bool, by_date: bool) -> str:
    if not late:
        return "Its date was not missed, though it took longer than such work usually does."
    if by_date and found.promised_s is not None:
        return f"It ended {in_words(found.took_s - found.promised_s)} after its date."
    if found.late is None:
        return f"It took {in_words(found.took_s)}; such work is usually done within {in_words(found.usual_until_s)}."
    return "The promise was missed."


def _lost(found: ChainTrace) -> str:
    most = found.ranked()[0]
    where = "outside of what the record shows" if most.link.team is None else f"with {most.link.team}"
    within = "" if found.beyond_usual else " All of it together is still within the usual ups and downs of such work."
    return (
        f"{in_words(found.lost_s)} went beyond what was to be expected, {most.share * 100:.0f} % of it {where}.{within}"
    )


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def in_words(seconds: float) -> str:
    """A time span in its largest sensible unit: "3.4 hours", "less than a minute"."""
    for size, unit in UNITS:
        if seconds >= 1.5 * size or (unit == "minute" and seconds >= size):
            number = f"{seconds / size:,.1f}".removesuffix(".0")
            return f"{number} {unit}{'' if number == '1' else 's'}"
    return "less than a minute"
