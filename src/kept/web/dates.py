"""Beside a field for a date: which dates are safe, and the odds of the one that stands there. Records nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.http import HttpRequest
from django.utils import timezone

from kept.core.moments import MONTHS
from kept.insight.forecast.odds import Forecast, Word
from kept.insight.forecast.pooled import backed
from kept.outlook.advising import Advice
from kept.outlook.words import CANNOT_SAY, NAMES, NOTHING_KNOWN, nothing_said, odds_said, wide_said
from kept.web import fields
from kept.web.odds_curve import Curve, curve_of

DATE, ODDS = "date", "dates"
"""The names of the buttons that send nothing: take one of the three dates, and show the odds."""
TYPED = "%Y-%m-%dT%H:%M"
STEP = timedelta(minutes=15)
"""A date that Kept names stands on a whole quarter of an hour, never before the moment that has the odds."""
TIGHT: Mapping[str, str] = {
    "ask": "You can ask for it all the same; they may answer with another date.",
    "give": "You can give it all the same, and it is then plain to both sides that it was tight.",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the three words: its odds, its date and how the field writes it; None and "" where few can't say it."""

    word: str
    per_cent: int
    at: datetime | None
    value: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where the odds stand: the field that they are about, and where and when they are asked for again.

    `key` names the field to the buttons, where a form has several; "" where it has one. `says` is what is said of a
    tight date: "ask" or "give". `link` leads to a form that begins with a date, where there is no field here. `typed`:
    asked for with what the form says, in a request that keeps it out of the address.
    """

    field: str
    address: str
    include: str
    trigger: str
    says: str
    key: str = ""
    link: str = ""
    typed: bool = False

    @property
    def panel(self) -> str:
        """The id of the place in the page."""
        return f"dates-{self.key}" if self.key else "dates"


@dataclass(frozen=True, slots=True)
class Odds:
    """What is shown: the three dates, the odds of the date that is chosen now, the picture, and what it all rests on.

    `tight` says, where the chosen date is tight or less, that it may be chosen all the same; `ends` is the day at which
    the picture ends.
    """

    place: Place
    choices: tuple[Choice, ...]
    chosen: str
    tight: str
    curve: Curve | None
    ends: str
    basis: str
    wide: str
    slower: tuple[str, ...]
    carries: tuple[str, ...]
    known: bool = True


@dataclass(frozen=True, slots=True)
class Unknown:
    """No date and no odds can be given: a sentence that says why."""

    nothing: str = NOTHING_KNOWN
    known: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """A place with what is shown there."""

    place: Place
    shown: Odds | Unknown | None


def beside(place: Place, advice: Advice | None, chosen: datetime | None) -> Beside:
    """A place where it is plain who would do it for whom, with what is known of such work."""
    return Beside(place, shown(place, advice, chosen))


def shown(place: Place, advice: Advice | None, chosen: datetime | None) -> Odds | Unknown:
    """What stands in the place while the date `chosen` does in its field."""
    unsaid = nothing_said(advice.forecast if advice else None)
    if advice is None or unsaid:
        return Unknown(unsaid)
    forecast, zone = advice.forecast, timezone.get_current_timezone()
    tight = chosen is not None and chosen > forecast.made_at and forecast.word(chosen) in {None, Word.TIGHT}
    curve = curve_of(forecast, chosen)
    return Odds(
        place=place,
        choices=tuple(_choice(forecast, word) for word in Word),
        chosen=odds_said(forecast, chosen, zone) if chosen else "",
        tight=TIGHT[place.says] if tight else "",
        curve=curve,
        ends=_day(curve.ends) if curve else CANNOT_SAY,
        basis=advice.basis,
        wide=wide_said(forecast.rests_on),
        slower=advice.slower,
        carries=advice.carries,
    )


def _choice(forecast: Forecast, word: Word) -> Choice:
    date = backed(forecast, word)
    at = _on_a_quarter(date) if date else None
    return Choice(NAMES[word], int(word), at, timezone.localtime(at).strftime(TYPED) if at else "")


def _on_a_quarter(moment: datetime) -> datetime:
    """The first whole quarter of an hour at or after the moment."""
    past = timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)
    return moment + (STEP - past if past else timedelta(0))


def _day(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"{local.day} {MONTHS[local.month - 1][:3]}"


# --- what the forms send ------------------------------------------------------------------------------------------


def pressed(request: HttpRequest) -> bool:
    """Whether the form came by one of the buttons that send nothing."""
    return request.method == "POST" and (DATE in request.POST or ODDS in request.POST)


def taken(request: HttpRequest) -> dict[str, str]:
    """What was typed so far, with the date that was pressed in its field, for a form that shows it again."""
    key, _, date = request.POST.get(DATE, "").rpartition(" ")
    typed = {name: str(value) for name, value in request.POST.items()}
    return typed | ({field_name(key): date} if date else {})


def key_of(request: HttpRequest) -> str:
    """Which of several dates a button is about; "" on a form that has one."""
    return request.POST.get(ODDS) or request.POST.get(DATE, "").rpartition(" ")[0]


def field_name(key: str) -> str:
    """The name of a form's field for the date that has the key."""
    return f"due_{key}" if key else "due"


def moment_in(text: object) -> datetime | None:
    """The moment that a field for a date holds, typed or not; None where there is none."""
    if isinstance(text, datetime):  # as a field shows it: by the clock of the viewer's zone
        return text if timezone.is_aware(text) else timezone.make_aware(text)
    try:
        found: datetime | None = fields.moment("", required=False).clean(str(text or ""))
    except forms.ValidationError:
        return None
    return found
