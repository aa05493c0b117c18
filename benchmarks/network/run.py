"""How long "who would notice if this team stopped tomorrow?" takes. Run: python benchmarks/network/run.py

Companies are made up from a fixed seed: each tie leads from a random team to a random team, the latter drawn so that
few have many ties and many have few, as in real work logs. Nearly everyone can be reached: the most work there is.
"""

import random
import statistics
import time
from collections.abc import Callable

from kept.core.network import Network, Tie

SIZES = ((500, 5_000), (5_000, 50_000))
RUNS = 30
SEED = 20260501


def company(teams: int, ties: int) -> list[Tie[int]]:
    """That many distinct ties among that many teams."""
    chance = random.Random(SEED)
    pull = [1 / (1 + team) ** 0.5 for team in range(teams)]
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < ties:
        providers = chance.choices(range(teams), k=ties)
        customers = chance.choices(range(teams), weights=pull, k=ties)
        pairs.update(pair for pair in zip(providers, customers, strict=True) if pair[0] != pair[1])
    chosen = chance.sample(sorted(pairs), ties)
    return [Tie(provider, customer, chance.randint(1, 500)) for provider, customer in chosen]


def milliseconds(work: Callable[[], object]) -> str:
    """Median and range of `RUNS` runs, as a table cell."""
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return f"{statistics.median(taken):.1f} ({min(taken):.1f}–{max(taken):.1f})"


def main() -> None:
    """Print one table row a size."""
    print(f"milliseconds: median (least–most) of {RUNS} runs\n")
    print(
        "| teams | ties | reached | build | customers | suppliers | customers, all paths told | build and customers |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for teams, ties in SIZES:
        print(f"| {' | '.join(measured(teams, ties))} |")


def measured(teams: int, ties: int) -> tuple[str, ...]:
    """The cells of one row, for the team that reaches most of the first fifty."""
    listed = company(teams, ties)
    network = Network.from_ties(listed)
    team = max(range(50), key=lambda team: len(network.customers(team)))
    return (
        f"{teams:,}",
        f"{ties:,}",
        f"{len(network.customers(team)):,}",
        milliseconds(lambda: Network.from_ties(listed)),
        milliseconds(lambda: network.customers(team)),
        milliseconds(lambda: network.suppliers(team)),
        milliseconds(lambda: [each.path for each in network.customers(team)]),
        milliseconds(lambda: Network.from_ties(listed).customers(team)),
    )


if __name__ == "__main__":
    main()
