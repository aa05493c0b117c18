"""What a test needs from outside (a browser, PostgreSQL, Java, the real logs): skipped loudly, or required.

Where `KEPT_REQUIRE` names a need ("postgres,browser,spark,logs,client"), its absence fails instead of skipping, so
that CI can't go green by leaving a part out.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]


def required() -> frozenset[str]:
    """The needs that must be met here, from `KEPT_REQUIRE` (commas or spaces between them)."""
    return frozenset(os.environ.get("KEPT_REQUIRE", "").replace(",", " ").split())


def needs(name: str, present: bool, hint: str = "") -> None:
    """Skip the running test (or module, when called at import) where `name` is absent; fail where it is required."""
    if present:
        return
    said = f"{name} is absent here: what needs it was NOT tested.{' ' + hint if hint else ''}"
    if name in required():
        pytest.fail(f"KEPT_REQUIRE asks for {name}, but {said}")
    pytest.skip(said, allow_module_level=True)


def shared_logs() -> Path | None:
    """The folder of the real work logs: `KEPT_SHARED`/logs, or `shared/logs` beside the project; None where absent."""
    shared = os.environ.get("KEPT_SHARED")
    logs = (Path(shared) if shared else PROJECT.parent / "shared") / "logs"
    return logs if logs.is_dir() else None


def real_log(file_name: str) -> Path:
    """The path of one real log; skips (or fails, where `logs` is required) when it isn't there."""
    logs = shared_logs()
    path = logs / file_name if logs else None
    found = path is not None and path.is_file()
    needs("logs", found, f"Put {file_name} into ../shared/logs, or set KEPT_SHARED.")
    assert path is not None
    return path
