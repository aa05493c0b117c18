"""Forecasts from little data: exact where it can be reckoned by hand, honest where there is little."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kept.core.calendars import MONDAY_TO_FRIDAY, Calendar, Hours, add_working_time, same_hours, working_time
from kept.insight.forecast.odds import FAR, LEVELS, Forecast, RestsOn, Scope, Word
from kept.insight.forecast.pooled import BORROWED, ENOUGH, Pieces, as_days, backed, borrows, pooled, product_limit
from kept.insight.forecast.worktime import WorkClock

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
BERLIN = Calendar("Europe/Berlin", same_hours(MONDAY_TO_FRIDAY, Hours.between("08:00", "17:00")))
some_pieces = st.lists(
    st.tuples(st.floats(0.01, 1000), st.booleans()), min_size=1, max_size=40
).map(lambda found: pieces(*found))  # fmt: skip


def pieces(*found: tuple[float, bool]) -> Pieces:
    """What took so long, and whether it ended."""
    return Pieces(np.array([took for took, _ in found], dtype=float), np.array([end for _, end in found], dtype=bool))


def all_ended(*took: float) -> Pieces:
    """Ended work that took so long."""
    return pieces(*((each, True) for each in took))


def forecast(days: tuple[float, ...]) -> Forecast:
    """A forecast with these quantiles."""
    return Forecast(NOW, as_days(days), RestsOn(like=7, scope=Scope.TIE, since=NOW, until=NOW))


class TestTheProductLimit:
    # Ends after 1, 3 and 5; one was still open after 3, one after 4. By hand:
    # 1: five at risk → 4/5; 3: four at risk (the one open at 3 still is) → 3/4; 5: one at risk → 0.
    FOUND = pieces((1, True), (3, True), (3, False), (4, False), (5, True))
    AT = np.array([1.0, 3.0, 5.0])

    def test_it_is_kaplan_and_meiers_where_nothing_is_borrowed(self) -> None:
        left = product_limit(self.FOUND, self.AT, np.ones(3), 0.0)
        assert left.tolist() == pytest.approx([4 / 5, 4 / 5 * 3 / 4, 0.0])

    def test_one_piece_that_nobody_knows_is_added_to_the_widest_scope(self) -> None:
        curve = pooled([self.FOUND])
        assert curve is not None
        assert curve.at.tolist() == [1, 3, 5]
        assert curve.left.tolist() == pytest.approx([5 / 6, 5 / 6 * 4 / 5, 5 / 6 * 4 / 5 * 1 / 2])

    def test_ties_of_ends_count_each(self) -> None:
        left = product_limit(all_ended(2, 2, 2, 8), np.array([2.0, 8.0]), np.ones(2), 0.0)
        assert left.tolist() == pytest.approx([1 / 4, 0.0])

    def test_the_jth_of_n_ends_stands_at_rank_j_of_n_plus_one(self) -> None:
        curve = pooled([all_ended(4, 1, 3, 2)])
        assert curve is not None
        assert curve.left.tolist() == pytest.approx([4 / 5, 3 / 5, 2 / 5, 1 / 5])

    def test_what_is_borrowed_weighs_as_so_many_pieces_of_the_wider_scope(self) -> None:
        """Without open work the mixture of both, as Ferguson has it: here by hand with fractions."""
        wider, own = all_ended(1, 2, 3, 4), all_ended(4, 4)
        curve = pooled([wider, own])
        assert curve is not None
        weight = Fraction(borrows(2)).limit_denominator(1000)
        rank = [Fraction(1, 5), Fraction(2, 5), Fraction(3, 5), Fraction(4, 5)]
        mixed = [1 - (weight * share + (2 if took == 4 else 0)) / (weight + 2) for took, share in enumerate(rank, 1)]
        assert curve.left.tolist() == pytest.approx([float(each) for each in mixed])

    def test_a_scope_with_enough_of_its_own_borrows_one_piece_and_an_empty_one_all(self) -> None:
        assert borrows(0) == BORROWED
        assert borrows(ENOUGH) == borrows(500) == 1.0
        assert borrows(10) == pytest.approx((1 + BORROWED) / 2)


class TestWhatItSays:
    def test_nothing_without_an_end(self) -> None:
        assert pooled([]) is None
        assert pooled([pieces()]) is None
        assert pooled([pieces((3, False), (9, False))]) is None

    def test_seven_pieces_never_say_95_percent(self) -> None:
        curve = pooled([all_ended(*range(1, 8))])
        assert curve is not None
        said = curve.quantiles(0.0)
        assert all(math.isfinite(each) for each in said[:87])
        assert said[87:] == (math.inf,) * 12  # 7/8 is the most

    def test_nineteen_pieces_say_95_percent_by_the_last_of_them(self) -> None:
        curve = pooled([all_ended(*range(1, 20))])
        assert curve is not None
        assert curve.quantiles(0.0)[94] == pytest.approx(19)

    @given(some_pieces, some_pieces, st.floats(0, 1200))
    def test_levels_never_fall_and_no_end_lies_in_the_past(self, wide: Pieces, near: Pieces, spent: float) -> None:
        curve = pooled([wide, near])
        if curve is None:
            return
        said = curve.quantiles(spent)
        assert len(said) == len(LEVELS)
        assert all(low <= high for low, high in pairwise(said))
        assert said[0] > 0
        days = as_days(said)
        assert all(low < high for low, high in pairwise(days))
        assert forecast(said).date(1) > NOW

    @given(some_pieces, st.floats(0, 500), st.floats(0, 500))
    def test_the_more_has_been_spent_the_later_the_whole_is_ready(
        self, found: Pieces, less: float, more: float
    ) -> None:
        curve, (less, more) = pooled([found]), sorted((less, more))
        if curve is not None:
            early, late = curve.quantiles(less), curve.quantiles(more)
            assert all(less + a <= more + b + 1e-9 for a, b in zip(early, late, strict=True))

    @given(st.lists(st.floats(0.1, 100), min_size=2, max_size=20, unique=True), st.floats(1, 90))
    def test_fewer_pieces_reach_less_far(self, took: list[float], level: float) -> None:
        """The dates of a part of the pieces are never surer: the most that n can say is n of n + 1."""
        few, many = pooled([all_ended(*took[: len(took) // 2])]), pooled([all_ended(*took)])
        assert few is not None
        assert many is not None
        assert few.left[-1] == pytest.approx(1 / (len(took) // 2 + 1))
        assert many.left[-1] == pytest.approx(1 / (len(took) + 1))

    def test_little_is_wider_than_much(self) -> None:
        wide = all_ended(*np.linspace(1, 100, 300))
        few, many = pooled([wide, all_ended(*[50.0] * 3)]), pooled([wide, all_ended(*[50.0] * 19)])
        assert few is not None
        assert many is not None
        width = [curve.quantiles(0.0)[89] - curve.quantiles(0.0)[9] for curve in (many, few)]
        assert width[0] < width[1] / 2

    def test_open_work_is_not_dropped(self) -> None:
        ended, still_open = [(float(took), True) for took in range(1, 11)], [(12.0, False)] * 10
        dropped, counted = pooled([pieces(*ended)]), pooled([pieces(*ended, *still_open)])
        assert dropped is not None
        assert counted is not None
        assert counted.quantiles(0.0)[39] > dropped.quantiles(0.0)[39] * 1.5


class TestAsDates:
    @given(st.lists(st.one_of(st.floats(0, 5000), st.just(math.inf)), min_size=99, max_size=99).map(sorted))
    def test_each_level_has_a_date_of_its_own_with_just_its_odds(self, days: list[float]) -> None:
        made = forecast(tuple(days))
        said = sum(day < FAR for day in made.days)
        for level in (1, 37, 50, 80, 95, 99):
            assert made.chance(made.date(level)) == pytest.approx(min(level, said) / 100, abs=1e-9)
        for word in (word for word in Word if word <= said):
            assert made.word(made.date(word)) is word

    def test_what_cannot_be_said_has_no_date(self) -> None:
        curve = pooled([all_ended(*range(1, 8))])
        assert curve is not None
        made = forecast(curve.quantiles(0.0))
        assert backed(made, 80) is not None
        assert backed(made, 95) is None
        assert made.days[94] >= FAR
        assert made.chance(NOW + timedelta(days=30)) < 0.95


class TestWorkingTime:
    @given(st.integers(0, 400_000), st.integers(0, 400_000))
    def test_it_is_what_calendars_say(self, first: int, second: int) -> None:
        clock = WorkClock.between(BERLIN, NOW, NOW + timedelta(days=400))
        start, end = (NOW + timedelta(minutes=minutes) for minutes in sorted((first, second)))
        passed = clock.at(np.array([start.timestamp(), end.timestamp()]))
        assert passed[1] - passed[0] == pytest.approx(working_time(BERLIN, start, end) / timedelta(hours=1), abs=1e-5)

    @given(st.integers(0, 200_000), st.integers(1, 20_000))
    def test_and_so_is_when_it_has_passed(self, after: int, minutes: int) -> None:
        clock = WorkClock.between(BERLIN, NOW, NOW + timedelta(days=400))
        start = NOW + timedelta(minutes=after)
        wanted = add_working_time(BERLIN, start, timedelta(minutes=minutes)).timestamp()
        found = clock.when(clock.at(np.array([start.timestamp()])) + minutes / 60)[0]
        assert found == pytest.approx(wanted, abs=0.1)

    def test_beyond_its_table_nothing_ends(self) -> None:
        clock = WorkClock.between(BERLIN, NOW, NOW + timedelta(days=10))
        assert clock.when(np.array([1000.0]))[0] == math.inf
