"""One call to a server of somebody else: how long it may take, where it may go, and what is read of the answer."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from hook_server import Hook, answer, drip, hang_up, hook_server
from kept.core.errors import Incomplete
from kept.notify.calling import addresses
from kept.notify.calling import post as post_module
from kept.notify.calling.addresses import is_public, read_url
from kept.notify.calling.post import ANSWER, Answer, post


def sent(hook: Hook, does: Callable[[BaseHTTPRequestHandler, int], None] | None = None, seconds: float = 2) -> Answer:
    """What comes of a call to a server that does this."""
    if does:
        hook.does = does
    return post(hook.url, b"{}", {"content-type": "application/json"}, seconds=seconds)


def test_a_call_that_is_taken(hook: Hook) -> None:
    said = sent(hook, lambda handler, number: answer(handler, 204))
    assert (said.status, said.error) == (204, "")
    (call,) = hook.calls
    assert (call.path, call.body, call.headers["host"]) == ("/in", "{}", f"127.0.0.1:{hook.port}")


def test_a_redirect_is_not_followed_and_said(hook: Hook) -> None:
    said = sent(hook, lambda handler, number: answer(handler, 307, Location="http://127.0.0.1/other"))
    assert said.status == 307
    assert "sent Kept on to http://127.0.0.1/other" in said.error
    assert len(hook.calls) == 1


@pytest.mark.parametrize("status", [400, 404, 410, 429, 500, 503])
def test_anything_but_2xx_has_failed(hook: Hook, status: int) -> None:
    said = sent(hook, lambda handler, number: answer(handler, status, b"Not now."))
    assert (said.status, said.body, said.error) == (status, "Not now.", f"It answered {status}.")


def test_no_more_than_the_beginning_of_an_answer_is_read(hook: Hook) -> None:
    def huge(handler: BaseHTTPRequestHandler, number: int) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(100_000):
            handler.wfile.write(b"x" * 10_000)

    began = time.monotonic()
    said = sent(hook, huge)
    assert (said.status, said.body) == (200, "x" * ANSWER)
    assert time.monotonic() - began < 1.5


def test_an_answer_that_claims_to_be_packed_is_read_as_it_is(hook: Hook) -> None:
    said = sent(hook, lambda handler, number: answer(handler, 200, b"\0no gzip", **{"Content-Encoding": "gzip"}))
    assert (said.status, said.body) == (200, "\N{REPLACEMENT CHARACTER}no gzip")


@pytest.mark.parametrize("does", [lambda handler, number: time.sleep(5), drip])
def test_all_of_it_has_one_limit(hook: Hook, does: Any) -> None:
    began = time.monotonic()
    said = sent(hook, does, seconds=0.6)
    assert said.status is None
    assert said.error == "It did not answer within 0.6 seconds."
    assert time.monotonic() - began < 1.5


def test_a_server_that_hangs_up_or_is_not_there(hook: Hook) -> None:
    assert sent(hook, hang_up).error == "It closed the connection before its answer was whole."
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert post(f"http://127.0.0.1:{port}/", b"", {}).error == "There is no connection to it."


def test_a_name_that_nobody_has() -> None:
    assert post("https://nobody.invalid/", b"", {}).error == "There is no server by the name nobody.invalid."


def test_a_server_without_a_good_certificate_is_told_nothing(hook: Hook) -> None:
    said = post(hook.url.replace("http:", "https:"), b"{}", {}, seconds=2)
    assert said.status is None
    assert said.error
    assert hook.calls == []


def test_the_certificate_is_that_of_the_name_although_the_call_goes_to_a_number(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.KEPT_WEBHOOK_PRIVATE = True
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate("good.example", tmp_path))
    asked_for: list[str] = []
    server.sni_callback = lambda _socket, name, _context: asked_for.append(name)
    with hook_server(server) as hook:
        names(monkeypatch, [["127.0.0.1"]] * 3, hook.port)
        post_module._tls.cache_clear()
        assert "certificate is not good" in post(f"https://good.example:{hook.port}/in", b"{}", {}).error
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "good.pem"))  # the company's own authority
        post_module._tls.cache_clear()
        assert post(f"https://good.example:{hook.port}/in", b"{}", {}).error == ""
        assert "certificate is not good" in post(f"https://other.example:{hook.port}/in", b"{}", {}).error
        assert asked_for == ["good.example", "good.example", "other.example"]
        assert len(hook.calls) == 1
    post_module._tls.cache_clear()


def certificate(name: str, folder: Path) -> Path:
    """A certificate for that name, with its key, that nobody has signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "good.pem"
    path.write_bytes(plain + built.public_bytes(pem))
    return path


