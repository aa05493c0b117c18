"""How long the daily pages take, and how many queries, with few promises and with many.

Run: .venv/bin/python benchmarks/pages/run.py [teams] [promises …]; the company grows from one number of promises to the
next. The database is a throw-away SQLite file, unless DATABASE_URL names another (name an empty one).
"""

from __future__ import annotations

import gc
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

HOME = tempfile.TemporaryDirectory(prefix="kept-bench-")
os.environ |= {"DJANGO_SETTINGS_MODULE": "kept.config.settings", "KEPT_HOME": HOME.name}
sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

import django  # noqa: E402 the settings come first

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

import crowd as crowds  # noqa: E402
import daily  # noqa: E402
from kept.ledger import verifying  # noqa: E402
from kept.promises.figures import shutting  # noqa: E402
from kept.promises.models import AnswerBlock, Impression  # noqa: E402

TEAMS, SIZES = 500, (100, 1_000, 10_000, 100_000)
RUNS = 5
VERIFIED = 10_000
"""Up to so many promises the ledger is verified after they are laid: beyond, it would take longer than all pages."""


def grow(crowd: crowds.Crowd, size: int) -> None:
    """Lay promises until there are `size`; the very first are all open, so that every page has something to show."""
    began = time.perf_counter()
    with transaction.atomic():
        crowds.lay(crowd, size - len(crowd.laid), now=timezone.now(), open_of=7 if crowd.laid else 1)
        shut_anew()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"\n{size:,} promises, laid in {time.perf_counter() - began:.0f} s", end="")
    if size <= VERIFIED:
        verified = verifying.verify()
        assert not verified.count, verified.differences
        print(f"; their {verified.events:,} events verified", end="")
    print(f"; the busy lead has a hand in {daily.open_of(crowd.lead_of(1))} that are open\n", flush=True)


def shut_anew() -> None:
    """As the worker shuts answers every ten minutes; anew, since what is laid later may have happened earlier."""
    AnswerBlock.objects.all().delete()
    Impression.objects.update(waits=True)
    shutting.shut(timezone.now())


def opened(visit: daily.Visit) -> tuple[float, float, int, int]:
    """Milliseconds (median and slowest of `RUNS`), queries, kilobytes."""
    client = Client(raise_request_exception=True, HTTP_HOST="127.0.0.1")
    client.force_login(visit.person, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(visit.address)
    assert answer.status_code == visit.status, (visit, answer.status_code)
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        client.get(visit.address)
        taken.append((time.perf_counter() - start) * 1000)
    with CaptureQueriesContext(connection) as captured:
        client.get(visit.address)
    return statistics.median(taken), max(taken), len(captured), len(answer.content) // 1024


def main() -> None:
    """Print a table of all pages and sizes: milliseconds, queries."""
    teams, *sizes = [int(each) for each in sys.argv[1:]] or [TEAMS]
    call_command("migrate", verbosity=0)
    crowd = crowds.gather(teams, at=timezone.now() - 3 * crowds.YEAR)
    sizes = sizes or list(SIZES)
    rows: dict[tuple[str, str], list[str]] = {}
    gc.disable()
    for size in sizes:
        grow(crowd, size)
        gc.collect()
        for visit in daily.visits(crowd):
            median, slowest, queries, kilobytes = opened(visit)
            cell = f"{median:,.0f} ({slowest:,.0f}) · {queries} · {kilobytes}"
            print(f"{visit.name:32} {visit.who:12} {cell}", flush=True)
            rows.setdefault((visit.name, visit.who), []).append(cell)
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"\n{connection.vendor}, {teams} teams, {len(crowd.persons):,} persons; load average {load}")
    print(f"milliseconds: median (slowest) of {RUNS} runs · queries · kilobytes\n")
    print(f"| page | opened by | {' | '.join(f'{size:,}' for size in sizes)} |")
    print(f"| --- | --- |{' --- |' * len(sizes)}")
    for (name, who), cells in rows.items():
        print(f"| {name} | {who} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
