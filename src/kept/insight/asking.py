"""The compiled queries, ready to be asked of an engine."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from kept.history.engine import MODULES, Query


@cache
def query(name: str) -> Query:
    """The query of that name of `kept.insight.queries`, for every engine."""
    folder = files("kept.insight.compiled")
    return Query(name, {engine: (folder / f"{name}.{engine}.sql").read_text(encoding="utf-8") for engine in MODULES})
