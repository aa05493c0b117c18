"""The odds of each date as a drawing: where its lines and points lie, in the units of the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kept.insight.forecast.odds import FAR, LEVELS, Forecast, Word

WIDTH, HEIGHT = 340, 150
LEFT, RIGHT, TOP, BOTTOM = 34, 330, 10, 126
BEYOND = 1.08
"""How much further the picture reaches than the safe date, or the last one that can be said."""
FURTHEST = 2.0
"""A chosen date further off than so many times the safe one lies outside the picture."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the picture, as its attributes write it."""

    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Level:
    """A line across the picture at one of the three words; `crossed` where the curve gets there."""

    per_cent: int
    point: Point
    crossed: bool


@dataclass(frozen=True, slots=True)
class Curve:
    """The picture: the line of the odds, what lies under it, the three words, the date chosen now, where it ends."""

    line: str
    under: str
    levels: tuple[Level, ...]
    chosen: Point | None
    ends: datetime


def curve_of(forecast: Forecast, chosen: datetime | None = None) -> Curve | None:
    """The picture of a forecast, with the date that is chosen now; None where so few can't say a single date."""
    known = [(day, level / 100) for level, day in zip(LEVELS, forecast.days, strict=True) if day < FAR]
    if not known:
        return None
    last = min(known[-1][0], forecast.days[Word.SAFE - 1])
    wanted = (chosen - forecast.made_at) / DAY if chosen else 0.0
    inside = 0 < wanted <= FURTHEST * last
    days = max(last, wanted if inside else 0.0) * BEYOND
    points = [_at(day, chance, days) for day, chance in _steps(known, days)]
    line = "M" + " L".join(f"{point.x} {point.y}" for point in points)
    at = _at(wanted, forecast.chance(chosen), days) if chosen and inside else None
    levels = tuple(_level(forecast, word, days) for word in Word)
    under = f"{line} L{points[-1].x} {BOTTOM} L{LEFT} {BOTTOM} Z"
    return Curve(line, under, levels, at, forecast.made_at + days * DAY)


def _steps(known: Sequence[tuple[float, float]], until: float) -> Iterator[tuple[float, float]]:
    """Days and odds along the curve, from nothing up to the last that is known within `until` days."""
    yield 0.0, 0.0
    yield from (step for step in known if step[0] <= until)


def _level(forecast: Forecast, word: Word, days: float) -> Level:
    day = forecast.days[word - 1]
    return Level(int(word), _at(min(day, days), word / 100, days), crossed=day < FAR)


def _at(day: float, chance: float, days: float) -> Point:
    x = LEFT + (RIGHT - LEFT) * (day / days if days > 0 else 0.0)
    return Point(f"{x:.1f}", f"{BOTTOM - (BOTTOM - TOP) * chance:.1f}")