# --- where it may go ----------------------------------------------------------------------------------------------

INSIDE = (
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "::", "::1", "::127.0.0.1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "fe80::1",
    "fc00::1",
    "fd12:3456::1", "ff02::1", "fec0::1", "2001:db8::1", "2002:7f00:1::1", "2001:0:7f00:1::1",
)  # fmt: skip
OUTSIDE = ("8.8.8.8", "1.1.1.1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2606:4700:4700::1111")


@pytest.mark.parametrize("written", INSIDE)
def test_an_address_inside_a_network_is_not_public(written: str) -> None:
    assert not is_public(ip_address(written))


@pytest.mark.parametrize("written", OUTSIDE)
def test_an_address_of_the_internet_is_public(written: str) -> None:
    assert is_public(ip_address(written))


@given(st.ip_addresses(v=4))
def test_an_address_in_another_dress_is_judged_as_itself(address: Any) -> None:
    for dress in (f"::ffff:{address}", f"64:ff9b::{address}"):
        assert is_public(ip_address(dress)) == is_public(address)
    assert not is_public(ip_address(f"::{address}"))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://127.1/", "http://0/",
        "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[64:ff9b::7f00:1]/",
        "http://169.254.169.254/latest/meta-data/", "https://10.0.0.1:8443/x",
    ],
)  # fmt: skip
def test_a_number_that_leads_inside_is_refused_when_it_is_written(url: str) -> None:
    with pytest.raises(Incomplete, match="inside a network"):
        read_url(url)
    assert "inside a network" in post(url, b"", {}).error


@pytest.mark.parametrize(
    "url",
    [
        "", "example.com/in", "ftp://example.com/", "file:///etc/passwd", "https://", "https:///in",
        "https://me:secret@example.com/", "https://me@example.com/", "https://example.com/#part",
        "https://exa mple.com/",
        "https://example.com:99999/", "https://example.com\\@127.0.0.1/", "https://example.com/\r\nX: y",
        "https://" + "a" * 64 + ".com/", "https://example.com/" + "a" * 1000,
    ],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(url: str) -> None:
    with pytest.raises(Incomplete):
        read_url(url)


def test_a_name_that_leads_inside_is_refused(hook: Hook, settings: Settings) -> None:
    settings.KEPT_WEBHOOK_PRIVATE = False
    said = post(f"http://localhost:{hook.port}/", b"{}", {})
    assert "is an address inside a network" in said.error
    assert hook.calls == []


def test_one_address_inside_among_those_of_a_name_is_enough(hook: Hook, settings: Settings, monkeypatch: Any) -> None:
    settings.KEPT_WEBHOOK_PRIVATE = False
    names(monkeypatch, [["8.8.8.8", "127.0.0.1"]], hook.port)
    assert "127.0.0.1 is an address inside" in post(f"http://two.example:{hook.port}/", b"{}", {}).error


def test_a_name_is_asked_for_once_and_that_answer_is_called(hook: Hook, monkeypatch: Any) -> None:
    asked = names(monkeypatch, [["127.0.0.1"], ["127.0.0.9"]], hook.port)
    said = post(f"http://turning.example:{hook.port}/in", b"{}", {})
    assert said.error == ""
    assert asked == ["turning.example"]
    assert hook.calls[0].headers["host"] == f"turning.example:{hook.port}"


def test_an_address_without_a_way_to_it_is_passed_over(hook: Hook, monkeypatch: Any) -> None:
    names(monkeypatch, [["127.0.0.9", "127.0.0.1"]], hook.port)
    assert post(f"http://two.example:{hook.port}/in", b"{}", {}).error == ""


def names(monkeypatch: Any, answers: list[list[str]], port: int) -> list[str]:
    """From now on the system's resolver gives these answers, one after another, for whatever is no number."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolver(host: Any, *rest: Any, **more: Any) -> Any:
        if not str(host).endswith(".example") or more.get("flags", 0) & socket.AI_NUMERICHOST:
            return real(host, *rest, **more)
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in answers[len(asked) - 1]]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", resolver)
    return asked
