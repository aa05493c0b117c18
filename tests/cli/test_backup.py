"""A backup holds everything, comes back whole on either database, and a bad one changes nothing."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import re
import signal
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from cli.installation import Installation
from kept.cli.archive import unpack
from kept.cli.restore import refuse_unfit
from kept.core.errors import Refused
from requirements import PROJECT, needs

ADD = """
from datetime import UTC, datetime, timedelta
from kept.core import acts
from kept.core.terms import Terms
from kept.people import actions as people
from kept.people.models import Party, Person
from kept.people.reach import organisation_changing
from kept.promises import actions, files
now = datetime.now(UTC)
if not Party.objects.exists():
    with organisation_changing():
        for name in ("Ann", "Ben"):
            people.add_person(name=name, email=f"{name.lower()}@example.com")
ann, ben = Person.objects.order_by("name")
drawing = files.take_in(ann, None, files.HandedIn("drawing.txt", "text/plain", [b"WHAT"]), at=now)
ask = acts.Ask(customer=ann.pk, provider=ben.pk, terms=Terms("WHAT", now + timedelta(days=2)), files=(drawing.pk,))
actions.open_promise(ann, ask, at=now)
"""
SHOW = """
from kept.promises import contents
from kept.promises.models import File, Promise
for promise in Promise.objects.order_by("what"):
    print(promise.what, [contents.path_of(file.sha256).read_bytes() for file in promise.files.all()])
"""
LOG = PROJECT / "examples" / "servicenow_incidents.csv.gz"
NewHome = Callable[[Path], Path]
Change = Callable[[tarfile.TarInfo, bytes], tuple[tarfile.TarInfo, bytes]]


def add(installation: Installation, what: str) -> None:
    """Somebody asks for `what`, with a file that holds it."""
    installation.kept("manage", "shell", "--no-imports", "--command", ADD.replace("WHAT", what))


def shown(installation: Installation) -> list[str]:
    """What is asked for there, with what its files hold."""
    return installation.kept("manage", "shell", "--no-imports", "--command", SHOW).stdout.splitlines()


@dataclass(frozen=True)
class OnSQLite:
    """Gives installations by name: `empty` ones where nothing was ever done, and `new` ones that are ready to use."""

    folder: Path
    new_home: NewHome

    def empty(self, name: str) -> Installation:
        return Installation(self.folder / name)

    def new(self, name: str) -> Installation:
        return Installation(self.new_home(self.folder / name))


@dataclass(frozen=True)
class OnPostgreSQL:
    """The same, each with a database of its own; the new ones are copies of the database `ready`."""

    folder: Path
    ready: str
    made: list[str] = field(default_factory=list)

    def empty(self, name: str) -> Installation:
        return self._over(name, "template0")

    def new(self, name: str) -> Installation:
        return self._over(name, self.ready)

    def _over(self, name: str, template: str) -> Installation:
        database = f"kept_backup_{os.getpid()}_{name}"
        administer(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        self.made.append(database)
        return Installation(self.folder / name, {"DATABASE_URL": address_of(database)})


Machines = OnSQLite | OnPostgreSQL


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def machines(request: pytest.FixtureRequest, tmp_path: Path, new_home: NewHome) -> Machines:
    """The same on either database."""
    return OnSQLite(tmp_path, new_home) if request.param == "sqlite" else request.getfixturevalue("on_postgresql")


@pytest.fixture
def on_postgresql(ready: str, tmp_path: Path) -> Iterator[OnPostgreSQL]:
    made = OnPostgreSQL(tmp_path, ready)
    yield made
    for database in made.made:
        drop(database)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a database in which `kept manage migrate` has been said."""
    url = os.environ.get("DATABASE_URL", "")
    needs("postgres", url.startswith("postgres"), "Set DATABASE_URL to a PostgreSQL server.")
    database = f"kept_backup_{os.getpid()}_ready"
    administer(f'CREATE DATABASE "{database}"')
    home = tmp_path_factory.mktemp("ready")
    Installation(home, {"DATABASE_URL": address_of(database)}).kept("manage", "migrate", "--verbosity", "0")
    yield database
    drop(database)


def address_of(database: str) -> str:
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}"))


def drop(database: str) -> None:
    administer(f'DROP DATABASE "{database}" WITH (FORCE)')


def administer(statement: str) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]


