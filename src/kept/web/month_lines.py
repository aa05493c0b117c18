"""Lines over months as a drawing: where they and their marks lie, in the units of the picture."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from kept.core.moments import MONTHS

LEFT, RIGHT, TOP, BOTTOM = 52, 446, 12, 150
MOST_LABELS: Final = 5
STEPS: Final = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Dot:
    """One month of one line, and what it says."""

    x: str
    y: str
    says: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its name, its path and its months; `kind` is what its colour is called."""

    name: str
    kind: str
    path: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: what it says, and where."""

    said: str
    at: str


@dataclass(frozen=True, slots=True)
class MonthLines:
    """The whole drawing."""

    lines: tuple[Line, ...]
    up: tuple[Tick, ...]
    along: tuple[Tick, ...]


def month_lines(months: Sequence[date], series: Sequence[tuple[str, str, Sequence[float]]]) -> MonthLines | None:
    """The drawing of some series (name, kind, one value a month); None where there are fewer than two months."""
    if len(months) < 2:
        return None
    top = _round_up(max((max(values) for _, _, values in series), default=0.0))
    return MonthLines(
        lines=tuple(_line(name, kind, values, months, top) for name, kind, values in series),
        up=tuple(
            Tick(f"{top * part:,.4g}" if top < 10_000 else f"{top * part:,.0f}", _y(part)) for part in (0, 0.5, 1)
        ),
        along=tuple(_labels(months)),
    )


def month_said(month: date) -> str:
    """ "Mar 2026"."""
    return f"{MONTHS[month.month - 1][:3]} {month.year}"


def _line(name: str, kind: str, values: Sequence[float], months: Sequence[date], top: float) -> Line:
    dots = tuple(
        Dot(_x(place, len(months)), _y(value / top), f"{month_said(month)}: {value:,.0f} {name}")
        for place, (month, value) in enumerate(zip(months, values, strict=True))
    )
    return Line(name, kind, "M" + " L".join(f"{dot.x} {dot.y}" for dot in dots), dots)


def _labels(months: Sequence[date]) -> Iterator[Tick]:
    every = math.ceil(len(months) / MOST_LABELS)
    for place in range(0, len(months), every):
        yield Tick(month_said(months[place]), _x(place, len(months)))


def _x(place: int, count: int) -> str:
    return f"{LEFT + (RIGHT - LEFT) * place / (count - 1):.1f}"


def _y(part: float) -> str:
    return f"{BOTTOM - (BOTTOM - TOP) * part:.1f}"


def _round_up(value: float) -> float:
    """The next number that is easy to read: 1, 2 or 5 and noughts."""
    if value <= 0:
        return 1.0
    ten = 10.0 ** math.floor(math.log10(value))
    return next(step * ten for step in STEPS if value <= step * ten)
