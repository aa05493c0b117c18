"""What changed between two wordings, word by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kept.core.wording import Kind, changed

texts = st.text(st.sampled_from("ab c,.\nÄ—"), max_size=40)


@given(texts, texts)
def test_the_kept_and_the_gone_are_the_old_the_kept_and_the_new_are_the_new(old: str, new: str) -> None:
    parts = changed(old, new)
    assert "".join(text for kind, text in parts if kind is not Kind.NEW) == old
    assert "".join(text for kind, text in parts if kind is not Kind.GONE) == new
    assert all(text for _, text in parts)


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("Two copies", "Two copies", [("same", "Two copies")]),
        (
            "Two copies",
            "One copy",
            [("gone", "Two"), ("new", "One"), ("same", " "), ("gone", "copies"), ("new", "copy")],
        ),
        ("The sheet", "The sheet, by mail", [("same", "The sheet"), ("new", ", by mail")]),
        ("", "It fits.", [("new", "It fits.")]),
        ("It fits.", "", [("gone", "It fits.")]),
    ],
)
def test_whole_words_change(old: str, new: str, parts: list[tuple[str, str]]) -> None:
    assert [(str(kind), text) for kind, text in changed(old, new)] == parts
