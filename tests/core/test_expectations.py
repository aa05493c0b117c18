"""Two lists of expectations side by side, and an ask and a delivery held against one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kept.core.expectations import (
    NAMES,
    NOTHING,
    Expectations,
    Need,
    NeedKind,
    differences,
    lacking,
    side_by_side,
    whole_checklist,
)
from kept.core.terms import Check, Given

TABLES = Expectations(
    needs=(
        Need("Address", hint="street, door, floor"),
        Need("Tour", NeedKind.DATE),
        Need("Pieces", NeedKind.NUMBER, hint="how many"),
        Need("Drawing", NeedKind.DOCUMENT),
        Need("Remarks", required=False),
    )
)
GOOD = {"Address": "Oak Lane 3", "Tour": "2026-05-04", "Pieces": "12.5", "Drawing": "In the shared folder, 12-b"}
lists = st.builds(
    Expectations,
    turnaround=st.sampled_from([None, timedelta(hours=8), timedelta(hours=9)]),
    hours=st.sampled_from(["", "8 to 17"]),
    share=st.sampled_from([None, 10, 20]),
)


def given_as(**texts: str) -> list[Given]:
    return [Given(name, text) for name, text in (GOOD | texts).items()]


def test_a_good_ask_lacks_nothing() -> None:
    assert not lacking(TABLES, given_as())
    assert not lacking(NOTHING, [])


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("Address", " ", "Say “Address”: street, door, floor"),
        ("Tour", "", "Say “Tour”, as both sides agreed."),
        ("Tour", "next week", "“Tour” is a date: write it as year-month-day"),
        ("Pieces", "many", "“Pieces” is a number: how many"),
        ("Pieces", "NaN", "“Pieces” is a number: how many"),
        ("Drawing", "", "Say where to find “Drawing”, as both sides agreed."),
    ],
)
def test_what_is_missing_is_said_in_the_words_of_those_who_need_it(name: str, text: str, says: str) -> None:
    ((need, reason),) = lacking(TABLES, given_as(**{name: text}))
    assert (need.name, reason) == (name, says)


def test_everything_that_is_missing_is_said_at_once() -> None:
    assert [need.name for need, _ in lacking(TABLES, [])] == ["Address", "Tour", "Pieces", "Drawing"]


def test_a_delivery_carries_the_whole_checklist() -> None:
    agreed = Expectations(checklist=("Counted", "Labelled"))
    ticked = (Check("Labelled", True), Check("Swept", True))
    assert whole_checklist(agreed, ticked) == (Check("Counted", False), Check("Labelled", True), Check("Swept", True))
    assert whole_checklist(NOTHING, ticked) == ticked


@given(one=lists, other=lists)
def test_differences_are_the_fields_in_which_the_two_differ(one: Expectations, other: Expectations) -> None:
    rows = side_by_side(one, other)
    differ = {name for name in NAMES if getattr(one, name) != getattr(other, name)}
    assert {row.field for row in differences(one, other)} == differ
    assert {row.field for row in rows if not row.same} == differ
    said = {name for name in NAMES if (getattr(one, name), getattr(other, name)) != (getattr(NOTHING, name),) * 2}
    assert [row.field for row in rows] == [name for name in NAMES if name in said]
    assert not differences(one, one)
