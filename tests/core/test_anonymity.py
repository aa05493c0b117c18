"""No combination of published sums tells anything about fewer than five answers."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kept.core.anonymity import FLOOR, Slip, blocks

START = datetime(2026, 1, 10, tzinfo=UTC)
PLACES = [
    (provider, customer, *result)
    for provider in (1, 2)
    for customer in (11, 12, 13)
    for result in ((), (21,), (22,))
]  # fmt: skip
slips = st.lists(st.tuples(st.integers(0, 300), st.sampled_from(PLACES)), max_size=60).map(
    lambda rows: [Slip(START + timedelta(days=day), number, place, number) for number, (day, place) in enumerate(rows)]
)
END = START + timedelta(days=301)


@given(slips)
def test_a_block_holds_five_or_more_and_no_answer_lies_in_two(made) -> None:
    found = blocks(made, END)
    assert all(len(block.says) >= FLOOR for block in found)
    assert all(count == 1 for count in Counter(each for block in found for each in block.says).values())


@given(slips)
def test_every_answer_of_a_block_belongs_to_its_place_and_came_before_it_closed(made) -> None:
    of = {slip.number: slip for slip in made}
    for block in blocks(made, END):
        for number in block.says:
            assert of[number].place[: len(block.place)] == block.place
            assert of[number].at <= block.closed_at


@given(slips, st.integers(0, 301))
def test_a_block_once_closed_never_changes(made, days) -> None:
    early = blocks(made, START + timedelta(days=days))
    assert blocks(made, END)[: len(early)] == early


@given(slips)
def test_what_answers_say_decides_nothing(made) -> None:
    silent = [Slip(slip.at, slip.number, slip.place, "the same") for slip in made]
    shape = [(block.place, block.closed_at, len(block.says)) for block in blocks(made, END)]
    assert [(block.place, block.closed_at, len(block.says)) for block in blocks(silent, END)] == shape


@given(slips, st.randoms())
def test_the_order_in_which_they_are_read_does_not_matter(made, chance) -> None:
    mixed = list(made)
    chance.shuffle(mixed)
    assert blocks(mixed, END) == blocks(made, END)


@given(slips)
def test_a_provider_keeps_at_most_four_waiting_for_long(made) -> None:
    """Two quarters after the last answer, everything that could be shown is shown."""
    shown = {number for block in blocks(made, END + timedelta(days=200)) for number in block.says}
    waiting = Counter(slip.place[0] for slip in made if slip.number not in shown)
    assert all(count < FLOOR for count in waiting.values())


def test_five_about_one_result_are_shown_at_once() -> None:
    made = [Slip(START + timedelta(hours=hour), hour, (1, 11, 21), "yes") for hour in range(5)]
    (block,) = blocks(made, START + timedelta(hours=5))
    assert (block.place, block.closed_at) == ((1, 11, 21), START + timedelta(hours=4))
    assert blocks(made, START + timedelta(hours=4)) == []


def test_what_is_too_few_for_a_result_goes_on_to_the_tie_at_the_end_of_the_month() -> None:
    made = [Slip(START + timedelta(hours=n), n, (1, 11, 21 if n % 2 else 22), n) for n in range(5)]
    assert blocks(made, datetime(2026, 1, 31, tzinfo=UTC)) == []
    (block,) = blocks(made, datetime(2026, 2, 1, tzinfo=UTC))
    assert (block.place, block.closed_at) == ((1, 11), datetime(2026, 2, 1, tzinfo=UTC))


def test_what_is_too_few_for_a_tie_goes_on_to_the_provider_at_the_end_of_the_quarter() -> None:
    made = [Slip(START + timedelta(hours=n), n, (1, 11 + n % 2), n) for n in range(5)]
    assert blocks(made, datetime(2026, 3, 31, tzinfo=UTC)) == []
    (block,) = blocks(made, datetime(2026, 4, 2, tzinfo=UTC))
    assert (block.place, block.closed_at) == ((1,), datetime(2026, 4, 1, tzinfo=UTC))
