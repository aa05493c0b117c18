"""`kept doctor`: what is installed, what is in use, and whether it is well. It looks only; it makes and mends nothing.

Nothing here may import Django: where no database exists yet, loading the settings would already make a folder.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import platform
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from importlib import metadata, util
from pathlib import Path
from typing import Annotated, cast
from urllib.parse import urlsplit

import typer

from kept.cli.finding import Finding
from kept.core.errors import KeptError
from kept.history.engine import chosen_engine
from kept.history.home import history_folder
from kept.history.store import HistoryStore

PACKAGES = ("kept", "django", "granian", "duckdb", "ibis-framework", "pyarrow", "psycopg")
VENDORED = Path(__file__).resolve().parents[1] / "web" / "static" / "vendor"
LITTLE = 1 << 30
"""Disk left, in bytes, below which somebody should look: 1 GiB."""
NOT_YET = "`kept serve` or `kept demo` makes it; until then there is no ledger to verify"
POSTGRESQL = ("postgres", "postgresql", "psql", "pgsql")


def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON.")] = False) -> None:
    """Say what is installed and in use, and whether the ledger is sealed and verifies. Changes nothing."""
    findings = []
    for finding in examine():
        findings.append(finding)
        if not as_json:
            _say(finding)
    well = all(finding.ok for finding in findings)
    if as_json:
        lines = [asdict(finding) | {"ok": finding.ok} for finding in findings]
        typer.echo(json.dumps({"ok": well, "versions": versions(), "findings": lines}, ensure_ascii=False))
    elif well:
        typer.echo("All is well.")
    if not well:
        raise typer.Exit(1)


def _say(finding: Finding) -> None:
    mark = typer.style("ok       ", fg="green") if finding.ok else typer.style("look here", fg="red", bold=True)
    typer.echo(f"{mark}  {finding.about}: {finding.says}")
    if finding.do:
        typer.echo(f"           → {finding.do}")


def examine() -> Iterator[Finding]:
    """Look at one thing after the other."""
    yield Finding("installed", ", ".join(f"{name} {version}" for name, version in versions().items()))
    yield _home()
    yield _disk()
    yield _front_end()
    yield _engine()
    yield _history()
    yield from _database()


def versions() -> dict[str, str]:
    """What is installed, and in which version."""
    found = {name: _version(name) for name in PACKAGES}
    return {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version} | found


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def home() -> Path:
    """Where Kept keeps its things; it need not exist."""
    return Path(os.environ.get("KEPT_HOME", "kept-data")).absolute()


def _home() -> Finding:
    place = home()
    if not place.exists():
        return Finding("KEPT_HOME", f"{place} (nothing there yet; `kept serve` or `kept demo` makes it)")
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        return Finding(
            "KEPT_HOME", f"{place} cannot be written", "Give this account the right to write there, or set KEPT_HOME."
        )
    return Finding("KEPT_HOME", str(place))


def _disk() -> Finding:
    place = next(folder for folder in (home(), *home().parents) if folder.is_dir())
    left = shutil.disk_usage(place).free
    says = f"{left / (1 << 30):,.1f} GiB left for {home()}"
    return Finding("disk", says, "Make room: less than 1 GiB is left." if left < LITTLE else "")


def _front_end() -> Finding:
    do = "Run `make setup` (in a checkout), or install Kept from its wheel again."
    try:
        packages = json.loads((VENDORED / "manifest.json").read_text(encoding="utf-8"))["packages"]
        wanted = {name: digest for package in packages for name, digest in package["files"].items()}
    except (OSError, ValueError, KeyError):
        return Finding("front-end files", "missing", do)
    spoiled = [name for name, digest in wanted.items() if _digest(VENDORED / name) != digest]
    if spoiled:
        return Finding("front-end files", f"missing, or not as they were fetched: {', '.join(spoiled)}", do)
    return Finding("front-end files", f"{len(wanted)} files, as they were fetched")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _engine() -> Finding:
    try:
        engine = chosen_engine()
    except KeptError as error:
        return Finding("history engine", f"KEPT_ENGINE is “{os.environ.get('KEPT_ENGINE')}”", str(error))
    if engine == "spark" and util.find_spec("pyspark") is None:
        return Finding("history engine", "Spark, but PySpark is not installed", "Install kept's group “spark”.")
    if engine == "spark" and not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        return Finding("history engine", "Spark, but there is no Java", "Install Java 17 or newer, or set JAVA_HOME.")
    return Finding("history engine", "Spark" if engine == "spark" else f"DuckDB {_version('duckdb')}")


def _history() -> Finding:
    try:
        folder = history_folder()
        logs = HistoryStore(folder).logs()
    except KeptError as error:
        return Finding("history", "cannot be read", str(error))
    names = ", ".join(f"{log.name} ({log.events:,} events)" for log in logs) or "no imported log"
    return Finding("history", f"{folder}: {names}")


# --- the database: Django is loaded only where there is one to look at --------------------------------------------


def _database() -> Iterator[Finding]:
    url = os.environ.get("DATABASE_URL", "")
    if urlsplit(url).scheme in POSTGRESQL:
        at = urlsplit(url)
        yield Finding(
            "database", f"PostgreSQL, {at.path.lstrip('/') or 'its default'} on {at.hostname or 'this machine'}"
        )
    else:
        path = Path(url.split("://", 1)[1].removeprefix("/")) if url else home() / "kept.sqlite3"
        if not path.exists():
            yield Finding(
                "database", "none yet (`kept serve` or `kept demo` makes it); so there is no ledger to verify"
            )
            return
        yield Finding("database", f"SQLite {sqlite3.sqlite_version}, {path}")
    with tempfile.TemporaryDirectory(prefix="kept-doctor-") as elsewhere:
        _leave_no_trace(Path(elsewhere))
        module = importlib.import_module("kept.cli.doctor_database")
        yield from cast("Callable[[], Iterator[Finding]]", module.examine)()


def _leave_no_trace(elsewhere: Path) -> None:
    """The settings make a home and a key where there is none; for this process they are made elsewhere."""
    if not home().is_dir():
        os.environ["KEPT_HOME"] = str(elsewhere)
    if not (home() / "secret-key").is_file():
        os.environ.setdefault("KEPT_SECRET_KEY", secrets.token_urlsafe(50))
