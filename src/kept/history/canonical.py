"""From `raw` to the one shape: values cleaned and typed by SQL, each bad row put aside with its line and reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import duckdb

from kept.history.errors import UnreadableLog
from kept.history.mapping import LogMapping
from kept.history.raw import RawRows
from kept.history.shape import CASE_PREFIX, EVENT_PREFIX, NAMES, TIME_ROLES, TYPES
from kept.history.sql import Sql, identifier, listed, literal, sql
from kept.history.times import EARLIEST_YEAR, LATEST_YEAR, TimeFormat, check_pattern, find_format, moment, plausible

EVENTS: Final = Sql("events_read")
NULL: Final = Sql("NULL")
TEXT_ROLES: Final = ("case", "activity", "lifecycle", "team", "person", "customer")
JUDGED_ROLES: Final = ("at", "order", "due", "ended", "kept")
YES: Final = ("true", "t", "yes", "y", "1", "1.0", "kept", "met", "achieved")
NO: Final = ("false", "f", "no", "n", "0", "0.0", "broken", "missed", "breached")
VALUE_SHOWN: Final = 80
WHOLE_NUMBER: Final = r"[+-]?\d{1,18}(\.0*)?"


@dataclass(frozen=True)
class Shaped:
    """What shaping found out: the mapping, how times are written, the attribute columns, and what was left out."""

    mapping: LogMapping
    time_format: TimeFormat
    attributes: tuple[str, ...]
    rejected: int
    values_left_out: int


@dataclass(frozen=True)
class _Fault:
    """Something wrong with a row or a value: the role to blame, the SQL that finds it, and the sentence about it."""

    role: str
    found: Sql
    sentence: str
    left_out: str


def shape_rows(connection: duckdb.DuckDBPyConnection, raw: RawRows, mapping: LogMapping, name: str) -> Shaped:
    """Fill the view `events_read` with the good rows of `raw` in the one shape, and `rejects` with the bad ones.

    Raises UnreadableLog where no row at all is good, BadMapping where the time format is not one.
    """
    if mapping.at_format is not None:
        check_pattern(connection, mapping.at_format, mapping.origin)
    _clean(connection, raw, mapping)
    written = _time_format(connection, raw, mapping)
    attributes = attribute_columns(mapping)
    faults = _faults(mapping, written)
    judged = _judged_sql(raw, mapping, written, attributes, faults)
    connection.execute(sql("CREATE OR REPLACE TEMP TABLE judged AS {judged}", judged=judged))
    connection.execute("DROP TABLE raw")
    rejected, left_out = _put_aside(connection, mapping, faults)
    _refuse_if_nothing_is_good(connection, raw, name)
    columns = listed(identifier(column) for column in (*NAMES, *attributes))
    connection.execute(
        sql(
            "CREATE OR REPLACE TEMP VIEW {events} AS SELECT {columns} FROM judged WHERE row_fault IS NULL",
            events=EVENTS,
            columns=columns,
        )
    )
    return Shaped(mapping, written, tuple(attributes), rejected, left_out)


def attribute_columns(mapping: LogMapping) -> dict[str, str]:
    """The attribute columns of the shape (`case.X`, `event.X`) and the source column of each."""
    named: dict[str, str] = {}
    taken: set[str] = set()
    for prefix, sources in ((CASE_PREFIX, mapping.case_attributes), (EVENT_PREFIX, mapping.event_attributes)):
        for source in sources:
            wished = source if source.startswith(prefix) else prefix + source
            column, number = wished, 1
            # Engines compare column names without case.
            while column.lower() in taken:
                number += 1
                column = f"{wished} ({number})"
            taken.add(column.lower())
            named[column] = source
    return named


def _clean(connection: duckdb.DuckDBPyConnection, raw: RawRows, mapping: LogMapping) -> None:
    """A view `cleaned` over `raw`: no space around values, and NULL for the empty and for the missing words."""
    words = sorted({"", *(word.strip() for word in mapping.missing)})
    cells = listed(
        sql(
            "CASE WHEN trim({cell}) IN ({missing}) THEN NULL ELSE trim({cell}) END AS {cell}",
            cell=raw.cells[column],
            missing=listed(map(literal, words)),
        )
        for column in mapping.wanted()
    )
    connection.execute(sql("CREATE OR REPLACE TEMP VIEW cleaned AS SELECT place, line, {cells} FROM raw", cells=cells))


def _time_format(connection: duckdb.DuckDBPyConnection, raw: RawRows, mapping: LogMapping) -> TimeFormat:
    source = mapping.columns["at"]
    if source in raw.moments:
        return TimeFormat(None)
    if mapping.at_format is not None:
        return TimeFormat(mapping.at_format)
    return find_format(connection, raw.cells[source], source)


def _judged_sql(
    raw: RawRows, mapping: LogMapping, written: TimeFormat, attributes: Mapping[str, str], faults: tuple[_Fault, ...]
) -> Sql:
    """Every row of `raw` with its typed values, the texts they came from, and the faults found."""
    columns = [
        sql(
            "CAST({value} AS {type}) AS {column}",
            value=_typed(role, raw, mapping, written),
            type=Sql(TYPES[role]),
            column=identifier(role),
        )
        for role in NAMES
    ]
    columns += [
        sql("{cell} AS {column}", cell=raw.cells[source], column=identifier(column))
        for column, source in attributes.items()
    ]
    columns += [
        sql("{cell} AS {given}", cell=raw.cells[mapping.columns[role]], given=_given(role))
        for role in JUDGED_ROLES
        if role in mapping.columns
    ]
    return sql(
        "SELECT *, {row_fault} AS row_fault, {value_fault} AS value_fault FROM (SELECT line, {columns} FROM cleaned)",
        row_fault=_first_fault(faults, "row"),
        value_fault=_first_fault(faults, "value"),
        columns=listed(columns),
    )


def _given(role: str) -> Sql:
    return identifier(f"given {role}")


def _typed(role: str, raw: RawRows, mapping: LogMapping, written: TimeFormat) -> Sql:
    """The SQL for the value of one role, NULL where it is missing or can't be read."""
    if role == "place":
        return Sql("place")
    if role not in mapping.columns:
        return NULL
    cell = raw.cells[mapping.columns[role]]
    if role in TIME_ROLES:
        return _time_sql(role, raw, mapping, written)
    if role == "order":
        whole = literal(WHOLE_NUMBER)
        return sql(
            "CASE WHEN regexp_full_match({c}, {whole}) THEN try_cast({c} AS DECIMAL(38, 9)) END", c=cell, whole=whole
        )
    if role == "kept":
        yes, no = listed(map(literal, YES)), listed(map(literal, NO))
        return sql(
            "CASE WHEN lower({c}) IN ({yes}) THEN true WHEN lower({c}) IN ({no}) THEN false END", c=cell, yes=yes, no=no
        )
    return cell


