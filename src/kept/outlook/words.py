"""Forecasts in plain words: what the odds of a date are, what they rest on. Pages, API and assistants say the same."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Final

from kept.core.moments import on_the_day
from kept.insight.forecast.odds import Forecast, RestsOn, Word
from kept.insight.forecast.pooled import ENOUGH, outlived

NOTHING_KNOWN: Final = "Kept knows nothing yet of work like this, so it gives no odds."
NAMES: Final = {Word.TIGHT: "tight", Word.FAIR: "fair", Word.SAFE: "safe"}
BELOW_TIGHT: Final = "less than tight"
WIDE: Final = "That is few, so the dates lie far apart."
CANNOT_SAY: Final = "So few have ended that no date can be called so yet."


def nothing_said(forecast: Forecast | None) -> str:
    """Why there is no date and no odds, in a sentence; "" where there are."""
    if forecast is None:
        return NOTHING_KNOWN
    return longest_said(forecast.rests_on) if outlived(forecast) else ""


def longest_said(rests_on: RestsOn) -> str:
    """That something has taken longer than all that a forecast of it rests on."""
    like = "all 1 like it took" if rests_on.like == 1 else f"all {rests_on.like:,} like it took"
    took = f"{like} less" if rests_on.like else "none like it has ended, and others took less"
    return f"Nothing like it has taken this long: {took}. So no date can be called safe, and it may take much longer."


def of_a_hundred(chance: float) -> str:
    """The odds as people count, never more than they are: 0.949 -> "94 of 100"; "fewer than 1 of 100"."""
    whole = int(round(chance * 100, 6))
    return f"{whole} of 100" if whole else "fewer than 1 of 100"


def word_for(forecast: Forecast, by: datetime) -> str:
    """The plain word for a date: "tight", "fair", "safe", or "less than tight"."""
    word = forecast.word(by)
    return NAMES[word] if word else BELOW_TIGHT


def odds_said(forecast: Forecast, by: datetime, zone: tzinfo) -> str:
    """ "Thu 12 Mar 2026, 14:00 is fair: about 86 of 100 are done by then."; "" for a moment that has passed."""
    if by <= forecast.made_at:
        return ""
    odds = of_a_hundred(forecast.chance(by))
    about = "" if odds.startswith("fewer") else "about "
    return f"{on_the_day(by, zone)} is {word_for(forecast, by)}: {about}{odds} are done by then."


def wide_said(rests_on: RestsOn) -> str:
    """With fewer than 20 like it: that the odds are wide. "" with more."""
    return "" if rests_on.like >= ENOUGH else WIDE
