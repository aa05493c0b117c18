"""`kept backup`: everything that this installation keeps, in one file."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from kept.cli import database, database_copy
from kept.cli.archive import FORMAT, Manifest, Writer, taken, writing
from kept.cli.words import count
from kept.core.errors import Refused
from kept.history.home import history_folder
from kept.history.store import HistoryStore
from kept.promises import contents


def backup(file: Annotated[Path, typer.Argument(help="Where to write it; by custom it ends in .tar.gz.")]) -> None:
    """Write the database, the files and the imported work logs into one archive, while people go on working."""
    database.refuse_unready()
    if file.exists():
        raise Refused(taken(file))
    if not file.parent.is_dir():
        raise Refused(f"There is no folder {file.parent.absolute()}. Make it first, or choose another.")
    try:
        with writing(file) as archive:
            files, logs = write(archive)
    except OSError as error:
        raise Refused(f"{file} could not be written: {error.strerror or error}. There is no backup.") from error
    typer.echo(
        f"Wrote {file} ({contents.in_words(file.stat().st_size)}): the database, {count(files, 'file', 'files')}, "
        f"{count(logs, 'imported work log', 'imported work logs')}. Keep it where only you can read it, and try "
        "`kept restore` with it now and then."
    )


def write(archive: Writer) -> tuple[int, int]:
    """Put everything into an archive; gives how many files and imported logs there were.

    The database comes first: the files that it tells of were there before it told of them, and stay for a day at least.
    """
    with tempfile.TemporaryDirectory(prefix="kept-backup-", dir=contents.folder().parent) as beside:
        copy, made_with = database_copy.copy_out(Path(beside))
        archive.add(copy.name, copy)
    files = 0
    for path in sorted(contents.folder().glob("??/*")):
        if contents.DIGEST.fullmatch(path.name):
            archive.add(f"files/{path.parent.name}/{path.name}", path)
            files += 1
    logs = _add_logs(archive)
    archive.close(_manifest(made_with))
    return files, logs


def _add_logs(archive: Writer) -> int:
    root = history_folder()
    logs = HistoryStore(root).logs()
    for log in logs:
        for path in (log.folder / "manifest.json", *sorted((log.folder / log.version).iterdir())):
            archive.add(f"history/{path.relative_to(root).as_posix()}", path)
    return len(logs)


def _manifest(made_with: str) -> Manifest:
    return Manifest(
        format=FORMAT,
        kept=metadata.version("kept"),
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        engine=connection.vendor,
        made_with=made_with,
        migrations=sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()),
    )
