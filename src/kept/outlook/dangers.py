"""Which dates are in danger, and whether anybody has to hear of it. Who hears what is for `kept.notify` to tell."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from kept.core.state import State
from kept.core.warnings import LEAST_LIKE, in_danger, materially_worse
from kept.outlook.forecasting import Foretold
from kept.outlook.models import Danger
from kept.outlook.thresholds import thresholds_of

SEEN = ("over_at", "chance", "likely", "ring_at")


def look(keys: Collection[int], found: Mapping[int, Foretold], now: datetime) -> set[int]:
    """Which of the promises `keys` are in danger by what was `found`; opens, moves on and ends the dangers of all.

    A danger rings where somebody has to hear of it: it is new, is back, got materially worse, or is over.
    """
    at_stake = {key: one for key, one in found.items() if _at_stake(one, now)}
    thresholds = thresholds_of(one.promise.provider for one in at_stake.values())
    rows = list(Danger.objects.filter(promise__in=list(keys)))
    here = {row.promise_id: row for row in rows if row.promise_id in at_stake and row.due == _due(at_stake, row)}
    endangered = {
        key for key, one in at_stake.items()
        if in_danger(_chance(one), thresholds[one.promise.provider_id], before=_stands(here.get(key)))
    }  # fmt: skip
    changed = [row for key, row in here.items() if key in endangered]
    for row in changed:
        _move_on(row, at_stake[row.promise_id], now)
    over = [
        row for row in rows if row.over_at is None and (row.promise_id not in endangered or row not in here.values())
    ]
    for row in over:
        row.over_at, row.ring_at = now, now if row.told_at else None
    Danger.objects.bulk_update([*changed, *over], SEEN, batch_size=200)
    fresh = [_opened(at_stake[key], now) for key in endangered if key not in here]
    Danger.objects.bulk_create(fresh, ignore_conflicts=True)
    return endangered


def _at_stake(one: Foretold, now: datetime) -> bool:
    known = one.tells and one.forecast.rests_on.like >= LEAST_LIKE
    return known and one.promise.state == State.PROMISED and one.promise.due > now


def _due(at_stake: Mapping[int, Foretold], row: Danger) -> datetime:
    return at_stake[row.promise_id].promise.due


def _chance(one: Foretold) -> float:
    return one.forecast.chance(one.promise.due)


def _stands(row: Danger | None) -> bool:
    return row is not None and row.over_at is None


def _opened(one: Foretold, now: datetime) -> Danger:
    return Danger(
        promise_id=one.promise.pk, due=one.promise.due, since=now, chance=_chance(one), likely=one.likely,
        ring_at=now,
    )  # fmt: skip


def _move_on(row: Danger, one: Foretold, now: datetime) -> None:
    """Let a danger say what is known now."""
    chance = _chance(one)
    if row.over_at is not None or row.told_chance is None or materially_worse(row.told_chance, chance):
        row.ring_at = now
    row.over_at, row.chance, row.likely = None, chance, one.likely
