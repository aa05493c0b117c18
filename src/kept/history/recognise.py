"""Which mapping fits a file: the one given, checked against its columns, or one recognised from their names."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from kept.history.errors import BadMapping, NotRecognised
from kept.history.mapping import LogMapping
from kept.history.shape import CASE_PREFIX, EVENT_PREFIX, ROLES

Choose = Callable[[Sequence[str], frozenset[str]], LogMapping]
"""From a file's columns, and those of their names that stood there more than once, to the mapping to read it by."""

LISTED_COLUMNS: Final = 40


@dataclass(frozen=True)
class Known:
    """A source whose columns Kept knows: for each role the names it may have, the first that is there is taken.

    Names are compared without case, and with spaces, hyphens and underscores alike. A file is recognised when it has
    one of the names of every role in `needed`.
    """

    source: str
    names: Mapping[str, tuple[str, ...]]
    needed: tuple[str, ...]
    missing: tuple[str, ...] = ("",)
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


XES: Final = Known(
    "XES standard names",
    {
        "case": ("case:concept:name",),
        "at": ("time:timestamp",),
        "activity": ("concept:name",),
        "lifecycle": ("lifecycle:transition",),
        "team": ("org:group", "org:role"),
        "person": ("org:resource",),
    },
    needed=("case", "at"),
    missing=("", "EMPTY", "MISSING", "UNDEFINED", "UNKNOWN"),
)
XES_KEYS: Final = tuple(dict.fromkeys(name for names in XES.names.values() for name in names))

SERVICENOW: Final = Known(
    "a ServiceNow export",
    {
        "case": ("number", "task", "incident"),
        "at": ("sys_updated_on", "sys_updated_at", "updated"),
        "order": ("sys_mod_count", "updates"),
        "activity": ("incident_state", "state"),
        "team": ("assignment_group",),
        "person": ("assigned_to",),
        "customer": ("location", "company", "department", "caller_id", "caller"),
        "due": ("due_date", "sla_due"),
        "kept": ("made_sla",),
    },
    needed=("case", "at", "activity", "team"),
    missing=("", "?", "(empty)"),
)
JIRA: Final = Known(
    "a Jira export",
    {
        "case": ("issue_key", "key"),
        "at": ("change_date", "date_of_change", "changed", "transition_date", "updated"),
        "activity": ("to_status", "new_status", "status"),
        "team": ("team", "assigned_team", "custom_field_(team)", "component/s", "components"),
        "person": ("assignee",),
        "customer": ("organizations", "custom_field_(organizations)", "reporter"),
        "due": ("due_date", "due"),
    },
    needed=("case", "at", "activity", "person"),
    missing=("", "None", "Unassigned"),
)
ZENDESK: Final = Known(
    "a Zendesk export",
    {
        "case": ("ticket_id",),
        "at": (
            "update_timestamp",
            "update___timestamp",
            "event_timestamp",
            "event_created_at",
            "updated_at",
            "ticket_updated___timestamp",
        ),
        "order": ("update_id", "event_id"),
        "activity": ("ticket_status", "status"),
        "team": ("ticket_group", "group_name", "group", "group_id"),
        "person": ("assignee_name", "assignee", "assignee_id"),
        "customer": ("ticket_organization_name", "organization_name", "organization", "requester_name", "requester_id"),
        "due": ("ticket_due_at", "due_at"),
    },
    needed=("case", "at", "team"),
    missing=("", "-", "None"),
)
OWN: Final = Known("Kept's own export", {role: (role,) for role in ROLES}, needed=("case", "at", "order", "team"))

SOURCES: Final = (OWN, XES, SERVICENOW, JIRA, ZENDESK)


def chooser(mapping: LogMapping | None) -> Choose:
    """The function by which a reader settles how the file it has opened is read."""

    def choose(columns: Sequence[str], repeated: frozenset[str]) -> LogMapping:
        if mapping is None:
            # Of columns with one name the first is taken, and the reader says so.
            return recognise(columns)
        check_fits(mapping, columns, repeated)
        return mapping

    return choose


def recognise(columns: Sequence[str]) -> LogMapping:
    """The mapping for a file of a source that Kept knows. Raises NotRecognised where it knows none."""
    almost = ""
    for known in SOURCES:
        taken = _taken(known, columns)
        absent = [known.names[role][0] for role in known.needed if role not in taken]
        if len(absent) == 1 and len(known.needed) > len(absent):
            almost = almost or f' They look like {known.source}, but "{absent[0]}" is not among them.'
        if not absent:
            own = known is OWN
            return LogMapping(
                columns=taken,
                case_attributes=_carried(columns, CASE_PREFIX) if own else (),
                event_attributes=_carried(columns, EVENT_PREFIX) if own else (),
                missing=known.missing,
                origin=known.source,
            )
    raise NotRecognised(
        f"Kept does not recognise these columns as XES, ServiceNow, Jira or Zendesk.{almost} Write a mapping that says "
        f"under [columns] which column is the case and which is at (docs/work-logs.md shows how). {listed(columns)}",
        columns=tuple(columns),
    )


def _taken(known: Known, columns: Sequence[str]) -> dict[str, str]:
    """For each role of a source the first of its names that is there."""
    by_plain = {_plain(column): column for column in reversed(columns)}
    found = {
        role: next((by_plain[name] for name in map(_plain, names) if name in by_plain), "")
        for role, names in known.names.items()
    }
    return {role: column for role, column in found.items() if column}


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_").replace("-", "_")


def _carried(columns: Sequence[str], prefix: str) -> tuple[str, ...]:
    return tuple(column for column in columns if column.startswith(prefix))


def check_fits(mapping: LogMapping, columns: Sequence[str], repeated: frozenset[str]) -> None:
    """Refuse a mapping that names a column which the file lacks or has twice. Raises BadMapping."""
    for wanted in mapping.wanted():
        if wanted not in columns:
            near = difflib.get_close_matches(wanted, columns, n=1)
            hint = f' Did you mean "{near[0]}"?' if near else ""
            raise BadMapping(
                f'The mapping {mapping.origin} names the column "{wanted}", which the file does not have.{hint} '
                f"{listed(columns)}"
            )
        if wanted in repeated:
            raise BadMapping(
                f'Two columns of the file are called "{wanted}", so it is not clear which one the mapping means. '
                f"Rename one of them in the file."
            )


def listed(columns: Sequence[str]) -> str:
    """The columns of a file in one sentence, cut short where they are many."""
    shown = ", ".join(column if len(column) <= 60 else column[:57] + "…" for column in columns[:LISTED_COLUMNS])
    more = f" and {len(columns) - LISTED_COLUMNS:,} more" if len(columns) > LISTED_COLUMNS else ""
    return f"Its columns are: {shown}{more}." if columns else "It has no columns."
