"""A process that is killed in the middle loses no act that it had acknowledged, and leaves nothing half done."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import connection

from cast import Cast
from kept.ledger import verifying as verify
from kept.ledger.models import Event, Outbox

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 8
PROGRAM = Path(__file__).with_name("acting_process.py")


def start(cast: Cast) -> subprocess.Popen[str]:
    database = connection.settings_dict["NAME"]
    who = [cast.customer.pk, cast.provider.pk, cast.dispatch.pk, cast.workshop.pk]
    command = [sys.executable, str(PROGRAM), str(database), *map(str, who)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def two_killed(cast: Cast, chance: random.Random) -> list[str]:
    """Two processes at work at once, each killed at a moment of its own; gives the lines that they said whole."""
    processes = [start(cast), start(cast)]
    lines: list[list[str]] = [[], []]
    readers = [
        threading.Thread(target=lambda told=told, process=process: told.extend(process.stdout or ()))
        for told, process in zip(lines, processes, strict=True)
    ]
    try:
        for reader in readers:
            reader.start()
        while not all(lines):
            time.sleep(0.01)
            assert all(process.poll() is None for process in processes), "a process ended by itself"
        for process in processes:
            time.sleep(chance.uniform(0.0, 0.4))
            process.send_signal(signal.SIGKILL)
    finally:
        for process, reader in zip(processes, readers, strict=True):
            process.kill()
            process.wait(timeout=10)
            reader.join(timeout=10)
            assert process.stdout is not None
            process.stdout.close()
    return [line for told in lines for line in told if line.endswith("\n")]


def test_an_acknowledged_act_survives_a_killed_process(cast: Cast) -> None:
    chance = random.Random(7)
    acknowledged: set[tuple[int, int]] = set()
    connection.close()
    for _ in range(ROUNDS // 2):
        acknowledged |= {
            (int(promise), int(sequence)) for promise, sequence in map(str.split, two_killed(cast, chance))
        }

    recorded = set(Event.objects.values_list("stream", "sequence"))
    assert len(acknowledged) > ROUNDS
    assert acknowledged <= recorded
    assert len(recorded - acknowledged) <= ROUNDS, "each process can have been killed between commit and word once"
    assert Outbox.objects.count() == len(recorded)
    assert verify.verify().clean
