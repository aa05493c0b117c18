"""Comparisons against a reference package on random data; how often they alarm falsely, and find a true change."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import fisher_exact
from statsmodels.stats.proportion import confint_proportions_2indep
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from kept.core.statistics import Better, Verdict
from kept.insight import change
from kept.insight.change import fisher, of_shares, of_values

LOOKS = 4


@pytest.mark.parametrize("seed", range(20))
def test_the_intervals_and_tests_are_those_of_the_reference(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n0, n1 = (int(n) for n in rng.integers(10, 400, 2))
    c0, c1 = int(rng.binomial(n0, rng.random())), int(rng.binomial(n1, rng.random()))
    shares = of_shares((c0, n0), (c1, n1), Better.MORE)
    reference = confint_proportions_2indep(c1, n1, c0, n0, method="newcomb", compare="diff")
    assert (shares.low, shares.high) == pytest.approx(reference, abs=1e-9)
    assert fisher(c0, n0, c1, n1) == pytest.approx(fisher_exact([[c0, n0 - c0], [c1, n1 - c1]])[1], abs=1e-6)
    old, new = rng.lognormal(0, 1, n0), rng.lognormal(0.3, 1.2, n1)
    values = of_values(list(old), list(new), Better.LESS)
    both = CompareMeans(DescrStatsW(new), DescrStatsW(old))
    assert (values.low, values.high) == pytest.approx(both.tconfint_diff(usevar="unequal"), abs=1e-9)
    assert values.difference == pytest.approx(new.mean() - old.mean())


def alarms(kind: str, runs: int) -> int:
    """In how many of the runs any of the looks says something though nothing has changed."""
    rng, found = np.random.default_rng(7), 0
    for _ in range(runs):
        if kind == "shares":
            draws = rng.binomial(1, 0.85, 200 + 20 * LOOKS)
            ends = [200 + 20 * (look + 1) for look in range(LOOKS)]
            said = [
                of_shares((draws[:200].sum(), 200), (draws[200:end].sum(), end - 200), Better.MORE, looks=LOOKS)
                for end in ends
            ]
        else:
            values = rng.lognormal(0, 1.5, 200) if kind == "skewed" else rng.negative_binomial(0.3, 0.5, 200)
            said = [
                of_values(values[:120], values[120 : 140 + 20 * look], Better.LESS, looks=LOOKS)
                for look in range(LOOKS)
            ]  # fmt: skip
        found += any(one.verdict is not Verdict.CANT_TELL for one in said)
    return found


@pytest.mark.parametrize(("kind", "runs"), [("shares", 1_000), ("skewed", 200), ("counts", 200)])
def test_where_nothing_changed_the_odds_of_any_alarm_are_five_percent_at_most(kind: str, runs: int) -> None:
    assert alarms(kind, runs) / runs <= 0.05


def test_a_true_change_is_found_and_told_apart_from_a_change_for_the_worse() -> None:
    rng = np.random.default_rng(1)
    quick, slow = rng.lognormal(0, 0.8, 150), rng.lognormal(0.8, 0.8, 150)
    assert of_values(slow, quick, Better.LESS, looks=LOOKS).verdict is Verdict.MOVED
    assert of_values(quick, slow, Better.LESS, looks=LOOKS).verdict is Verdict.WORSE
    assert of_shares((140, 200), (185, 200), Better.MORE, looks=LOOKS).verdict is Verdict.MOVED
    assert of_shares((140, 200), (185, 200), Better.LESS, looks=LOOKS).verdict is Verdict.WORSE


def test_little_is_told_of_little() -> None:
    assert of_shares((0, 9), (9, 9), Better.MORE).verdict is Verdict.CANT_TELL
    assert of_values([1.0] * 9, [5.0] * 50, Better.MORE).verdict is Verdict.CANT_TELL
    nothing = of_shares((0, 0), (3, 3), Better.MORE)
    assert (nothing.before, nothing.difference, nothing.low) == (None, None, None)
    same = of_values([2.0] * 20, [2.0] * 20, Better.MORE)
    assert (same.low, same.high, same.verdict) == (0.0, 0.0, Verdict.CANT_TELL)
    assert of_shares((17, 20), (18, 20), Better.MORE).verdict is Verdict.CANT_TELL


def test_many_values_are_shuffled_as_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(1)
    old, new = generator.exponential(1.0, 200), generator.exponential(1.15, 500)
    together = change._shuffled(old, new)
    monkeypatch.setattr(change, "MANY", 0)
    assert change._shuffled(old, new) == pytest.approx(together, abs=0.02)
    assert 0.02 < together < 0.98
