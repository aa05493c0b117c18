"""Which promises to renegotiate first, when somebody carries too much: those whose moving hurts the fewest the least.

The rule looks at promises alone, never at persons. Of two promises the one stands first

1. that pushes fewer promises down the line past their own date, if it moves by `STEP`;
2. that fewer promises down the line wait for at all;
3. that no outside customer waits for, neither for itself nor at the end of its chain: they cannot see our reasons;
4. whose date has not been moved before, so that no customer is asked twice;
5. that leaves more time before the first date down the line;
6. whose date is later, since its customer can still plan anew.

A boss who waits counts as every other customer does. Promises may be anything hashable: ids, names.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from kept.core import durations
from kept.core.chains import reached

K = TypeVar("K", bound=Hashable)
STEP = timedelta(days=7)
"""How far a date is moved unless somebody says otherwise: the same weekday and hour, a week later."""
NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load(Generic[K]):
    """One promise that is carried: its date, whether it is for an outside customer, whether its date moved before."""

    key: K
    due: datetime
    outside: bool = False
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Room(Generic[K]):
    """What moving one promise by `STEP` does: `waiting` promises down the line wait for it, `pushed` of them miss their
    own date by it. `slack` is the time between its date and the first one down the line (`None`: nobody waits),
    `outside` whether an outside customer waits for it or at the end of its chain.
    """

    load: Load[K]
    waiting: int
    pushed: int
    slack: timedelta | None
    outside: bool

    @property
    def why(self) -> tuple[str, ...]:
        """Why it stands where it stands, in sentences."""
        said = [_who_waits(self)]
        if self.load.moved:
            said.append("Its date has been moved before.")
        return tuple(said)


def in_order(loads: Iterable[Load[K]], down: Mapping[K, Iterable[K]], dates: Mapping[K, Load[K]]) -> list[Room[K]]:
    """The `loads`, in the order in which to renegotiate them.

    `down` leads from a promise to the open ones that rely on it, `dates` knows those. Raises `CycleError` for a circle.
    """
    return sorted((_room(load, down, dates) for load in loads), key=_place)


def proposed_date(due: datetime, slack: timedelta | None, now: datetime) -> datetime:
    """The date to begin the conversation with: `STEP` later, but no later than the first date down the line, where that
    leaves a day; counted from `now` where `due` has passed.
    """
    if due <= now:
        return now + STEP
    return due + (slack if slack is not None and timedelta(days=1) <= slack < STEP else STEP)


def _room(load: Load[K], down: Mapping[K, Iterable[K]], dates: Mapping[K, Load[K]]) -> Room[K]:
    after = [dates[key] for key in down.get(load.key, ()) if key in dates]
    line = reached(load.key, down)
    hurt = {each.key for each in after if load.due + STEP > each.due}
    for key in list(hurt):
        hurt |= reached(key, down).keys()
    slack = max(min(each.due for each in after) - load.due, NOTHING) if after else None
    outside = load.outside or any(dates[key].outside for key in line if key in dates)
    return Room(load, len(line), len(hurt), slack, outside)


def _place(room: Room[K]) -> tuple[int, int, bool, bool, float, float, str]:
    slack = room.slack.total_seconds() if room.slack is not None else 0.0
    load = room.load
    return (room.pushed, room.waiting, room.outside, load.moved, -slack, -load.due.timestamp(), str(load.key))


def _who_waits(room: Room[K]) -> str:
    if room.slack is None:
        return "Nobody waits for it down the line yet."
    waits = _promises(room.waiting, "waits", "wait")
    if not room.pushed:
        return f"{waits} for it down the line; {_apart(room.slack)} of slack before the first of their dates."
    pushed = "that one past its date" if room.waiting == 1 else f"{room.pushed} of them past their own dates"
    return f"{waits} for it down the line; a week later would push {pushed}."


def _promises(count: int, one: str, many: str) -> str:
    return f"1 promise {one}" if count == 1 else f"{count:,} promises {many}"


def _apart(slack: timedelta) -> str:
    return "no time" if slack <= NOTHING else durations.roughly(slack)
