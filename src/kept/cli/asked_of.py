"""An engine over what a question is asked of: the log that is named, or the installation's own history."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from kept.cli.log import chosen_mapping
from kept.cli.watching import watched
from kept.cli.words import count
from kept.history.engine import Engine, chosen_engine, engine_over_log, engine_over_sources
from kept.history.home import history_folder
from kept.history.reading import open_log
from kept.history.store import HistoryStore

EngineName = Annotated[
    str | None, typer.Option(metavar="duckdb|spark", help="Where to compute (default: KEPT_ENGINE, else duckdb).")
]
EitherLog = Annotated[
    Path | None, typer.Option(metavar="LOG", help="A work log; without it, this installation's history.")
]


@dataclass(frozen=True, slots=True)
class Asked:
    """An engine, and how many rows of the log could not be used."""

    engine: Engine
    rejected: int


@contextmanager
def asked_of(log: Path | None, mapping: Path | None, engine: str | None) -> Iterator[Asked]:
    """Open the log, or the history where None is named, to be asked while inside. What was left out is said on stderr.

    Attributes are not read: it is quicker without.
    """
    if mapping and not log:
        raise typer.BadParameter("it says how to read a log; name the log with --log", param_hint="--mapping")
    chosen = chosen_engine(engine)
    if log is None:
        # Kept's own promises belong to it; bringing them up to date needs the database, which a log does not.
        importlib.import_module("kept.cli.own_history").refresh()
        with engine_over_sources(HistoryStore(history_folder()).sources(), chosen) as asked:
            yield Asked(asked, 0)
        return
    read_by = chosen_mapping(mapping)
    lean = read_by.without_attributes() if read_by else None
    with (
        watched() as on_progress,
        open_log(log, lean, on_progress=on_progress) as opened,
        engine_over_log(opened, chosen) as asked,
    ):
        yield Asked(asked, opened.understanding.rejected)
    if rejected := opened.understanding.rejected:
        left_out = count(rejected, "row was left out", "rows were left out")
        typer.echo(f"{left_out}. See why with: kept log show {log}", err=True)
