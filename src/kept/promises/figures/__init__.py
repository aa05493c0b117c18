"""The figures: how promises were kept, by team, tie, result and period. docs/figures.md says what each means.

    kept = figures_of(Scope(providers), month(2026, 5), now)

`scope` says whose promises, `periods` of which time, `tally` counts them, `answers` adds up what customers said without
giving anybody away, `quiet` measures silence, `behind` opens the promises behind a figure, `pulses` asks the three
questions of a quarter.
"""

from kept.promises.figures.figures import Figures, figures_by_customer, figures_by_provider, figures_of, total
from kept.promises.figures.periods import Period, month, quarter
from kept.promises.figures.scope import Scope, of_person, of_team

__all__ = [
    "Figures",
    "Period",
    "Scope",
    "figures_by_customer",
    "figures_by_provider",
    "figures_of",
    "month",
    "of_person",
    "of_team",
    "quarter",
    "total",
]
