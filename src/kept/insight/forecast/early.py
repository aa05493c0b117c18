"""Early warning: was it foreseen which cases become late, and which promises are not kept?"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import average_precision_score

from kept.insight.forecast.adapted import Replay
from kept.insight.forecast.events import DAY, Events, Flags, Floats, Ints
from kept.insight.forecast.learner import one_core, telling
from kept.insight.forecast.model import Sight
from kept.insight.forecast.protocol import Rows
from kept.insight.forecast.scale import levels_of
from kept.insight.forecast.scores import best_threshold, warned

LATE: Final = 0.8
ROUNDS: Final = 120


def early_warning(events: Events, rows: Rows, replay: Replay) -> dict[str, Any]:
    """Warnings of cases that take longer than 80 % of the training cases did, on the test.

    The chance from which on a warning is given is chosen on the validation, for the highest F1.
    """
    lasted = (events.end - events.began) / DAY
    limit = float(np.quantile(lasted[np.unique(events.case[rows.train])], LATE))
    both = np.concatenate([rows.valid, rows.test])
    late = lasted[events.case[both]] > limit
    room = limit - (events.at[both] - events.began[events.case[both]]) / DAY
    chance = chance_beyond(replay.days, room)
    threshold = best_threshold(late[: replay.test], chance[: replay.test])
    found = {}
    for name, those in (("all", np.ones(len(late), dtype=np.bool_)), ("not_yet_late", room >= 0)):
        tested = np.flatnonzero(those)
        tested = tested[tested >= replay.test]
        found[name] = asdict(warned(late[tested], chance[tested] >= threshold))
    return {"late_after_days": limit, "threshold": threshold, **found}


def chance_beyond(days: Floats, room: Floats) -> Floats:
    """The odds that more than `room` (n) days are left, by the quantiles `days` (n × 99); 1 where there is no room."""
    return np.where(room < 0, 1.0, 1.0 - levels_of(days, np.maximum(room, 0.0))[1])


def foreseen_broken(events: Events, rows: Rows, sight: Sight) -> dict[str, Any]:
    """Whether promises that were not kept were foreseen before the log says so: area under precision and recall."""
    learned_from = _before_it_turned(events, np.concatenate([rows.train, rows.valid]))
    tested = _before_it_turned(events, rows.test)
    broken = _broken(events, tested)
    if len(np.unique(_broken(events, learned_from))) < 2 or not broken.any():
        return {"pr_auc": None, "base_rate": float(broken.mean()) if len(broken) else None, "prefixes": len(tested)}
    booster = HistGradientBoostingClassifier(max_iter=ROUNDS, learning_rate=0.06, early_stopping=False, random_state=0)
    table = sight.table(events, learned_from)
    columns = telling(table)
    with one_core():
        booster.fit(table[:, columns], _broken(events, learned_from))
        chance = booster.predict_proba(sight.table(events, tested)[:, columns])[:, 1]
    return {
        "pr_auc": float(average_precision_score(broken, chance)),
        "base_rate": float(broken.mean()),
        "prefixes": len(tested),
    }


def _before_it_turned(events: Events, rows: Ints) -> Ints:
    """The prefixes of cases that say in the end whether they were kept, while nothing had turned yet."""
    case = events.case[rows]
    turned = events.turned[case]
    return rows[(events.kept[case] >= 0) & ~(turned <= events.at[rows])]


def _broken(events: Events, rows: Ints) -> Flags:
    return np.asarray(events.kept[events.case[rows]] == 0)
