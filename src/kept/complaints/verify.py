"""Does replaying the ledger give what is stored of complaints and thanks? Registered with `ledger.verifying`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kept.complaints import projection
from kept.complaints.models import Complaint, Thanks
from kept.core import complaints as rules
from kept.core.errors import KeptError
from kept.ledger import book
from kept.ledger.models import Stream
from kept.ledger.verifying import Comparing, Row, Story, StoryKind, register, row_differs, rows

Table = type[Complaint | Thanks]


def _columns(table: Table) -> tuple[str, ...]:
    return tuple(field.attname for field in table._meta.concrete_fields if not field.primary_key)  # noqa: SLF001 Django means it for us


def tables_of(table: Table) -> Callable[[], list[Iterator[tuple[int, Row]]]]:
    """What gives everything that `table` says."""
    return lambda: [rows(table.objects.order_by("pk"), "pk", *_columns(table))]


def comparing_of(table: Table) -> Callable[[], Comparing]:
    """What compares one row of `table` with its events."""
    return lambda: Comparing(lambda story: _differences(story, table))


def _differences(story: Story, table: Table) -> Iterator[str]:
    state: rules.Said | None = None
    for row in story.events:
        try:
            event = book.to_core(row, rules.BY_NAME)
            if rules.event_name(event.act, state) != row.name:
                yield f"event {row.sequence} is called “{row.name}”, which is not what it holds."
                return
            state = rules.evolve(state, event)
        except KeptError as error:
            yield f"event {row.sequence} (“{row.name}”) cannot be read or was not possible there: {error}"
            return
    if state is None or projection.table_of(state) is not table:
        yield "its events tell of another kind of story."
        return
    yield from row_differs(_columns(table), story.tables[0], projection.columns(state))


register(StoryKind(Stream.Kind.COMPLAINT, tables_of(Complaint), comparing_of(Complaint)))
register(StoryKind(Stream.Kind.THANKS, tables_of(Thanks), comparing_of(Thanks)))
