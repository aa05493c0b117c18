"""`kept import people FILE.csv`: who works here, in which teams, under whom; and who is served."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

import kept.cli.with_django  # noqa: F401 first: everything below needs it
from kept.cli import database
from kept.cli.progress import bar
from kept.cli.words import count
from kept.core.errors import Refused
from kept.people.importing.errors import BadPeopleFile
from kept.people.importing.organisation import known_now
from kept.people.importing.plan import Plan, listed
from kept.people.importing.planning import Missing, make_plan
from kept.people.importing.rejected import rejected_csv
from kept.people.importing.sheet import read_sheet
from kept.promises.leaving import Left, told
from kept.promises.people_in import bring_in, moving

SHOWN = 40
"""How many lines of each list are shown on a terminal; `--json` has them all."""


def import_people(
    file: Annotated[Path, typer.Argument(help="A CSV file of people, teams and outside customers.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON; needs --yes or --dry-run.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")] = False,
    leavers: Annotated[
        bool, typer.Option("--leavers", help="People who are here and not in the file have left.")
    ] = False,
    successor: Annotated[
        list[str] | None,
        typer.Option(help="Who takes over from a leaver who is not in the file: OLD=NEW, by e-mail address or name."),
    ] = None,
    rejected: Annotated[
        Path | None, typer.Option(help="Where the rejected rows go (default: beside FILE, as FILE.rejected.csv).")
    ] = None,
) -> None:
    """Bring FILE in: show what it would change, ask, and do it in one go. The same file again changes nothing."""
    if as_json and not (yes or dry_run):
        raise Refused("With --json nobody is asked: add --yes to do it, or --dry-run to look.")
    database.bring_up_to_date()
    missing = Missing(leave=leavers, successors=_pairs(successor or []))
    with bar("Reading and comparing") as on_progress:
        plan = make_plan(
            read_sheet(_content(file)),
            known_now(),
            today=datetime.now(UTC).date(),
            missing=missing,
            on_progress=on_progress,
        )
    if not as_json:
        _say(plan)
    doing = not dry_run and not plan.changes_nothing
    if doing and not yes:
        _ask()
    done = _do(plan) if doing else []
    handed_back = _hand_back(plan, rejected or file.with_suffix(".rejected.csv")) if rejected or not dry_run else None
    if as_json:
        said = {"outcome": _outcome(plan, dry_run=dry_run), "rejects_file": str(handed_back) if handed_back else None}
        typer.echo(json.dumps(said | plan.as_json() | {"handed_on": _handed_on(done)}, ensure_ascii=False, indent=1))
    else:
        _say_done(plan, done, handed_back, dry_run=dry_run)
    if plan.rejected and len(plan.rejected) == plan.rows:
        raise Refused("No row of the file could be taken: see the reasons.")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadPeopleFile(f"{file} cannot be read: {error.strerror}.") from error


def _pairs(named: Sequence[str]) -> dict[str, str]:
    found = {}
    for pair in named:
        old, equals, new = pair.partition("=")
        if not (equals and old.strip() and new.strip()):
            raise Refused(f"“{pair}” does not say who takes over from whom: write --successor old@…=new@….")
        found[old] = new
    return found


def _ask() -> None:
    if not sys.stdin.isatty():
        raise Refused("Nothing was done: there is nobody to ask. Add --yes to do it, or --dry-run to look.")
    if not typer.confirm("\nDo this?", default=False):
        raise Refused("Nothing was done.")


def _do(plan: Plan) -> list[Left]:
    with bar("Bringing them in") as on_progress:
        return bring_in(plan, at=datetime.now(UTC), by=None, on_progress=on_progress)


def _hand_back(plan: Plan, path: Path) -> Path | None:
    if not plan.rejected:
        return None
    try:
        path.write_text(rejected_csv(plan), encoding="utf-8-sig", newline="")
    except OSError as error:
        raise BadPeopleFile(
            f"The rejected rows cannot be written to {path}: {error.strerror}; use --rejected."
        ) from error
    return path


def _outcome(plan: Plan, *, dry_run: bool) -> str:
    if plan.changes_nothing:
        return "nothing to change"
    return "dry run" if dry_run else "done"


def _handed_on(done: list[Left]) -> list[dict[str, object]]:
    return [
        {
            "left": left.person.name,
            "successor": left.successor.name if left.successor else None,
            "promises": [
                {"promise": one.promise.pk, "how": str(one.how), "to": one.to.name if one.to else None, "why": one.why}
                for one in left.told
            ],
        }
        for left in done
    ]


# --- in words -----------------------------------------------------------------------------------------------------


def _say(plan: Plan) -> None:
    counts = plan.counts
    typer.echo(f"{count(plan.rows, 'row', 'rows')}, read as {plan.encoding}.")
    typer.echo(
        f"{counts['added']:,} to add, {counts['changed']:,} to change, {counts['returned']:,} come back, "
        f"{counts['left']:,} leave, {counts['unchanged']:,} as they are, {counts['rejected']:,} rejected."
    )
    if plan.unread:
        typer.echo(f"Not read: {listed(plan.unread)}.")
    for note in plan.notes:
        typer.echo(note)
    for entry in plan.entries[:SHOWN]:
        typer.echo(f"  line {entry.line}: {entry.what} {entry.name}")
        for change in entry.changes if entry.what != "added" else ():
            typer.echo(f"      {change.field}: {change.old or '(nothing)'} → {change.new or '(nothing)'}")
    _say_more(len(plan.entries))
    for each in moving(plan, SHOWN):
        heir = f"{each.leaver.successor_name} takes over" if each.leaver.successor else "nobody takes over yet"
        still_open = count(len(told(each.handings)), "open promise", "open promises")
        typer.echo(f"  {each.leaver.name} leaves: {heir}, {still_open}")
    _say_more(len(plan.leavers))
    for one in plan.rejected[:SHOWN]:
        typer.echo(f"  line {one.line} is rejected: {one.reason}", err=True)
    _say_more(len(plan.rejected))


def _say_more(number: int) -> None:
    if number > SHOWN:
        typer.echo(f"  … and {number - SHOWN:,} more (all with --json).")


def _say_done(plan: Plan, done: list[Left], handed_back: Path | None, *, dry_run: bool) -> None:
    if plan.missing and not plan.leavers:
        people = count(plan.missing, "person who is", "people who are")
        typer.echo(f"{people} here and not in the file: they stay. With --leavers they leave.")
    for left in done:
        lying = [one for one in left.told if one.to is None]
        if lying:
            typer.echo(f"{left.person}: {count(len(lying), 'promise', 'promises')} with nobody to take over yet.")
    if handed_back:
        typer.echo(f"The rejected rows, with their reasons, are in {handed_back}.")
    if plan.changes_nothing:
        typer.echo("There is nothing to change.")
    else:
        typer.echo("Nothing was changed (--dry-run)." if dry_run else "Done.")
