"""Where questions are answered: one seam, DuckDB in this process (default) or Spark.

A question is a `Query`: the same query as text for each engine. Both engines show it one table, `events`: the columns
of the shape and before them `log`, the name of the log.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, cast

from kept.history.errors import EngineAbsent
from kept.history.reading import OpenLog

MODULES: Final = {"duckdb": "kept.history.duckdb_engine", "spark": "kept.history.spark_engine"}
DEFAULT: Final = "duckdb"
EVENTS_TABLE: Final = "events"


@dataclass(frozen=True)
class Query:
    """One question: its name, and its SQL for each engine."""

    name: str
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Source:
    """One log kept as Parquet: its name, and the files that hold its events."""

    name: str
    files: tuple[Path, ...]


class Engine(Protocol):
    """Something that answers queries about the `events` it was opened over."""

    name: str
    logs: tuple[str, ...]

    def rows(self, query: Query) -> list[tuple[Any, ...]]:
        """The rows that the query gives, in its order; columns in its order."""

    def lay(self, query: Query, table: str) -> None:
        """Work the query out once and lay what it gives as the table of that name, for the queries that follow."""


class _EngineModule(Protocol):
    """What each module of `MODULES` offers."""

    def over_log(self, log: OpenLog) -> AbstractContextManager[Engine]: ...
    def over_sources(self, sources: Sequence[Source]) -> AbstractContextManager[Engine]: ...


def chosen_engine(named: str | None = None, environ: Mapping[str, str] = os.environ) -> str:
    """The engine to use: the one named, else `KEPT_ENGINE`, else DuckDB. Raises EngineAbsent for an unknown name."""
    name = named or environ.get("KEPT_ENGINE") or DEFAULT
    if name not in MODULES:
        raise EngineAbsent(f'There is no engine "{name}". Choose one of: {", ".join(MODULES)}.')
    return name


def engine_over_log(log: OpenLog, engine: str = DEFAULT) -> AbstractContextManager[Engine]:
    """An engine over the events of a log that is open. Raises EngineAbsent where the engine isn't installed."""
    return _module(engine).over_log(log)


def engine_over_sources(sources: Sequence[Source], engine: str = DEFAULT) -> AbstractContextManager[Engine]:
    """An engine over logs kept as Parquet, all together. Raises EngineAbsent where the engine isn't installed."""
    return _module(engine).over_sources(sources)


def _module(engine: str) -> _EngineModule:
    # Each engine needs packages of its own; only the chosen one's are loaded.
    return cast("_EngineModule", importlib.import_module(MODULES[chosen_engine(engine)]))
