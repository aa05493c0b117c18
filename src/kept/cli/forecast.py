"""`kept forecast evaluate`: how good forecasts of a work log are, learned on its older part, tried on its newest."""

from __future__ import annotations

import importlib
import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from kept.cli.log import AsJson, MappingFile, chosen_mapping
from kept.cli.watching import watched
from kept.cli.words import table
from kept.history.home import history_folder
from kept.history.reading import open_log
from kept.history.store import OWN_LOG, HistoryStore
from kept.insight.forecast.errors import TooLittlePast
from kept.insight.forecast.evaluate import evaluate
from kept.insight.forecast.events import Events
from kept.insight.forecast.reading import read_events, read_kept

EitherLog = Annotated[
    Path | None, typer.Option(metavar="LOG", help="A work log; without it, this installation's own promises.")
]


class Protocol(StrEnum):
    """How the log is parted; see docs/forecasts.md."""

    HOLDOUT = "holdout"
    STRICT = "strict"


ProtocolName = Annotated[Protocol, typer.Option(help="How the log is parted (docs/forecasts.md).")]


def show_evaluation(
    log: EitherLog = None,
    mapping: MappingFile = None,
    protocol: ProtocolName = Protocol.HOLDOUT,
    *,
    as_json: AsJson = False,
) -> None:
    """Say how far forecasts were off, and how often they held, had Kept forecast the newest fifth of the cases."""
    if mapping and not log:
        raise typer.BadParameter("it says how to read a log; name the log with --log", param_hint="--mapping")
    with watched() as on_progress:
        progress = on_progress or _unwatched
        events = _of_log(log, mapping) if log else _own()
        found = evaluate(events, protocol, progress).to_json()
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        _say(found)


def _unwatched(_what: str, _share: float) -> None:
    """The progress that nobody watches."""


def _of_log(log: Path, mapping: Path | None) -> Events:
    with open_log(log, chosen_mapping(mapping)) as opened:
        return read_events(opened)


def _own() -> Events:
    # Kept's own promises belong to it; bringing them up to date needs the database, which a log does not.
    importlib.import_module("kept.cli.own_history").refresh()
    own = [source for source in HistoryStore(history_folder()).sources() if source.name == OWN_LOG]
    if not own:
        raise TooLittlePast("There are no promises yet to learn from. Name a work log with --log, or come back later.")
    return read_kept(own[0])


def _say(found: dict[str, Any]) -> None:
    cases, prefixes = found["cases"], found["prefixes"]
    typer.echo(
        f"Learned from {cases['train'] + cases['valid']:,} cases, tried on the next {cases['test']:,} "
        f"({prefixes['test']:,} forecasts), protocol {found['protocol']}."
    )
    typer.echo(
        f"On average {found['mae_days']:.2f} days off; guessing the same for all, {found['median_mae_days']:.2f} days."
    )
    typer.echo("\nHow often it fell within the range that was said, adapting as it went:")
    rows = [
        (f"{percent} %", f"{share:.1%}", f"{found['not_adapting']['coverage'][percent]:.1%}")
        for percent, share in found["coverage"].items()
    ]
    table(("said", "happened", "not adapting"), rows, numbers=frozenset({0, 1, 2}))
    typer.echo(
        f"Miscalibration area {found['miscalibration_area']:.3f} (0 is exact); the 80 % range is "
        f"{found['mean_width_days']['80']:.1f} days wide on average."
    )
    early = found["early_warning"]["not_yet_late"]
    typer.echo(
        f"Warned while not yet late: of those that became late {early['recall']:.0%} were warned of, "
        f"of the warnings {early['precision']:.0%} came true."
    )
