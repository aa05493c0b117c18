"""How good forecasts are on real work logs. Run: python benchmarks/forecast/run.py [NAME …]

Every log at hand (`../shared/logs` beside the project, or `KEPT_SHARED`/logs; else the one of `examples/`) under the
hold-out protocol, beside the best that was published for it (README.md says by whom). Prints the table of README.md.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
PUBLISHED = {
    "helpdesk": 4.80,
    "volvo_incidents_2013": 2.39,
    "travel_domestic_2020": 2.98,
    "building_permits_2015_1": 16.75,
}
HEAD = (
    "log", "MAE, days", "published", "nMAE", "area", "area, not adapting", "50 %", "80 %", "90 %", "95 %",
    "80 % wide, days", "F1 late", "F1 not yet late", "fit, s", "fit, CPU s", "one, ms", "one, CPU ms", "10,000, CPU s",
)  # fmt: skip


def logs() -> list[Path]:
    """The logs at hand that have a mapping beside them."""
    shared = os.environ.get("KEPT_SHARED")
    folder = (Path(shared) if shared else PROJECT.parent / "shared") / "logs"
    return sorted((folder if folder.is_dir() else PROJECT / "examples").glob("*.csv.gz"))


def evaluated(log: Path) -> dict[str, Any]:
    """What `kept forecast evaluate --json` says, as a user calls it."""
    mapping = log.with_name(log.name.removesuffix(".csv.gz") + ".toml")
    words = ["forecast", "evaluate", "--log", str(log), "--mapping", str(mapping), "--json"]
    code = "from kept.cli.main import main; main()"
    done = subprocess.run([sys.executable, "-c", code, *words], check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def row(name: str, found: dict[str, Any]) -> str:
    """One row of the table."""
    early = found["early_warning"]
    cells = [
        name, f"{found['mae_days']:.2f}", f"{PUBLISHED[name]:.2f}" if name in PUBLISHED else "–",
        f"{found['nmae']:.3f}", f"{found['miscalibration_area']:.3f}",
        f"{found['not_adapting']['miscalibration_area']:.3f}",
        *(f"{share:.1%}" for share in found["coverage"].values()), f"{found['mean_width_days']['80']:.1f}",
        f"{early['all']['f1']:.2f}", f"{early['not_yet_late']['f1']:.2f}", f"{found['fit_seconds']:.0f}",
        f"{found['fit_cpu_seconds']:.0f}", f"{found['predict_ms']:.0f}", f"{found['predict_cpu_ms']:.0f}",
        f"{found['predict_10000_cpu_seconds']:.2f}",
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Print the table; with names, of these logs only."""
    wanted = set(sys.argv[1:])
    print(f"| {' | '.join(HEAD)} |\n|{' --- |' * len(HEAD)}", flush=True)
    for log in logs():
        name = log.name.removesuffix(".csv.gz")
        if not wanted or name in wanted:
            found = evaluated(log)
            print(row(name, found), flush=True)
            if "kept_foreseen" in found:
                print(f"\nkept=false foreseen: {found['kept_foreseen']}\n", flush=True)


if __name__ == "__main__":
    main()
