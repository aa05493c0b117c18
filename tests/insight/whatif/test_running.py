"""Clocks, fortune and the engine: what is dealt, when work ends, and that nothing depends on how it is run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight.whatif.lines import SHORT, line, silent, station
from kept.insight.whatif import replicate as replicating
from kept.insight.whatif.chain import Hours, Spread, Station, Way
from kept.insight.whatif.changes import faster
from kept.insight.whatif.clock import Clock
from kept.insight.whatif.draws import deal
from kept.insight.whatif.engine import run
from kept.insight.whatif.measure import simulate
from kept.insight.whatif.replicate import replicate

OFFICE = Clock.of(Station("A", (), hours_per_day=8.0, days_per_week=5))


def test_work_begun_on_friday_afternoon_ends_on_monday() -> None:
    assert OFFICE is not None
    friday_15 = 4 + 15 / 24
    assert OFFICE.after(friday_15, 2 / 24) == pytest.approx(7 + 9 / 24)
    assert OFFICE.after(friday_15, 1 / 24) == pytest.approx(4 + 16 / 24)
    assert OFFICE.after(5.5, 1 / 24) == pytest.approx(7 + 9 / 24)
    assert OFFICE.after(0.0, 1 / 24) == pytest.approx(9 / 24)


@given(hours=st.floats(0.5, 24), days=st.integers(1, 7), begun=st.floats(0, 100), work=st.floats(0.001, 10))
def test_from_begin_to_end_exactly_the_work_is_done(hours: float, days: int, begun: float, work: float) -> None:
    clock = Clock.of(Station("A", (), hours_per_day=hours, days_per_week=days))
    if clock is None:
        return
    end = clock.after(begun, work)
    assert end - begun >= work - 1e-9
    assert clock.worked(end) - clock.worked(begun) == pytest.approx(work, abs=1e-9)
    both = clock.worked_by(np.array([begun, end]))
    assert both == pytest.approx([clock.worked(begun), clock.worked(end)])


def test_even_work_on_a_line_ends_when_it_must() -> None:
    """Two servers, a piece every 2 hours that takes 3: nobody waits. One server: each waits an hour longer."""
    even = Station("A", (Way(None, 1.0, Hours(3.0, Spread.EVEN)),), servers=2)
    chain = line(12.0, even, spread=Spread.EVEN)
    dealt = deal(chain, 1.0, (1,))
    assert run(chain, dealt, 9.0).ended * 24 == pytest.approx([2 * n + 3 for n in range(12)])
    alone = replace(chain, stations=(replace(even, servers=1),))
    assert run(alone, dealt, 9.0).ended * 24 == pytest.approx([3 * (n + 1) for n in range(12)])


def test_the_same_fortune_is_dealt_to_today_and_then() -> None:
    chain = line(8.0, station("A", 10, "B"), station("B", 10))
    today, then = (deal(each, 50.0, (3, 4)) for each in (chain, faster(chain, "A", 25.0)))
    assert today.arrivals.tolist() == then.arrivals.tolist()
    here = today.station == 0
    assert then.work[here] * 1.25 == pytest.approx(today.work[here])
    assert then.work[~here].tolist() == today.work[~here].tolist()
    assert deal(chain, 50.0, (3, 5)).arrivals.tolist() != today.arrivals.tolist()


def test_shares_are_taken_as_often_as_they_say() -> None:
    back = Station("B", (Way("A", 0.3, Hours(1.0)), Way(None, 0.7, Hours(2.0))))
    chain = line(50.0, station("A", 100, "B"), back)
    dealt = deal(chain, 400.0, (1,))
    visits = np.bincount(dealt.station) / len(dealt.arrivals)
    assert visits == pytest.approx([1 / 0.7, 1 / 0.7], rel=0.02)
    assert dealt.first[-1] == len(dealt.station)
    assert dealt.work[dealt.station == 1].mean() * 24 == pytest.approx(0.3 * 1 + 0.7 * 2, rel=0.03)


def test_hours_seen_are_dealt_as_seen() -> None:
    seen = Station("A", (Way(None, 1.0, Hours(seen=(1.0, 2.0, 6.0))),))
    dealt = deal(line(100.0, seen), 100.0, (1,))
    hours, counts = np.unique(np.round(dealt.work * 24, 9), return_counts=True)
    assert hours.tolist() == [1.0, 2.0, 6.0]
    assert counts / counts.sum() == pytest.approx([1 / 3] * 3, abs=0.02)


def test_several_processes_say_the_same_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    chains = {"today": line(8.0, station("A", 10))}
    alone = replicate(chains, SHORT, silent)
    monkeypatch.setattr(replicating, "_processes", lambda *_: 2)
    assert replicate(chains, SHORT, silent) == alone
    assert alone["today"][0] == simulate(chains["today"], SHORT, 0)
    assert alone["today"][0] != alone["today"][1]


def test_progress_is_told_up_to_the_end() -> None:
    told: list[float] = []
    replicate({"today": line(8.0, station("A", 10))}, SHORT, lambda _, share: told.append(share))
    assert told == [0.25, 0.5, 0.75, 1.0]
