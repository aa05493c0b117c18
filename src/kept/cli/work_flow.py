"""`kept flow`: how work flows through each team, of a work log or of everything that Kept knows."""

from __future__ import annotations

import json

import typer

from kept.cli.asked_of import EitherLog, EngineName, asked_of
from kept.cli.log import AsJson, MappingFile
from kept.cli.words import count, day, duration, table
from kept.insight.flow import WEEKDAYS, Flow, flow

TEAMS_SAID = 20


def show_flow(
    log: EitherLog = None, mapping: MappingFile = None, engine: EngineName = None, *, as_json: AsJson = False
) -> None:
    """Say for each team what comes and leaves a day, how long it waits and is in hand, what is there, and what comes
    back.
    """
    with asked_of(log, mapping, engine) as asked:
        found = flow(asked.engine)
    if as_json:
        typer.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=1))
    else:
        _say(found)


def _say(found: Flow) -> None:
    if found.first is None or found.last is None or found.little is None:
        typer.echo("There is no work with a team to look at. Bring a work log in with: kept import work LOG")
        return
    typer.echo(
        f"{count(len(found.teams), 'team', 'teams')} over {found.days:,.0f} days, "
        f"from {day(found.first)} to {day(found.last)}"
    )
    typer.echo("")
    _say_teams(found)
    typer.echo(f"\n{found.bottleneck.team or 'Nowhere'}: {found.bottleneck.why}")
    typer.echo(f"\nLittle's law over all teams: {found.little.says}")
    arrivals = ", ".join(f"{name} {came:,.1f}" for name, came in zip(WEEKDAYS, found.weekdays, strict=True))
    typer.echo(f"\nArrivals by day of the week (UTC): {arrivals}")


def _say_teams(found: Flow) -> None:
    rows = [
        (
            team.team,
            f"{team.arrivals_per_day:,.2f}",
            f"{team.throughput_per_day:,.2f}",
            duration(team.median_wait_s),
            duration(team.median_handling_s),
            f"{team.in_progress:,.1f}",
            f"{team.waiting:,.1f}",
            f"{team.returns_share:.0%}",
            f"{team.ping_pongs:,}",
        )
        for team in found.teams[:TEAMS_SAID]
    ]
    head = (
        "team",
        "come a day",
        "leave a day",
        "usual wait",
        "usual handling",
        "there",
        "waiting",
        "came back",
        "ping-pong",
    )
    table(head, rows, numbers=frozenset(range(1, 9)))
    if len(found.teams) > TEAMS_SAID:
        typer.echo(f"… and {count(len(found.teams) - TEAMS_SAID, 'more team', 'more teams')}; all of them with --json.")
