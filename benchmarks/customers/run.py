"""How long "who would notice if this team stopped tomorrow?" takes from the database.

Run: python benchmarks/customers/run.py

Companies are made up from a fixed seed, as in benchmarks/network: each tie leads from a random team to a random team,
few have many ties and many have few. Nine ties in ten were seen in the work, one in ten is declared. The database is a
throw-away SQLite file, unless DATABASE_URL names another (its tables are filled, so name an empty one).
"""

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable

HOME = tempfile.TemporaryDirectory(prefix="kept-bench-")
os.environ |= {"DJANGO_SETTINGS_MODULE": "kept.config.settings", "KEPT_HOME": HOME.name}

import django  # noqa: E402 the settings come first

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from kept.core.terms import Side  # noqa: E402
from kept.customers import network, queries, stamp  # noqa: E402
from kept.customers.models import ObservedTie, Tie  # noqa: E402
from kept.customers.observing import Observed, take_in_observed  # noqa: E402
from kept.people import actions as people  # noqa: E402
from kept.people.models import Party, Team  # noqa: E402
from kept.people.reach import organisation_changing  # noqa: E402

SIZES = ((500, 5_000), (5_000, 50_000))
RUNS = 30
SEED = 20260501
SHOWN = 40


def pairs_of(teams: int, ties: int) -> list[tuple[int, int]]:
    """That many distinct ties among that many teams, by their numbers."""
    chance = random.Random(SEED)
    pull = [1 / (1 + team) ** 0.5 for team in range(teams)]
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < ties:
        providers = chance.choices(range(teams), k=ties)
        customers = chance.choices(range(teams), weights=pull, k=ties)
        pairs.update(pair for pair in zip(providers, customers, strict=True) if pair[0] != pair[1])
    return chance.sample(sorted(pairs), ties)


def lay(teams: int, ties: int) -> list[Party]:
    """Write a company with that many teams and ties into the database, in place of any before it."""
    ObservedTie.objects.all().delete()
    Tie.objects.all().delete()
    with organisation_changing():
        lead = people.add_person(name=f"Lead of {teams}")
        have = {team.name: team for team in Team.objects.all()}
        made = [have.get(f"Team {number}") or people.add_team(name=f"Team {number}") for number in range(teams)]
    pairs = pairs_of(teams, ties)
    seen, declared = pairs[: ties * 9 // 10], pairs[ties * 9 // 10 :]
    rows = (Observed("handoff", made[a].name, made[b].name, 1 + (a * b) % 500, 1) for a, b in seen)
    take_in_observed("log", rows)
    Tie.objects.bulk_create(
        Tie(
            provider=made[a], customer=made[b], kind="depends_on", declared_side="provider", declared_by=lead,
            declared_at=timezone.now(),
        )
        for a, b in declared
    )  # fmt: skip
    stamp.said_changed()
    return list(Party.objects.filter(pk__in=[team.pk for team in made[:50]]))


def milliseconds(work: Callable[[], object]) -> str:
    """Median and range of `RUNS` runs, as a table cell."""
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return f"{statistics.median(taken):.1f} ({min(taken):.1f}–{max(taken):.1f})"


def after_a_word() -> None:
    """The first question after somebody declared or ended a tie, in each process."""
    stamp.said_changed()
    network.present()


def after_a_look() -> None:
    """The first question after the work was looked at again, in each process."""
    stamp.seen_changed()
    network.present()


def measured(teams: int, ties: int) -> tuple[str, ...]:
    """The cells of one row, for the team that reaches most of the first fifty."""
    parties = lay(teams, ties)
    party = max(parties, key=lambda each: len(network.customers_of(each.pk)))
    return (
        f"{teams:,}",
        f"{ties:,}",
        f"{len(network.customers_of(party.pk)):,}",
        milliseconds(lambda: network.customers_of(party.pk)),
        milliseconds(lambda: network.providers_of(party.pk)),
        milliseconds(lambda: network.ways(network.customers_of(party.pk)[:SHOWN])),
        milliseconds(lambda: queries.comparison(party, Side.PROVIDER)),
        milliseconds(after_a_word),
        milliseconds(after_a_look),
    )


def main() -> None:
    """Print one table row a size."""
    call_command("migrate", verbosity=0)
    print(f"milliseconds: median (least–most) of {RUNS} runs\n")
    print(
        "| teams | ties | reached | customers | suppliers | the first 40 with their paths | said beside seen | "
        "first after a tie was declared | first after the work was looked at |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for teams, ties in SIZES:
        print(f"| {' | '.join(measured(teams, ties))} |")


if __name__ == "__main__":
    main()
