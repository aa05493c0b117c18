"""Which date is safe, for an assistant."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.utils import timezone
from pydantic import Field

from kept.api.mcp.calls import Caller
from kept.api.mcp.words import Local, Said, quoting
from kept.api.v1.shapes.base import Given, Id, Moment, Taken
from kept.core.errors import Incomplete, NotAllowed, NotFound
from kept.insight.forecast.odds import Forecast
from kept.outlook.advising import Advice, advise
from kept.outlook.words import nothing_said, odds_said, word_for
from kept.people.models import Party
from kept.promises import access


class Dated(Taken):
    """In which promise, or between which two; and which date you think of."""

    promise: Annotated[Id | None, Field(description="A promise by number; left out: say customer and provider.")] = None
    customer: Annotated[Id | None, Field(description="Whom it is for, by number: you, or a team.")] = None
    provider: Annotated[Id | None, Field(description="Who would do it, by number.")] = None
    what: Annotated[str, Field(max_length=200, description="What it is about, in a few words.")] = ""
    by: Annotated[Moment | None, Field(description="A date whose odds you want to know.")] = None


class OddsOf(Given):
    """The odds of one date, in percent, its word (tight, fair, safe at 50, 80, 95), and the sentence to say."""

    by: Local
    percent: int
    word: Literal["less than tight", "tight", "fair", "safe"]
    says: str


class Dates(Given):
    """The three dates, null where too few have ended to say; what they rest on; what makes this one slower.

    Say what it rests on whenever you say a date of these. `known` is false where Kept knows nothing of such work,
    or nothing like it has taken this long (`rests_on` says which): then say no date and no odds.
    """

    known: bool
    tight: Local | None
    fair: Local | None
    safe: Local | None
    rests_on: str
    like: int
    slower: list[Said]
    carries: list[Said]
    odds: OddsOf | None


def which_date_is_safe(who: Caller, asked: Dated) -> Dates:
    """Which date can be promised: those with odds of 50, 80 and 95 %, and those of one date you name (`by`)."""
    advice = _advice(who, asked)
    unsaid = nothing_said(advice.forecast if advice else None)
    if advice is None or unsaid:
        return Dates(
            known=False, tight=None, fair=None, safe=None, rests_on=unsaid, like=0, slower=[], carries=[],
            odds=None,
        )  # fmt: skip
    return Dates(
        known=True,
        tight=advice.tight,
        fair=advice.fair,
        safe=advice.safe,
        rests_on=advice.basis,
        like=advice.forecast.rests_on.like,
        slower=[quoting(each) for each in advice.slower],
        carries=[quoting(each) for each in advice.carries],
        odds=_odds(advice.forecast, asked.by) if asked.by else None,
    )


def _advice(who: Caller, asked: Dated) -> Advice | None:
    if asked.promise is not None:
        seen = access.promise_for_seeing(who.person, asked.promise)
        if not seen.sides:
            raise NotAllowed("You can see this promise, but only the two sides give dates in it.")
        one = seen.promise
        return advise(who.person, one.customer, one.provider, at=who.at, promise=one)
    if asked.customer is None or asked.provider is None:
        raise Incomplete("Say which promise, or who would do it for whom (customer and provider).")
    customer, provider = _party(asked.customer), _party(asked.provider)
    if not access.sides_of(who.person, customer=customer.pk, provider=provider.pk):
        raise NotAllowed("Only those who act for one of the two see which date is safe between them.")
    return advise(who.person, customer, provider, at=who.at, what=asked.what)


def _party(party_id: int) -> Party:
    found = Party.objects.filter(pk=party_id).first()
    if found is None:
        raise NotFound("There is no such person, team or outside customer.")
    return found


def _odds(forecast: Forecast, by: datetime) -> OddsOf:
    says = odds_said(forecast, by, timezone.get_current_timezone()) or "That moment has passed."
    percent = int(round(forecast.chance(by) * 100, 6))
    word = word_for(forecast, by)
    return OddsOf(by=by, percent=percent, word=word, says=says)  # type: ignore[arg-type]
