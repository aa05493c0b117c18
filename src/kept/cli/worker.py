"""`kept worker`: what runs beside the pages, alone or as many as needed; `kept serve` runs one of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Annotated, Final

import typer

from kept.cli import database
from kept.mail_in import chores as mail_in
from kept.notify import hearing
from kept.notify.calling import endpoints
from kept.notify.worker import Long, Task, run
from kept.outlook import chains, judging, observed, quality, refreshing, studying, trying
from kept.programme.goals.actions import measure_due
from kept.programme.lessons import reminding
from kept.programme.newsletter import mails as newsletter
from kept.programme.reviews.actions import prepare_due
from kept.promises.figures import shutting

TASKS: Final = (
    Task("observed ties", timedelta(minutes=10), observed.up_to_date),
    Task("forecasts", timedelta(seconds=5), refreshing.refresh_some),
    Task("forecasts of all that is open", timedelta(hours=1), refreshing.sweep),
    Task("answers", shutting.SHUT_EVERY, shutting.shut),
    Task("what warnings would have caught", judging.EVERY, judging.work_out),
    Task("how good forecasts are", quality.EVERY, quality.work_out),
    Task("what chains taught", chains.EVERY, chains.work_out),
    Task("complaints that wait", hearing.EVERY, hearing.remind),
    *mail_in.TASKS,
    *reminding.TASKS,
    *newsletter.TASKS,
    Task("goals", timedelta(hours=6), measure_due),
    Task("reviews", timedelta(hours=6), prepare_due),
    Task("calls of webhooks and chats", timedelta(hours=6), endpoints.sweep),
)
"""What one of the workers does every so often."""
LONG: Final[tuple[Long, ...]] = (studying.study, trying.answer_next)
"""What may take minutes, beside all else."""
STOP_WITHIN = 25.0
"""Seconds that a worker has to end what it is at: more than any call of another server may take."""
AGAIN_AFTER = 2.0
"""Seconds after which a worker that ended by itself is started again."""


def worker(
    *,
    parent: Annotated[int, typer.Option(hidden=True, help="Stop when this process is no longer the parent.")] = 0,
) -> None:
    """Tell people, send mails and webhooks, and do the chores, until Ctrl+C or a TERM signal."""
    database.refuse_unready()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if parent:
        threading.Thread(target=_stop_without, args=(parent, stop), daemon=True).start()
    else:
        typer.echo("A worker of Kept runs (Ctrl+C stops it).")
    run(stop, TASKS, LONG)


def _stop_without(parent: int, stop: threading.Event) -> None:
    """A worker that `kept serve` started does not outlive it, however that ended."""
    while not stop.wait(1):
        if os.getppid() != parent:
            stop.set()


@contextmanager
def beside() -> Iterator[None]:
    """A worker in a process of its own, as long as the block runs; one that ends by itself is started again."""
    stop = threading.Event()
    keeper = threading.Thread(target=_keep, args=(stop,), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join(STOP_WITHIN + 5)


def _keep(stop: threading.Event) -> None:
    # Ctrl+C reaches the whole process group: the worker does not hear it, and is ended in good order.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    while not stop.is_set():
        # Spawned, not forked: the pages' processes are forked at the same time, would inherit the pipe through which a
        # forked child says that it runs, and keep it open: this thread would read it for ever.
        process = subprocess.Popen([*_COMMAND, str(os.getpid())], close_fds=False)  # noqa: S603 our own command
        while process.poll() is None and not stop.wait(0.2):
            pass
        if process.poll() is None:
            _end(process)
        elif process.returncode in (0, -signal.SIGTERM):
            return  # it was told to stop, as the whole process group was
        else:
            typer.echo(f"The worker ended by itself (exit {process.returncode}); starting another.", err=True)
            stop.wait(AGAIN_AFTER)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()  # what it was at is claimed in rows: another worker takes it up
        process.wait()


_COMMAND: Final = [sys.executable, "-c", "from kept.cli.main import main; main()", "worker", "--parent"]
