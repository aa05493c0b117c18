"""Sharing an excess out: what must hold for every chain, and against the definition worked out the slow way."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kept.insight.trace import sharing
from kept.insight.trace.chain import BadChain, Chain, Expected, Link, line
from kept.insight.trace.sharing import share_out
from kept.insight.trace.tracing import SharedOver, trace

BEGUN = 1_700_000_000.0
TIMES = st.sampled_from([0.0, 1.0, 60.0, 3_600.0, 3_601.5, 90_000.0, 1e7])


def link(key: int, end: float, expected: float, relies_on: tuple[int, ...] = (), released: float | None = None) -> Link:
    """One link; moments in seconds after the chain's begin."""
    return Link(
        key=str(key),
        team=f"Team {key}",
        end=BEGUN + end,
        expected=Expected(expected, 0.0),
        relies_on=tuple(map(str, relies_on)),
        released=None if released is None else BEGUN + released,
    )


@st.composite
def chains(draw: st.DrawFn, most: int = 7) -> Chain:
    """Any chain: lines, branches, links that were asked late, that ended before what they are said to rely on."""
    links: list[Link] = []
    for n in range(draw(st.integers(1, most))):
        inputs = tuple(sorted(draw(st.sets(st.integers(0, n - 1), max_size=3)))) if n else ()
        released = draw(st.one_of(st.none(), TIMES))
        waited = draw(st.booleans())
        ready = max([0.0, *(links[on].end - BEGUN for on in inputs if waited), released or 0.0])
        links.append(link(n, ready + draw(TIMES), draw(TIMES), inputs, released))
    return Chain(BEGUN, tuple(links))


@given(chain=chains())
def test_shares_sum_to_one_are_never_negative_and_spare_whoever_kept_the_time(chain: Chain) -> None:
    shared = share_out(chain, chain.expected)
    assert (shared.shares >= 0).all()
    assert shared.shares.sum() == pytest.approx(1.0 if shared.lost_s else 0.0, abs=1e-9)
    assert (shared.shares[chain.own <= chain.expected] == 0).all()
    kept = float(chain.end_after(np.minimum(chain.own, chain.expected)[None, :])[0])
    assert shared.lost_s == pytest.approx(chain.took_s - kept, abs=1e-6)


@given(chain=chains(most=4))
def test_shares_are_what_their_definition_says(chain: Chain) -> None:
    """The average over all orders, worked out one replay at a time."""
    count = len(chain.links)
    gains = np.zeros(count)
    orders = list(permutations(range(count)))
    for order in orders:
        own = chain.own.copy()
        before = replayed(chain, own)
        for place in order:
            own[place] = min(own[place], chain.expected[place])
            gains[place] += before - (before := replayed(chain, own))
    expected = gains / gains.sum() if gains.sum() > 1e-4 else np.zeros(count)
    assert share_out(chain, chain.expected).shares == pytest.approx(expected, abs=1e-6)


def replayed(chain: Chain, own: np.ndarray) -> float:
    """The end, with links beginning when all that they waited for has ended: by hand."""
    ends: dict[str, float] = {}
    actual = {each.key: each.end for each in chain.links}
    for each, time in zip(chain.links, own, strict=True):
        asked = 0.0 if each.released is None else max(min(each.released, each.end) - BEGUN, 0.0)
        waited_for = [ends[on] for on in each.relies_on if actual[on] <= each.end]
        ends[each.key] = max([asked, *waited_for]) + float(time)
    return max(ends.values())


@given(chain=chains())
def test_a_replay_of_what_happened_gives_what_happened(chain: Chain) -> None:
    assert chain.took_s == pytest.approx(max(each.end for each in chain.links) - BEGUN, abs=1e-5)


@given(late=st.floats(1.0, 1e7), own=st.floats(0.0, 3_600.0))
def test_no_link_is_charged_for_waiting_that_another_caused(late: float, own: float) -> None:
    """The second ends long after its date and did nothing but wait: all of it belongs to the first."""
    chain = Chain(BEGUN, (link(0, 100 + late, 100), link(1, 100 + late + own, 3_600, (0,))))
    assert list(share_out(chain, chain.expected).shares) == [1.0, 0.0]


