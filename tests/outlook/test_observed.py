"""What the work shows comes from the installation's own history, source by source."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from cast import DAY, HOUR, START, Cast
from kept.core.terms import Side
from kept.customers.models import ObservedTie
from kept.customers.queries import comparison
from kept.history.engine import engine_over_sources
from kept.history.home import history_folder
from kept.history.importing import import_log
from kept.history.mapping import mapping_from_toml
from kept.history.store import HistoryStore
from kept.insight.map import work_map
from kept.outlook import observed
from kept.people import actions as people

pytestmark = pytest.mark.django_db
MAPPING = mapping_from_toml('[columns]\ncase="case"\nat="at"\nteam="team"\ncustomer="for"\n')
LOG = (
    "case,at,team,for\n"
    "1,2026-01-05T08:00:00Z,Workshop,\n"
    "1,2026-01-05T10:00:00Z,Dispatch,Outside customer\n"
    "2,2026-01-06T08:00:00Z,Workshop,Somebody\n"
)


def kept_log(tmp_path: Path, text: str = LOG) -> None:
    path = tmp_path / "log.csv"
    path.write_text(text)
    import_log(path, MAPPING, store=HistoryStore(history_folder()), name="orders")


def test_the_promises_kept_here_are_seen(cast: Cast) -> None:
    cast.accepted()
    cast.accepted(at=START + HOUR)
    assert observed.look_again() == 1
    (row,) = comparison(cast.workshop, Side.PROVIDER).only_seen
    assert (row.who.node, row.seen and row.seen.count) == (cast.dispatch.pk, 2)
    assert row.seen is not None
    assert (row.seen.first, row.seen.last) == (START + DAY + HOUR, START + DAY + 2 * HOUR)


def test_an_imported_log_is_seen_with_the_numbers_of_its_map(cast: Cast, tmp_path: Path) -> None:
    kept_log(tmp_path)
    assert observed.look_again() == 1
    with engine_over_sources(HistoryStore(history_folder()).sources()) as engine:
        ties = {(tie.kind.value, tie.provider, tie.customer): tie for tie in work_map(engine).ties}
    assert len(ties) == 3
    for row in ObservedTie.objects.all():
        tie = ties.pop((row.kind, row.provider_name, row.customer_name))
        assert (row.count, row.cases, row.first, row.last, row.median_wait_s, row.p90_wait_s, row.returns) == (
            tie.count, tie.cases, tie.first, tie.last, tie.median_wait_s, tie.p90_wait_s, tie.returns,
        )  # fmt: skip
    assert not ties
    assert ObservedTie.objects.get(customer_name="Outside customer").customer_id == cast.outside.pk


def test_looking_again_is_cheap_until_something_happened(cast: Cast, tmp_path: Path) -> None:
    kept_log(tmp_path)
    assert (observed.look_again(), observed.look_again()) == (1, 0)
    cast.accepted()
    assert (observed.look_again(), observed.look_again()) == (1, 0)
    kept_log(tmp_path, LOG + "2,2026-01-07T08:00:00Z,Sales,Somebody\n")
    assert observed.look_again() == 1
    assert ObservedTie.objects.filter(customer=cast.sales).count() == 1


def test_a_log_that_is_gone_takes_its_ties_with_it(cast: Cast, tmp_path: Path) -> None:
    kept_log(tmp_path)
    observed.look_again()
    HistoryStore(history_folder()).remove("orders")
    assert observed.look_again() == 1
    assert not ObservedTie.objects.exists()


def test_somebody_who_came_later_is_known_by_name(cast: Cast, tmp_path: Path) -> None:
    kept_log(tmp_path)
    observed.look_again()
    there = people.add_outside_customer(name="somebody", looked_after_by=cast.sales)
    assert observed.look_again() == 0
    assert ObservedTie.objects.get(customer_name="Somebody").customer_id == there.pk


def test_pages_look_every_ten_minutes(cast: Cast, tmp_path: Path) -> None:
    observed.up_to_date(START)
    kept_log(tmp_path)
    observed.up_to_date(START + timedelta(minutes=9))
    assert not ObservedTie.objects.exists()
    observed.up_to_date(START + timedelta(minutes=11))
    assert ObservedTie.objects.count() == 3
