"""The commands that need Django, as real processes: demo, serve, doctor, ledger verify, sign-in-link, manage."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli.installation import KEPT, Installation

DRIVER = "maria.santer@oak-and-iron.example"
FIRST = "(SELECT min(stream_id) FROM promises_promise)"


@pytest.fixture
def example(example_home: Path, tmp_path: Path) -> Installation:
    """An installation that holds the example company, to do as one likes with."""
    return Installation(Path(shutil.copytree(example_home / "home", tmp_path / "home")))


@pytest.fixture
def empty(tmp_path: Path) -> Installation:
    """A machine on which Kept was never started."""
    return Installation(tmp_path / "nothing")


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def spoil(installation: Installation, *statements: str) -> None:
    database = sqlite3.connect(installation.home / "kept.sqlite3")
    with database:
        for statement in statements:
            database.execute(statement)
    database.close()


# --- demo and sign-in links ---------------------------------------------------------------------------------------


def test_the_demo_lays_a_company_and_prints_four_links(example_home: Path) -> None:
    said = (example_home / "said").read_text()
    assert re.search(r"Oak & Iron Furniture \(example\): 40 people in \d+ teams, .* [\d,]+ promises", said)
    links = re.findall(r"^    http://127\.0\.0\.1:8000/sign-in/\S+/$", said, re.MULTILINE)
    assert len(set(links)) == 4
    assert "kept import work" in said


def test_the_demo_lays_nothing_twice(example: Installation) -> None:
    before = (example.home / "kept.sqlite3").stat().st_size
    said = example.kept("demo", "--no-serve").stdout
    assert "promises," not in said
    assert len(re.findall("/sign-in/", said)) == 4
    assert (example.home / "kept.sqlite3").stat().st_size == before


def test_the_demo_lays_nothing_beside_other_data(empty: Installation, new_home: Callable[[Path], Path]) -> None:
    new_home(empty.home)
    spoil(
        empty,
        "INSERT INTO people_party (kind, name, number) VALUES ('team', 'A company of its own', '')",
        "INSERT INTO people_team (party_ptr_id, purpose) SELECT id, '' FROM people_party",
    )
    said = empty.kept("demo", "--no-serve").stdout
    assert "was not laid beside it" in said
    assert "/sign-in/" not in said


def test_a_sign_in_link_for_a_person(example: Installation) -> None:
    done = example.kept("sign-in-link", DRIVER.upper(), "--at", "https://kept.example/")
    assert re.fullmatch(r"https://kept\.example/sign-in/\S+/\n", done.stdout)
    assert "12 hours" in done.stderr


def test_no_sign_in_link_for_who_is_not_there_or_has_left(example: Installation) -> None:
    assert "Nobody here has the address" in example.kept("sign-in-link", "no@example.com", status=1).stderr
    spoil(example, f"UPDATE people_person SET is_active = 0 WHERE email = '{DRIVER}'")
    assert "has left" in example.kept("sign-in-link", DRIVER, status=1).stderr


@pytest.mark.parametrize("words", [("sign-in-link", DRIVER), ("ledger", "verify")])
def test_a_database_that_is_not_there_is_said_and_not_made(empty: Installation, words: tuple[str, ...]) -> None:
    assert "There is no database" in empty.kept(*words, status=1).stderr
    assert not (empty.home / "kept.sqlite3").exists()


# --- the ledger ---------------------------------------------------------------------------------------------------


def test_a_sound_ledger_verifies(example: Installation) -> None:
    assert "everything that is stored is what replaying it gives" in example.kept("ledger", "verify").stdout
    said = json.loads(example.kept("ledger", "verify", "--json").stdout)
    assert said["clean"] is True
    assert said["sealed"] is True
    assert said["promises"] > 100
    assert said["events"] > said["promises"]


def test_a_damaged_row_is_said_in_words(example: Installation) -> None:
    spoil(example, f"UPDATE promises_promise SET chases = chases + 1 WHERE stream_id = {FIRST}")
    done = example.kept("ledger", "verify", status=1)
    told = re.search(r"^Promise (\d+): “chases” is stored as", done.stdout, re.MULTILINE)
    assert told
    assert "in 1 place" in done.stderr
    done = example.kept("ledger", "verify", "--json", status=1)
    assert [difference["story"] for difference in json.loads(done.stdout)["differences"]] == [int(told[1])]


def test_a_changed_event_is_found(example: Installation) -> None:
    trigger = "SELECT sql FROM sqlite_master WHERE name = 'ledger_event_no_update'"
    forge = f"UPDATE ledger_event SET name = 'promise.noted' WHERE sequence = 1 AND stream_id = {FIRST}"
    database = sqlite3.connect(example.home / "kept.sqlite3")
    lay_again = database.execute(trigger).fetchone()[0]
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        database.execute(forge)
    database.close()
    spoil(
        example,
        "DROP TRIGGER ledger_event_no_update",
        forge,
        lay_again,
    )
    assert "event 1 is called “promise.noted”" in example.kept("ledger", "verify", status=1).stdout


def test_a_lifted_seal_is_found_and_laid_again_by_migrate(example: Installation) -> None:
    spoil(example, "DROP TRIGGER ledger_event_no_delete")
    assert "not sealed" in example.kept("ledger", "verify", status=1).stderr
    example.kept("manage", "migrate", "--verbosity", "0")
    example.kept("ledger", "verify")


# --- doctor -------------------------------------------------------------------------------------------------------


def findings(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, object]]:
    return {finding["about"]: finding for finding in json.loads(done.stdout)["findings"]}


def test_the_doctor_looks_at_an_empty_machine_and_makes_nothing(empty: Installation) -> None:
    said = empty.kept("doctor").stdout
    assert "none yet" in said
    assert "All is well." in said
    assert not empty.home.exists()


def test_the_doctor_makes_nothing_where_only_postgresql_is_named(empty: Installation) -> None:
    unreachable = Installation(empty.home, {"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/kept"})
    done = unreachable.kept("doctor", "--json", status=1)
    assert findings(done)["database answers"]["do"]
    assert not empty.home.exists()


def test_the_doctor_makes_no_key(example: Installation) -> None:
    (example.home / "secret-key").unlink()
    before = {path.name for path in example.home.iterdir()}
    example.kept("doctor")
    assert {path.name for path in example.home.iterdir()} <= before


def test_the_doctor_finds_a_sound_installation_well(example: Installation) -> None:
    said = findings(example.kept("doctor", "--json"))
    assert {"installed", "disk", "front-end files", "history engine", "database", "tables", "seal", "ledger"} <= set(
        said
    )
    assert all(finding["ok"] for finding in said.values())
    assert "DuckDB" in str(said["history engine"]["says"])
    assert "SQLite" in str(said["database"]["says"])


@pytest.mark.parametrize(
    ("statement", "about"),
    [
        ("DROP TRIGGER ledger_event_no_update", "seal"),
        (f"UPDATE promises_promise SET what = 'Else' WHERE stream_id = {FIRST}", "ledger"),
        ("DELETE FROM django_migrations WHERE app = 'promises'", "tables"),
        (
            "INSERT INTO django_migrations (app, name, applied) VALUES ('promises', '9999_to_come', '2026-01-01')",
            "tables",
        ),
    ],
)
def test_the_doctor_says_where_to_look(example: Installation, statement: str, about: str) -> None:
    spoil(example, statement)
    said = findings(example.kept("doctor", "--json", status=1))
    assert [name for name, finding in said.items() if not finding["ok"]] == [about]
    assert said[about]["do"]


def test_the_doctor_refuses_an_unknown_engine(empty: Installation) -> None:
    odd = Installation(empty.home, {"KEPT_ENGINE": "abacus"})
    assert "abacus" in str(findings(odd.kept("doctor", "--json", status=1))["history engine"]["says"])


# --- serve --------------------------------------------------------------------------------------------------------


@pytest.fixture
def served(example: Installation, port: int) -> Iterator[subprocess.Popen[str]]:
    process = example.start("serve", "--port", str(port))
    try:
        wait_until_answered(port)
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
        assert process.stdout is not None
        process.stdout.close()


def wait_until_answered(port: int) -> None:
    give_up = time.monotonic() + 60
    while True:
        try:
            status = answer(port, "/account/login/").status
        except OSError:
            assert time.monotonic() < give_up, "the server never answered"
            time.sleep(0.1)
        else:
            assert status == 200
            return


def answer(port: int, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_stops_when_told(served: subprocess.Popen[str], port: int, sent: signal.Signals) -> None:
    assert answer(port, "/").status == 302
    assert answer(port, "/static/kept/kept.css").status == 200
    os.killpg(served.pid, sent)  # as a terminal does on Ctrl+C: every process of the group hears it
    assert served.wait(timeout=60) == 0
    with pytest.raises(OSError), socket.create_connection(("127.0.0.1", port), timeout=2):
        pass


def test_a_port_that_is_taken_is_refused(served: subprocess.Popen[str], example: Installation, port: int) -> None:
    for words in (("serve",), ("demo",)):
        said = example.kept(*words, "--port", str(port), status=1).stderr
        assert f"127.0.0.1:{port}" in said
        assert "--port" in said


def test_an_address_that_is_none_of_this_machine_is_refused(example: Installation, port: int) -> None:
    assert "no address of this machine" in example.kept("serve", "--host", "192.0.2.1", status=1).stderr


# --- the rest -----------------------------------------------------------------------------------------------------


def test_manage_hands_everything_to_django(empty: Installation) -> None:
    assert "kept manage migrate" in empty.kept("manage", "migrate", "--help").stdout
    assert "no issues" in empty.kept("manage", "check").stdout
    assert "people" in empty.kept("manage", "showmigrations", "--plan").stdout


@pytest.mark.parametrize("words", [("--help",), ("log", "show", "--help"), ("map", "--help"), ("import", "--help")])
def test_help_and_the_log_commands_do_not_load_django(empty: Installation, words: tuple[str, ...]) -> None:
    program = (
        "import sys\nfrom kept.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('LOADED' if 'django' in sys.modules else 'FREE')"
    )
    command = [KEPT[0], "-c", program, *words]
    done = subprocess.run(command, env=empty.environment, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "FREE"
    assert not empty.home.exists()
