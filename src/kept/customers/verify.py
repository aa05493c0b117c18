"""Does replaying the ledger give what is stored of each agreement? Registered with `ledger.verifying`, which asks."""

from __future__ import annotations

from collections.abc import Iterator

from kept.core import agreement as rules
from kept.core.agreement import EVENTS, AgreementState
from kept.core.errors import KeptError
from kept.customers import projection
from kept.customers.models import Agreement, AgreementVersion
from kept.ledger import book
from kept.ledger.models import Event, Stream
from kept.ledger.verifying import Comparing, Row, Story, StoryKind, register, row_differs, rows

COLUMNS = tuple(field.attname for field in Agreement._meta.concrete_fields if not field.primary_key)  # noqa: SLF001 Django means it for us
VERSION = ("number", "expectations", "side", "written_by_id", "agreed_by_id", "agreed_at", "sequence")


def tables() -> list[Iterator[tuple[int, Row]]]:
    """Everything that any table says of agreements."""
    return [
        rows(Agreement.objects.order_by("pk"), "pk", *COLUMNS),
        rows(AgreementVersion.objects.order_by("agreement_id", "number"), "agreement_id", *VERSION),
    ]


def comparing() -> Comparing:
    """What compares one agreement with its events."""
    return Comparing(_differences)


def _differences(agreement: Story) -> Iterator[str]:
    state = _replayed(agreement.events)
    if isinstance(state, str):
        yield state
        return
    own, versions = agreement.tables
    yield from row_differs(COLUMNS, own, projection.columns(state))
    if len(versions) != len(state.versions):
        yield f"{len(versions)} versions are stored; its events give {len(state.versions)}."
    for stored, version in zip(versions, state.versions, strict=False):
        for says in row_differs(VERSION, [stored], projection.version_columns(version)):
            yield f"in version {version.number} {says}"


def _replayed(events: list[Event]) -> AgreementState | str:
    """The state that the events lead to, or the sentence that says why they lead to none."""
    state: AgreementState | None = None
    for row in events:
        try:
            event = book.to_core(row, rules.BY_NAME)
            if EVENTS[type(event.act)] != row.name:
                return f"event {row.sequence} is called “{row.name}”, but what it holds is “{EVENTS[type(event.act)]}”."
            state = rules.evolve(state, event)
        except KeptError as error:
            return f"event {row.sequence} (“{row.name}”) cannot be read or was not possible there: {error}"
    return state or "it has no events."


register(StoryKind(Stream.Kind.AGREEMENT, tables, comparing))
