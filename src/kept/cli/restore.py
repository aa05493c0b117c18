"""`kept restore`: an installation as it was when a backup was made.

Everything is unpacked and checked beside what is here; files and logs are added; then the database changes in one step.
Who kills it before that step leaves the old installation whole.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from kept.cli import database, database_copy, ledger
from kept.cli.archive import Manifest, unpack
from kept.cli.words import count
from kept.core.errors import Refused
from kept.history.files import make_durable
from kept.history.home import history_folder
from kept.history.store import MANIFEST, OWN_LOG, HistoryStore
from kept.promises import contents


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `kept backup` wrote.")],
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put what is here now aside, and the backup in its place.")
    ] = False,
) -> None:
    """Put a backup in place, and replay its ledger to see that it is sound. Refuses where there is anything already."""
    there = _something_there()
    if there and not replace:
        raise Refused(
            "There is an installation here already. `kept restore FILE --replace` puts it aside and the backup in its "
            "place; or set KEPT_HOME (and DATABASE_URL) to a new one. Nothing was changed."
        )
    database_copy.refuse_in_use()
    home = Path(settings.KEPT_HOME)
    for left in home.glob(".restoring-*"):  # by one that was killed
        shutil.rmtree(left, ignore_errors=True)
    try:
        with tempfile.TemporaryDirectory(prefix=".restoring-", dir=home) as beside:
            staging = Path(beside)
            manifest = unpack(file, staging)
            refuse_unfit(manifest)
            database_copy.refuse_unsound(staging / database_copy.NAMES[manifest.engine])
            aside = _aside(home) if there else None
            was = _put(staging, manifest, aside)
    except OSError as error:
        why = f"The backup could not be put in place ({error}). Make room, or give this account the right to write."
        raise Refused(why) from error
    _say(manifest, aside, was)
    database.bring_up_to_date()
    ledger.verify(as_json=False)


def _something_there() -> bool:
    """Whether anybody works here, or anything is kept. Makes no database where there is none."""
    if HistoryStore(history_folder()).logs():
        return True
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return False
    return MigrationRecorder(connection).has_table() and not database.is_empty()


def refuse_unfit(manifest: Manifest) -> None:
    """Refuse a backup of another database than this installation's, or of a newer Kept."""
    if manifest.engine != connection.vendor:
        theirs, here = (database_copy.ENGINES.get(name, f"“{name}”") for name in (manifest.engine, connection.vendor))
        raise Refused(
            f"This backup holds a database of the kind {theirs}; this installation uses {here}. Set DATABASE_URL to "
            "one of that kind, or leave it unset for SQLite. Nothing was changed."
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if newer := sorted(set(manifest.migrations) - known):
        raise Refused(
            f"This backup was made by a newer Kept ({manifest.kept}; it knows {newer[0]}). Install that version, and "
            "restore with it. Nothing was changed."
        )


def _aside(home: Path) -> Path:
    path = home / f"before-restore-{datetime.now(UTC):%Y%m%d%H%M%S}"
    path.mkdir(mode=0o700)
    return path


def _put(staging: Path, manifest: Manifest, aside: Path | None) -> str:
    """Put everything in place; gives where the old database is now. The database changes in the middle, in one step."""
    root = history_folder()
    try:
        if aside is not None:
            _link_all(contents.folder(), aside / "files")
            _link_all(root, aside / "history")
        _link_all(staging / "files", contents.folder())
        shutil.rmtree(root / OWN_LOG, ignore_errors=True)  # it may be ahead of the ledger that comes; made anew from it
        was = database_copy.put_back(staging / database_copy.NAMES[manifest.engine], aside=aside)
    except (OSError, Refused):
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)  # only second names of what still has its own
        raise
    for log in HistoryStore(root).logs():
        shutil.rmtree(log.folder)
    _link_all(staging / "history", root)
    return was


def _link_all(source: Path, target: Path) -> None:
    """Have every file below `source` below `target` too, manifests last; copied where the two lie on two disks."""
    found = [path for path in sorted(source.rglob("*")) if path.is_file() and not path.name.startswith(".")]
    for path in sorted(found, key=lambda each: each.name == MANIFEST):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = place.with_name(f".putting-{place.name}")
        beside.unlink(missing_ok=True)
        try:
            beside.hardlink_to(path)
        except OSError:
            shutil.copy2(path, beside)
            make_durable(beside)
        beside.replace(place)
    for folder in {(target / path.relative_to(source)).parent for path in found}:
        make_durable(folder)


def _say(manifest: Manifest, aside: Path | None, was: str) -> None:
    files = sum(name.startswith("files/") for name in manifest.members)
    typer.echo(
        f"Restored the backup of {manifest.made_at}: the database ({manifest.made_with}) and "
        f"{count(files, 'file', 'files')}."
    )
    if aside is not None:
        typer.echo(f"What was here before: the database is {was}; files and work logs are in {aside}.")
