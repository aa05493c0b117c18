"""Fetching from a real IMAP server: kept before it is marked, nothing lost when the line breaks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django import Settings

from cast import START, Cast
from kept.ledger.models import Event
from kept.mail_in import mailbox
from kept.mail_in.chores import TASKS, look_into_mailbox
from kept.mail_in.handling import handle_some
from kept.mail_in.mailbox import Looked, MailboxTrouble, fetch, look
from kept.mail_in.models import Mail
from kept.notify import worker
from mail_in.imap_server import PASSWORD, USER, Box, between, imap_server
from mail_in.writing import answer, letter_to, mail
from post_office import Post, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(settings: Settings) -> Iterator[Box]:
    """A mailbox that this installation looks into."""
    with imap_server() as server:
        settings.KEPT_IMAP_HOST, settings.KEPT_IMAP_PORT, settings.KEPT_IMAP_TLS = "127.0.0.1", server.port, False
        settings.KEPT_IMAP_USER, settings.KEPT_IMAP_PASSWORD, settings.KEPT_IMAP_FOLDER = USER, PASSWORD, "INBOX"
        yield server


def _mails(count: int) -> list[bytes]:
    return [mail("customer@example.com", f"Mail {each} " + "and more " * 100).as_bytes() for each in range(count)]


def test_what_is_new_is_kept_once_and_marked(cast: Cast, box: Box) -> None:
    promise = cast.asked()
    box.put(*_mails(3), answer(letter_to(cast.lead.pk, promise, at=START), "A note.").as_bytes())
    assert look() == 4
    assert fetch(now=START) == Looked(kept=4)
    assert fetch(now=START) == Looked()
    assert (box.unseen(), Mail.objects.count()) == (0, 4)
    while handle_some(now=START):
        pass
    assert Event.objects.filter(stream=promise).latest("sequence").name == "promise.noted"


def test_a_worker_fetches_handles_and_answers(cast: Cast, box: Box, post: Post) -> None:
    letter = letter_to(cast.lead.pk, cast.asked(), at=START)
    box.put(answer(letter, "Done.").as_bytes())
    worker.step(START, TASKS)
    assert Mail.objects.get().outcome == Mail.Outcome.ANSWERED
    assert "could not be done" in text_of(post.to("lead@example.com")[-1])
    worker.step(START + timedelta(seconds=10), TASKS)
    assert len(post.to("lead@example.com")) == 2, "the notice and the answer, each once"


def test_what_is_too_large_stays_there_and_is_said(box: Box, settings: Settings) -> None:
    settings.KEPT_LARGEST_MAIL = 100_000
    box.put(mail("customer@example.com", "x " * 100_000).as_bytes(), *_mails(1))
    assert fetch(now=START) == Looked(kept=1, too_large=1)
    large = Mail.objects.get(outcome=Mail.Outcome.QUARANTINED)
    assert (large.sender, "left in the mailbox" in large.reason) == ("customer@example.com", True)


@pytest.mark.parametrize("after", [20, 300, 900, 1500, 2500, 4000])
def test_a_line_that_breaks_loses_nothing_and_doubles_nothing(box: Box, settings: Settings, after: int) -> None:
    box.put(*_mails(6))
    with between(box.port, after=after) as port:
        settings.KEPT_IMAP_PORT = port
        with pytest.raises(MailboxTrouble):
            fetch(now=START)
    settings.KEPT_IMAP_PORT = box.port
    fetch(now=START)
    assert (Mail.objects.count(), box.unseen()) == (6, 0)


def test_a_server_that_hangs_is_left(box: Box, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "TIMEOUT_S", 1)
    box.put(*_mails(2))
    with between(box.port, after=600, hang=True) as port:
        settings.KEPT_IMAP_PORT = port
        with pytest.raises(MailboxTrouble):
            fetch(now=START)


def test_trouble_is_said_in_words(box: Box, settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.KEPT_IMAP_FOLDER = "Nowhere"
    with pytest.raises(MailboxTrouble, match="There is no folder “Nowhere”"):
        look()
    settings.KEPT_IMAP_PASSWORD = "wrong"
    with pytest.raises(MailboxTrouble, match="does not take this name and password"):
        look()
    settings.KEPT_IMAP_PORT = 1
    with pytest.raises(MailboxTrouble, match="cannot be reached"):
        look()
    look_into_mailbox(START)
    assert "cannot be reached" in caplog.text, "the worker goes on"
