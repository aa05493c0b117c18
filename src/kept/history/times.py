"""Times as a log writes them, turned into moments by SQL: ISO 8601, a stated pattern, or one found out.

Every function takes and gives SQL text over a column of trimmed text; what can't be read becomes NULL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import duckdb

from kept.history.errors import BadMapping, UnreadableLog
from kept.history.sql import Sql, listed, literal, sql

ISO_PATTERN: Final = (
    r"\d{4}[-/]\d{1,2}[-/]\d{1,2}([Tt ]\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?([Zz]|UTC|GMT|[+-]\d{2}(:?\d{2})?))?)?"
)
ZONED_PATTERN: Final = r":[0-9:.,]* ?([Zz]|UTC|GMT|[+-]\d{2}:?\d{0,2})$"
EARLIEST_YEAR: Final = 1900
LATEST_YEAR: Final = 2200

# Tried in this order where the mapping doesn't say and ISO 8601 doesn't fit; every one must read all the values.
GUESSES: Final = (
    "%Y/%m/%d %H:%M:%S.%f",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
    "%d/%m/%Y %I:%M:%S %p",
    "%d/%m/%Y %I:%M %p",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M",
    "%d-%m-%Y",
    "%m-%d-%Y %H:%M:%S",
    "%m-%d-%Y %H:%M",
    "%m-%d-%Y",
    "%d/%b/%y %I:%M %p",
    "%d/%b/%Y %I:%M %p",
    "%d/%b/%y %H:%M",
    "%d/%b/%Y %H:%M",
    "%d %b %Y %H:%M:%S",
    "%d %b %Y %H:%M",
    "%d-%b-%Y %H:%M:%S",
    "%b %d, %Y %I:%M %p",
    "%b %d, %Y, %I:%M %p",
    "%Y%m%dT%H%M%S",
    "%Y%m%dT%H%M%SZ",
)
FITS_AT_LEAST: Final = 0.5
UNIVERSAL: Final = ("UTC", "Etc/UTC", "GMT", "Etc/GMT")


@dataclass(frozen=True)
class TimeFormat:
    """How the times of a log are written: an strptime pattern, "unix", "unix_ms", or None for ISO 8601."""

    pattern: str | None

    def in_words(self) -> str:
        """The format as a person would name it."""
        if self.pattern is None:
            return "ISO 8601 (year-month-day, with or without a zone)"
        counted = {"unix": "seconds since 1970", "unix_ms": "milliseconds since 1970"}
        return counted.get(self.pattern, self.pattern)


def moment(text: Sql, written: TimeFormat, timezone: str) -> Sql:
    """SQL for the moment (TIMESTAMP WITH TIME ZONE) that the SQL expression `text` writes; NULL where unreadable."""
    if written.pattern is None:
        return _iso_moment(text, timezone)
    if written.pattern == "unix":
        return sql("to_timestamp(try_cast({text} AS DOUBLE))", text=text)
    if written.pattern == "unix_ms":
        return sql("to_timestamp(try_cast({text} AS DOUBLE) / 1000)", text=text)
    parsed = sql("try_strptime({text}, {pattern})", text=text, pattern=literal(written.pattern))
    # DuckDB gives a moment where the pattern reads a zone, a local time otherwise.
    return parsed if _reads_zone(written.pattern) else _local(parsed, timezone)


def plausible(at: Sql) -> Sql:
    """SQL that is true where the moment lies in years that a work log can speak of."""
    return sql(
        "{at} BETWEEN TIMESTAMPTZ '{earliest}-01-01' AND TIMESTAMPTZ '{latest}-01-01'",
        at=at,
        earliest=EARLIEST_YEAR,
        latest=LATEST_YEAR,
    )


def _iso_moment(text: Sql, timezone: str) -> Sql:
    plain = sql(r"replace(regexp_replace(upper({text}), ' ([+-])', '\1'), ',', '.')", text=text)
    return sql(
        "CASE WHEN NOT regexp_full_match({text}, {iso}) THEN NULL "
        "WHEN regexp_matches({text}, {zoned}) THEN try_cast({plain} AS TIMESTAMPTZ) ELSE {local} END",
        text=text,
        iso=literal(ISO_PATTERN),
        zoned=literal(ZONED_PATTERN),
        plain=plain,
        local=_local(sql("try_cast({plain} AS TIMESTAMP)", plain=plain), timezone),
    )


def _local(clock: Sql, timezone: str) -> Sql:
    """A naive local time as a moment. An hour that the clock shows twice (autumn) is taken as its first run, and one
    that it skips (spring) as if the clock had not been put forward: as Python's zoneinfo does.
    """
    zone = literal(timezone)
    if timezone in UNIVERSAL:
        return sql("timezone({zone}, {clock})", zone=zone, clock=clock)
    late = sql("timezone({zone}, {clock})", zone=zone, clock=clock)
    return sql(
        "CASE WHEN timezone({zone}, {late} - INTERVAL 1 HOUR) = {clock} THEN {late} - INTERVAL 1 HOUR "
        "WHEN timezone({zone}, {late} - INTERVAL 30 MINUTE) = {clock} THEN {late} - INTERVAL 30 MINUTE ELSE {late} END",
        zone=zone,
        clock=clock,
        late=late,
    )


def _reads_zone(pattern: str) -> bool:
    return "%z" in pattern or "%Z" in pattern


def check_pattern(connection: duckdb.DuckDBPyConnection, pattern: str, origin: str) -> None:
    """Refuse a pattern that can't be understood. Raises BadMapping."""
    if pattern in ("unix", "unix_ms"):
        return
    try:
        connection.execute(sql("SELECT try_strptime('x', {pattern})", pattern=literal(pattern)))
    except duckdb.Error as error:
        said = str(error).splitlines()[0].partition(": ")[2]
        raise BadMapping(
            f'at_format = "{pattern}" in the mapping {origin} is not understood ({said}). '
            f'Write it like "%d/%m/%Y %H:%M".'
        ) from None


