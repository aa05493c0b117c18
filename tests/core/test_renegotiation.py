"""Which promises to renegotiate first: the fewest down the line hurt, the least; never a person, always a reason."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.builders import DAY, START
from kept.core.renegotiation import STEP, Load, Room, in_order, proposed_date

DUE = START + 10 * DAY


def load(key: str, days: float = 0, *, outside: bool = False, moved: bool = False) -> Load[str]:
    return Load(key=key, due=DUE + days * DAY, outside=outside, moved=moved)


def first(loads: list[Load[str]], down: dict[str, list[str]] | None = None, *others: Load[str]) -> list[Room[str]]:
    return in_order(loads, down or {}, {each.key: each for each in (*loads, *others)})


def keys(rooms: list[Room[str]]) -> str:
    return "".join(room.load.key for room in rooms)


def test_what_pushes_nobody_past_a_date_comes_before_what_pushes_somebody() -> None:
    down = {"a": ["x"], "b": ["y", "z"]}
    rooms = first([load("a"), load("b")], down, load("x", 6), load("y", 8), load("z", 20))
    assert keys(rooms) == "ba"
    assert [(room.pushed, room.waiting) for room in rooms] == [(0, 2), (1, 1)]
    assert rooms[0].why == ("2 promises wait for it down the line; 8 days of slack before the first of their dates.",)
    assert rooms[1].why == ("1 promise waits for it down the line; a week later would push that one past its date.",)


def test_a_push_carries_on_to_everybody_behind_it_and_counts_each_once() -> None:
    down = {"a": ["x", "y"], "x": ["end"], "y": ["end"], "end": ["last"]}
    others = (load("x", 1), load("y", 1), load("end", 90), load("last", 99))
    (room,) = first([load("a")], down, *others)
    assert (room.pushed, room.waiting, room.slack) == (4, 4, DAY)
    assert "push 4 of them past" in room.why[0]


def test_of_equal_ones_an_inside_customer_is_asked_before_an_outside_one() -> None:
    down = {"a": ["x"], "b": ["y"]}
    rooms = first([load("a"), load("b")], down, load("x", 9, outside=True), load("y", 9))
    assert keys(rooms) == "ba"
    assert [room.outside for room in rooms] == [False, True]


def test_nobody_is_asked_twice_before_everybody_was_asked_once() -> None:
    rooms = first([load("a", moved=True), load("b")])
    assert keys(rooms) == "ba"
    assert rooms[1].why == ("Nobody waits for it down the line yet.", "Its date has been moved before.")


def test_then_the_most_slack_then_the_latest_date() -> None:
    down = {"a": ["x"], "b": ["y"]}
    assert keys(first([load("a"), load("b")], down, load("x", 8), load("y", 9))) == "ba"
    assert keys(first([load("a"), load("b", 3), load("c", 1)])) == "bca"


def test_a_promise_whose_followers_are_due_before_it_has_no_slack() -> None:
    (room,) = first([load("a")], {"a": ["x"]}, load("x", -3))
    assert (room.slack, room.pushed) == (timedelta(0), 1)


def test_the_proposed_date_stays_before_the_first_one_down_the_line_where_that_leaves_a_day() -> None:
    assert proposed_date(DUE, None, START) == DUE + STEP
    assert proposed_date(DUE, 3 * DAY, START) == DUE + 3 * DAY
    assert proposed_date(DUE, 30 * DAY, START) == DUE + STEP
    assert proposed_date(DUE, timedelta(hours=2), START) == DUE + STEP
    assert proposed_date(DUE, None, DUE) == DUE + STEP
    assert proposed_date(DUE, None, DUE + DAY) == DUE + DAY + STEP


@given(
    st.lists(st.tuples(st.integers(0, 30), st.booleans(), st.booleans()), min_size=1, max_size=8),
    st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20),
)
def test_it_is_one_order_whatever_order_they_come_in(
    given_loads: list[tuple[int, bool, bool]], pairs: set[tuple[int, int]]
) -> None:
    loads = [load(str(at), days, outside=out, moved=moved) for at, (days, out, moved) in enumerate(given_loads)]
    known = {each.key for each in loads}
    down: dict[str, list[str]] = {}
    for one, other in sorted(pairs):
        if one < other and {str(one), str(other)} <= known:
            down.setdefault(str(one), []).append(str(other))
    rooms = first(loads, down)
    assert first(loads[::-1], down) == rooms
    assert [room.pushed for room in rooms] == sorted(room.pushed for room in rooms)
    assert all(room.pushed <= room.waiting and room.why for room in rooms)
