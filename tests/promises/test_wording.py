"""What two ways of writing the same thing have in common, and what says nothing of the work."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kept.promises.wording import LONGEST, MOST, stems, typed


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Invoices", "invoice"),
        ("DELIVERY", "deliveries"),
        ("Picking lists", "picked list"),
        ("Rechnungen", "rechnung"),
        ("Lieferungen für die Küche", "lieferung kuche"),
        ("Pläne", "PLAN"),
        ("Cafe\u0301", "café"),
        ("STRASSE", "Straße"),
    ],
)
def test_forms_of_a_word_are_one_word(one: str, other: str) -> None:
    assert stems(one) == stems(other) != ()


def test_other_work_is_another_word() -> None:
    assert not {*stems("invoice")} & {*stems("delivery route drawing picking")}


def test_little_words_numbers_and_days_say_nothing() -> None:
    assert stems("Please send it to us by Monday, und bitte nicht am Freitag: 4711 x 2") == stems("send")


def test_each_word_counts_once_and_comes_as_it_was_typed() -> None:
    assert stems("Route sheet, route SHEETS") == stems("route sheet")
    assert [word for word, _ in typed("The Route Sheet")] == ["Route", "Sheet"]


@given(st.text(max_size=400))
def test_any_text_gives_words_that_fit_the_table_and_stay_the_same(text: str) -> None:
    found = stems(text)
    assert len(found) == len(set(found)) <= MOST
    assert all(0 < len(word) <= LONGEST for word in found)
    assert stems(text.upper().lower()) == stems(text.lower().upper().lower())
