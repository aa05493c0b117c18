"""When somebody is warned that a date is likely to be missed, as pure rules over the odds of keeping it.

A promise is **in danger** while the odds of the date in force are under the provider's threshold; it is out of danger
once they are over it again by a margin, so that odds that waver warn once. Whoever was told is told again only where it
got **materially worse**: the odds are half of those that they were told, or less.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

THRESHOLD: Final = 50
"""The odds (%) under which a date is in danger where no team says otherwise: it is likelier to be missed than kept."""
THRESHOLDS: Final = tuple(range(10, 100, 10))
"""The thresholds (%) that a team can choose from."""
MARGIN: Final = 0.05
"""How far over the threshold the odds have to be again for the danger to be over."""
LEAST_LIKE: Final = 5
"""Ended promises of the same two that a warning rests on at least: what others did alone raises no alarm."""
GRACE: Final = timedelta(hours=8)
"""The working time that the provider has to give word before others are told, where no agreement says otherwise."""


def in_danger(chance: float, threshold: int, *, before: bool) -> bool:
    """Whether a date with these odds (0 to 1) is in danger, under a threshold in percent; `before`: whether it was."""
    return chance < threshold / 100 + (MARGIN if before else 0.0)


def materially_worse(told: float, chance: float) -> bool:
    """Whether odds of `chance` are so much worse than what somebody was told that they have to hear of it again."""
    return chance < told and chance <= told / 2
