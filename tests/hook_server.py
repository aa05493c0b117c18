"""A server of somebody else on loopback: it takes calls, and answers as it was told to."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook


@dataclass(frozen=True)
class Taken:
    """One call that came in."""

    path: str
    headers: dict[str, str]
    body: str

    def verified(self, secret: str) -> dict[str, object]:
        """The body, once the signature is found good; the exception of the package where it is not."""
        said: dict[str, object] = Webhook(secret).verify(self.body, self.headers)
        return said


Does = Callable[[BaseHTTPRequestHandler, int], None]


def answer(handler: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    """Answer with a status, a body and headers."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def answering(status: int, body: bytes = b"", **headers: str) -> Does:
    """Always answer so."""
    return lambda handler, number: answer(handler, status, body, **headers)


def hang_up(handler: BaseHTTPRequestHandler, number: int) -> None:
    """Close the connection in the middle of the answer."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)


def drip(handler: BaseHTTPRequestHandler, number: int) -> None:
    """One byte of a header at a time, for ever: each comes soon, all of them never."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(600):
        handler.wfile.write(b"a")
        handler.wfile.flush()
        time.sleep(0.05)


@dataclass
class Hook:
    """The server: `calls` are those that came in; `does` answers each, and is told which one it is."""

    port: int
    calls: list[Taken] = field(default_factory=list)
    does: Does = field(default_factory=lambda: answering(200))

    @property
    def url(self) -> str:
        """Where it takes calls."""
        return f"http://127.0.0.1:{self.port}/in"


@contextmanager
def hook_server(tls: ssl.SSLContext | None = None) -> Iterator[Hook]:
    """The server, as long as the block runs; with `tls` it speaks HTTPS."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            hook.calls.append(Taken(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            with suppress(OSError):  # the caller was gone first
                hook.does(self, len(hook.calls))
            self.close_connection = True

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *args: object) -> None:
            pass  # a call that is no HTTP: TLS where there is none

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    hook = Hook(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
