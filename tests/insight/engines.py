"""Every engine that the insight tests run on."""

from __future__ import annotations

import importlib.util
import shutil

import pytest

from requirements import needs

ENGINES = [pytest.param("duckdb"), pytest.param("spark", marks=pytest.mark.spark)]


def engine_or_skip(name: str) -> str:
    """The engine's name; skips (or fails, where Spark is required) when it can't run here."""
    if name == "spark":
        present = importlib.util.find_spec("pyspark") is not None and shutil.which("java") is not None
        needs("spark", present, "Install requirements/spark.txt and Java 17.")
    return name