def find_format(connection: duckdb.DuckDBPyConnection, cell: Sql, shown: str) -> TimeFormat:
    """Find out how the column `cell` of the view `cleaned` writes its times.

    `shown` is the column's name in the file, for the refusal. Raises UnreadableLog where no known format fits, or
    where two fit and differ (3/4/2024 may be March or April).
    """
    everywhere = sql("SELECT {cell} AS text FROM cleaned", cell=cell)
    iso = _counts(connection, everywhere, [None])
    if not iso.total or iso.read[0] >= FITS_AT_LEAST * iso.total:
        return TimeFormat(None)
    sample = _counts(
        connection, sql("{everywhere} WHERE {cell} IS NOT NULL LIMIT 1000", everywhere=everywhere, cell=cell), GUESSES
    )
    likely = [guess for guess, n in zip(GUESSES, sample.read, strict=True) if n >= FITS_AT_LEAST * sample.total]
    if not likely:
        raise _unknown(connection, everywhere, shown)
    read = _counts(connection, everywhere, likely).read
    winners = [guess for guess, n in zip(likely, read, strict=True) if n == max(read)]
    if len(winners) > 1:
        raise UnreadableLog(
            f'The times in "{shown}" can be read in more than one way ({" or ".join(winners)}). '
            f"Say which under [read] of a mapping, as at_format."
        )
    return TimeFormat(winners[0])


@dataclass(frozen=True)
class _Counts:
    total: int
    read: tuple[int, ...]


def _counts(connection: duckdb.DuckDBPyConnection, texts: Sql, patterns: Sequence[str | None]) -> _Counts:
    """How many texts there are, and how many of them each pattern reads."""
    moments = (moment(Sql("text"), TimeFormat(pattern), "UTC") for pattern in patterns)
    reads = listed(sql("count(CASE WHEN {fits} THEN 1 END)", fits=plausible(at)) for at in moments)
    row = connection.execute(sql("SELECT count(text), {reads} FROM ({texts})", reads=reads, texts=texts)).fetchall()[0]
    return _Counts(row[0], tuple(row[1:]))


def _unknown(connection: duckdb.DuckDBPyConnection, texts: Sql, shown: str) -> UnreadableLog:
    query = sql("SELECT text FROM ({texts}) WHERE text IS NOT NULL LIMIT 1", texts=texts)
    example = "".join(str(row[0])[:60] for row in connection.execute(query).fetchall())
    return UnreadableLog(
        f'The times in "{shown}" are written in a way that Kept does not know (such as "{example}"). '
        f'Say how under [read] of a mapping, for example at_format = "%d/%m/%Y %H:%M".'
    )
