"""What forecasting refuses.

ForecastError
├── TooLittlePast   the past holds too few cases to learn from, or to check a forecast with
└── NoForecast      what is stored is no model that this version of Kept can read
"""

from __future__ import annotations

from kept.core.errors import KeptError


class ForecastError(KeptError):
    """The root of what forecasting refuses."""


class TooLittlePast(ForecastError):
    """The past holds too few cases to learn from, or to check a forecast with."""


class NoForecast(ForecastError):
    """What is stored is no model that this version of Kept can read."""
