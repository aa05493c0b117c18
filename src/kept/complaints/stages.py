"""What a promise rests on, as stages: the work up to its delivery, and for each return its check and the work again.

Read from the chain of a promise, the events of its promises and the word that was owed in them, in a fixed number of
queries. A promise that ended before the one that relies on it was asked for, or that was not there in time for it, held
nothing up and is left out. A private promise that the viewer does not see is one stage, of nobody's and without words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from kept.core import acts
from kept.core.calendars import Calendar
from kept.core.silence import Stretch, silent_time
from kept.core.state import Event as Happened
from kept.core.state import State
from kept.insight.trace.chain import NOTHING_KNOWN, Facts
from kept.ledger import book
from kept.ledger.models import Event
from kept.people.calendars import calendars_of
from kept.people.models import Person
from kept.promises.access import visible_to
from kept.promises.models import OPEN, Promise, WordOwed
from kept.promises.walking import Pairs, Way, walk

MOST: Final = 200
"""How many promises of a chain are traced at most: those met first on the way back."""
TOLD: Final = ("promise.delivered", "promise.returned", "promise.reopened", "promise.chased")
BACK: Final = (acts.Return, acts.Reopen)


class Doing(StrEnum):
    """What a stage is: the work, the customer's look at what was delivered and then returned, the work again."""

    WORK = "work"
    CHECK = "check"
    REWORK = "rework"


class Sight(StrEnum):
    """How much of a promise the viewer sees: all, its state and dates, or not even that it is there."""

    FULL = "full"
    OUTLINE = "outline"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of `promise`, up to `end`. `relies_on` are the keys of the stages that it needed, `inputs` the promises
    among these. Before it was `asked` for it could not begin; `follows`: it could as soon as what it relies on was
    there, for it is the look at a delivery, or was only asked for because something came back.
    """

    key: str
    promise: Promise
    sight: Sight
    doing: Doing
    asked: datetime
    end: datetime
    relies_on: tuple[str, ...]
    inputs: tuple[int, ...]
    facts: Facts = NOTHING_KNOWN
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """The promises of a chain as they were when one of them ended: by id, with what each waited for."""

    end: int
    promises: Mapping[int, Promise]
    up: Pairs
    sights: Mapping[int, Sight]


def ground_of(promise: Promise, viewer: Person, now: datetime) -> Ground:
    """All that `promise`, which the viewer sees in full, rested on, as far as it can have held it up."""
    pairs = walk({promise.pk}, Way.UP)
    others = {one for found in pairs.values() for one in found} - {promise.pk}
    rows = Promise.objects.filter(pk__in=others).select_related("customer", "provider") if others else ()
    known = {promise.pk: promise} | {row.pk: row for row in rows}
    named = set(visible_to(viewer).filter(pk__in=others).values_list("pk", flat=True)) if others else set()
    sights = {key: _sight(one, one.pk == promise.pk or one.pk in named) for key, one in known.items()}
    up: Pairs = {}
    waiting, met = [promise.pk], {promise.pk}
    while waiting and len(met) < MOST:
        key = waiting.pop(0)
        if sights[key] is Sight.HIDDEN:  # what only leads there is not there for the viewer either
            continue
        up[key] = [on for on in pairs.get(key, ()) if on in known and _held_up(known[key], known[on], now)]
        waiting += [on for on in up[key] if on not in met]
        met.update(up[key])
    return Ground(promise.pk, {key: known[key] for key in met}, up, sights)


def stages_of(ground: Ground, now: datetime) -> list[Stage]:
    """The stages of all these promises, each promise's in order."""
    seen = [key for key in ground.promises if ground.sights[key] is not Sight.HIDDEN]
    events = _events(seen)
    silences = _Silences([key for key in seen if ground.sights[key] is Sight.FULL], ground, events)
    own = {key: _moments(one, events[key], now) for key, one in ground.promises.items()}
    keys = {key: [_key(key, n) for n in range(0, 2 * len(turns), 2)] for key, turns in own.items()}
    found: list[Stage] = []
    for key, one in ground.promises.items():
        inputs = {on: keys[on] for on in ground.up.get(key, ())}
        asked = {on: ground.promises[on].opened_at for on in inputs}
        found += _stages(one, ground.sights[key], own[key], _Needed(inputs, asked), silences)
    return _after_checks(found, ground, own)


def end_of(promise: Promise, now: datetime) -> datetime:
    """When it ended: its newest delivery; where there is none, when it was given up, else now."""
    if promise.state == State.PROMISED or promise.delivered_at is None:
        return now if promise.state in OPEN else promise.ended_at or now
    return promise.delivered_at


def may_be_traced(promise: Promise, now: datetime) -> bool:
    """Whether there is anything to trace back: it was promised, and is late, came late or back, or was given up."""
    if promise.promised_at is None:
        return False
    late = promise.first_due is not None and end_of(promise, now) > promise.first_due
    return late or promise.reworks > 0 or promise.state == State.BROKEN


def _sight(promise: Promise, named: bool) -> Sight:  # noqa: FBT001 a fact of the row, not a mode
    if named:
        return Sight.FULL
    return Sight.HIDDEN if promise.private else Sight.OUTLINE


def _held_up(promise: Promise, on: Promise, now: datetime) -> bool:
    return promise.opened_at < end_of(on, now) and on.opened_at < end_of(promise, now)


# --- the stages of one promise ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Turn:
    """From `begin` the work was with the provider until `end`, after it came back by `back` (None: the first time)."""

    begin: datetime
    end: datetime
    back: Happened | None
    given: Happened | None


