"""The picture of a trace: each step of the chain as a bar over time, in the units of the drawing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kept.complaints.tracing import Step, Trace

WIDTH = 1000.0
LEAST = 4.0
"""The narrowest bar that can still be seen."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A step as a bar: where it begins, how wide what was expected is, and what went beyond; as attributes write it."""

    step: Step
    x: str
    expected: str
    over_x: str
    over: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The bars, and where the date lies (None where it is none of the picture)."""

    bars: tuple[Bar, ...]
    date: str | None
    begin: datetime
    end: datetime


def picture_of(trace: Trace) -> Picture:
    """The picture of a trace, from its begin to its end or its date, whichever is later."""
    end = max([trace.end, trace.begin + timedelta(minutes=1), *([trace.date] if trace.date else [])])
    span = (end - trace.begin).total_seconds()

    def place(moment: datetime) -> float:
        return WIDTH * min(max((moment - trace.begin).total_seconds() / span, 0.0), 1.0)

    bars = []
    for step in trace.steps:
        if step.hidden:  # when it was is not the viewer's to know
            bars.append(Bar(step, "0.0", "0.0", "0.0", "0.0"))
            continue
        x, stop = place(step.ready), place(step.end)
        x = min(x, WIDTH - LEAST)
        width = max(stop - x, LEAST)
        over = width * (step.over_s / step.own_s) if step.share > 0 and step.own_s else 0.0
        bars.append(Bar(step, f"{x:.1f}", f"{width - over:.1f}", f"{x + width - over:.1f}", f"{over:.1f}"))
    return Picture(tuple(bars), f"{place(trace.date):.1f}" if trace.date else None, trace.begin, end)
