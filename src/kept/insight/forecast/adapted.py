"""The forecasts of a test as they would have been given: calibrated at each moment by what was known then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kept.insight.forecast.calibrate import Said, replayed
from kept.insight.forecast.events import DAY, STEP, Events, Floats, Ints
from kept.insight.forecast.protocol import Rows, days_left


@dataclass(frozen=True)
class Replay:
    """What was forecast of the validation (by a model of the training cases) and of the test, and what happened.

    Rows are those of validation, then those of the test: `days` (n × 99), `happened` (n), `at` and `ended_at` (n) in
    days, `kind` (n) the last step, `case` (n) whose they are, and `test` the number of rows before the test's.
    """

    days: Floats
    happened: Floats
    at: Floats
    ended_at: Floats
    kind: Ints
    case: Ints
    test: int

    @classmethod
    def of(cls, events: Events, rows: Rows, valid: Floats, test: Floats) -> Replay:
        """From the forecasts `valid` and `test` of the rows of those names."""
        both = np.concatenate([rows.valid, rows.test])
        return cls(
            days=np.concatenate([valid, test]),
            happened=days_left(events, both),
            at=events.at[both] / DAY,
            ended_at=events.end[events.case[both]] / DAY,
            kind=np.maximum(events.text(STEP).codes[both], 0),
            case=events.case[both],
            test=len(rows.valid),
        )


def adapted(replay: Replay) -> Floats:
    """(test rows × 99) the forecasts of the test, each as it would have been given at its moment."""
    # Both parts overlap in time: a forecast is replayed among all that were made before it.
    order = np.argsort(replay.at, kind="stable")
    first = int(np.argmax(order >= replay.test))
    said = Said(
        at=replay.at[order],
        days=replay.days[order],
        ended_at=(replay.at + replay.happened)[order],
        group=replay.kind[order],
        case=replay.case[order],
        model=(order >= replay.test).astype(np.int64),
    )
    out = np.empty_like(replay.days)
    out[order[first:]] = replayed(said, first)
    return out[replay.test :]
