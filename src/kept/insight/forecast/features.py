"""A table of numbers for every prefix: what could be seen of the case, and of the work around it, at that moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from kept.insight.forecast.board import Board
from kept.insight.forecast.events import DAY, NONE, STEP, Events, Floats, Ints
from kept.insight.forecast.vocabulary import Vocabulary, moments_of, numbers_of

Table = npt.NDArray[np.float32]
WEEK: Final = 7
HANDS: Final = ("team", "person")
SHARES: Final = (0.2, 0.5, 0.8)
WINDOW: Final = 60
LONG_WINDOW: Final = 500
EPOCH_WEEKDAY: Final = 3  # 1 January 1970 was a Thursday, and Monday is 0


@dataclass(frozen=True)
class Features:
    """(n × f) numbers, NaN where there is none, and the name of each column."""

    names: tuple[str, ...]
    table: Table


def features(events: Events, rows: Ints, board: Board, vocabulary: Vocabulary) -> Features:
    """The features of the prefixes that end with the events `rows` (places in `events`).

    `board` says what was known of all work, `vocabulary` which words count. Only what happened in the case up to that
    event, and elsewhere before its moment, is used.
    """
    groups: tuple[Iterator[tuple[str, Floats]], ...] = (
        _prefix(events, vocabulary),
        _steps(events, vocabulary),
        _hands(events, vocabulary),
        _calendar(events),
        _attributes(events, vocabulary),
    )
    columns = {name: values[rows].astype(np.float32) for group in groups for name, values in group}
    around = (_load(events, rows, board), _shown(events, rows, board))
    columns |= {name: values.astype(np.float32) for group in around for name, values in group}
    return Features(tuple(columns), np.column_stack(list(columns.values())))


def _prefix(events: Events, vocabulary: Vocabulary) -> Iterator[tuple[str, Floats]]:
    """How far the case is, and at which pace it came."""
    place, at, began = events.place, events.at, events.began[events.case]
    yield "events so far", (place + 1).astype(np.float64)
    yield "since begin", _days(at - began)
    first = events.start[events.case]
    for back in (1, 2, 3):
        yield f"since {back} before", _days(at - at[np.maximum(np.arange(events.size) - back, first)])
    with np.errstate(invalid="ignore", divide="ignore"):
        yield "mean pace", np.asarray(_days(at - began) / place, dtype=np.float64)
    gaps = np.where(place > 0, at - np.concatenate([[0.0], at[:-1]]), 0.0)
    yield "longest gap", _days(_running_max(gaps, events))
    if vocabulary.has_due:
        due = _filled_moments(events.due, events)
        yield "until due", _days(due - at)
        yield "given for it", _days(due - began)


def _steps(events: Events, vocabulary: Vocabulary) -> Iterator[tuple[str, Floats]]:
    """What was done: the last three steps, and of each step how often and how long ago."""
    step = vocabulary.rank(STEP, events.text(STEP)).astype(np.int64)
    place = events.place
    for back in range(3):
        yield f"step {back} before", _back(step, back, events).astype(np.float64)
    places = np.arange(events.size)
    for number in range(vocabulary.counted_steps):
        is_it = step == number
        so_far = np.cumsum(is_it)
        earlier = np.concatenate([[0], so_far])[events.start[events.case]]
        yield f"times step {number}", (so_far - earlier).astype(np.float64)
        last = np.maximum.accumulate(np.where(is_it, places, -1))
        seen = last >= events.start[events.case]
        yield f"since step {number}", np.where(seen, _days(events.at - events.at[np.maximum(last, 0)]), np.nan)
    again = np.ones(events.size)
    again[_first_of_case(events.case, events.text(STEP).codes)] = 0.0
    yield "steps again", _so_far(again, events)
    same = (_back(step, 1, events) == step) & (place > 0)
    yield "same step again", _so_far(same.astype(np.float64), events)


def _hands(events: Events, vocabulary: Vocabulary) -> Iterator[tuple[str, Floats]]:
    """Through whose hands it went."""
    for name in (name for name in HANDS if name in vocabulary.holders):
        codes = events.filled(name).codes
        before = _back(codes, 1, events)
        moved = (codes != before) & (before != NONE) & (events.place > 0)
        yield f"hand-offs, {name}", _so_far(moved.astype(np.float64), events)
        yield f"{name}s so far", _so_far(_news(codes, events), events)
        returned = _returned(codes, moved, events)
        yield f"returns, {name}", _so_far(returned.astype(np.float64), events)
        last = np.maximum.accumulate(np.where(moved | (events.place == 0), np.arange(events.size), 0))
        yield f"with {name} since", _days(events.at - events.at[last])
        yield f"no {name}", (events.text(name).codes == NONE).astype(np.float64)


def _calendar(events: Events) -> Iterator[tuple[str, Floats]]:
    """The hour and the weekday, of now and of its begin (of the year, a few years say too little)."""
    yield "hour of the week", (events.at / DAY + EPOCH_WEEKDAY) % WEEK * 24
    for name, at in (("now", events.at), ("begin", events.began[events.case])):
        days = np.floor(at / DAY)
        yield f"hour, {name}", (at - days * DAY) / 3600
        yield f"weekday, {name}", (days + EPOCH_WEEKDAY) % WEEK


def _attributes(events: Events, vocabulary: Vocabulary) -> Iterator[tuple[str, Floats]]:
    """The teams, persons and listed attributes: by how common, as a number, or as the time since a moment."""
    for name in vocabulary.ranked:
        yield name, vocabulary.rank(name, events.filled(name))
    for name in vocabulary.numbers:
        yield f"{name} number", numbers_of(events.filled(name))
    for name in vocabulary.moments:
        yield f"since {name}", _days(events.at - moments_of(events.filled(name)))


def _load(events: Events, rows: Ints, board: Board) -> Iterator[tuple[str, Floats]]:
    """How much work the same hands had open, and what came to them lately (all work's level drifts with the years)."""
    at = events.at[rows]
    for name, held in board.held.items():
        keys = board.key(name, events)[rows]
        yield f"open, {name}", held.count(keys, at)
        yield f"came, {name}", held.came(keys, at, WEEK * DAY)


def _shown(events: Events, rows: Ints, board: Board) -> Iterator[tuple[str, Floats]]:
    """What the ended cases that were last in the same place still took."""
    at = events.at[rows]
    for name, shown in board.shown.items():
        keys = board.shown_key(name, events)[rows]
        mean, number = shown.mean(keys, at, WINDOW)
        yield f"took, by {name}", mean
        yield f"known, by {name}", number
    step = board.shown_key(STEP, events)[rows]
    found = board.shown[STEP].quantiles(step, at, WINDOW, SHARES)
    for column, share in enumerate(SHARES):
        yield f"took, {share:.0%}", found[:, column]
    yield "took, long", board.shown[STEP].mean(step, at, LONG_WINDOW)[0]
    whole = board.durations.quantiles(np.zeros(len(rows), dtype=np.int64), at, WINDOW, SHARES)
    for column, share in enumerate(SHARES):
        yield f"whole took, {share:.0%}", whole[:, column]


def _days(seconds: Floats) -> Floats:
    return seconds / DAY


def _so_far(values: Floats, events: Events) -> Floats:
    """The sum of the values of the case up to and with each event."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    so_far: Floats = sums[1:] - sums[events.start[events.case]]
    return so_far


def _back(codes: Ints, number: int, events: Events) -> Ints:
    """The code `number` events before in the same case; −1 where there is none."""
    places = np.arange(events.size) - number
    return np.where(places >= events.start[events.case], codes[np.maximum(places, 0)], NONE)


def _first_of_case(case: Ints, codes: Ints) -> Ints:
    """The places at which a code appears for the first time in its case."""
    both = case * (int(codes.max(initial=0)) + 2) + codes + 1
    first: Ints = np.unique(both, return_index=True)[1]
    return first


def _news(codes: Ints, events: Events) -> Floats:
    news = np.zeros(events.size)
    news[_first_of_case(events.case, codes)] = 1.0
    return np.where(codes == NONE, 0.0, news)


def _returned(codes: Ints, moved: npt.NDArray[np.bool_], events: Events) -> npt.NDArray[np.bool_]:
    """Moves straight back to where the case was before the move before."""
    moves = np.flatnonzero(moved)
    returned = np.zeros(events.size, dtype=np.bool_)
    if len(moves) < 2:
        return returned
    same_case = events.case[moves[1:]] == events.case[moves[:-1]]
    came_from = codes[moves[:-1] - 1]
    returned[moves[1:]] = same_case & (codes[moves[1:]] == came_from)
    return returned


def _running_max(values: Floats, events: Events) -> Floats:
    """The largest value (0 or more) of the case up to and with each event."""
    # Lifting each case above all before it lets one running maximum serve all.
    lift = events.case * (float(values.max(initial=0.0)) + 1.0)
    highest: Floats = np.maximum.accumulate(values + lift) - lift
    return highest


def _filled_moments(moments: Floats, events: Events) -> Floats:
    """The last moment given in the case up to each event; NaN where there is none yet."""
    given = np.where(np.isfinite(moments), np.arange(events.size), NONE)
    last = np.maximum.accumulate(given)
    return np.where(last >= events.start[events.case], moments[np.maximum(last, 0)], np.nan)
