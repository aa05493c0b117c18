"""Chains: when a link is to be expected, what it waits on, and why; against a walk along every path."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kept.core import acts
from kept.core.chains import Cause, ChainError, Link, check_delivery, foresee, reached
from kept.core.errors import Incomplete, Refused
from kept.core.expectations import WhileOpen
from kept.core.terms import Answer

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
NONE = timedelta(0)
hours = st.integers(min_value=-6, max_value=6).map(lambda count: NOW + count * HOUR)


@st.composite
def chains(draw: st.DrawFn) -> list[Link[int]]:
    """Up to eight links; each relies on some of those before it, so there is never a circle."""
    links = []
    for key in range(draw(st.integers(1, 8))):
        before = draw(st.sets(st.integers(0, key - 1))) if key else set()
        links.append(
            Link(
                key=key, due=draw(hours), begun=draw(hours), expected=draw(st.none() | hours),
                dated_at=draw(st.none() | hours), relies_on=tuple(sorted(before)),
            )
        )  # fmt: skip
    return links


def walked(key: int, chain: dict[int, Link[int]]) -> tuple[datetime, datetime | None]:
    """When a link is to be expected, and since when its slip is known: straight from the words of the rule."""
    link = chain[key]
    word = link.expected or link.due
    own, known = (NOW, word) if word < NOW else (word, link.dated_at)
    best, best_known = NONE, known
    for on in link.relies_on:
        there, since = walked(on, chain)
        slip = there - chain[on].due
        answered = link.dated_at is not None and since is not None and link.dated_at >= since
        if slip > best and not answered:
            best, best_known = slip, since
    return own + best, best_known


@given(chains())
def test_expected_is_what_a_walk_along_every_path_gives(links: list[Link[int]]) -> None:
    chain = {link.key: link for link in links}
    found = foresee(reversed(links), NOW)
    for key, link in chain.items():
        expected, known = walked(key, chain)
        assert found[key].expected == expected
        assert found[key].slip == max(expected - link.due, NONE)
        assert (found[key].cause is not None) == (found[key].slip > NONE)
        if found[key].slip > NONE:
            assert found[key].known_at == known


@given(chains())
def test_it_waits_on_the_link_that_comes_last(links: list[Link[int]]) -> None:
    found = foresee(links, NOW)
    for link in links:
        waiting = found[link.key].waiting
        if not link.relies_on:
            assert waiting is None
            continue
        assert waiting is not None
        assert waiting.on in link.relies_on
        assert all(found[waiting.on].expected >= found[on].expected for on in link.relies_on)
        assert waiting.since == max(link.begun, links[waiting.on].begun)


@given(chains())
def test_a_slip_leads_back_to_where_it_began(links: list[Link[int]]) -> None:
    found = foresee(links, NOW)
    for link in links:
        key, steps = link.key, 0
        while found[key].cause is Cause.CHAIN:
            through = found[key].through
            assert through in links[key].relies_on
            assert through is not None
            assert found[through].origin == found[key].origin
            assert found[through].slip > NONE
            key, steps = through, steps + 1
            assert steps < len(links)
        if found[link.key].cause is Cause.CHAIN:
            assert found[link.key].origin == key
            assert found[key].cause in (Cause.WORD, Cause.LATE)


@given(chains())
def test_steps_are_those_of_the_longest_way(links: list[Link[int]]) -> None:
    pairs = {link.key: link.relies_on for link in links}

    def longest(start: int, end: int) -> int | None:
        if start == end:
            return 0
        ways = [way for on in pairs[start] if (way := longest(on, end)) is not None]
        return 1 + max(ways) if ways else None

    start = links[-1].key
    wanted = {end: longest(start, end) for end in pairs if end != start}
    assert reached(start, pairs) == {end: steps for end, steps in wanted.items() if steps is not None}


def linked(key: str, *relies_on: str, due: datetime, **more: datetime) -> Link[str]:
    return Link(key=key, due=due, begun=NOW - 9 * HOUR, relies_on=relies_on, **more)


def test_an_hour_late_two_links_up_is_an_hour_late_here() -> None:
    links = [
        linked("list", due=NOW + HOUR, expected=NOW + 2 * HOUR, dated_at=NOW - HOUR),
        linked("loading", "list", due=NOW + 3 * HOUR, dated_at=NOW - 5 * HOUR),
        linked("delivery", "loading", due=NOW + 9 * HOUR, dated_at=NOW - 5 * HOUR),
    ]
    found = foresee(links, NOW)["delivery"]
    assert (found.expected, found.cause) == (NOW + 10 * HOUR, Cause.CHAIN)
    assert (found.through, found.origin, found.known_at) == ("loading", "list", NOW - HOUR)


def test_a_provider_who_named_a_date_since_is_believed() -> None:
    links = [
        linked("list", due=NOW + HOUR, expected=NOW + 2 * HOUR, dated_at=NOW - HOUR),
        linked("loading", "list", due=NOW + 3 * HOUR, dated_at=NOW - HOUR / 2),
        linked("delivery", "loading", due=NOW + 9 * HOUR, dated_at=NOW - 5 * HOUR),
    ]
    found = foresee(links, NOW)
    assert {found[key].slip for key in ("loading", "delivery")} == {NONE}
    assert found["loading"].waiting is not None


def test_a_link_that_says_nothing_past_its_date_is_late_by_now() -> None:
    found = foresee([linked("list", due=NOW - HOUR), linked("loading", "list", due=NOW + HOUR)], NOW)
    assert (found["list"].expected, found["list"].cause) == (NOW, Cause.LATE)
    assert found["loading"].expected == NOW + 2 * HOUR


def test_what_was_delivered_is_not_waited_on() -> None:
    found = foresee([linked("loading", "delivered", due=NOW + HOUR)], NOW)["loading"]
    assert (found.waiting, found.slip) == (None, NONE)


def test_a_circle_is_refused() -> None:
    with pytest.raises(ChainError, match="circle"):
        foresee([linked("a", "b", due=NOW), linked("b", "a", due=NOW)], NOW)


DELIVERY = acts.Deliver(easier=Answer.EASIER)
EXCUSED = acts.Deliver(easier=Answer.EASIER, despite="We had the list by telephone.")


def test_with_nothing_open_a_delivery_needs_no_reason() -> None:
    for rule in WhileOpen:
        check_delivery(DELIVERY, 0, rule)


def test_with_a_reason_unless_the_agreement_refuses() -> None:
    check_delivery(EXCUSED, 1, WhileOpen.REASON)
    with pytest.raises(Incomplete, match="Say why it can be delivered all the same") as refused:
        check_delivery(DELIVERY, 1, WhileOpen.REASON)
    assert refused.value.field == "despite"
    for act in (DELIVERY, EXCUSED):
        with pytest.raises(Refused, match="2 things that this relies on are still open"):
            check_delivery(act, 2, WhileOpen.REFUSE)
