"""An installation of its own for tests of the command line: real processes, a throw-away home, SQLite."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
KEPT = (sys.executable, "-c", "from kept.cli.main import main; main()")


@dataclass(frozen=True)
class Installation:
    """A home for `kept`, which need not exist yet; `more` is added to its environment."""

    home: Path
    more: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its processes: nothing of Kept's comes from outside."""
        outside = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("KEPT_") and name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
        }
        return outside | {"KEPT_HOME": str(self.home), "NO_COLOR": "1", "COLUMNS": "200"} | self.more

    def kept(self, *words: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        """Run `kept` with these words to its end, which must be this exit status."""
        done = subprocess.run(
            [*KEPT, *words], env=self.environment, capture_output=True, text=True, timeout=900, check=False
        )
        assert done.returncode == status, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start `kept` with these words, in a process group of its own."""
        return subprocess.Popen(
            [*KEPT, *words], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
        )  # fmt: skip
