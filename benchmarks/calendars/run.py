"""How long working-time questions take. Run: python benchmarks/calendars/run.py

The calendar is an office's: Mon–Fri with a lunch break, ten days off a year, in a zone with summer time.
"""

import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from kept.core.calendars import (
    MONDAY_TO_FRIDAY,
    Calendar,
    Hours,
    add_working_time,
    is_open,
    next_open,
    same_hours,
    working_intervals,
    working_time,
)

CALLS = 20_000
RUNS = 5
SEED = 20260501
YEARS = range(2020, 2031)
OFFICE = Calendar(
    "Europe/Berlin",
    same_hours(MONDAY_TO_FRIDAY, Hours.between("08:00", "12:00"), Hours.between("13:00", "17:00")),
    frozenset(date(year, month, 1) for year in YEARS for month in range(1, 11)),
)


def moments(count: int) -> list[datetime]:
    """Moments of the years 2024 to 2026."""
    chance = random.Random(SEED)
    return [datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(3 * 525_600)) for _ in range(count)]


def microseconds(question: Callable[[datetime], object], calls: int = CALLS) -> str:
    """Median and range of `RUNS` runs of `calls` calls each, per call, as a table cell."""
    asked = moments(calls)
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        for moment in asked:
            question(moment)
        taken.append((time.perf_counter() - start) / calls * 1_000_000)
    return f"{statistics.median(taken):.1f} ({min(taken):.1f}–{max(taken):.1f})"


def main() -> None:
    """Print one table row a question."""
    days, hours = (lambda count: timedelta(days=count)), (lambda count: timedelta(hours=count))
    questions: dict[str, Callable[[datetime], object]] = {
        "is_open": lambda at: is_open(OFFICE, at),
        "next_open": lambda at: next_open(OFFICE, at),
        "working_time over 3 days": lambda at: working_time(OFFICE, at, at + days(3)),
        "working_time over 1 year": lambda at: working_time(OFFICE, at, at + days(365)),
        "working_time over 20 years": lambda at: working_time(OFFICE, at, at + days(7_305)),
        "add_working_time of 16 h": lambda at: add_working_time(OFFICE, at, hours(16)),
        "add_working_time of 2,000 h": lambda at: add_working_time(OFFICE, at, hours(2_000)),
        "working_intervals of a week": lambda at: working_intervals(OFFICE, at, at + days(7)),
    }
    print(f"microseconds a call: median (least–most) of {RUNS} runs of {CALLS:,} calls\n")
    print("| question | microseconds |")
    print("| --- | --- |")
    for name, question in questions.items():
        print(f"| {name} | {microseconds(question)} |")


if __name__ == "__main__":
    main()
