"""Which date can be promised: the odds of each, from the installation's own past. See `reckoning` for how."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from kept.core.state import State
from kept.core.terms import Shown
from kept.insight.forecast.odds import Forecast, RestsOn, Scope, Word
from kept.insight.forecast.pooled import backed, outlived
from kept.outlook import past as own_past
from kept.outlook.carried import Carries, carries_of
from kept.outlook.forecasting import foretell
from kept.outlook.quality import as_learned
from kept.outlook.reckoning import Work, forecast_of
from kept.outlook.replay import When
from kept.outlook.slower import Slower
from kept.people.models import Party, Person, Reach
from kept.promises.models import Promise

DRAWN: Final = (1, *range(5, 100, 5), 99)
"""The levels (%) that a drawn curve goes through."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What is known of a date that is about to be given.

    `tight`, `fair` and `safe` are the dates at 50, 80 and 95 %, None where so few can't say. `basis` says in a sentence
    what it rests on; `load` is what the provider team has in work, None where it is no team.
    """

    forecast: Forecast
    basis: str
    load: Carries | None

    @property
    def tight(self) -> datetime | None:
        """It will be ready by then in one of two cases."""
        return backed(self.forecast, Word.TIGHT)

    @property
    def fair(self) -> datetime | None:
        """Ready by then in four of five."""
        return backed(self.forecast, Word.FAIR)

    @property
    def safe(self) -> datetime | None:
        """Ready by then in nineteen of twenty."""
        return backed(self.forecast, Word.SAFE)

    @property
    def slower(self) -> tuple[str, ...]:
        """What makes this one slower than its like, in sentences."""
        return self.forecast.slower

    @property
    def carries(self) -> tuple[str, ...]:
        """What the team carries already, in sentences."""
        return self.load.says if self.load else ()

    @property
    def curve(self) -> tuple[tuple[datetime, float], ...]:
        """Points (date, odds from 0 to 1) for drawing, rising, up to the last level that can be said."""
        points = [(self.forecast.made_at, 0.0)]
        points += [(date, level / 100) for level in DRAWN if (date := backed(self.forecast, level)) is not None]
        return tuple(points)

    def at_date(self, due: datetime) -> tuple[float, Word | None]:
        """The odds (0 to 1) of being ready by `due`, and the plain word for that date."""
        return self.forecast.chance(due), self.forecast.word(due)


def advise(
    actor: Person, customer: Party, provider: Party, *, at: datetime, promise: Promise | None = None, what: str = ""
) -> Advice | None:
    """What is known of a date that is about to be given; None where nothing is, or where `actor` is on neither side.

    `promise` is the one that it is given in, where there is one already: as `actor` sees it. `what` says what it is
    about where there is none. Of a promise that stands it says what its outlook says. Some twenty queries at most,
    whatever the size of the company.
    """
    if not Reach.objects.filter(person=actor, party__in=[customer.pk, provider.pk]).exists():
        return None
    if promise is not None and promise.state == State.PROMISED:
        return _standing(promise, at)
    return _about_to_be_given(customer, provider, at=at, promise=promise, what=what)


def _standing(promise: Promise, at: datetime) -> Advice | None:
    """What its outlook says too: by the share of the promised time, and along its chain."""
    found = foretell([promise], at).get(promise.pk)
    if found is None:
        return None
    load = carries_of([promise.provider_id], at).get(promise.provider_id)
    return Advice(found.forecast, basis(found.forecast.rests_on), load)


def _about_to_be_given(
    customer: Party, provider: Party, *, at: datetime, promise: Promise | None, what: str
) -> Advice | None:
    """By the time since it was asked for: a date that was wished for would make the work look quick."""
    past = own_past.read([provider.pk]).known_at(at)
    about = promise.what if promise else what
    asked = promise.opened_at if promise else at
    work = Work(customer.pk, provider.pk, about, min(asked, at).timestamp(), None)
    plain = forecast_of(past, work)
    if plain is None:
        return None
    forecast = as_learned({0: (When.GIVEN, plain)})[0]
    load = carries_of([provider.pk], at)
    came_back = promise is not None and promise.reworks > 0
    why = Slower(past, load).says(provider.pk, asked, came_back=came_back)
    return Advice(replace(forecast, slower=why), basis(forecast.rests_on), load.get(provider.pk))


def word_for(forecast: Forecast | None, due: datetime) -> Shown | None:
    """What an act that sets the date `due` keeps of the odds that its author was shown; None where nothing was."""
    if forecast is None or outlived(forecast):
        return None
    word = forecast.word(due)
    percent = int(forecast.chance(due) * 100 + 1e-6)
    return Shown(percent=percent, like=forecast.rests_on.like, word=word.name.lower() if word else "")


def basis(rests_on: RestsOn) -> str:
    """What a forecast rests on, as a sentence for everybody."""
    since = f"{rests_on.since:%B %Y}"
    if rests_on.like == 0:
        return f"None like it has ended yet; this is {_LENT[rests_on.scope]}, since {since}."
    lent = f", and {_LENT[rests_on.scope]}" if rests_on.scope is not Scope.TIE else ""
    return f"From {rests_on.like} like it{lent}, since {since}."


_LENT = {
    Scope.TIE: "between the same two",
    Scope.PROVIDER: "what the same provider did for others",
    Scope.COMPANY: "what the whole company did",
}
