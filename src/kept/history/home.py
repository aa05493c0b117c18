"""Where the history lies: `KEPT_HISTORY`, else the folder `history` under `KEPT_HOME` (default: `kept-data` here)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from kept.history.errors import BrokenStore


def history_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of the installation's history; it need not exist yet. Raises BrokenStore for an address."""
    stated = environ.get("KEPT_HISTORY")
    if stated and "://" in stated:
        raise BrokenStore(
            f"KEPT_HISTORY is {stated}, an address. Kept keeps its history in a folder so far: name one that this "
            f"machine has mounted."
        )
    return Path(stated) if stated else Path(environ.get("KEPT_HOME") or "kept-data") / "history"
