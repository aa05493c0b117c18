"""What a goal and a change are in words: "81 %", "2.4 days", "between 2 points less and 16 points more"."""

from __future__ import annotations

from dataclasses import dataclass

from kept.core.statistics import Better, Verdict
from kept.insight.change import Change
from kept.programme.goals.measuring import MEASURES
from kept.programme.goals.models import Figure, Goal, Measurement

TONES = {Verdict.MOVED: "good", Verdict.CANT_TELL: "plain", Verdict.WORSE: "watch"}


@dataclass(frozen=True, slots=True)
class Said:
    """A change in words: the figure before and after with their n, the interval of the difference, the verdict."""

    before: str
    after: str
    between: str
    verdict: str
    tone: str


def value(figure: Figure, number: float | None) -> str:
    """One value of a figure: "81 %", "2.4 days"; "nothing yet" of None."""
    if number is None:
        return "nothing yet"
    unit = MEASURES[figure].unit
    return f"{100 * number:.0f} %" if unit == "%" else f"{number:.1f} {unit}"


def aim(goal: Goal) -> str:
    """What a goal wants: "at least 90 %"."""
    figure = Figure(goal.figure)
    word = "at least" if MEASURES[figure].better is Better.MORE else "at most"
    return f"{word} {value(figure, goal.target)}"


def reached(goal: Goal, after: float | None) -> bool:
    """Whether the figure is where the goal wants it, as measured."""
    if after is None:
        return False
    better = MEASURES[Figure(goal.figure)].better
    return after >= goal.target if better is Better.MORE else after <= goal.target


def said(figure: Figure, change: Change) -> Said:
    """A change in words."""
    return Said(
        f"{value(figure, change.before)} (n = {change.n_before:,})",
        f"{value(figure, change.after)} (n = {change.n_after:,})",
        _between(figure, change.low, change.high),
        str(change.verdict),
        TONES[change.verdict],
    )


def of_measurement(one: Measurement) -> Said:
    """The same of what was measured."""
    change = Change(one.before, one.after, one.n_before, one.n_after, one.low, one.high, Verdict(one.verdict))
    return said(Figure(one.goal.figure), change)


def _between(figure: Figure, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "too few to say"
    return f"between {_step(figure, low)} and {_step(figure, high)}"


def _step(figure: Figure, number: float) -> str:
    unit = MEASURES[figure].unit
    size = f"{abs(100 * number):.0f} points" if unit == "%" else f"{abs(number):.1f} {unit}"
    return f"{size} {'less' if number < 0 else 'more'}"
