"""`kept ledger verify`: does replaying the ledger give what is stored?"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from kept.cli import database
from kept.cli.progress import bar
from kept.core.errors import CorruptLedger
from kept.ledger.verifying import Verified
from kept.ledger.verifying import verify as replay_and_compare


def verify(*, as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON.")] = False) -> None:
    """Replay every event of the ledger and compare with what is stored. Changes nothing; exit 1 on a difference."""
    database.refuse_unready()
    with bar("Replaying the ledger") as on_progress:
        found = replay_and_compare(on_progress=on_progress)
    if as_json:
        counted = {_many(kind): number for kind, number in found.stories.items()}
        typer.echo(json.dumps(asdict(found) | counted | {"clean": found.clean}, ensure_ascii=False))
    else:
        _say(found)
    if not found.clean:
        raise CorruptLedger(_why(found))


def _say(found: Verified) -> None:
    typer.echo(f"Replayed {found.events:,} events of {in_words(found)}.")
    for difference in found.differences:
        typer.echo(f"{difference.kind.capitalize()} {difference.story}: {difference.says}")
    if found.count > len(found.differences):
        typer.echo(f"… and {found.count - len(found.differences):,} more.")
    if found.clean:
        typer.echo("The ledger is sealed, and everything that is stored is what replaying it gives.")


def in_words(found: Verified) -> str:
    """How many stories of each kind: "424 promises, 5 agreements"."""
    return ", ".join(f"{number:,} {kind if number == 1 else _many(kind)}" for kind, number in found.stories.items())


def _many(kind: str) -> str:
    """The kind of several stories: "promises", "thanks"."""
    return kind if kind.endswith("s") else f"{kind}s"


def _why(found: Verified) -> str:
    if found.count:
        differences = "1 place" if found.count == 1 else f"{found.count:,} places"
        return (
            f"What is stored differs from the ledger in {differences}. Somebody or something wrote past Kept: keep a "
            "copy of the database as it is now, then restore the last backup that verifies."
        )
    return "The ledger is not sealed. Run `kept manage migrate`: it lays the seal again; then find out who lifted it."
