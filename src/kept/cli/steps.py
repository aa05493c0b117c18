"""A bar that says what is being done now, for work of several steps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from kept.history.unpack import Progress as OnProgress


@contextmanager
def steps() -> Iterator[OnProgress]:
    """Show a bar on stderr while inside; gives the function to tell the step and the share of it that is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=1.0)
        yield lambda what, share: progress.update(task, description=what, completed=share)
