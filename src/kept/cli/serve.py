"""`kept serve`: the pages, answered by granian, with a worker beside them."""

from __future__ import annotations

import errno
import importlib
import signal
import socket
from collections.abc import Callable
from contextlib import nullcontext
from typing import Annotated, Any

import typer
from django.db import connections
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from kept.cli import database
from kept.cli.worker import beside
from kept.core.errors import Refused

HOST, PORT = "127.0.0.1", 8000
THREADS = 8
"""Requests that one worker answers at once: pages wait for the database more than for Python."""


def serve(
    *,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = HOST,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = PORT,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer.")] = 2,
    and_work: Annotated[
        bool,
        typer.Option("--worker/--no-worker", help="Run a worker too; else `kept worker` does."),
    ] = True,
) -> None:
    """Serve the pages, with a worker beside them, until Ctrl+C or a TERM signal; first the database is made ready."""
    refuse_taken(host, port)
    database.bring_up_to_date()
    with beside() if and_work else nullcontext():
        answer(host, port, workers)


def refuse_taken(host: str, port: int) -> None:
    """Refuse to start where somebody listens already: two servers on one port would share the visitors unseen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port that was just freed is free
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused(_why(error, host, port)) from error


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Something answers on {host}:{port} already (another `kept serve`?). Stop it, or choose another port "
            f"with --port {port + 1 if port < 65535 else port - 1}."
        )
    if error.errno == errno.EACCES:
        return f"This account may not listen on port {port}; choose one above 1023 with --port."
    return f"{host} is no address of this machine; use --host 127.0.0.1, or one that it has."


def address(host: str, port: int) -> str:
    """The address that a browser on this machine opens."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"


def answer(host: str, port: int, workers: int) -> None:
    """Listen and answer until the process is told to stop."""
    connections.close_all()  # the workers are forked: none may inherit a connection
    server = Granian(
        "kept.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
        log_access=False,  # addresses hold secrets
    )
    server.on_startup(lambda: typer.echo(f"Kept answers on {address(host, port)} (Ctrl+C stops it)."))
    server.serve(target_loader=_application)


def _application(target: str) -> Callable[..., Any]:
    """What a worker answers with. Ctrl+C reaches every process at once, but the main one stops the workers."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    module, name = target.split(":")
    application: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return application
