"""The forecast of a promise that relies on others: its own part of the time, and what chains that ended taught."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import pytest

from cast import DAY, HOUR, START, Cast, terms
from kept.core.state import State
from kept.insight.forecast.chain import NO_CHAINS, ChainCalibration, PastChain, combined
from kept.insight.forecast.odds import FAR, LEVELS, Forecast, RestsOn, Scope
from kept.insight.forecast.pooled import as_days, backed
from kept.ledger.models import Stream
from kept.outlook import chains
from kept.outlook.forecasting import foretell
from kept.outlook.models import ChainsTaught
from kept.outlook.own import own_work
from kept.outlook.replay import whole_past
from kept.promises.models import Promise, Reliance

NOW = START + 40 * DAY
RESTS = RestsOn(like=7, scope=Scope.TIE, since=START, until=NOW)


def seven() -> Forecast:
    """From seven like it: a day a piece, and nothing past seven in eight."""
    return Forecast(NOW, as_days([level / 10 if level <= 87 else FAR for level in LEVELS]), RESTS)


def test_what_so_few_cannot_say_of_the_whole_they_cannot_say_of_a_part() -> None:
    alone = own_work(seven(), NOW + 10 * DAY, [NOW + 9 * DAY])
    assert alone.days[49] == 0.1 * seven().days[49]
    assert backed(alone, 95) is None
    assert alone.chance(NOW + timedelta(days=5000)) == 0.87


def test_a_chain_names_no_date_that_its_parts_cannot_say() -> None:
    alone = own_work(seven(), NOW + 10 * DAY, [NOW + 9 * DAY])
    whole = combined(alone, [seven()], NO_CHAINS)
    assert backed(whole, 95) is None
    assert backed(whole, 50) is not None
    last = max(day for day in whole.days if day < FAR)
    assert last <= 8.7 + 0.87 + 1e-3


# --- what chains that ended taught --------------------------------------------------------------------------------

EACH = 6 * HOUR
"""A chain begins so long after the one before."""


def chained(cast: Cast, count: int) -> datetime:
    """So many chains that ended: the workshop's wheels wait for its axle, and one bad week delays both. As rows, for
    acts take long. Gives the moment after the last.
    """
    row = Promise.objects.get(pk=cast.asked(at=START, what=terms(due=START + DAY)))
    fields = {field.attname: getattr(row, field.attname) for field in Promise._meta.concrete_fields}
    Stream.objects.bulk_create([Stream(kind=Stream.Kind.PROMISE) for _ in range(2 * count)])
    keys = sorted(Stream.objects.exclude(promise__isnull=False).values_list("pk", flat=True))
    rng = np.random.default_rng(0)
    rows, links = [], []
    for place, (axle, wheels) in enumerate(zip(keys[:count], keys[count:], strict=True)):
        at, week = START + place * EACH, rng.normal()
        first, then = (float(np.exp(0.5 * week + 0.3 * rng.normal())) for _ in range(2))
        there = at + timedelta(days=2 * first)
        rows.append(ended(fields, axle, "The axle", at, at + 3 * DAY, there))
        rows.append(ended(fields, wheels, "The wheels", at, at + 6 * DAY, there + timedelta(days=2 * then)))
        links.append(Reliance(promise_id=wheels, on_id=axle))
    Promise.objects.bulk_create(sorted(rows, key=lambda one: one.pk))
    Reliance.objects.bulk_create(links)
    return START + count * EACH


def ended(fields: dict[str, object], key: int, what: str, at: datetime, due: datetime, delivered: datetime) -> Promise:
    made = fields | {"stream_id": key, "what": what, "state": State.ACCEPTED, "opened_at": at, "promised_at": at}
    return Promise(**made | {"due": due, "first_due": due, "delivered_at": delivered, "ended_at": delivered})


@pytest.mark.django_db
def test_what_chains_taught_makes_the_whole_hold_what_it_says(cast: Cast) -> None:
    """Learned on the older chains, looked at on the newer ones."""
    last = chained(cast, 360)
    middle = START + 240 * EACH
    chains.work_out(middle)
    taught = chains.taught()
    assert taught.ended > 100
    assert taught.together > 0.3, "they go together, and that is seen"
    newer = [one for one in chains.played_again(whole_past(), last + 60 * DAY) if one.own.made_at > middle]
    assert len(newer) > 60
    before, after = (off_by(newer, calibration) for calibration in (NO_CHAINS, taught))
    assert after < 0.1
    assert after < before


def off_by(past: Sequence[PastChain], calibration: ChainCalibration) -> float:
    """How far the share that was ready lay from the level said, on average over some levels."""
    forecasts = [combined(one.own, one.relies_on, calibration) for one in past]
    off = []
    for level in (20, 50, 80, 90, 95):
        ready = [one.took <= said.days[level - 1] for one, said in zip(past, forecasts, strict=True)]
        off.append(abs(float(np.mean(ready)) - level / 100))
    return float(np.mean(off))


@pytest.mark.django_db
def test_a_forecast_along_a_chain_is_read_as_ended_chains_taught(cast: Cast) -> None:
    now = chained(cast, 60) + 20 * DAY
    first, then = Promise.objects.filter(state=State.ACCEPTED).order_by("-pk")[:2]
    for one in (first, then):
        due = now + 4 * DAY
        Promise.objects.filter(pk=one.pk).update(
            state=State.PROMISED,
            opened_at=now,
            promised_at=now,
            first_due=due,
            due=due,
            delivered_at=None,
            ended_at=None,
        )
    Reliance.objects.get_or_create(promise=then, on=first)
    open_ones = list(Promise.objects.filter(pk__in=[first.pk, then.pk]))
    before = foretell(open_ones, now)[then.pk].forecast
    chains.work_out(now)
    after = foretell(open_ones, now)[then.pk].forecast
    assert after.days != before.days
    later = [0.0, *[0.99] * 98]
    ChainsTaught.objects.update(ended=chains.FEWEST - 1, levels=later)
    assert foretell(open_ones, now)[then.pk].forecast.days == before.days, "too few to have taught anything"
    ChainsTaught.objects.update(ended=chains.FEWEST, levels=later)
    assert foretell(open_ones, now)[then.pk].forecast.days[49] > before.days[49]


@pytest.mark.django_db
def test_before_any_chain_ended_nothing_is_learned(cast: Cast) -> None:
    assert chains.taught() is NO_CHAINS
    chains.work_out(NOW)
    assert chains.taught() is NO_CHAINS
    assert ChainsTaught.objects.get().ended == 0
