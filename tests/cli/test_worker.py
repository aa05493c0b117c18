"""The worker as a real process: alone, and beside the pages; it ends when told, and never outlives `kept serve`."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli.installation import Installation

WITHIN = 180.0


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, new_home: Callable[[Path], Path]) -> Installation:
    """An installation in which nobody works yet."""
    return Installation(new_home(tmp_path_factory.mktemp("worker") / "home"))


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def served(here: Installation, port: int) -> Iterator[subprocess.Popen[str]]:
    process = here.start("serve", "--port", str(port), "--workers", "1")
    try:
        until(lambda: len(workers_of(process.pid)) == 1 and answers(port))
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=20)


def answers(port: int) -> bool:
    """Whether the pages are there: only then does the whole of it hear that it is to stop."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


def until(true: Callable[[], bool]) -> None:
    give_up = time.monotonic() + WITHIN
    while not true():
        assert time.monotonic() < give_up, "it never came to that"
        time.sleep(0.1)


def workers_of(parent: int) -> list[int]:
    """The workers that were started for this process and still run, whoever their parent is now."""
    mark = f"--parent\0{parent}\0".encode()
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdecimal() and mark in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue  # it ended meanwhile
    return found


def test_alone_it_runs_until_it_is_told_to_stop(here: Installation) -> None:
    process = here.start("worker")
    assert process.stdout is not None
    assert process.stdout.readline() == "A worker of Kept runs (Ctrl+C stops it).\n"
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=20)
    assert (process.returncode, said) == (0, "")


def test_without_a_database_it_says_what_to_do(tmp_path: Path) -> None:
    refused = Installation(tmp_path / "nothing").kept("worker", status=1)
    assert "There is no database" in refused.stderr


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_with_the_pages(served: subprocess.Popen[str], sent: signal.Signals) -> None:
    assert os.getpgid(workers_of(served.pid)[0]) == os.getpgid(served.pid)
    os.killpg(served.pid, sent)
    said, _ = served.communicate(timeout=30)
    assert served.returncode == 0
    assert workers_of(served.pid) == []
    assert "Traceback" not in said
    assert "by itself" not in said


def test_it_does_not_outlive_pages_that_were_killed(served: subprocess.Popen[str]) -> None:
    served.send_signal(signal.SIGKILL)
    served.wait(timeout=10)
    until(lambda: workers_of(served.pid) == [])
    os.killpg(served.pid, signal.SIGKILL)  # what granian left behind


def test_one_that_is_killed_is_started_again(served: subprocess.Popen[str]) -> None:
    (first,) = workers_of(served.pid)
    os.kill(first, signal.SIGKILL)
    until(lambda: workers_of(served.pid) not in ([], [first]))
