"""Small work logs made by hand, good and bad."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable
from pathlib import Path

import duckdb

from kept.history.mapping import LogMapping, mapping_from_toml

MAPPING_TOML = '[columns]\ncase = "case"\nat = "at"\nteam = "team"\n'
MAPPING = mapping_from_toml(MAPPING_TOML)
HEAD = "case,at,team\n"


def csv_text(rows: int = 10) -> str:
    """A sound log: one case a row, a minute apart."""
    return HEAD + "".join(f"c{n},2026-01-05 09:{n:02},Sales\n" for n in range(rows))


def gzipped(content: bytes) -> bytes:
    """Packed with gzip, the same bytes each time."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as stream:
        stream.write(content)
    return packed.getvalue()


def written(folder: Path, content: str | bytes, name: str = "log.csv") -> Path:
    """The content as a file."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def mapping(text: str) -> LogMapping:
    """A mapping from TOML."""
    return mapping_from_toml(text)


def xes_event(at: str, team: str, **more: str) -> str:
    """One XES event."""
    strings = "".join(f'<string key="{key}" value="{value}"/>' for key, value in {"org:group": team, **more}.items())
    return f'<event><date key="time:timestamp" value="{at}"/>{strings}</event>'


def xes(*traces: Iterable[str], before: str = "", names: Iterable[str] = ()) -> str:
    """An XES log of traces of events; trace n is called `c{n}`, or as `names` say."""
    called = list(names) or [f"c{n}" for n in range(len(traces))]
    body = "".join(
        f'<trace><string key="concept:name" value="{name}"/>{"".join(events)}</trace>'
        for name, events in zip(called, traces, strict=True)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{before}<log xes.version="1.0">{body}</log>'


def parquet(path: Path, select: str) -> Path:
    """The rows of an SQL select as a Parquet file."""
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path
