"""Several workers at the same time, and one that is killed: each mail acts once."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connections

from cast import HOUR, START, Cast
from cli.installation import KEPT, Installation
from kept.ledger.models import Event
from kept.mail_in.handling import handle_some
from kept.mail_in.keeping import keep
from kept.mail_in.models import Deed, Mail
from mail_in.writing import HERE, answer, letter_to, mail

NOW = START + 2 * HOUR


@pytest.mark.django_db(transaction=True)
def test_four_workers_do_each_mail_once(cast: Cast) -> None:
    promise = cast.asked()
    letter = letter_to(cast.lead.pk, promise, at=NOW)
    for each in range(20):
        keep(answer(letter, f"Note {each}").as_bytes(), at=NOW)
    troubles: list[BaseException] = []

    def work() -> None:
        try:
            while handle_some(now=NOW):
                pass
        except BaseException as error:
            troubles.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not troubles
    assert Event.objects.filter(stream=promise, name="promise.noted").count() == 20
    assert Deed.objects.count() == 20
    assert set(Mail.objects.values_list("outcome", flat=True)) == {Mail.Outcome.DONE}


def test_a_pipe_that_is_killed_loses_nothing_that_the_mail_server_gives_again(
    tmp_path: Path, new_home: Callable[[Path], Path]
) -> None:
    installation = Installation(new_home(tmp_path / "home"), {"KEPT_MAIL_IN": HERE})
    raw = mail("nobody@elsewhere.example", "Hello").as_bytes()
    for wait in (0.8, 1.6, 2.4):
        process = subprocess.Popen(
            [*KEPT, "mail-in"], stdin=subprocess.PIPE, env=installation.environment, stderr=subprocess.DEVNULL
        )
        assert process.stdin
        process.stdin.write(raw)
        process.stdin.close()
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
    subprocess.run([*KEPT, "mail-in"], input=raw, env=installation.environment, check=True, timeout=60)
    with sqlite3.connect(installation.home / "kept.sqlite3") as database:
        rows = database.execute("SELECT outcome, content FROM mail_in_mail").fetchall()
    assert [content for _, content in rows] == [raw]
