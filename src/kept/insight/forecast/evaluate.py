"""How good the forecasts of a log are, by the protocols of the literature: learn the older part, try the newest.

The model is fixed at the end of validation: it is learned from the cases that train and validate, and its errors are
those reported as `mae_days`. What adapts while the test goes on (coverage, calibration) uses at each moment only what
was known then; the same figures without adapting stand beside it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from kept.insight.forecast.adapted import Replay, adapted
from kept.insight.forecast.early import early_warning, foreseen_broken
from kept.insight.forecast.events import NONE, Events, Floats
from kept.insight.forecast.model import PrefixModel
from kept.insight.forecast.protocol import PROTOCOLS, Rows, days_left
from kept.insight.forecast.scores import calibrated, mean_error

Progress = Callable[[str, float], None]
DIGITS: Final = 4
ASKED_ONE_BY_ONE: Final = 20


@dataclass(frozen=True)
class Evaluation:
    """What `kept forecast evaluate --json` says, key by key; DESIGN's keys and more (docs/forecasts.md)."""

    figures: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """The figures, rounded to four digits."""
        return {name: _rounded(value) for name, value in self.figures.items()}


def evaluate(events: Events, protocol: str, on_progress: Progress) -> Evaluation:
    """Learn and try under `protocol` ("holdout" or "strict").

    Raises TooLittlePast where the log has too few cases.
    """
    on_progress("Putting the cases in order", 0.0)
    rows = PROTOCOLS[protocol](events)
    on_progress("Learning from the training cases", 0.05)
    first = PrefixModel.fit(events, rows.train)
    on_progress("Learning from training and validation", 0.35)
    begin, cpu = time.perf_counter(), time.process_time()
    known = np.concatenate([rows.train, rows.valid])
    model = PrefixModel.fit(events, known)
    spent = time.process_time() - cpu + model.learned.cpu_elsewhere
    fitted = {"fit_seconds": time.perf_counter() - begin, "fit_cpu_seconds": spent}
    on_progress("Forecasting", 0.7)
    begin, cpu = time.perf_counter(), time.process_time()
    said = model.days(events, rows.test)
    taken, spent = time.perf_counter() - begin, time.process_time() - cpu
    ten_thousand = 10_000 / len(rows.test)
    fitted |= {"predict_10000_seconds": taken * ten_thousand, "predict_10000_cpu_seconds": spent * ten_thousand}
    fitted |= _one_by_one(model, events, rows)
    replay = Replay.of(events, rows, first.days(events, rows.valid), said)
    on_progress("Replaying the test as it was known", 0.8)
    figures = {"protocol": protocol, "cases": rows.cases(events), "prefixes": _prefixes(rows)}
    figures |= _errors(events, rows, said) | _calibration(events, rows, said, adapted(replay)) | fitted
    on_progress("Looking at warnings", 0.9)
    figures["early_warning"] = early_warning(events, rows, replay)
    if (events.kept != NONE).any():
        figures["kept_foreseen"] = foreseen_broken(events, rows, model.sight)
    on_progress("Done", 1.0)
    return Evaluation(figures)


def _prefixes(rows: Rows) -> dict[str, int]:
    return {"train": len(rows.train), "valid": len(rows.valid), "test": len(rows.test)}


def _errors(events: Events, rows: Rows, said: Floats) -> dict[str, Any]:
    """The error of the fixed model, and beside it that of the constant guess: the median of all days learned from."""
    happened = days_left(events, rows.test)
    guess = float(np.median(days_left(events, np.concatenate([rows.train, rows.valid]))))
    mae, constant = mean_error(said[:, 49], happened), mean_error(guess, happened)
    return {
        "mae_days": mae,
        "median_mae_days": constant,
        "nmae": mae / constant if constant else None,
        "constant_guess_days": guess,
    }


def _calibration(events: Events, rows: Rows, said: Floats, given: Floats) -> dict[str, Any]:
    happened, at = days_left(events, rows.test), events.at[rows.test]
    adapting, fixed = calibrated(given, happened, at), calibrated(said, happened, at)
    learned_from = days_left(events, np.concatenate([rows.train, rows.valid]))
    constant = np.tile(np.quantile(learned_from, np.arange(1, 100) / 100), (len(happened), 1))
    return {
        "coverage": adapting.coverage,
        "miscalibration_area": adapting.miscalibration_area,
        "mean_width_days": adapting.mean_width_days,
        "adapting": adapting.to_json(),
        "not_adapting": fixed.to_json(),
        "constant_guess": calibrated(constant, happened, at).to_json(),
    }


def _one_by_one(model: PrefixModel, events: Events, rows: Rows) -> dict[str, float]:
    """The middle time, and the middle CPU time, in milliseconds, that one forecast takes."""
    taken, spent = [], []
    for row in rows.test[:ASKED_ONE_BY_ONE]:
        alone, place = events.only(int(events.case[row]), int(events.place[row]))
        begin, cpu = time.perf_counter(), time.process_time()
        model.days(alone, np.array([place]))
        taken.append((time.perf_counter() - begin) * 1000)
        spent.append((time.process_time() - cpu) * 1000)
    return {"predict_ms": float(np.median(taken)), "predict_cpu_ms": float(np.median(spent))}


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(part) for part in value]
    return round(float(value), DIGITS) if isinstance(value, float | np.floating) else value
