"""Spark: the engine for histories that outgrow one machine. Needs PySpark and Java.

`KEPT_SPARK_MASTER` names the cluster (default: this machine, all its cores). The history must then lie where the
cluster can read it.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from typing import Any, Final

from kept.history.engine import EVENTS_TABLE, Engine, Query, Source
from kept.history.errors import BrokenStore, EngineAbsent
from kept.history.files import write_events
from kept.history.reading import OpenLog
from kept.history.shape import COLUMNS, NAMES

try:
    with warnings.catch_warnings():
        # PySpark warns of the pandas that is installed beside it; nothing here goes through pandas.
        warnings.simplefilter("ignore", FutureWarning)
        from pyspark.errors import AnalysisException, PySparkException
        from pyspark.sql import DataFrame, SparkSession
        from pyspark.sql.functions import lit
except ImportError as error:
    raise EngineAbsent(
        "The engine Spark is not installed here. Install it with: pip install pyspark (it needs Java 17 or later), "
        "or leave --engine and KEPT_ENGINE away to use DuckDB."
    ) from error

SPARK_TYPES: Final = {
    "VARCHAR": "string",
    "BIGINT": "bigint",
    "BOOLEAN": "boolean",
    "TIMESTAMP WITH TIME ZONE": "timestamp",
}
THIS_MACHINE: Final = "local[*]"
SETTINGS: Final = {
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
LOCAL_SETTINGS: Final = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": str(os.cpu_count() or 1),
}


class SparkEngine:
    """Answers queries over the view `events` of a Spark session."""

    name = "spark"

    def __init__(self, session: SparkSession, logs: tuple[str, ...]) -> None:
        self._session = session
        self.logs = logs

    def rows(self, query: Query) -> list[tuple[Any, ...]]:
        """The rows that the query gives."""
        return [tuple(row) for row in self._session.sql(query.texts[self.name]).collect()]

    def lay(self, query: Query, table: str) -> None:
        """Lay what the query gives as a view that is worked out once."""
        self._session.sql(query.texts[self.name]).cache().createOrReplaceTempView(table)


@contextmanager
def over_log(log: OpenLog) -> Iterator[Engine]:
    """An engine over an open log, whose events travel by a Parquet file in its scratch folder."""
    file = log.scratch / "events.parquet"
    write_events(log, file)
    with over_sources([Source(log.understanding.source, (file,))]) as engine:
        yield engine


@contextmanager
def over_sources(sources: Sequence[Source]) -> Iterator[Engine]:
    """An engine over kept logs, all together; over none, the view is empty."""
    session = _session()
    try:
        frames = [_frame(session, source) for source in sources]
    except AnalysisException as error:
        raise BrokenStore(f"A file of the history can't be read: {str(error).splitlines()[0]}") from None
    reduce(DataFrame.unionByName, frames or [_nothing(session)]).createOrReplaceTempView(EVENTS_TABLE)
    yield SparkEngine(session, tuple(source.name for source in sources))


def _session() -> SparkSession:
    master = os.environ.get("KEPT_SPARK_MASTER", THIS_MACHINE)
    builder = SparkSession.builder.appName("kept").master(master)
    settings = {**SETTINGS, **(LOCAL_SETTINGS if master == THIS_MACHINE else {})}
    for setting, value in settings.items():
        builder = builder.config(setting, value)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            return builder.getOrCreate()
    except (PySparkException, RuntimeError, OSError) as error:
        raise EngineAbsent(
            f"Spark could not be started ({str(error).splitlines()[0]}). Is Java 17 installed?"
        ) from None


def _frame(session: SparkSession, source: Source) -> DataFrame:
    frame = session.read.parquet(*(str(file) for file in source.files)).select(*NAMES)
    return frame.withColumn("log", lit(source.name))


def _nothing(session: SparkSession) -> DataFrame:
    columns = ", ".join(f"`{column.name}` {SPARK_TYPES[column.type]}" for column in COLUMNS)
    return session.createDataFrame([], f"{columns}, log string")
