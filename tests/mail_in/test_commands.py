"""`kept mail-in` as a mail server calls it, `kept doctor` where the mailbox is wrong: real processes."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.installation import KEPT, Installation
from mail_in.imap_server import PASSWORD, USER, imap_server
from mail_in.writing import HERE, mail

MESSAGE = mail("nobody@elsewhere.example", "Hello").as_bytes()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, new_home: Callable[[Path], Path]) -> Installation:
    """An installation that takes mails in."""
    more = {"KEPT_MAIL_IN": HERE, "KEPT_LARGEST_MAIL": "100000", "KEPT_IMAP_TLS": "0"}
    return Installation(new_home(tmp_path_factory.mktemp("mail-in") / "home"), more)


def _pipe(installation: Installation, raw: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*KEPT, "mail-in"], input=raw, env=installation.environment, capture_output=True, timeout=120, check=False
    )


def _rows(home: Path) -> list[tuple[str, str, bytes]]:
    with sqlite3.connect(home / "kept.sqlite3") as database:
        return database.execute("SELECT outcome, reason, content FROM mail_in_mail ORDER BY id").fetchall()


def test_a_pipe_keeps_a_mail_and_says_nothing(installation: Installation) -> None:
    for _ in range(2):
        done = _pipe(installation, MESSAGE)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    ((outcome, reason, content),) = _rows(installation.home)
    assert (outcome, content) == ("quarantined", MESSAGE)
    assert reason.startswith("It answers no mail of ours")


@pytest.mark.parametrize(
    ("raw", "status", "says"), [(b"x" * 100_001, 69, b"larger than this installation takes"), (b"\n", 1, b"no mail")]
)
def test_what_is_not_taken_is_said_to_the_mail_server(
    installation: Installation, raw: bytes, status: int, says: bytes
) -> None:
    done = _pipe(installation, raw)
    assert done.returncode == status
    assert says in done.stderr


def test_a_mail_server_tries_again_where_it_cannot_be_kept_now(tmp_path: Path) -> None:
    done = _pipe(Installation(tmp_path / "nothing"), MESSAGE)
    assert (done.returncode, b"could not be kept now" in done.stderr) == (75, True)


def test_a_mailbox_is_fetched_and_the_doctor_says_what_is_wrong_with_it(installation: Installation) -> None:
    assert "No mailbox is configured" in installation.kept("mail-in", "--imap", status=1).stderr
    with imap_server() as box:
        box.put(mail("nobody@elsewhere.example", "Through the mailbox").as_bytes())
        more = {"KEPT_IMAP_HOST": "127.0.0.1", "KEPT_IMAP_PORT": str(box.port), "KEPT_IMAP_USER": USER}
        right = Installation(installation.home, installation.more | more | {"KEPT_IMAP_PASSWORD": PASSWORD})
        assert "1 mails to fetch" in right.kept("doctor").stdout
        assert "1 mails taken in" in right.kept("mail-in", "--imap").stdout
        wrong = Installation(installation.home, installation.more | more | {"KEPT_IMAP_PASSWORD": "no"})
        said = json.loads(wrong.kept("doctor", "--json", status=1).stdout)
        (finding,) = [one for one in said["findings"] if one["about"] == "mailbox"]
        assert (finding["ok"], "KEPT_IMAP_PASSWORD" in finding["do"]) == (False, True)
        assert "does not take this name and password" in wrong.kept("mail-in", "--imap", status=1).stderr
