"""How long each side had it, in its own working time: the customer's time to answer does not measure the provider."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kept.core import durations
from kept.core.calendars import working_time
from kept.core.clocks import turns
from kept.core.state import Event
from kept.core.terms import Side
from kept.people.calendars import calendars_of
from kept.people.models import Party
from kept.promises.standing import working_day


@dataclass(frozen=True, slots=True)
class Clock:
    """How long `party` had it on `side`, in its working time; `words` say so."""

    side: Side
    party: Party
    time: timedelta
    words: str


def clocks(events: Iterable[Event], now: datetime) -> list[Clock]:
    """The clock of each party that had it, those of the provider's side first, in the order in which they had it."""
    had = sorted(turns(events, now), key=lambda turn: turn.side is not Side.PROVIDER)
    parties = Party.objects.in_bulk({turn.party for turn in had})
    calendars = calendars_of(parties.values())
    times: dict[tuple[Side, int], timedelta] = {}
    for turn in had:
        worked = working_time(calendars[turn.party], turn.start, turn.end)
        key = (turn.side, turn.party)
        times[key] = times.get(key, timedelta(0)) + worked
    return [
        Clock(side, parties[party], time, durations.working(time, working_day(calendars[party])))
        for (side, party), time in times.items()
    ]
