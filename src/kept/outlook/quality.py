"""How good are our forecasts? What forecasts would have said at each moment of the past, beside what came.

The past is played again (see `replay`), so that there are figures from the first day, and each forecast is read at the
levels that those before it taught, as the ones that people are shown are. Worked out by a worker and kept in a row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from kept.core.statistics import Share
from kept.insight.forecast.held import Reached, miscalibration, reached
from kept.insight.forecast.odds import FAR, Forecast
from kept.outlook.models import Replayed
from kept.outlook.replay import Made, When, levels_taught, places, read_again, recalibrated, replay, whole_past

COVERAGE: Final = (50, 80, 90, 95)
DIAGRAM: Final = (5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95)
EVERY: Final = timedelta(hours=6)
"""How often it is worked out again."""
FEWEST: Final = 5
"""Months with fewer forecasts are left out: of so few one could guess single promises, and they would say nothing."""


@dataclass(frozen=True, slots=True)
class Month:
    """The forecasts made in the month that begins on `first`: how many of each level's dates were kept."""

    first: date
    forecasts: int
    reached: tuple[Reached, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """How the forecasts made at one moment of promises held, as of `at`.

    `forecasts` were made, of which `ended` have. `diagram` and `coverage`: by level, the share that was ready by the
    date of that level. `miscalibration` is the mean distance of the two over 1 % to 99 % (None without any). `mae_days`
    is how far the even date lay from the delivery, on average over the `judged` that ended and had one; `constant_days`
    the same of a constant guess, the median of all that had ended by then; `median_days` the middle distance.
    """

    when: When
    at: datetime
    forecasts: int
    ended: int
    diagram: tuple[Reached, ...]
    coverage: tuple[Reached, ...]
    miscalibration: float | None
    judged: int
    mae_days: float | None
    median_days: float | None
    constant_days: float | None
    months: tuple[Month, ...]


def work_out(at: datetime) -> None:
    """Play the past again as of `at`, and keep how good forecasts are and at which levels to read the next."""
    table = whole_past()
    for when in When:
        plain = replay(table, when, at)
        found = judged(when, recalibrated(plain), at)
        row = {"at": at, "levels": list(levels_taught(plain, at)), "figures": _plain(found)}
        Replayed.objects.update_or_create(when=str(when), defaults=row)


def quality(when: When) -> Quality | None:
    """How good the forecasts of that moment are, as it was worked out last; None before it was. One query."""
    row = Replayed.objects.filter(when=str(when)).first()
    return _read(When(row.when), row.at, row.figures) if row else None


def as_learned(forecasts: dict[int, tuple[When, Forecast]]) -> dict[int, Forecast]:
    """Each forecast, read at the levels that the past taught for its moment. One query."""
    levels = levels_now() if forecasts else {}
    return {key: read_again(plain, levels.get(when, ())) for key, (when, plain) in forecasts.items()}


def levels_now() -> dict[str, tuple[float, ...]]:
    """At which levels forecasts are read now, by their moment. One query."""
    return {row.when: tuple(row.levels) for row in Replayed.objects.only("when", "levels")}


def judged(when: When, made: Sequence[Made], at: datetime) -> Quality:
    """What these forecasts are worth, by what was known at `at`."""
    seen = places(made, at)
    ended = [one for one in made if one.ended and one.forecast.days[49] < FAR]
    off = sorted(abs(one.took - one.forecast.days[49]) for one in ended)
    constant = [abs(one.took - one.constant) for one in ended]
    return Quality(
        when=when, at=at, forecasts=len(made), ended=seen.ends,
        diagram=reached(seen, DIAGRAM) if made else (), coverage=reached(seen, COVERAGE) if made else (),
        miscalibration=miscalibration(seen) if seen.ends else None, judged=len(ended),
        mae_days=sum(off) / len(off) if off else None, median_days=off[len(off) // 2] if off else None,
        constant_days=sum(constant) / len(constant) if constant else None, months=_months(made, at),
    )  # fmt: skip


def _months(made: Sequence[Made], at: datetime) -> tuple[Month, ...]:
    by_month: dict[date, list[Made]] = defaultdict(list)
    for one in made:
        by_month[one.forecast.made_at.date().replace(day=1)].append(one)
    return tuple(
        Month(first, len(its), reached(places(its, at), COVERAGE))
        for first, its in sorted(by_month.items())
        if len(its) >= FEWEST
    )


def _plain(found: Quality) -> dict[str, Any]:
    plain = asdict(found)
    del plain["when"], plain["at"]
    plain["months"] = [{**month, "first": month["first"].isoformat()} for month in plain["months"]]
    return plain


def _read(when: When, at: datetime, figures: dict[str, Any]) -> Quality:
    months = tuple(
        Month(date.fromisoformat(one["first"]), one["forecasts"], _reached(one["reached"])) for one in figures["months"]
    )
    shown = {"diagram": _reached(figures["diagram"]), "coverage": _reached(figures["coverage"]), "months": months}
    return Quality(when=when, at=at, **{**figures, **shown})


def _reached(kept: list[dict[str, Any]]) -> tuple[Reached, ...]:
    return tuple(Reached(one["level"], Share(**one["share"])) for one in kept)