def test_two_that_a_third_waited_for_share_and_neither_alone_would_have_helped() -> None:
    chain = Chain(BEGUN, (link(0, 500, 100), link(1, 500, 100), link(2, 600, 100, (0, 1))))
    shared = share_out(chain, chain.expected)
    assert shared.shares == pytest.approx([0.5, 0.5, 0.0])
    assert shared.alone_s == pytest.approx([0.0, 0.0, 0.0])
    assert shared.lost_s == 400


def test_what_nothing_waited_for_has_no_share() -> None:
    chain = Chain(BEGUN, (link(0, 400, 100), link(1, 900, 500), link(2, 1_000, 100, (0, 1))))
    assert share_out(chain, chain.expected).shares == pytest.approx([0.0, 1.0, 0.0])


def test_a_line_of_any_length_is_shared_exactly() -> None:
    links = [link(n, 100.0 * (n + 1) + n * (n + 1) / 2, 100) for n in range(40)]
    shared = share_out(line(BEGUN, links), np.full(40, 100.0))
    assert shared.shares == pytest.approx(np.arange(40) / np.arange(40).sum())
    assert (shared.errors == 0).all()


def test_drawn_shares_lie_within_their_error_of_the_exact_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(5)
    links: list[Link] = []
    for n in range(10):
        inputs = tuple(int(on) for on in range(n) if random.random() < 0.4)
        ready = max((links[on].end - BEGUN for on in inputs), default=0.0)
        links.append(link(n, ready + float(random.exponential(100)) + 50, 40, inputs))
    chain = Chain(BEGUN, tuple(links))
    exact = share_out(chain, chain.expected)
    monkeypatch.setattr(sharing, "EXACT_UP_TO", 0)
    drawn = share_out(chain, chain.expected)
    assert drawn.shares.sum() == pytest.approx(1.0, abs=1e-9)
    assert drawn.errors.max() > 0
    assert (np.abs(drawn.shares - exact.shares) <= 4 * drawn.errors + 1e-9).all()


def test_more_than_twelve_over_their_time_are_drawn_and_say_so() -> None:
    links = [link(n, 200 + n, 100) for n in range(14)]
    links.append(link(14, 400, 100, tuple(range(14))))
    found = trace(Chain(BEGUN, tuple(links)), promised_end=BEGUN + 300)
    assert sum(part.share for part in found.links) == pytest.approx(1.0, abs=1e-9)
    assert any(part.share_error > 0 for part in found.links)


def test_a_tight_date_is_told_from_slow_work() -> None:
    chain = line(BEGUN, [link(0, 60, 100), link(1, 150, 100)])
    found = trace(chain, promised_end=BEGUN + 50)
    assert (found.late, found.shared_over) == (True, SharedOver.DATE)
    assert [part.share for part in found.links] == pytest.approx([35 / 100, 65 / 100])
    by_word = trace(chain, missed=True)
    assert by_word.shared_over is SharedOver.TIME
    assert [part.share for part in by_word.links] == pytest.approx([0.4, 0.6])


def test_kept_and_usual_is_nothing_wrong() -> None:
    found = trace(line(BEGUN, [link(0, 100, 100)]), promised_end=BEGUN + 100)
    assert found.nothing_wrong
    assert [part.share for part in found.links] == [0.0]


@pytest.mark.parametrize(
    ("links", "says"),
    [
        ((), "at least one link"),
        ((link(0, 1, 1), link(0, 2, 1)), "a key of its own"),
        ((link(0, 1, 1, (7,)),), 'called "7"'),
        ((link(0, 1, 1, (1,)), link(1, 2, 1, (0,))), "in a circle"),
    ],
)
def test_chains_that_make_no_sense_are_refused(links: tuple[Link, ...], says: str) -> None:
    with pytest.raises(BadChain, match=says):
        Chain(BEGUN, links)
