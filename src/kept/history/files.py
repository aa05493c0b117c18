"""Writing events and rejects of an open log to files."""

from __future__ import annotations

import os
from pathlib import Path

from kept.history.reading import OpenLog
from kept.history.sql import Sql, literal, sql


def write_events(log: OpenLog, path: Path) -> None:
    """Write every event of the log to one Parquet file, in the order of the file that it came from."""
    log.connection.execute(
        sql(
            "COPY (SELECT * FROM {events}) TO {path} (FORMAT parquet, COMPRESSION zstd)",
            events=Sql(log.events),
            path=literal(str(path)),
        )
    )
    make_durable(path)


def write_rejects(log: OpenLog, path: Path) -> None:
    """Write every reject of the log to a CSV file: line, column, value, reason, and what was left out."""
    counted = Sql(log.understanding.row_word)
    log.connection.execute(
        sql(
            'COPY (SELECT line AS {counted}, source AS "column", value, reason, left_out FROM rejects '
            "ORDER BY line) TO {path} (FORMAT csv, HEADER)",
            counted=counted,
            path=literal(str(path)),
        )
    )
    make_durable(path)


def make_durable(path: Path) -> None:
    """See to it that the file or folder is on the disk, not only on its way there."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
