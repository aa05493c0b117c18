"""A prefix's features are what was known at its moment: no future of its own case or of others changes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from kept.history.mapping import load_mapping
from kept.history.reading import open_log
from kept.insight.forecast.board import Board
from kept.insight.forecast.events import Events
from kept.insight.forecast.features import Features, features
from kept.insight.forecast.pieces import Piece, Step, events_of_pieces, words_of
from kept.insight.forecast.reading import read_events
from kept.insight.forecast.vocabulary import Vocabulary, learned

START = datetime(2026, 1, 5, tzinfo=UTC)
HOURS = st.integers(min_value=0, max_value=40)
NAMES = st.sampled_from(["A", "B", "C"])
STEPS = st.builds(
    lambda hour, activity, team, kind, due: Step(
        START + timedelta(hours=hour), activity, team, team, None, START + timedelta(hours=due), {"kind": kind}
    ),
    HOURS, st.sampled_from(["ask", "promise", "return"]), NAMES, st.sampled_from(["x", "y"]), HOURS,
)  # fmt: skip


def ended(steps: list[Step]) -> Piece:
    """A piece that ended with its last step."""
    in_order = tuple(sorted(steps, key=lambda step: step.at))
    return Piece(str(id(steps)), in_order, in_order[-1].at)


PIECES = st.lists(st.lists(STEPS, min_size=2, max_size=6).map(ended), min_size=2, max_size=8)
A = START + timedelta(hours=1)


def seen(events: Events, rows: np.ndarray, vocabulary: Vocabulary) -> Features:
    """The features of the rows, with the board of these very events."""
    return features(events, rows, Board.of(events, vocabulary.holders, vocabulary.ranked), vocabulary)


def as_known_at(piece: Piece, moment: datetime) -> Piece | None:
    """The piece as it was at the moment, its later steps cut off; None where it had not begun."""
    steps = tuple(step for step in piece.steps if step.at <= moment)
    over = piece.ended is not None and piece.ended < moment
    return Piece(piece.name, steps, piece.ended if over else None) if steps else None


def otherwise(piece: Piece, moment: datetime) -> Piece | None:
    """The piece with another future: what lay after the moment happens elsewhere, later, and goes on longer."""
    cut = as_known_at(piece, moment)
    if cut is None or cut.ended is not None:
        return cut
    then = moment + timedelta(hours=7)
    later = Step(then, "return", "C", "C", None, then, {"kind": "y"})
    return Piece(piece.name, (*cut.steps, later, later), then)


@given(pieces=PIECES, chosen=st.integers(min_value=0, max_value=100))
@example(
    pieces=[ended([Step(A, "ask", "A"), Step(A, "ask", "A")]), ended([Step(A, "ask", "B"), Step(A, "ask")])], chosen=0
)
def test_no_future_changes_what_is_seen(pieces: list[Piece], chosen: int) -> None:
    whole = events_of_pieces(pieces, {})
    vocabulary, words = learned(whole, np.arange(whole.cases)), words_of(whole)
    row = chosen % whole.size
    case, place = int(whole.case[row]), int(whole.place[row])
    moment = datetime.fromtimestamp(whole.at[row], UTC)
    found = seen(whole, np.array([row]), vocabulary)
    for future in (as_known_at, otherwise):
        changed = [
            Piece(piece.name, piece.steps[: place + 1]) if number == case else future(piece, moment)
            for number, piece in enumerate(pieces)
        ]
        own = sum(piece is not None for piece in changed[:case])
        events = events_of_pieces([piece for piece in changed if piece is not None], words)
        again = seen(events, events.start[[own]] + place, vocabulary)
        assert again.names == found.names
        differing = [
            name
            for name, one, other in zip(found.names, found.table[0], again.table[0], strict=True)
            if not np.isclose(one, other, equal_nan=True, atol=1e-6)
        ]
        assert differing == []


def test_what_ended_work_took_is_seen_once_it_has_ended() -> None:
    def piece(name: str, begin: int, lasted: int) -> Piece:
        at = START + timedelta(days=begin)
        return Piece(
            name, (Step(at, "ask", "A"), Step(at + timedelta(days=lasted), "end", "A")), at + timedelta(days=lasted)
        )

    events = events_of_pieces([piece("old", 0, 4), piece("early", 3, 9), piece("late", 5, 9)], {})
    vocabulary = learned(events, np.arange(3))
    found = seen(events, np.array([2, 4]), vocabulary)
    took = found.table[:, found.names.index("took, 50%")]
    assert np.isnan(took[0])
    assert np.isclose(np.expm1(took[1]), 4)
    assert found.table[:, found.names.index("open, activity")].tolist() == [1, 1]


MAPPING = """
[read]
at_format = "unix"
[columns]
case = "case"
at = "at"
activity = "activity"
ended = "ended"
kept = "kept"
[attributes]
case = ["kind"]
"""


def test_columns_known_only_at_the_end_are_not_used(tmp_path: Path) -> None:
    """The planted column tells the days left; neither it nor `ended` and `kept` reach the features."""

    def table(*, told: bool) -> tuple[tuple[str, ...], np.ndarray]:
        lines = ["case,at,activity,ended,kept,kind,planted"]
        for case in range(40):
            lasts = 1 + case * 37 % 17
            for event in range(3):
                at = 1_700_000_000 + case * 40_000 + event * lasts * 20_000
                end = f"{at + lasts * 90_000},{'true' if lasts < 9 else 'false'}" if told else ","
                lines.append(f"c{case},{at},a{event},{end},k{case % 3},{lasts if told else 0}")
        path = tmp_path / "log.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        mapping = tmp_path / "log.toml"
        mapping.write_text(MAPPING, encoding="utf-8")
        with open_log(path, load_mapping(mapping)) as log:
            events = read_events(log)
        assert not {"planted", "ended", "kept"} & {name.split(".")[-1] for name in events.texts}
        found = seen(events, np.arange(events.size), learned(events, np.arange(events.cases)))
        return found.names, found.table

    (names, with_it), (same_names, without) = table(told=True), table(told=False)
    assert names == same_names
    assert "case.kind" in names
    np.testing.assert_array_equal(with_it, without)
