"""Numbers, times and tables as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import typer

SECOND_UNITS = ((86_400.0, "days"), (3_600.0, "hours"), (60.0, "minutes"), (1.0, "seconds"))


def duration(seconds: float | None) -> str:
    """A time span in its largest sensible unit: "3.4 hours"; "–" for None."""
    if seconds is None:
        return "–"
    for size, unit in SECOND_UNITS:
        if seconds >= 1.5 * size or unit == "seconds":
            return f"{seconds / size:,.1f} {unit}".replace(".0 ", " ")
    return ""


def day(moment: datetime) -> str:
    """A moment to the minute, in UTC."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def count(number: int, one: str, many: str) -> str:
    """ "1 row", "1,204 rows"."""
    return f"{number:,} {one if number == 1 else many}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: frozenset[int] = frozenset()) -> None:
    """Print rows in columns; those at the places in `numbers` stand to the right."""
    lines = [tuple(head), *map(tuple, rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    for line in lines:
        cells = (
            cell.rjust(width) if place in numbers else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        typer.echo("  ".join(cells).rstrip())
