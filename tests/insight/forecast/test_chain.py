"""The forecast of a chain: the latest of what it relies on, then its own work; splitting makes no date earlier."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kept.insight.forecast.chain import NO_CHAINS, PastChain, as_of, combined, learned_from
from kept.insight.forecast.odds import FAR, Forecast, RestsOn, Scope
from kept.insight.forecast.pooled import backed

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LEVELS = np.arange(1, 100) / 100
RESTS = RestsOn(like=40, scope=Scope.PROVIDER, since=NOON - 90 * DAY, until=NOON - DAY)
seeds = st.integers(0, 2**32 - 1)


def forecast(days: np.ndarray, made_at: datetime = NOON, rests_on: RestsOn = RESTS) -> Forecast:
    return Forecast(made_at=made_at, days=tuple(map(float, days)), rests_on=rests_on)


def said_by(history: np.ndarray) -> Forecast:
    """The forecast that says what the past was."""
    return forecast(np.quantile(history, LEVELS))


def of_any_shape(seed: int) -> Forecast:
    """Steps from nothing to long: some levels on one day, some far apart."""
    rng = np.random.default_rng(seed)
    return forecast(np.cumsum(rng.lognormal(0, rng.uniform(0.1, 2), 99) * (rng.random(99) < rng.uniform(0.1, 1))))


forecasts = seeds.map(of_any_shape)
certain = forecast(np.full(99, 3.0))


def test_a_promise_that_relies_on_nothing_keeps_its_own_forecast():
    assert combined(certain, [], NO_CHAINS) == certain


def test_certain_parts_add_up():
    assert np.allclose(combined(certain, [certain, forecast(np.full(99, 2.0))], NO_CHAINS).days[2:97], 6.0, atol=1e-3)


@given(forecasts, st.lists(forecasts, min_size=1, max_size=4), st.integers(0, 50), st.floats(0, 1))
def test_a_chain_is_never_ready_before_any_of_its_parts_nor_do_its_levels_fall(own, links, ended, together):
    calibration = replace(NO_CHAINS, ended=ended, together=together)
    days = np.array(combined(own, links, calibration).days)
    assert (np.diff(days) >= 0).all()
    assert (days >= np.array(own.days) - 1e-6 * own.days[-1]).mean() > 0.9
    for link in links:
        assert days[79] >= link.days[79] - 1e-6 * link.days[98]
        assert days[94] >= link.days[94] - 1e-6 * link.days[98]


@given(forecasts, st.lists(forecasts, min_size=1, max_size=3), forecasts)
def test_one_more_link_makes_no_date_earlier_while_nothing_is_known_of_chains(own, links, more):
    """To within a level or two: distributions as jagged as these are added in steps."""
    fewer = combined(own, links, NO_CHAINS).days
    longer = combined(own, [*links, more], NO_CHAINS).days
    for level in (50, 80, 95):
        assert longer[level + 1] >= 0.99 * fewer[level - 1]


def test_links_on_their_own_are_as_late_as_throwing_dice_says():
    rng = np.random.default_rng(5)
    parts = rng.lognormal(0.0, 0.6, (5, 200_000))
    alone = replace(NO_CHAINS, ended=10**9, together=0.0)
    said = combined(said_by(parts[0]), [said_by(part) for part in parts[1:]], alone)
    thrown = np.quantile(parts[1:].max(axis=0) + parts[0], LEVELS)
    assert np.allclose(said.days[4:95], thrown[4:95], rtol=0.02)


def test_links_that_go_together_are_as_late_as_one_bad_week_makes_them():
    rng = np.random.default_rng(5)
    luck = rng.normal(size=200_000)
    parts = [np.exp(0.2 * place + 0.6 * luck) for place in range(4)]
    as_one = replace(NO_CHAINS, ended=10**9, together=1.0)
    said = combined(said_by(parts[0]), [said_by(part) for part in parts[1:]], as_one)
    thrown = np.quantile(np.max(parts[1:], axis=0) + parts[0], LEVELS)
    assert np.allclose(said.days[4:95], thrown[4:95], rtol=0.02)


@given(seeds, st.floats(0.2, 1.5), st.floats(1.0, 20.0), st.integers(2, 4))
def test_splitting_a_promise_makes_no_date_earlier(seed, spread, evenness, parts):
    """One piece of work, and the same work in parts one after the other, each forecast from the same past."""
    rng = np.random.default_rng(seed)
    whole = rng.lognormal(0.0, spread, 2000)
    shares = rng.dirichlet(np.full(parts, evenness), 2000)
    pieces = [said_by(whole * shares[:, part]) for part in range(parts)]
    chain = pieces[0]
    for piece in pieces[1:]:
        chain = combined(piece, [chain], NO_CHAINS)
    unsplit = said_by(whole)
    for level in (80, 95):
        assert chain.days[level - 1] >= unsplit.days[level - 1] * 0.96


@given(seeds, st.floats(0.2, 1.5), st.integers(2, 5))
def test_splitting_a_promise_side_by_side_makes_no_date_earlier(seed, spread, parts):
    """The work ends with the last of its parts; putting them together at the end takes no time."""
    rng = np.random.default_rng(seed)
    pieces = rng.lognormal(rng.normal(0, 1, (1, 8000)) * rng.random(), spread, (parts, 8000))
    unsplit = said_by(pieces.max(axis=0))
    chain = combined(forecast(np.zeros(99)), [said_by(piece) for piece in pieces], NO_CHAINS)
    for level in (80, 95):
        assert chain.days[level - 1] >= unsplit.days[level - 1] * 0.96


def test_as_of_a_later_moment_what_was_not_ready_is_known_not_to_have_been():
    even = forecast(np.arange(1, 100) / 10)
    later = as_of(even, NOON + 5 * DAY)
    assert later.made_at == NOON + 5 * DAY
    assert later.days[49] == pytest.approx(2.5)  # half of the odds that are left
    assert as_of(even, NOON - DAY) is even


@given(forecasts, st.floats(0, 1000))
def test_waiting_leaves_days_that_never_fall_and_are_never_past(one, waited):
    days = np.array(as_of(one, NOON + waited * DAY).days)
    assert (days >= 0).all()
    assert (np.diff(days) >= 0).all()


def test_a_chain_counts_from_the_last_word_and_rests_on_its_weakest_part():
    few = replace(RESTS, like=7, scope=Scope.COMPANY, since=NOON - 400 * DAY)
    link = forecast(np.arange(1, 100) / 10, made_at=NOON - 5 * DAY, rests_on=few)
    chain = combined(certain, [link], NO_CHAINS)
    assert chain.made_at == NOON
    assert chain.rests_on == replace(few, until=RESTS.until)
    assert chain.days[49] == pytest.approx(5.5, abs=0.1)


def test_what_too_few_pieces_cant_say_no_chain_says():
    """Seven pieces say no 95 %: neither does what relies on them, then or later."""
    few = forecast(np.where(np.arange(1, 100) <= 87, np.arange(1, 100) / 10, FAR))
    for chain in (combined(certain, [few], NO_CHAINS), combined(few, [certain], NO_CHAINS), as_of(few, NOON + 2 * DAY)):
        assert backed(chain, 95) is None
        assert backed(chain, 50) is not None
        assert all(day >= FAR or day < 12.0 for day in chain.days)


def test_it_says_so_where_the_wait_is_the_longer_part():
    slow = forecast(np.full(99, 9.0))
    own = replace(certain, slower=("It was returned once.",))
    assert combined(own, [slow], NO_CHAINS).slower[-1] == "It was returned once."
    assert "relies on" in combined(own, [slow], NO_CHAINS).slower[0]
    assert combined(slow, [own], NO_CHAINS).slower == ()


def chains_that_ended(seed: int, number: int, *, together: float, overlap: float = 0.0) -> list[PastChain]:
    """Chains of one link and own work, both lognormal, whose luck goes `together`; `overlap` of the own work is done
    while waiting, which no forecast of the parts knows."""
    rng = np.random.default_rng(seed)
    luck = rng.normal(size=(2, number))
    luck[1] = together * luck[0] + (1 - together**2) ** 0.5 * luck[1]
    waited, own = np.exp(0.8 * luck)
    said = said_by(np.exp(0.8 * np.random.default_rng(0).normal(size=50_000)))
    return [
        PastChain(said, (said,), waited=float(wait), took=float(wait + (1 - overlap) * work), ended=True)
        for wait, work in zip(waited, own, strict=True)
    ]


@pytest.mark.parametrize(("together", "overlap"), [(0.0, 0.0), (0.9, 0.0), (0.5, 0.4)])
def test_chains_that_ended_teach_what_a_chain_holds(together, overlap):
    past = chains_that_ended(1, 300, together=together, overlap=overlap)
    calibration = learned_from(past)
    days = np.array(combined(past[0].own, past[0].relies_on, calibration).days)
    later = np.array([chain.took for chain in chains_that_ended(2, 4000, together=together, overlap=overlap)])
    held = (later[:, None] <= days).mean(axis=0)
    assert np.abs(held - LEVELS).mean() < 0.045
    assert held[79] == pytest.approx(0.8, abs=0.07)
    assert held[94] == pytest.approx(0.95, abs=0.035)


def test_how_far_links_go_together_is_learned():
    assert learned_from(chains_that_ended(1, 150, together=0.0)).together < 0.2
    assert learned_from(chains_that_ended(1, 150, together=0.95)).together > 0.8


def test_open_chains_are_not_left_out():
    """Half of the chains are open since the third day: leaving them out would make the rest look fast."""
    past = chains_that_ended(3, 120, together=0.3)
    so_far = [
        replace(chain, waited=min(chain.waited, 2.0), took=2.0, ended=False) if chain.took > 2 else chain
        for chain in past
    ]
    leaving_out = learned_from([chain for chain in so_far if chain.ended])
    one = past[0]
    assert (
        combined(one.own, one.relies_on, leaving_out).days[79]
        < combined(one.own, one.relies_on, learned_from(so_far)).days[79]
    )
    assert combined(one.own, one.relies_on, learned_from(so_far)).days[79] > 2.0


@pytest.mark.parametrize("seed", range(3))
def test_splitting_makes_no_date_earlier_however_the_halves_hang_together_once_such_chains_ended(seed):
    """One half is nearly all of the work or nearly none: the later the one, the sooner the other."""
    rng = np.random.default_rng(seed)
    whole = rng.lognormal(0.0, 1.0, 300)
    share = np.where(rng.random(300) < 0.15, 0.99, 0.01)
    first, second = said_by(whole * share), said_by(whole * (1 - share))
    past = [
        PastChain(second, (first,), waited=float(all_ * part), took=float(all_), ended=True)
        for all_, part in zip(whole, share, strict=True)
    ]
    chain = combined(second, (first,), learned_from(past))
    for level in (80, 95):
        assert chain.days[level - 1] >= said_by(whole).days[level - 1] * 0.95


def test_before_any_chain_ended_nothing_is_known():
    assert learned_from([]) is NO_CHAINS
    one = replace(chains_that_ended(1, 1, together=0.0)[0], ended=False)
    assert learned_from([one]) is NO_CHAINS