def _time_sql(role: str, raw: RawRows, mapping: LogMapping, written: TimeFormat) -> Sql:
    source = mapping.columns[role]
    cell = raw.cells[source]
    read = moment(cell, TimeFormat(None), mapping.timezone)
    if written.pattern is not None and source not in raw.moments:
        by_pattern = moment(cell, written, mapping.timezone)
        # The pattern is that of `at`; other times may be written otherwise.
        read = by_pattern if role == "at" else sql("coalesce({first}, {then})", first=by_pattern, then=read)
    return sql("CASE WHEN {fits} THEN {read} END", fits=plausible(read), read=read)


def _faults(mapping: LogMapping, written: TimeFormat) -> tuple[_Fault, ...]:
    """What can be wrong with a row of this log, the gravest first."""
    span = f"in a year from {EARLIEST_YEAR} to {LATEST_YEAR}"
    spoiled = {
        role: sql("{g} IS NOT NULL AND {r} IS NULL", g=_given(role), r=identifier(role)) for role in JUDGED_ROLES
    }
    no_time = sql("{given} IS NULL", given=_given("at"))
    return tuple(
        fault
        for fault in (
            _Fault("case", Sql('"case" IS NULL'), "The case is missing.", "row"),
            _Fault("at", no_time, "The time is missing.", "row"),
            _Fault("at", spoiled["at"], f"The time can't be read as {written.in_words()} {span}.", "row"),
            _Fault("order", spoiled["order"], "The order is not a whole number.", "row"),
            _Fault("due", spoiled["due"], f"The due time is not a time {span}; the row was kept without it.", "value"),
            _Fault("ended", spoiled["ended"], f"The end is not a time {span}; the row was kept without it.", "value"),
            _Fault("kept", spoiled["kept"], "This is neither yes nor no; the row was kept without it.", "value"),
        )
        if fault.role in mapping.columns
    )


def _first_fault(faults: tuple[_Fault, ...], left_out: str) -> Sql:
    """SQL for the number of the first fault of a row, NULL where it has none."""
    cases = [
        sql("WHEN {found} THEN {number}", found=fault.found, number=number)
        for number, fault in enumerate(faults)
        if fault.left_out == left_out
    ]
    return sql("CASE {cases} END", cases=listed(cases, " ")) if cases else NULL


def _put_aside(
    connection: duckdb.DuckDBPyConnection, mapping: LogMapping, faults: tuple[_Fault, ...]
) -> tuple[int, int]:
    """Add the faulty rows and values of `judged` to `rejects`; give the numbers of rows and of values left out."""
    for number, fault in enumerate(faults):
        of_row = fault.left_out == "row"
        found = Sql("row_fault = {n}" if of_row else "row_fault IS NULL AND value_fault = {n}")
        connection.execute(
            sql(
                "INSERT INTO rejects SELECT line, {source}, left({value}, {most}), {sentence}, {left_out} "
                "FROM judged WHERE {found}",
                source=literal(mapping.columns[fault.role]),
                value=_given(fault.role) if fault.role in JUDGED_ROLES else NULL,
                most=VALUE_SHOWN,
                sentence=literal(fault.sentence),
                left_out=literal(fault.left_out),
                found=sql(found, n=number),
            )
        )
    rows, values = connection.execute(
        "SELECT count(*) FILTER (left_out = 'row'), count(*) FILTER (left_out = 'value') FROM rejects"
    ).fetchall()[0]
    return int(rows), int(values)


def _refuse_if_nothing_is_good(connection: duckdb.DuckDBPyConnection, raw: RawRows, name: str) -> None:
    if raw.rows == 0:
        raise UnreadableLog(f"{name} has a header but no rows. Export it again.")
    if connection.execute("SELECT 1 FROM judged WHERE row_fault IS NULL LIMIT 1").fetchall():
        return
    reason, line, source, value = connection.execute(
        "SELECT reason, min(line), arg_min(coalesce(source, ''), line), arg_min(coalesce(value, ''), line) "
        "FROM rejects WHERE left_out = 'row' GROUP BY reason ORDER BY count(*) DESC, reason LIMIT 1"
    ).fetchall()[0]
    where = f' The column "{source}" {f"says “{value}”" if value else "is empty"} there.' if source else ""
    raise UnreadableLog(
        f"None of the {raw.rows:,} rows of {name} could be read. {raw.row_word.capitalize()} {line}: {reason}{where} "
        f"Check the mapping and the file; nothing was kept."
    )
