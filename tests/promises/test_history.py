"""The promises as a work log: a hand-off where a delivery is answered, and nowhere else."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from cast import DAY, HOUR, START, Cast, terms
from kept.core import acts
from kept.core.terms import Answer
from kept.history.engine import engine_over_sources
from kept.history.parts import last_event_kept
from kept.history.store import OWN_LOG, HistoryStore, part_files
from kept.insight.map import work_map
from kept.ledger import export
from kept.ledger.export import HistoryRow
from kept.ledger.models import Event
from kept.people import actions as people
from kept.promises import history

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(tmp_path: Path) -> HistoryStore:
    return HistoryStore(tmp_path / "history")


def rows(promise: int) -> list[HistoryRow]:
    return [row for row in history.rows_between(0, 10**9) if row.case == f"promise {promise}"]


def handoffs(promise: int) -> list[tuple[str, str]]:
    """As DESIGN.md section 5 counts them: two consecutive events of a case whose teams differ."""
    teams = [row.team for row in rows(promise) if row.team is not None]
    return [(one, other) for one, other in pairwise(teams) if one != other]


def test_an_ask_is_no_handoff(cast: Cast) -> None:
    promise = cast.promised()
    cast.do(cast.customer, promise, acts.Chase(), at=START + 2 * HOUR)
    cast.do(cast.customer, promise, acts.Propose(terms=terms(due=START + 5 * DAY)), at=START + 3 * HOUR)
    cast.do(cast.provider, promise, acts.Agree(), at=START + 4 * HOUR)
    assert [row.team for row in rows(promise)] == [None, "Workshop", None, None, "Workshop"]
    assert handoffs(promise) == []


def test_an_accepted_delivery_is_one_handoff(cast: Cast) -> None:
    assert handoffs(cast.accepted()) == [("Workshop", "Dispatch")]


def test_a_delivery_that_nobody_answered_is_none_yet(cast: Cast) -> None:
    assert handoffs(cast.delivered()) == []


def test_a_return_and_a_second_delivery(cast: Cast) -> None:
    promise = cast.delivered()
    cast.do(cast.customer, promise, acts.Return(words="Page two is missing."), at=START + DAY + HOUR)
    cast.do(cast.customer, promise, acts.Chase(), at=START + DAY + 2 * HOUR)
    cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=START + DAY + 3 * HOUR)
    cast.do(cast.customer, promise, acts.Accept(answer=Answer.EASIER), at=START + DAY + 4 * HOUR)
    assert handoffs(promise) == [("Workshop", "Dispatch"), ("Dispatch", "Workshop"), ("Workshop", "Dispatch")]


def test_a_reopened_promise(cast: Cast) -> None:
    promise = cast.accepted()
    cast.do(cast.customer, promise, acts.Reopen(words="It was the wrong day."), at=START + 2 * DAY)
    assert handoffs(promise) == [("Workshop", "Dispatch")]
    cast.do(cast.provider, promise, acts.Update(words="Looking."), at=START + 2 * DAY + HOUR)
    assert handoffs(promise) == [("Workshop", "Dispatch"), ("Dispatch", "Workshop")]


def test_words_after_the_end_move_no_work(cast: Cast) -> None:
    promise = cast.accepted()
    cast.do(cast.provider, promise, acts.Note(words="Thank you."), at=START + 2 * DAY)
    cast.do(cast.customer, promise, acts.Note(words="Thank you."), at=START + 2 * DAY)
    assert handoffs(promise) == [("Workshop", "Dispatch")]
    assert [row.team for row in rows(promise)][-2:] == [None, None]
    assert rows(promise)[-1].kept is True


def test_passing_on_hands_the_work_to_the_other_team(cast: Cast) -> None:
    promise = cast.asked()
    cast.do(cast.provider, promise, acts.PassOn(to=cast.billing.pk, words="Theirs."), at=START + HOUR)
    cast.do(cast.outsider, promise, acts.Promise(), at=START + 2 * HOUR)
    assert handoffs(promise) == [("Workshop", "Billing")]


def test_an_outside_customer_is_served_and_no_team(cast: Cast) -> None:
    promise = cast.asked(by=cast.caretaker, customer=cast.outside)
    cast.do(cast.provider, promise, acts.Promise(), at=START + HOUR)
    cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=START + 2 * HOUR)
    cast.do(cast.caretaker, promise, acts.Accept(answer=Answer.EASIER), at=START + 3 * HOUR)
    assert handoffs(promise) == []
    assert {row.customer for row in rows(promise)} == {"Outside customer"}
    assert {row.person for row in rows(promise)} == {"Caretaker", "Provider"}


def test_a_person_stands_for_their_only_team(cast: Cast) -> None:
    promise = cast.asked(provider=cast.provider)
    cast.do(cast.provider, promise, acts.Promise(), at=START + HOUR)
    assert [row.team for row in rows(promise)] == [None, "Workshop"]
    people.join_team(cast.provider, cast.billing)
    assert [row.team for row in rows(promise)] == [None, "Provider"]


def test_what_a_row_says(cast: Cast) -> None:
    promise = cast.asked()
    moved = START + 3 * DAY
    cast.do(cast.provider, promise, acts.Promise(), at=START + HOUR)
    cast.do(cast.provider, promise, acts.Propose(terms=terms(due=moved)), at=START + 2 * HOUR)
    cast.do(cast.customer, promise, acts.Agree(), at=START + 3 * HOUR)
    cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=moved + HOUR)
    cast.do(cast.customer, promise, acts.Accept(answer=Answer.PARTLY), at=moved + 2 * HOUR)
    first = START + 2 * DAY
    told = [(row.order, row.activity, row.due, row.kept) for row in rows(promise)]
    assert told == [
        (1, "asked", None, None),
        (2, "promised", first, None),
        (3, "terms_proposed", first, None),
        (4, "terms_changed", moved, None),
        (5, "delivered", moved, None),
        (6, "accepted", moved, False),
    ]
    assert [row.place for row in rows(promise)] == sorted(Event.objects.values_list("pk", flat=True))


def test_a_declined_ask_counts_as_neither(cast: Cast) -> None:
    promise = cast.asked()
    cast.do(cast.provider, promise, acts.Decline(), at=START + HOUR)
    assert rows(promise)[-1].kept is None


def test_a_private_promise_is_not_exported(cast: Cast, store: HistoryStore) -> None:
    cast.asked(private=True)
    assert history.refresh(store) == 0
    assert part_files(store.root / OWN_LOG) == ()


def kept_rows(store: HistoryStore) -> list[tuple[object, ...]]:
    files = [str(path) for path in part_files(store.root / OWN_LOG)]
    query = 'SELECT "case", epoch_us("at"), "order", place, activity, team, person, customer, epoch_us(due), kept'
    return duckdb.sql(f"{query} FROM read_parquet({files!r}) ORDER BY place").fetchall()


def micros(moment: datetime | None) -> int | None:
    return None if moment is None else (moment - datetime.fromtimestamp(0, moment.tzinfo)) // timedelta(microseconds=1)


def told_by_the_ledger() -> list[tuple[object, ...]]:
    return sorted(
        (
            (r.case, micros(r.at), r.order, r.place, r.activity, r.team, r.person, r.customer, micros(r.due), r.kept)
            for r in history.rows_between(0, 10**9)
        ),
        key=lambda row: row[3],
    )  # fmt: skip


def test_the_export_comes_in_parts_and_changes_nothing_twice(cast: Cast, store: HistoryStore) -> None:
    promise = cast.promised()
    cast.accepted()
    cast.asked(private=True)
    assert history.refresh(store) == 2 + 4
    before = part_files(store.root / OWN_LOG)
    assert history.refresh(store) == 0
    assert part_files(store.root / OWN_LOG) == before
    cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=START + DAY)
    assert history.refresh(store) == 1
    assert len(part_files(store.root / OWN_LOG)) == 2
    assert kept_rows(store) == told_by_the_ledger()
    assert last_event_kept(store) == Event.objects.order_by("-pk")[0].pk


def test_a_long_ledger_comes_in_windows(cast: Cast, store: HistoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "WINDOW", 3)
    monkeypatch.setattr(history, "BATCH", 2)
    for _ in range(4):
        cast.accepted()
    assert history.refresh(store) == 16
    assert kept_rows(store) == told_by_the_ledger()


def test_the_map_shows_the_promises(cast: Cast, store: HistoryStore) -> None:
    for _ in range(3):
        cast.accepted()
    promise = cast.asked(by=cast.caretaker, customer=cast.outside)
    cast.do(cast.provider, promise, acts.Promise(), at=START + HOUR)
    history.refresh(store)
    with engine_over_sources(store.sources()) as engine:
        found = work_map(engine)
    ties = {(tie.provider, tie.customer, tie.kind.value, tie.count) for tie in found.ties}
    assert ties == {("Workshop", "Dispatch", "handoff", 3), ("Workshop", "Outside customer", "serves", 1)}
