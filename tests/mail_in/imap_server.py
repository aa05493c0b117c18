"""A real IMAP server on this machine (pymap), and one that hangs or breaks off in the middle."""

from __future__ import annotations

import imaplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

USER, PASSWORD = "kept", "a password"


@dataclass(frozen=True)
class Box:
    """A mailbox that can be put into and looked at, at `port` on 127.0.0.1."""

    port: int

    def put(self, *messages: bytes) -> None:
        """Lay messages into its INBOX, as a mail server does."""
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=10) as box:
            box.login(USER, PASSWORD)
            for each in messages:
                answer, said = box.append("INBOX", "", "", each)
                assert answer == "OK", said

    def unseen(self) -> int:
        """How many messages are not marked as seen."""
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=10) as box:
            box.login(USER, PASSWORD)
            box.select("INBOX", readonly=True)
            return len(box.uid("SEARCH", "UNSEEN")[1][0].split())


@contextmanager
def imap_server() -> Iterator[Box]:
    """The server, with an empty INBOX."""
    port = _free()
    command = [
        sys.executable,
        "-c",
        "from pymap.main import main; main()",
        "--no-service",
        "managesieve",
        "--host",
        "127.0.0.1",
    ]
    command += ["--port", str(port), "--no-tls", "dict", "--demo-user", USER, "--demo-password", PASSWORD]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _answers(port)
        yield Box(port)
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def between(port: int, *, after: int, hang: bool = False) -> Iterator[int]:
    """A line to the server at `port` that breaks (or falls silent) after so many bytes from it; gives its own port."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            with suppress(OSError):
                client, _ = listener.accept()
                threading.Thread(target=_carry, args=(client, port, after, hang, stop), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stop.set()
        listener.close()


def _carry(client: socket.socket, port: int, after: int, hang: bool, stop: threading.Event) -> None:
    server = socket.create_connection(("127.0.0.1", port))

    def up() -> None:
        with suppress(OSError):
            while data := client.recv(4096):
                server.sendall(data)

    threading.Thread(target=up, daemon=True).start()
    left = after
    with suppress(OSError):
        while left > 0 and (data := server.recv(min(4096, left))):
            client.sendall(data)
            left -= len(data)
    if hang:
        stop.wait(30)
    for each in (client, server):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> None:
    for _ in range(100):
        with suppress(OSError, imaplib.IMAP4.error):
            imaplib.IMAP4("127.0.0.1", port, timeout=5).logout()
            return
        time.sleep(0.1)
    raise TimeoutError("the IMAP server did not come up")
