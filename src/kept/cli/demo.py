"""`kept demo`: the example company on this machine, with sign-in links for four people of it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from kept.cli import database, serve
from kept.cli.progress import bar
from kept.cli.sign_in import link
from kept.cli.worker import beside
from kept.example import company
from kept.example.simulation import lay
from kept.outlook import chains, judging, quality, refreshing
from kept.people.models import Person, Team

PROJECT = Path(__file__).resolve().parents[3]
LOG = PROJECT / "examples" / "servicenow_incidents.csv.gz"
WHO = {"driver": "a driver", "dispatcher": "a dispatcher", "lead": "a department's lead", "boss": "the boss"}


def demo(
    *,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = serve.HOST,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = serve.PORT,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer.")] = 2,
    seed: Annotated[int, typer.Option(help="Another number plays another six months.")] = 7,
    and_serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve the pages, or only lay the data.")
    ] = True,
) -> None:
    """Lay the example company into an empty installation, print sign-in links for four people of it, and serve it."""
    if and_serve:
        serve.refuse_taken(host, port)
    database.bring_up_to_date()
    if database.is_empty():
        _lay(seed)
    if Team.objects.filter(name=company.NAME).exists():
        _say_how_to_sign_in(serve.address(host, port))
    else:
        typer.echo(
            "This installation holds a company's own data, so the example was not laid beside it.\n"
            "To see the example: KEPT_HOME=kept-example kept demo (and leave DATABASE_URL unset)."
        )
    _say_how_to_import()
    if and_serve:
        with beside():
            serve.answer(host, port, workers)


def _lay(seed: int) -> None:
    with bar("Playing six months at the example company") as on_progress:
        this_hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        laid = lay(seed=seed, until=this_hour, on_progress=on_progress)
    with bar("Forecasting what is open") as on_progress:
        made = refreshing.catch_up(datetime.now(UTC), on_progress=on_progress)
        for worked_out in (judging, quality, chains):
            worked_out.work_out(datetime.now(UTC))
    typer.echo(
        f"{company.NAME}: {laid.persons} people in {laid.teams} teams, {laid.outside_customers} outside customers, "
        f"{laid.promises:,} promises, {laid.acts:,} acts; {made:,} open promises with a forecast."
    )


def _say_how_to_sign_in(at: str) -> None:
    address_of = {row.key: row.email for row in company.PEOPLE}
    typer.echo("\nSign in as (each link is good for 12 hours; a button on its page does it):")
    for role, who in WHO.items():
        person = Person.objects.filter(email=address_of[company.CAST[role]], is_active=True).first()
        if person is not None:
            typer.echo(f"  {person.name}, {who}\n    {link(person, at)}")


def _say_how_to_import() -> None:
    called = Path(sys.argv[0]).absolute()
    log, program = _from_here(LOG), _from_here(called) if called.name == "kept" else "kept"
    if LOG.exists():
        typer.echo(f"\nA real work log lies in {log}. See it on the map with:\n  {program} import work {log}\n")
    else:
        typer.echo(f"\nA work log of your own comes onto the map with:\n  {program} import work YOUR-LOG.csv\n")


def _from_here(path: Path) -> Path:
    """The path as somebody would type it here."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
