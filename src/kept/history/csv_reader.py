"""CSV into `raw`: quickly by DuckDB where every line is one well-formed record, else record by record."""

from __future__ import annotations

import importlib

import duckdb

from kept.history.dialect import Header, read_header
from kept.history.raw import RawRows, Task, cells_of, count_raw
from kept.history.sql import Sql, identifier, listed, literal, sql


def read(task: Task) -> RawRows:
    """Fill `raw` from the CSV text of `task`. Raises UnreadableLog, BadMapping."""
    mapping = task.mapping
    header = read_header(
        task.plain.path,
        task.name,
        separator=mapping.separator if mapping else None,
        wanted=mapping.wanted() if mapping else (),
    )
    chosen = task.choose(header.columns, header.repeated)
    wanted = chosen.wanted()
    task.on_progress("Reading the rows", 0.0)
    rows = _quickly(task, header, wanted)
    if rows is None:
        # One careful reader for everything unusual; loaded only then, for it needs more modules.
        careful = importlib.import_module("kept.history.careful")
        rows = careful.read_carefully(task, header, wanted)
    return RawRows(chosen, header.columns, cells_of(wanted), rows, notes=header.notes)


def _quickly(task: Task, header: Header, wanted: tuple[str, ...]) -> int | None:
    """The number of rows read, or None where DuckDB's reading can't be trusted.

    It silently loses rows behind a quotation mark that is never closed, and guesses where a quoted value runs over
    lines. So its result counts only where every line of the file became one row: then row n stands on line
    n + the header's lines, and nothing can have been lost.
    """
    if not header.plain_head:
        return None
    try:
        task.connection.execute(_quick_sql(task, header, wanted))
    except duckdb.Error:
        return None
    rows = count_raw(task.connection)
    lines = task.plain.line_feeds + (0 if task.plain.ends_with_feed else 1)
    return rows if rows + header.lines == lines else None


def _quick_sql(task: Task, header: Header, wanted: tuple[str, ...]) -> Sql:
    fields = [f"f{place}" for place in range(len(header.columns))]
    cells = cells_of(wanted)
    return sql(
        "CREATE OR REPLACE TEMP TABLE raw AS "
        "SELECT row_number() OVER () AS place, row_number() OVER () + {head} AS line, {cells} "
        "FROM read_csv({path}, columns = {{{fields}}}, header = true, auto_detect = false, delim = {separator}, "
        "quote = '\"', escape = '\"', strict_mode = true, null_padding = false, compression = 'none', "
        "parallel = {parallel})",
        head=header.lines,
        cells=listed(
            sql("{field} AS {cell}", field=identifier(fields[header.columns.index(column)]), cell=cell)
            for column, cell in cells.items()
        ),
        path=literal(str(task.plain.path)),
        fields=listed(sql("{field}: 'VARCHAR'", field=literal(field)) for field in fields),
        separator=literal(header.separator),
        parallel=Sql("false" if task.plain.has_quotes else "true"),
    )