def _moments(promise: Promise, events: Iterable[Happened], now: datetime) -> list[_Turn]:
    turns: list[_Turn] = []
    begin, back = promise.opened_at, None
    ended = True
    for event in events:
        if isinstance(event.act, acts.Deliver):
            turns.append(_Turn(begin, event.at, back, event))
            ended = True
        elif isinstance(event.act, BACK):
            begin, back, ended = event.at, event, False
    if not turns or not ended:
        turns.append(_Turn(begin, max(end_of(promise, now), begin), back, None))
    return turns


@dataclass(frozen=True, slots=True)
class _Needed:
    """What a promise relies on: the keys of each one's stages, and when each was asked for."""

    stages: Mapping[int, list[str]]
    asked: Mapping[int, datetime]

    def before(self, end: datetime) -> tuple[tuple[int, ...], tuple[str, ...]]:
        """The promises that were asked for before `end`, and the keys of their stages."""
        ids = tuple(key for key in self.stages if self.asked[key] < end)
        return ids, tuple(each for key in ids for each in self.stages[key])


def _after_checks(stages: list[Stage], ground: Ground, turns: Mapping[int, list[_Turn]]) -> list[Stage]:
    """The stages, where what was only asked for because something came back waits for that, and not for its ask."""
    caused: dict[int, list[str]] = defaultdict(list)
    for key, ups in ground.up.items():
        backs = [(n, turn.begin) for n, turn in enumerate(turns[key]) if turn.back is not None]
        for on in ups:
            last = [n for n, at in backs if at <= ground.promises[on].opened_at]
            if last:
                caused[on].append(_key(key, 2 * last[-1] - 1))
    return [
        replace(one, relies_on=(*one.relies_on, *caused[one.promise.pk]), follows=True)
        if one.doing is Doing.WORK and one.promise.pk in caused
        else one
        for one in stages
    ]


def _stages(
    promise: Promise, sight: Sight, turns: list[_Turn], needed: _Needed, silences: _Silences
) -> Iterable[Stage]:
    for n, turn in enumerate(turns):
        inputs, on = needed.before(turn.end)
        key, asked = _key(promise.pk, 2 * n), turn.begin
        if turn.back is not None:
            check = _key(promise.pk, 2 * n - 1)
            before = _key(promise.pk, 2 * n - 2)
            yield Stage(
                key=check, promise=promise, sight=sight, doing=Doing.CHECK, asked=turns[n - 1].end, end=turn.begin,
                relies_on=(before,), inputs=(), follows=True,
            )  # fmt: skip
            on = (check, *on)
        facts = _facts(promise, turns, n, silences) if sight is Sight.FULL else NOTHING_KNOWN
        doing = Doing.WORK if turn.back is None else Doing.REWORK
        yield Stage(
            key=key, promise=promise, sight=sight, doing=doing, asked=asked, end=turn.end, relies_on=on, inputs=inputs,
            facts=facts, follows=turn.back is not None,
        )  # fmt: skip


def _facts(promise: Promise, turns: list[_Turn], n: int, silences: _Silences) -> Facts:
    turn = turns[n]
    lacked: list[str] = []
    if turn.back is not None and isinstance(turn.back.act, acts.Return):
        lacked += turn.back.act.missing
    if turn.given is not None and isinstance(turn.given.act, acts.Deliver):
        lacked += [check.item for check in turn.given.act.checklist if not check.done]
    return Facts(
        came_back=promise.customer.name if turn.back is not None else "",
        again=turn.back is not None,
        returns=0 if n else len(turns) - 1,
        chases=silences.chases(promise.pk, turn.begin, turn.end),
        silent_s=silences.seconds(promise.pk, turn.begin, turn.end),
        missing=tuple(dict.fromkeys(lacked)),
    )


def _key(promise: int, stage: int) -> str:
    return f"{promise}.{stage}"


# --- reading ------------------------------------------------------------------------------------------------------


def _events(keys: Collection[int]) -> dict[int, list[Happened]]:
    found: dict[int, list[Happened]] = defaultdict(list)
    for row in Event.objects.filter(stream__in=keys, name__in=TOLD).order_by("stream_id", "sequence"):
        found[row.stream_id].append(book.to_core(row))
    return found


class _Silences:
    """When word was owed in these promises and had not come, and when their customers had to ask."""

    def __init__(self, keys: Collection[int], ground: Ground, events: Mapping[int, list[Happened]]) -> None:
        self._owed: dict[int, list[Stretch]] = defaultdict(list)
        names = ("promise_id", "provider_id", "since", "until", "hear_by", "allowed")
        for promise, *stretch in WordOwed.objects.filter(promise__in=keys).values_list(*names):
            self._owed[promise].append(Stretch(*stretch))
        owing = {ground.promises[key].provider for key in self._owed}
        self._calendars: Mapping[int, Calendar] = calendars_of(owing) if owing else {}
        self._events = events

    def seconds(self, promise: int, start: datetime, end: datetime) -> float:
        """How long of the provider's working time no word came that was owed."""
        return sum(
            silent_time(each, self._calendars[each.provider], start, end).total_seconds()
            for each in self._owed[promise]
            if each.provider in self._calendars
        )

    def chases(self, promise: int, start: datetime, end: datetime) -> int:
        """How often the customer had to ask."""
        return sum(start <= one.at <= end for one in self._events[promise] if isinstance(one.act, acts.Chase))
