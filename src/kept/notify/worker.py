"""What runs beside the pages: follow each event, ring each alarm, send what is due, do the chores; until told to stop.

Any number of workers may run at the same time, on any machine that reaches the database. Each step is claimed in the
database, so a worker that is killed in the middle leaves its step to another.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from kept.notify import waking
from kept.notify.channels import CHANNELS
from kept.notify.following import follow_some
from kept.notify.models import Chore

PAUSE = 0.3
"""Seconds to wait when there was nothing to do."""
AFTER_TROUBLE = 2.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """Something that one of the workers does every so often."""

    name: str
    every: timedelta
    do: Callable[[datetime], object]


def run(stop: Event, tasks: Sequence[Task] = ()) -> None:
    """Work until `stop` is set; whatever goes wrong is logged, and tried again."""
    while not stop.is_set():
        try:
            close_old_connections()
            busy = step(timezone.now(), tasks)
        except DatabaseError:
            log.exception("The database did not answer; trying again.")
            stop.wait(AFTER_TROUBLE)
            continue
        if not busy:
            stop.wait(PAUSE)


def step(now: datetime, tasks: Sequence[Task] = ()) -> int:
    """Do some of what there is to do at `now`; gives how much that was."""
    busy = follow_some(now=now) + waking.ring(now=now)
    busy += sum(channel.send(now=now) for channel in CHANNELS)
    return busy + sum(_chore(task, now) for task in tasks)


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