def test_a_backup_comes_back_whole_elsewhere_and_over_what_came_after(machines: Machines, tmp_path: Path) -> None:
    here, there = machines.new("here"), machines.empty("there")
    add(here, "chairs")
    here.kept("import", "work", str(LOG))
    archive = tmp_path / "monday.tar.gz"
    said = here.kept("backup", str(archive)).stdout
    assert "1 file, 1 imported work log" in said
    assert archive.stat().st_mode & 0o077 == 0

    there.kept("restore", str(archive))
    assert shown(there) == shown(here) == ["chairs [b'chairs']"]
    assert json.loads(there.kept("log", "list", "--json").stdout) == json.loads(
        here.kept("log", "list", "--json").stdout
    )
    assert json.loads(there.kept("ledger", "verify", "--json").stdout)["clean"]

    add(here, "tables")
    here.kept("map", "--json")  # the history now holds what the backup does not know
    here.kept("log", "remove", "--yes", "servicenow_incidents")
    refused = here.kept("restore", str(archive), status=1)
    assert "--replace" in refused.stderr
    assert len(shown(here)) == 2
    done = here.kept("restore", str(archive), "--replace").stdout
    assert "everything that is stored is what replaying it gives" in done
    assert shown(here) == ["chairs [b'chairs']"]
    assert len(json.loads(here.kept("log", "list", "--json").stdout)["logs"]) == 1
    (aside,) = here.home.glob("before-restore-*")
    assert {path.read_bytes() for path in (aside / "files").glob("*/*")} == {b"chairs", b"tables"}
    assert not list((here.home / "history" / "kept").glob("*"))

    add(here, "lamps")  # and from here it goes on, also to a next backup
    here.kept("map", "--json")
    here.kept("backup", str(tmp_path / "tuesday.tar.gz"))
    there.kept("restore", str(tmp_path / "tuesday.tar.gz"), "--replace")
    assert shown(there) == ["chairs [b'chairs']", "lamps [b'lamps']"]


def test_what_was_there_before_can_be_had_again(tmp_path: Path, new_home: NewHome) -> None:
    here = Installation(new_home(tmp_path / "here"))
    add(here, "chairs")
    here.kept("backup", str(tmp_path / "a.tar.gz"))
    add(here, "tables")
    here.kept("restore", str(tmp_path / "a.tar.gz"), "--replace")
    (aside,) = here.home.glob("before-restore-*")
    assert shown(Installation(aside)) == ["chairs [b'chairs']", "tables [b'tables']"]


def test_a_killed_restore_leaves_the_old_installation_or_the_new_one(machines: Machines, tmp_path: Path) -> None:
    here, archive, chance = machines.new("here"), tmp_path / "a.tar.gz", random.Random(5)
    add(here, "chairs")
    here.kept("backup", str(archive))
    add(here, "tables")
    states = (["chairs [b'chairs']", "tables [b'tables']"], ["chairs [b'chairs']"])
    for _ in range(4):
        process = here.start("restore", str(archive), "--replace")
        time.sleep(chance.uniform(0.3, 3.0))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)
        assert process.stdout is not None
        process.stdout.close()
        assert shown(here) in states
        here.kept("ledger", "verify")
    here.kept("restore", str(archive), "--replace")
    assert shown(here) == states[1]
    assert not list(here.home.glob(".restoring-*"))


def test_a_killed_backup_leaves_no_file_of_that_name(tmp_path: Path, new_home: NewHome) -> None:
    here, archive = Installation(new_home(tmp_path / "here")), tmp_path / "a.tar.gz"
    add(here, "chairs")
    for wait in (0.8, 1.2):
        process = here.start("backup", str(archive))
        time.sleep(wait)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)
        assert process.stdout is not None
        process.stdout.close()
        if archive.exists():
            Installation(tmp_path / f"there{wait}").kept("restore", str(archive))
            archive.unlink()
    here.kept("backup", str(archive))
    assert "another's place" in here.kept("backup", str(archive), status=1).stderr


def test_nothing_is_put_back_while_somebody_works_with_it(machines: Machines, tmp_path: Path) -> None:
    here, archive = machines.new("here"), tmp_path / "a.tar.gz"
    add(here, "chairs")
    here.kept("backup", str(archive))
    with at_work(here):
        assert "stop `kept serve`" in here.kept("restore", str(archive), "--replace", status=1).stderr
        here.kept("backup", str(tmp_path / "meanwhile.tar.gz"))
    here.kept("restore", str(archive), "--replace")


