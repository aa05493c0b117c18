"""The seal: the database itself refuses to change the ledger, whoever asks and in whatever words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError

from cast import Cast
from kept.ledger import seal
from kept.ledger.models import Event, Outbox, Stream
from kept.people.models import Person

pytestmark = pytest.mark.django_db

on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="this way in exists on SQLite only")
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="this way in exists on PostgreSQL only")


def raw(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def refused(attempt: Callable[[], object]) -> None:
    """The attempt fails because of the seal, and the ledger is as it was."""
    before = contents()
    with pytest.raises(DatabaseError, match=seal.MESSAGE), transaction.atomic():
        attempt()
    assert contents() == before


def contents() -> list[list[tuple[object, ...]]]:
    return [list(Event.objects.order_by("pk").values_list()), list(Stream.objects.order_by("pk").values_list())]


def resave() -> None:
    event = Event.objects.order_by("pk")[0]
    event.body = {}
    event.save()


BY_ORM: dict[str, Callable[[], object]] = {
    "update of a query": lambda: Event.objects.update(name="promise.accepted"),
    "save of a changed row": resave,
    "bulk_update": lambda: Event.objects.bulk_update(
        [Event(pk=pk, name="x") for pk in Event.objects.values_list("pk", flat=True)], ["name"]
    ),
    "update of a stream": lambda: Stream.objects.update(kind="other"),
    "raw deletion past the collector": lambda: Event.objects.order_by()._raw_delete("default"),
    "raw deletion of the streams": lambda: Stream.objects.order_by()._raw_delete("default"),
}
BY_SQL = {
    "update": "UPDATE ledger_event SET name = 'promise.accepted'",
    "update of one column of one row": "UPDATE ledger_event SET sequence = 9 WHERE sequence = 2",
    "update that changes nothing": "UPDATE ledger_event SET name = name",
    "update of a stream": "UPDATE ledger_stream SET kind = 'other'",
    "delete": "DELETE FROM ledger_event",
    "delete of one row": "DELETE FROM ledger_event WHERE sequence = 2",
    "delete of the streams": "DELETE FROM ledger_stream",
}
COLUMNS = "id, stream_id, sequence, name, at, side, schema, body, actor_id"
SELECTED = "id, stream_id, sequence, 'promise.accepted', at, side, schema, body, actor_id"
BY_SQLITE = {
    "replace into": f"REPLACE INTO ledger_event ({COLUMNS}) SELECT {SELECTED} FROM ledger_event",
    "insert or replace": f"INSERT OR REPLACE INTO ledger_event ({COLUMNS}) SELECT {SELECTED} FROM ledger_event",
    "replace by the sequence under a new id": (
        f"REPLACE INTO ledger_event ({COLUMNS}) SELECT {SELECTED.replace('id', 'id + 1000', 1)} FROM ledger_event"
    ),
    "upsert": (
        f"INSERT INTO ledger_event ({COLUMNS}) SELECT {SELECTED} FROM ledger_event WHERE true "
        "ON CONFLICT (id) DO UPDATE SET name = excluded.name"
    ),
    "update or ignore": "UPDATE OR IGNORE ledger_event SET name = 'promise.accepted'",
    "replace of a stream": "REPLACE INTO ledger_stream (id, kind) SELECT id, 'other' FROM ledger_stream",
}
BY_POSTGRESQL = {
    "truncate": "TRUNCATE ledger_event CASCADE",
    "truncate of the streams": "TRUNCATE ledger_stream CASCADE",
    "truncate of the persons, with all that hangs on them": "TRUNCATE people_party CASCADE",
    "upsert": (
        f"INSERT INTO ledger_event ({COLUMNS}) OVERRIDING SYSTEM VALUE SELECT {SELECTED} FROM ledger_event "
        "ON CONFLICT (id) DO UPDATE SET name = excluded.name"
    ),
}


@pytest.fixture(autouse=True)
def _something_in_it(cast: Cast) -> None:
    cast.accepted()


@pytest.mark.parametrize("attempt", BY_ORM.values(), ids=BY_ORM)
def test_refuses_change_through_the_orm(attempt: Callable[[], object]) -> None:
    refused(attempt)


@pytest.mark.parametrize("statement", BY_SQL.values(), ids=BY_SQL)
def test_refuses_change_by_sql(statement: str) -> None:
    refused(lambda: raw(statement))


OF_THIS_ENGINE = BY_SQLITE if connection.vendor == "sqlite" else BY_POSTGRESQL


@pytest.mark.parametrize("statement", OF_THIS_ENGINE.values(), ids=OF_THIS_ENGINE)
def test_refuses_the_ways_that_this_engine_alone_knows(statement: str) -> None:
    if connection.vendor == "postgresql":  # a table with checks still to come refuses TRUNCATE for another reason
        raw("SET CONSTRAINTS ALL IMMEDIATE")
    refused(lambda: raw(statement))


def test_orm_delete_is_stopped_by_what_hangs_on_the_events() -> None:
    for rows in (Event.objects.all(), Stream.objects.all()):
        with pytest.raises(ProtectedError):
            rows.delete()


def test_an_event_without_its_outbox_row_cannot_be_deleted_either() -> None:
    Outbox.objects.all().delete()
    refused(lambda: Event.objects.all().delete())


def test_whoever_acted_cannot_be_deleted(cast: Cast) -> None:
    with pytest.raises(ProtectedError):
        cast.customer.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=cast.customer.pk)._raw_delete("default")
        raw("SET CONSTRAINTS ALL IMMEDIATE") if connection.vendor == "postgresql" else connection.check_constraints()


def test_a_sequence_can_be_taken_once_only() -> None:
    first = Event.objects.order_by("pk")[0]
    first.pk = None
    with pytest.raises(DatabaseError), transaction.atomic():
        first.save(force_insert=True)


def test_appending_still_works(cast: Cast) -> None:
    before = Event.objects.count()
    cast.asked()
    assert Event.objects.count() == before + 1


def test_lifting_and_laying() -> None:
    assert seal.is_laid()
    seal.lift()
    assert not seal.is_laid()
    raw("UPDATE ledger_event SET name = name")
    seal.lay()
    seal.lay()
    assert seal.is_laid()
    refused(lambda: raw("UPDATE ledger_event SET name = name"))


@on_sqlite
def test_a_lost_trigger_is_noticed() -> None:
    raw("DROP TRIGGER ledger_event_no_replace")
    assert not seal.is_laid()


@on_postgresql
@pytest.mark.parametrize("table", seal.TABLES)
def test_a_trigger_that_is_switched_off_is_noticed(table: str) -> None:
    raw("SET CONSTRAINTS ALL IMMEDIATE", f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")
    assert not seal.is_laid()


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_migration_that_rebuilds_the_table_ends_sealed() -> None:
    raw("PRAGMA foreign_keys = OFF")
    try:
        with connection.schema_editor() as editor:
            editor._remake_table(Event)
        assert not seal.is_laid(), "SQLite kept the triggers: this test rebuilds nothing any more"
    finally:
        raw("PRAGMA foreign_keys = ON")
    call_command("migrate", verbosity=0, interactive=False)
    assert seal.is_laid()
    refused(lambda: raw("DELETE FROM ledger_event"))


@pytest.mark.django_db(transaction=True)
def test_the_flush_is_refused_while_sealed() -> None:
    with pytest.raises(CommandError, match="flush"):
        call_command("flush", verbosity=0, interactive=False)
    assert Event.objects.exists()
