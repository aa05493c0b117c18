"""Little's law as a check: what is there on average = what comes a day, times how long it stays (L = λW)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

DAY_S: Final = 86_400.0
AGREES: Final = 0.1
FEW: Final = 0.5
"""Pieces of work on average; below it a count every six hours misses most of what comes and goes between."""


@dataclass(frozen=True, slots=True)
class LittlesLaw:
    """The law held against the record.

    `counted` is the mean number in progress as counted every six hours, `computed` arrivals a day times the mean time
    in days. They are found in different ways; `gap` is their difference over the larger (0.0 to 1.0), `says` what to
    make of it.
    """

    counted: float
    computed: float
    gap: float
    says: str

    def to_json(self) -> dict[str, Any]:
        """The check as `kept flow --json` says it."""
        return asdict(self)


def littles_law(counted: float, arrivals_per_day: float, mean_time_s: float) -> LittlesLaw:
    """Hold the law against a count (pieces of work), arrivals (per day) and the mean time from coming to leaving
    (seconds).
    """
    computed = arrivals_per_day * mean_time_s / DAY_S
    largest = max(counted, computed)
    gap = abs(counted - computed) / largest if largest else 0.0
    return LittlesLaw(counted, computed, gap, _says(counted, computed, gap))


def _says(counted: float, computed: float, gap: float) -> str:
    beside = f"{counted:,.2f} were there on average; what comes, times how long it stays, gives {computed:,.2f}"
    if gap <= AGREES:
        return f"{beside}: the figures agree."
    if max(counted, computed) < FEW:
        return f"{beside}: so little is there at a time that counting every six hours misses most of it."
    return (
        f"{beside}: {gap:.0%} apart. Work often comes and goes within a few hours here, between two counts; read the "
        f"number in progress with care."
    )
