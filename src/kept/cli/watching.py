"""How far a long reading is: a bar on a terminal, and nothing, at no cost, where nobody looks."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from kept.history.unpack import Progress


@contextmanager
def watched() -> Iterator[Progress | None]:
    """Gives the function to tell what is being done and how far it is; None where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    # Loading the bar takes longer than reading a small log.
    steps = importlib.import_module("kept.cli.steps").steps
    with steps() as on_progress:
        yield on_progress
