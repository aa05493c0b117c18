"""How often the team that did it is among the first three that Kept proposes, and how long proposing takes.

Run: .venv/bin/python benchmarks/whom/run.py [promises …]; it plays the example company first, in a folder of its own.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from random import Random

import django

_home = tempfile.TemporaryDirectory(prefix="kept-bench-")
os.environ |= {"DJANGO_SETTINGS_MODULE": "kept.config.settings", "KEPT_HOME": _home.name}
django.setup()

from django.core.management import call_command  # noqa: E402 models need Django ready
from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from kept.core.statistics import wilson  # noqa: E402
from kept.customers.models import Agreement, ObservedTie, Result, Tie  # noqa: E402
from kept.example import simulation  # noqa: E402
from kept.ledger import book  # noqa: E402
from kept.people import actions as people  # noqa: E402
from kept.people.models import Party, Person, Team  # noqa: E402
from kept.people.reach import organisation_changing  # noqa: E402
from kept.promises import tally, whom, wording  # noqa: E402
from kept.promises.models import Practice, Promise  # noqa: E402

SHARE = 0.8
RUNS = 30
WORDS = 400
A_PROMISE = 9
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def example() -> None:
    """The share of the example's last asks whose team is among the first three; with less to go by, too."""
    rows = Promise.objects.filter(private=False).select_related("asker", "provider").order_by("opened_at", "pk")
    all_asks = list(rows)
    cut = all_asks[int(len(all_asks) * SHARE)].opened_at
    held_out = [
        row for row in all_asks
        if row.opened_at >= cut and row.promised_at and row.provider.kind == Party.Kind.TEAM
    ]  # fmt: skip
    print(f"{len(all_asks)} asks; held out: {len(held_out)} of those since {cut:%Y-%m-%d} that a team took on")
    for name, forget in (
        ("everything", ()),
        ("without ties and agreements", (Agreement, Tie)),
        ("without results and purposes", (Result,)),
        ("work alone", (Agreement, Tie, Result)),
        ("results, purposes and ties alone (nothing was ever done)", (Practice,)),
    ):
        with transaction.atomic():
            as_of(cut)
            without(forget)
            whole = [place(row, f"{row.what} {row.done_when}") for row in held_out]
            line = [place(row, row.what) for row in held_out]
            transaction.set_rollback(True)
        told(name, whole)
        told(f"{name}, the one line only", line)


def as_of(cut: datetime) -> None:
    """Let `Practice` know what happened before `cut`, and nothing after; what was seen in the work is forgotten."""
    Practice.objects.all().delete()
    ObservedTie.objects.all().delete()
    counted = tally.Sum()
    for row in Promise.objects.filter(opened_at__lt=cut):
        for change in tally.changes(event for event in book.read(row.pk) if event.at < cut):
            counted.add(change)
    names = ("done", "kept", "came", "away", "last")
    Practice.objects.bulk_create(
        Practice(party_id=party, word=word, **dict(zip(names, values, strict=True)))
        for (party, word), values in counted.rows().items()
    )


def without(kinds: tuple[type, ...]) -> None:
    """Do without this part of what proposals rest on."""
    if Practice in kinds:
        Practice.objects.all().delete()
    if Result in kinds:
        Result.objects.update(retired_at=NOW)
        Team.objects.update(purpose="")
    if Tie in kinds:
        Tie.objects.update(state=Tie.State.ENDED, ended_at=NOW)
        Agreement.objects.update(standing="ended", version=None)


def place(row: Promise, words: str) -> int:
    """The place of the team that took it on among the proposals, from 1; 0 where it is not there, -1 where none is."""
    asker = Person.objects.filter(pk=row.asker_id).first()
    if asker is None:
        return -1
    proposals = whom.propose(asker, words, NOW, own=row.customer_id)
    found = [each.party.pk for each in proposals]
    return found.index(row.provider_id) + 1 if row.provider_id in found else -1 if not found else 0


def told(name: str, places: list[int]) -> None:
    """One line of the result."""
    counts, n = Counter(places), len(places)
    for what, count in (
        ("the first", counts[1]), ("the first three", sum(place > 0 for place in places)), ("no proposal", counts[-1])
    ):  # fmt: skip
        share = wilson(count, n)
        print(f"{name}: {what} {count} of {n}, {share.value:.0%} ({share.low:.0%} to {share.high:.0%})")


def speed(count: int) -> None:
    """How long one ask takes beside `count` promises of two hundred teams that are counted already."""
    chance = Random(7)
    with organisation_changing():
        teams = [people.add_team(name=f"Bench {count} {number}", purpose="We make.") for number in range(200)]
        asker = people.add_person(name=f"Asker {count}", email=f"asker{count}@example.com")
        people.join_team(asker, teams[0])
    vocabulary = [
        f"{''.join(chance.choices('bcdfghklmnprst', k=3))}{''.join(chance.choices('aiou', k=2))}x" for _ in range(WORDS)
    ]
    weights = [1 / (place + 1) for place in range(WORDS)]
    counted: Counter[tuple[int, str]] = Counter()
    for _ in range(count):
        team = chance.choice(teams).pk
        counted.update((team, word) for word in {"", *chance.choices(vocabulary, weights, k=A_PROMISE)})
    fresh = [
        Practice(party_id=team, word=wording.stems(word)[0] if word else "", done=n, kept=n, last=NOW)
        for (team, word), n in counted.items()
    ]
    Practice.objects.bulk_create(fresh, batch_size=2000, ignore_conflicts=True)
    took = []
    for _ in range(RUNS):
        words = " ".join(chance.choices(vocabulary, weights, k=A_PROMISE))
        began = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            whom.propose(asker, words, NOW, own=teams[0].pk)
        took.append((time.perf_counter() - began) * 1000)
    print(
        f"{count:,} promises, {len(fresh):,} counts: {statistics.median(took):.0f} ms ({min(took):.0f} to "
        f"{max(took):.0f}), {len(queries)} queries; load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    simulation.lay(until=NOW)
    example()
    for size in [int(argument) for argument in sys.argv[1:]] or [100, 10_000, 100_000]:
        with transaction.atomic():
            Practice.objects.all().delete()
            speed(size)
            transaction.set_rollback(True)
