"""The SQL that ships is what the queries say."""

from __future__ import annotations

from kept.history.engine import MODULES
from kept.history.shape import NAMES, TYPES
from kept.insight.asking import query
from kept.insight.compile import ALL_QUERIES, COMPILERS, FOLDER, compiled_texts
from kept.insight.queries import SCHEMA

IBIS_TYPES = {
    "VARCHAR": "string",
    "BIGINT": "int64",
    "BOOLEAN": "boolean",
    "TIMESTAMP WITH TIME ZONE": "timestamp('UTC')",
}


def test_the_compiled_text_is_fresh() -> None:
    """After changing a query or raising Ibis: python -m kept.insight.compile"""
    lying_there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.sql")}
    assert compiled_texts() == lying_there


def test_every_query_is_there_for_every_engine() -> None:
    assert set(COMPILERS) == set(MODULES)
    for name in ALL_QUERIES:
        assert set(query(name).texts) == set(MODULES)


def test_the_queries_know_the_shape() -> None:
    assert {"log": "string", **{name: IBIS_TYPES[TYPES[name]] for name in NAMES}} == SCHEMA
