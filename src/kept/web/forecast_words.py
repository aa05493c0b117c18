"""How good forecasts are, in the words of somebody who relies on them; and the drawing of promised odds beside kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kept.core.moments import MONTHS
from kept.core.statistics import Share
from kept.insight.forecast.held import Reached
from kept.outlook.quality import COVERAGE, Month, Quality
from kept.outlook.replay import When

SAFE: Final = 95
WORDS: Final = {50: "tight", 80: "fair", 90: "", SAFE: "safe"}
TITLES: Final = {
    When.GIVEN: "When the date is given",
    When.HALFWAY: "Halfway to the date",
}
MEANS: Final = {
    When.GIVEN: "What Kept says beside the field for a date.",
    When.HALFWAY: "What Kept says of a promise that stands.",
}
LEFT, RIGHT, TOP, BOTTOM = 40, 300, 12, 272


@dataclass(frozen=True, slots=True)
class Line:
    """One level: what was said, how often it came so, and the range in which that is good in the long run."""

    said: str
    word: str
    kept: str
    of: int
    sure: str


@dataclass(frozen=True, slots=True)
class Dot:
    """One level in the drawing: where it lies, from where to where its range reaches."""

    x: str
    y: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month: its name, how many forecasts were made in it, and by level how often they came true."""

    name: str
    forecasts: int
    kept: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """One moment at which forecasts are made, and how they held; `headline` is what matters most."""

    title: str
    means: str
    headline: str
    quality: Quality
    lines: tuple[Line, ...]
    dots: tuple[Dot, ...]
    months: tuple[MonthLine, ...]
    off: str
    levels: tuple[str, ...] = tuple(f"{level} %" for level in COVERAGE)


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on both axes."""

    said: str
    x: str
    y: str


def ticks() -> tuple[Tick, ...]:
    """The marks on the axes of the drawing."""
    return tuple(Tick(str(level), _along(level), _up(level / 100)) for level in range(0, 101, 20))


def judged(quality: Quality) -> Judged:
    """The figures in words."""
    return Judged(
        title=TITLES[quality.when],
        means=MEANS[quality.when],
        headline=headline(quality),
        quality=quality,
        lines=tuple(_line(one) for one in quality.coverage),
        dots=tuple(_dot(one) for one in quality.diagram if one.share.n),
        months=tuple(_month(one) for one in quality.months),
        off=off_said(quality),
    )


def headline(quality: Quality) -> str:
    """ "Of 100 dates that Kept called safe, 93 were met (n = 214, 89–96)."; "" where none is known yet."""
    safe = _at(quality.coverage, SAFE)
    if safe is None or safe.value is None:
        return ""
    met = round(safe.value * 100)
    return f"Of 100 dates that Kept called safe, {met} were met (n = {safe.n:,}, {_range(safe)}).{_beside(safe)}"


def _beside(safe: Share) -> str:
    """What it means for whoever relies on a safe date, where the difference is more than chance."""
    if safe.high < SAFE / 100:
        return f" It should be {SAFE}: so far Kept is surer than it may be, so leave some room."
    return f" It need only be {SAFE}: so far Kept is more careful than it must be." if safe.low > SAFE / 100 else ""


def off_said(quality: Quality) -> str:
    """How far the even date lay from the delivery, beside a constant guess; "" where nothing has ended."""
    if quality.mae_days is None or quality.constant_days is None:
        return ""
    own, constant = quality.mae_days, quality.constant_days
    better = "nearer than" if own < constant else "no nearer than"
    return (
        f"The date with even odds lay {own:.1f} days from the delivery on average (n = {quality.judged:,}): {better} a "
        f"guess that is always the usual time, which lay {constant:.1f} days from it."
    )


def _line(one: Reached) -> Line:
    share = one.share
    kept = f"{round(share.value * 100)} of 100" if share.value is not None else "none yet"
    return Line(f"{one.level} of 100", WORDS.get(one.level, ""), kept, share.n, _range(share) if share.n else "")


def _month(month: Month) -> MonthLine:
    kept = tuple((f"{one.level} %", _per_cent(one.share), _range(one.share)) for one in month.reached)
    return MonthLine(f"{MONTHS[month.first.month - 1]} {month.first.year}", month.forecasts, kept)


def _dot(one: Reached) -> Dot:
    share = one.share
    return Dot(_along(one.level), _up(share.value or 0.0), _up(share.low), _up(share.high))


def _along(level: int) -> str:
    return f"{LEFT + (RIGHT - LEFT) * level / 100:.1f}"


def _up(share: float) -> str:
    return f"{BOTTOM - (BOTTOM - TOP) * share:.1f}"


def _at(reached: Sequence[Reached], level: int) -> Share | None:
    return next((one.share for one in reached if one.level == level), None)


def _per_cent(share: Share) -> str:
    return "–" if share.value is None else f"{round(share.value * 100)} %"


def _range(share: Share) -> str:
    return f"{round(share.low * 100)}–{round(share.high * 100)}" if share.n else ""
