"""Compiles the queries of `kept.insight.queries` and `.stay_queries` to the SQL of each engine: `python -m
kept.insight.compile`.

Run it after changing a query or raising Ibis; a test compares. Neither engine needs to be installed for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import ibis
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler
from ibis.backends.sql.compilers.pyspark import PySparkCompiler
from ibis.config import Config

from kept.insight.queries import QUERIES
from kept.insight.stay_queries import STAY_QUERIES

FOLDER: Final = Path(__file__).with_name("compiled")
ALL_QUERIES: Final[Mapping[str, Callable[[], Any]]] = {**QUERIES, **STAY_QUERIES}
COMPILERS: Final[dict[str, Callable[[], Any]]] = {"duckdb": DuckDBCompiler, "spark": PySparkCompiler}
HEADING: Final = "-- Compiled from kept.insight.queries by python -m kept.insight.compile. Change it there.\n"


class _SparkOptions(Config):  # type: ignore[misc]  # Ibis has no types of its own
    """What Ibis's Spark back-end would set up when it is loaded, which needs Spark itself."""

    treat_nan_as_null: bool = False


def compiled_texts() -> dict[str, str]:
    """The text of every file in `compiled`, by its name (`handoffs.duckdb.sql`)."""
    if ibis.options.pyspark is None:
        ibis.options.pyspark = _SparkOptions()
    texts = {}
    for engine, compiler_class in COMPILERS.items():
        compiler = compiler_class()
        for name, question in ALL_QUERIES.items():
            text = compiler.to_sqlglot(question()).sql(dialect=compiler.dialect, pretty=True)
            texts[f"{name}.{engine}.sql"] = f"{HEADING}{text}\n"
    return texts


def main() -> None:
    """Write every text to its file."""
    for file_name, text in compiled_texts().items():
        (FOLDER / file_name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
