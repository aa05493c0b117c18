"""The past played again sees nothing of what came later; how good forecasts are is judged with what is still open."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import inf, nan

import numpy as np
import pytest

from cast import DAY, HOUR, START, Cast
from kept.core import acts
from kept.core.calendars import EVERY_DAY, Calendar, Hours, same_hours
from kept.core.terms import Answer
from kept.insight.forecast.held import levels_to_read, miscalibration, reached, read_at
from kept.insight.forecast.odds import LEVELS
from kept.insight.forecast.pooled import Pieces, as_days
from kept.insight.forecast.worktime import WorkClock
from kept.outlook.past import Returned, Row, Table
from kept.outlook.quality import judged, quality, work_out
from kept.outlook.replay import Made, When, recalibrated, replay

FIRST = datetime(2026, 1, 5, 8, tzinfo=UTC)
ALWAYS = Calendar("UTC", same_hours(EVERY_DAY, Hours.between("00:00", "24:00")))
CLOCK = WorkClock.between(ALWAYS, FIRST - 30 * DAY, FIRST + 900 * DAY)
UNTIL = FIRST + 200 * DAY
DICE = np.random.default_rng(6)


def row(key: int, opened: datetime, took: float | None, *, promised: float = 3.0) -> Row:
    """A promise made an hour after it was asked for, by when so many days after; delivered after `took` days."""
    asked = opened.timestamp()
    delivered = asked + took * 86_400 if took is not None else nan
    return Row(key, 1, 2, asked, asked + 3600, asked + promised * 86_400, delivered, nan, "Route sheet", "team")


def table(rows: list[Row], returned: tuple[Returned, ...] = ()) -> Table:
    """These promises, of a provider who always works."""
    return Table(rows, np.ones(len(rows), dtype=bool), {2: CLOCK}, returned)


ROWS = [row(key, FIRST + key * 12 * HOUR, float(took)) for key, took in enumerate(DICE.lognormal(0.8, 0.5, 400))]


class TestNothingFromTheFuture:
    MOMENT = FIRST + 100 * DAY

    def planted(self) -> Table:
        """The same promises, but everything after the moment is another: ends, returns and promises that came later."""
        now = self.MOMENT.timestamp()
        changed = [replace(one, delivered=one.delivered + 50 * 86_400) if one.delivered > now else one for one in ROWS]
        before = [one for one in changed if one.opened < now]
        later = [row(1000 + key, self.MOMENT + HOUR, 0.01) for key in range(200)]
        last = max(one.key for one in before if one.delivered <= now)
        back = Returned(last, next(one.delivered for one in before if one.key == last), now + 3600)
        rows = [replace(one, delivered=nan) if one.key == last else one for one in before]
        return table([*rows, *later], (back,))

    @pytest.mark.parametrize("when", When)
    def test_what_came_later_changes_no_forecast(self, when: When) -> None:
        as_it_was = {one.forecast.made_at: one.forecast for one in replay(table(ROWS), when, UNTIL)}
        planted = {one.forecast.made_at: one.forecast for one in replay(self.planted(), when, UNTIL)}
        early = [made_at for made_at in as_it_was if made_at <= self.MOMENT]
        assert len(early) > 100
        assert [planted[made_at] for made_at in early] == [as_it_was[made_at] for made_at in early]
        assert any(planted[made_at] != as_it_was[made_at] for made_at in planted if made_at in as_it_was) or (
            set(planted) != set(as_it_was)
        )

    def test_nor_the_levels_at_which_it_is_read(self) -> None:
        made = replay(table(ROWS), When.GIVEN, UNTIL)
        count = sum(one.forecast.made_at <= self.MOMENT for one in made)
        now = self.MOMENT.timestamp()
        other = [
            replace(one, took=99.0, ended=False) if one.forecast.made_at.timestamp() + one.took * 86_400 > now else one
            for one in made
        ]
        read, planted = recalibrated(made)[:count], recalibrated(other)[:count]
        assert [one.forecast for one in read] == [one.forecast for one in planted]
        assert read[-1].forecast != made[count - 1].forecast


class TestHowGood:
    def test_forecasts_of_steady_work_hold_what_they_say(self) -> None:
        found = judged(When.GIVEN, recalibrated(replay(table(ROWS), When.GIVEN, UNTIL)), UNTIL)
        assert found.forecasts > 300
        assert found.miscalibration is not None
        assert found.miscalibration < 0.05
        for each in found.coverage:
            assert each.share.low - 0.02 <= each.level / 100 <= each.share.high + 0.02
        assert found.mae_days is not None
        assert found.constant_days is not None
        assert found.mae_days < found.constant_days * 1.05

    def test_open_work_counts_as_not_ready(self) -> None:
        """Ten were ready by the even date, ten are open past their last: half were, not all."""
        places = Pieces(np.array([0.4] * 10 + [0.995] * 10), np.array([True] * 10 + [False] * 10))
        (even,) = reached(places, (50,))
        assert (even.share.count, even.share.n) == (10, 20)

    def test_forecasts_that_were_too_early_are_read_later(self) -> None:
        early = Pieces(np.linspace(0.3, 0.99, 500), np.ones(500, dtype=bool))
        levels = levels_to_read(early)
        assert all(low <= high for low, high in pairwise(levels))
        assert levels[49] > 0.6
        days = tuple(float(level) for level in LEVELS)
        assert read_at(days, levels)[49] > days[59]
        assert miscalibration(early) > 0.1

    def test_what_cannot_be_said_is_not_said_by_reading_it_elsewhere(self) -> None:
        """Seven of eight is the most: read a little higher it has no date, not one between that and ten years."""
        days = as_days([*np.linspace(0.1, 8.7, 87), *[inf] * 12])
        higher = tuple(min(level / 100 + 0.005, 0.99) for level in LEVELS)
        read = read_at(days, higher)
        assert read[85] < 8.8
        assert read[86:] == (inf,) * 13

    def test_without_any_seen_they_are_read_as_they_are(self) -> None:
        none = Pieces(np.empty(0), np.empty(0, dtype=bool))
        assert levels_to_read(none) == pytest.approx([level / 100 for level in LEVELS])
        assert judged(When.GIVEN, [], UNTIL).miscalibration is None

    def test_the_constant_guess_stands_beside(self) -> None:
        made = replay(table(ROWS[:40]), When.GIVEN, UNTIL)
        last: Made = made[-1]
        known = [one for one in ROWS[:40] if one.delivered <= last.forecast.made_at.timestamp()]
        usual = float(np.median([one.delivered - one.opened for one in known])) / 86_400
        assert last.constant == pytest.approx(usual - 1 / 24)


@pytest.mark.django_db
def test_it_is_worked_out_and_kept(cast: Cast) -> None:
    for week in range(6):
        at = START + week * timedelta(days=7)
        key = cast.promised(at=at)
        cast.do(cast.provider, key, acts.Deliver(easier=Answer.EASIER), at=at + DAY)
        if week == 2:
            cast.do(cast.customer, key, acts.Return(words="A line is missing."), at=at + 2 * DAY)
            cast.do(cast.provider, key, acts.Deliver(easier=Answer.EASIER), at=at + 3 * DAY)
    assert quality(When.GIVEN) is None
    work_out(START + 70 * DAY)
    work_out(START + 71 * DAY)
    found = quality(When.GIVEN)
    assert found is not None
    assert (found.at, found.forecasts, found.ended) == (START + 71 * DAY, 5, 5)  # of the first nothing was known
    assert [month.forecasts for month in found.months] == []  # four in May, two in June: too few to tell
    assert found.coverage[1].share.n == 5
