"""How long figures take, and how many queries. Run: .venv/bin/python benchmarks/figures/run.py [promises …]

The rows are written straight into the tables that figures read (no ledger): two hundred teams in a tree, each promise
with an answer and a stretch in which word was owed, over two years.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

import django

_home = tempfile.TemporaryDirectory(prefix="kept-bench-")
os.environ |= {"DJANGO_SETTINGS_MODULE": "kept.config.settings", "KEPT_HOME": _home.name}
django.setup()

from django.core.management import call_command  # noqa: E402 models need Django ready
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from kept.ledger.models import Stream  # noqa: E402
from kept.people import actions as people  # noqa: E402
from kept.people.models import Person, Team  # noqa: E402
from kept.people.reach import organisation_changing  # noqa: E402
from kept.promises.figures import Period, Scope, figures_by_customer, figures_by_provider, figures_of  # noqa: E402
from kept.promises.figures.scope import with_teams_below  # noqa: E402
from kept.promises.models import Impression, Promise, WordOwed  # noqa: E402

TEAMS = 200
RUNS = 5
DAY = timedelta(days=1)
FIRST = datetime(2024, 1, 1, 9, tzinfo=UTC)
NOW = FIRST + 730 * DAY
QUARTER = Period(NOW - 91 * DAY, NOW, "a quarter", "")


def company() -> list[Team]:
    """A tree of teams, eight below one."""
    teams: list[Team] = []
    with organisation_changing():
        for number in range(TEAMS):
            above = teams[(number - 1) // 8] if number else None
            teams.append(people.add_team(name=f"Team {number}", parent=above))
        people.add_person(name="Somebody", email="somebody@example.com")
    return teams


def promises(teams: list[Team], count: int, chance: Random) -> None:
    """`count` more promises between two teams each, the first team with as many as fifty others."""
    somebody = Person.objects.get()
    for start in range(0, count, 5000):
        size = min(5000, count - start)
        streams = Stream.objects.bulk_create([Stream(kind=Stream.Kind.PROMISE) for _ in range(size)])
        rows = [_promise(stream, teams, somebody, chance) for stream in streams]
        Promise.objects.bulk_create(rows)
        Impression.objects.bulk_create(_impression(row, somebody, chance) for row in rows)
        WordOwed.objects.bulk_create(_word(row, chance) for row in rows)


def _promise(stream: Stream, teams: list[Team], somebody: Person, chance: Random) -> Promise:
    provider = teams[0] if chance.random() < 0.2 else chance.choice(teams[1:])
    customer = chance.choice([team for team in teams[1:60] if team != provider])
    at = FIRST + chance.random() * 700 * DAY
    kept = chance.random() < 0.8
    return Promise(
        stream=stream, customer=customer, provider=provider, asker=somebody, responsible=somebody, state="accepted",
        what="One of many", due=at + 3 * DAY, first_due=at + 3 * DAY, opened_at=at, promised_at=at, sequence=4,
        delivered_at=at + (2 if kept else 4) * DAY, ended_at=at + 5 * DAY, outcome="kept" if kept else "broken",
        kept_as_first_promised=kept, chases=chance.randrange(2), reworks=chance.random() < 0.1,
    )  # fmt: skip


def _impression(row: Promise, somebody: Person, chance: Random) -> Impression:
    return Impression(
        promise_id=row.pk, sequence=4, author=somebody, answer=chance.choice(["easier", "easier", "partly", "no"]),
        signed=chance.random() < 0.2, provider_answer="easier", at=row.ended_at, settles_at=row.ended_at + 14 * DAY,
    )  # fmt: skip


def _word(row: Promise, chance: Random) -> WordOwed:
    until = row.opened_at + chance.random() * 3 * DAY
    return WordOwed(promise_id=row.pk, provider_id=row.provider_id, since=row.opened_at, until=until, allowed=DAY / 3)


def measured(question: Callable[[], object]) -> tuple[str, int]:
    """Milliseconds (median, least–most) and queries."""
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        question()
        taken.append((time.perf_counter() - start) * 1000)
    with CaptureQueriesContext(connection) as captured:
        question()
    return f"{statistics.median(taken):,.0f} ({min(taken):,.0f}–{max(taken):,.0f})", len(captured)


def main() -> None:
    """Print one table row a question and size."""
    call_command("migrate", verbosity=0)
    teams, chance, there = company(), Random(20261121), 0
    team = Scope(frozenset([teams[0].pk]))
    everybody = Scope(with_teams_below({teams[0].pk})[teams[0].pk])
    questions: dict[str, Callable[[], object]] = {
        "one team, a quarter": lambda: figures_of(team, QUARTER, NOW),
        "one team by customer": lambda: figures_by_customer(team, QUARTER, NOW),
        "the company": lambda: figures_of(everybody, QUARTER, NOW),
        "the company by team": lambda: figures_by_provider(everybody, QUARTER, NOW),
    }
    print(f"{connection.vendor}; milliseconds: median (least–most) of {RUNS} runs\n")
    print("| promises | question | milliseconds | queries |\n| --- | --- | --- | --- |")
    for size in [int(each) for each in sys.argv[1:]] or [100, 10_000, 100_000]:
        promises(teams, size - there, chance)
        there = size
        for name, question in questions.items():
            milliseconds, queries = measured(question)
            print(f"| {size:,} | {name} | {milliseconds} | {queries} |", flush=True)


if __name__ == "__main__":
    main()
