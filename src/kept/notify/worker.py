"""What runs beside the pages: follow each event, ring each alarm, send what is due, do the chores; until told to stop.

Any number of workers may run at the same time, on any machine that reaches the database. Each step is claimed in the
database, so a worker that is killed in the middle leaves its step to another. Each channel sends in threads of its
own: a mail server that does not answer holds up nobody but the mails.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Thread

from django.db import close_old_connections, connections
from django.utils import timezone

from kept.notify import waking, warnings
from kept.notify.channels import CHANNELS
from kept.notify.channels.base import Channel
from kept.notify.following import follow_some
from kept.notify.models import Chore

PAUSE = 0.3
"""Seconds to wait when there was nothing to do."""
AFTER_TROUBLE = 2.0
CHORES_EVERY = 1.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """Something that one of the workers does every so often."""

    name: str
    every: timedelta
    do: Callable[[datetime], object]


Long = Callable[[datetime, Event], int]
"""Something that may take minutes: it claims its own rows, ends soon once the event is set, gives how much it did."""


def run(stop: Event, tasks: Sequence[Task] = (), long: Sequence[Long] = ()) -> None:
    """Work until `stop` is set; whatever goes wrong is logged, and tried again. Each of `long` has its own thread."""
    threads = [Thread(target=_loop, args=(follow, stop))]
    threads += [
        Thread(target=_loop, args=(partial(_long, job, stop), stop), kwargs={"pause": CHORES_EVERY}) for job in long
    ]
    for channel in CHANNELS:
        hand = partial(_loop, partial(_send, channel), stop, pause=PAUSE * channel.hands)
        threads += [Thread(target=hand) for _ in range(channel.hands)]
    for thread in threads:
        thread.start()
    _loop(partial(_chores, tasks), stop, pause=CHORES_EVERY)
    for thread in threads:
        thread.join()


def step(now: datetime, tasks: Sequence[Task] = ()) -> int:
    """Do some of what there is to do at `now`, all in this thread; gives how much that was."""
    return follow(now) + sum(_send(channel, now) for channel in CHANNELS) + _chores(tasks, now)


def follow(now: datetime) -> int:
    """Follow some events, and ring some alarms; tell what dates are in danger."""
    return follow_some(now=now) + waking.ring(now=now) + warnings.ring(now=now)


def _long(job: Long, stop: Event, now: datetime) -> int:
    return job(now, stop)


def _send(channel: Channel, now: datetime) -> int:
    return channel.send(now=now)


def _chores(tasks: Sequence[Task], now: datetime) -> int:
    return sum(_chore(task, now) for task in tasks)


def _loop(job: Callable[[datetime], int], stop: Event, *, pause: float = PAUSE) -> None:
    """Do `job` again and again, at once where there was something to do."""
    while not stop.is_set():
        try:
            close_old_connections()
            busy = job(timezone.now())
        except Exception:
            log.exception("Something went wrong in the worker; going on.")
            stop.wait(AFTER_TROUBLE)
        else:
            if not busy:
                stop.wait(pause)
    connections.close_all()


def _chore(task: Task, now: datetime) -> int:
    """Do a task whose time has come, unless another worker does: whoever moves its row on does it."""
    row, _ = Chore.objects.get_or_create(name=task.name, defaults={"next_at": now})
    mine = Chore.objects.filter(pk=task.name, next_at=row.next_at, next_at__lte=now)
    if not mine.update(next_at=now + task.every):
        return 0
    try:
        task.do(now)
    except Exception:
        log.exception("“%s” could not be done; it is tried again in %s.", task.name, task.every)
    return 1