@contextmanager
def at_work(installation: Installation) -> Iterator[None]:
    """A process that has the database open."""
    hold = (
        "import time; from kept.promises.models import Promise; Promise.objects.count(); print('open', flush=True); "
        "time.sleep(300)"
    )
    process = installation.start("manage", "shell", "--no-imports", "--command", hold)
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    yield
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=30)
    process.stdout.close()


# --- archives that are refused ------------------------------------------------------------------------------------


def tampered(
    archive: Path, target: Path, change: Callable[[tarfile.TarInfo, bytes], tuple[tarfile.TarInfo, bytes]]
) -> Path:
    """The archive once more, with each member as `change` makes it."""
    with tarfile.open(archive) as source, tarfile.open(target, "w:gz") as written:
        for member in source:
            content = source.extractfile(member).read()  # type: ignore[union-attr]
            changed, content = change(member, content)
            changed.size = len(content) if changed.isreg() else 0
            written.addfile(changed, io.BytesIO(content))
    return target


def renamed(name: str) -> Change:
    return lambda member, content: (
        (member.replace(name=name), content) if member.name.startswith("files/") else (member, content)
    )


def linked(member: tarfile.TarInfo, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
    if member.name.startswith("files/"):
        member = member.replace()
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return member, content


def spoiled(member: tarfile.TarInfo, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
    return member, b"other!" if member.name.startswith("files/") else content


def said(**more: object) -> Change:
    return lambda member, content: (
        member, json.dumps(json.loads(content) | more).encode() if member.name == "kept-backup.json" else content,
    )  # fmt: skip


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory, new_home: NewHome) -> Path:
    """An archive with which nothing is wrong."""
    folder = tmp_path_factory.mktemp("sound")
    here = Installation(new_home(folder / "here"))
    add(here, "chairs")
    here.kept("backup", str(folder / "a.tar.gz"))
    return folder / "a.tar.gz"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (renamed("../../outside"), "no backup that Kept made"),
        (renamed("/tmp/outside"), "no backup that Kept made"),
        (renamed("files/../../outside"), "no backup that Kept made"),
        (renamed("history/../outside"), "no backup that Kept made"),
        (renamed("secret-key"), "no backup that Kept made"),
        (linked, "no backup that Kept made"),
        (spoiled, "is not what was put in"),
        (said(migrations=["promises.9999_tomorrow"], kept="9.0"), "made by a newer Kept (9.0"),
        (said(format=2), "another version of Kept"),
        (said(engine="oracle"), "holds a database of the kind “oracle”"),
        (said(members=7), "damaged"),
    ],
)
def test_what_no_backup_holds_is_refused_and_put_nowhere(sound: Path, tmp_path: Path, change: Change, why: str) -> None:
    staging = tmp_path / "deep" / "staging"
    with pytest.raises(Refused, match=re.escape(why)):
        refuse_unfit(unpack(tampered(sound, tmp_path / "b.tar.gz", change), staging))
    outside = [path for path in tmp_path.rglob("*") if path.is_file() and staging not in path.parents]
    assert [path.name for path in outside] == ["b.tar.gz"]


@pytest.mark.parametrize("part", [0.0, 0.3, 0.9, 0.99])  # a few bytes of its end are but padding
def test_an_archive_that_was_cut_off_is_refused(sound: Path, tmp_path: Path, part: float) -> None:
    whole = sound.read_bytes()
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(Refused, match=r"damaged.*Nothing was changed"):
        unpack(cut, tmp_path / "staging")


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    text, packed = tmp_path / "text", tmp_path / "packed.gz"
    text.write_text("not a backup")
    packed.write_bytes(gzip.compress(b"not a tar"))
    for path in (text, packed):
        with pytest.raises(Refused, match="damaged"):
            unpack(path, tmp_path / "staging")
    with pytest.raises(Refused, match="no file"):
        unpack(tmp_path / "none", tmp_path / "staging")


@pytest.mark.postgres
def test_without_postgresqls_programs_it_says_what_to_install(on_postgresql: OnPostgreSQL, tmp_path: Path) -> None:
    here = on_postgresql.new("here")
    without = replace(here, more=here.more | {"PATH": str(tmp_path)})
    assert "postgresql-client" in without.kept("backup", str(tmp_path / "a.tar.gz"), status=1).stderr
    assert not (tmp_path / "a.tar.gz").exists()
