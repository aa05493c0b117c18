"""Which date is safe, as the API takes and gives it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.utils import timezone
from pydantic import Field

from kept.api.v1.shapes.base import Asked, Given, Id, Moment
from kept.outlook.advising import Advice
from kept.outlook.words import nothing_said, odds_said, of_a_hundred, word_for
from kept.promises.likelihoods import in_words
from kept.promises.models import Likelihood

Chance = Annotated[float, Field(ge=0, le=1, description="From 0 to 1.")]


class DateWanted(Asked):
    """The date whose odds are asked for."""

    by: Annotated[Moment | None, Field(description="The odds of this date too.")] = None


class AdviceWanted(DateWanted):
    """Who would do it for whom, and what it is about."""

    customer: Annotated[Id, Field(description="Whom it is for.")]
    provider: Annotated[Id, Field(description="Who would do it.")]
    what: Annotated[str, Field(max_length=200, description="What it is about: work of that kind counts first.")] = ""


class PointOut(Given):
    """A point of the curve: the odds of being ready by the date."""

    by: Moment
    chance: Chance


class OddsOut(Given):
    """The odds of a date. `word` is tight, fair, safe (50, 80, 95 %), or less than tight; `says` the whole in words."""

    by: Moment
    chance: Chance
    word: Literal["less than tight", "tight", "fair", "safe"]
    says: str

    @classmethod
    def of(cls, advice: Advice, by: datetime) -> OddsOut:
        """The odds of the date."""
        forecast, zone = advice.forecast, timezone.get_current_timezone()
        says = odds_said(forecast, by, zone) or f"That moment has passed: {of_a_hundred(0.0)} is done by then."
        word = word_for(forecast, by)
        return cls(by=by, chance=forecast.chance(by), word=word, says=says)  # type: ignore[arg-type]


class DatesOut(Given):
    """The dates with odds of 50, 80 and 95 % (null where too few have ended to say), and what they rest on.

    `like` pieces of work like it ended, begun since `since`; `basis` says so in a sentence. `slower` says what makes
    this one slower than its like, `carries` what the provider has in work.
    """

    made_at: Moment
    tight: Moment | None
    fair: Moment | None
    safe: Moment | None
    like: int
    since: Moment
    scope: Annotated[str, Field(description="Whose past it borrows from: tie, provider or company.")]
    basis: str
    slower: list[str]
    carries: list[str]
    curve: list[PointOut]


class AdviceOut(Given):
    """Which date is safe. `dates` is null where Kept knows nothing of such work, or where nothing like it has taken
    this long; `odds` there, too, and where no date was asked for.
    """

    dates: DatesOut | None
    odds: OddsOut | None
    says: str

    @classmethod
    def of(cls, advice: Advice | None, by: datetime | None) -> AdviceOut:
        """What is known."""
        unsaid = nothing_said(advice.forecast if advice else None)
        if advice is None or unsaid:
            return cls(dates=None, odds=None, says=unsaid)
        rests = advice.forecast.rests_on
        dates = DatesOut(
            made_at=advice.forecast.made_at, tight=advice.tight, fair=advice.fair, safe=advice.safe, like=rests.like,
            since=rests.since, scope=rests.scope.value, basis=advice.basis, slower=list(advice.slower),
            carries=list(advice.carries), curve=[PointOut(by=date, chance=chance) for date, chance in advice.curve],
        )  # fmt: skip
        return cls(dates=dates, odds=OddsOut.of(advice, by) if by else None, says=advice.basis)


class OutlookOut(Given):
    """What the past says of an open promise: ready at `likely` with even odds; `chance` are those of its date `due`.

    `likely` is null where nothing like it has taken this long. It rests on `like` ended promises like it. `in_danger`:
    the odds are under what its provider wants to be warned at.
    """

    made_at: Moment
    likely: Moment | None
    due: Moment
    chance: Chance
    like: int
    slower: list[str]
    in_danger: bool
    says: str

    @classmethod
    def of(cls, past: Likelihood) -> OutlookOut:
        """What is kept of it."""
        return cls(
            made_at=past.made_at, likely=past.likely, due=past.due, chance=past.chance, like=past.like,
            slower=list(past.slower), in_danger=past.in_danger, says=in_words(past),
        )  # fmt: skip
