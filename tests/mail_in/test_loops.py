"""What no person wrote is answered by nobody; what cannot be used waits with its reason; a report is followed."""

from __future__ import annotations

from email.message import EmailMessage
from email.mime.base import MIMEBase

import pytest

from cast import HOUR, START, Cast
from kept.ledger.models import Event
from kept.mail_in import handling, keeping
from kept.mail_in.handling import handle_some
from kept.mail_in.keeping import KEPT_FOR, TooLarge, forget_old, keep
from kept.mail_in.models import FailingAddress, Mail, Reply
from kept.mail_in.quarantine import let_through, throw_away
from kept.notify.channels.email.addresses import message_id, reply_id
from kept.notify.models import Letter, Notice
from mail_in.writing import answer, came, letter_to, mail
from post_office import Post

pytestmark = pytest.mark.django_db
NOW = START + 2 * HOUR


@pytest.fixture
def letter(cast: Cast, post: Post) -> Letter:
    """A mail to the lead about an ask."""
    return letter_to(cast.lead.pk, cast.asked(), at=NOW)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Auto-Submitted", "auto-replied"), ("Precedence", "bulk"), ("Precedence", "list"),
        ("List-Id", "<all.example>"),
        ("X-Auto-Response-Suppress", "DR, OOF, AutoReply"), ("Return-Path", "<>"), ("X-Loop", "kept"),
        ("X-Autoreply", "yes"),
    ],
)  # fmt: skip
def test_what_a_program_wrote_does_nothing(letter: Letter, header: str, value: str) -> None:
    before = Event.objects.count()
    message = answer(letter, "Yes.")
    message[header] = value
    row = came(message, at=NOW)
    assert (row.outcome, bool(row.reason)) == (Mail.Outcome.ASIDE, True)
    assert (Event.objects.count(), Reply.objects.count()) == (before, 0)


def test_our_own_mails_and_absences_do_nothing(letter: Letter, post: Post) -> None:
    for identity in (message_id(letter.pk), reply_id(7)):
        own = answer(letter, "Yes.")
        own.replace_header("Message-ID", identity)
        assert came(own, at=NOW).outcome == Mail.Outcome.ASIDE
    away = answer(letter, "Yes.")
    away.replace_header("Subject", "Automatic reply: The route sheet")
    assert came(away, at=NOW).outcome == Mail.Outcome.ASIDE
    for each in list(post.mails):
        assert came(each, at=NOW).outcome == Mail.Outcome.ASIDE, "what we sent ourselves"


def test_too_many_wait_for_a_person_who_lets_them_through(cast: Cast, letter: Letter) -> None:
    rows = [came(answer(letter, f"Note {each}"), at=NOW) for each in range(handling.MOST_AN_HOUR + 1)]
    assert [row.outcome for row in rows[-2:]] == [Mail.Outcome.DONE, Mail.Outcome.QUARANTINED]
    cast.boss.is_staff = True
    cast.boss.save()
    let_through(cast.boss, rows[-1].pk, at=NOW)
    assert handle_some(now=NOW) == 1
    assert Mail.objects.get(pk=rows[-1].pk).outcome == Mail.Outcome.DONE


def _part(message: EmailMessage, kind: str) -> EmailMessage:
    main, _, sub = kind.partition("/")
    message.make_mixed()
    part = MIMEBase(main, sub)
    part.set_payload("BEGIN:VCALENDAR")
    message.attach(part)
    return message


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("text/calendar", "invitation"),
        ("application/pkcs7-mime", "encrypted"),
        ("application/pgp-encrypted", "encrypted"),
    ],
)
def test_what_holds_no_words_waits(letter: Letter, kind: str, why: str) -> None:
    row = came(_part(answer(letter, "Yes."), kind), at=NOW)
    assert row.outcome == Mail.Outcome.QUARANTINED
    assert why in row.reason


@pytest.mark.parametrize(
    "head",
    [
        b"Subject: no sender\r\n",
        b"From: lead@example.com\r\nFrom: boss@example.com\r\n",
        b"From: lead@example.com, boss@example.com\r\n",
        b'From: "lead@example.com" <x@elsewhere.example>, <lead@example.com>\r\n',
        b"From: lead@example.com)x@elsewhere.example\r\n",
        b"From: <lead@example.com>@elsewhere.example\r\n",
        b"From: lead@example.com <x@elsewhere.example>\r\n",
        b"From: undisclosed:;\r\n",
        b"From: x@elsewhere.example\r\n" + b"X-A: b\r\n" * 10_000,
    ],
)
def test_a_sender_that_is_not_plain_is_nobody(letter: Letter, head: bytes) -> None:
    raw = answer(letter, "Yes.").as_bytes().split(b"\n", 1)[1]
    row = came(head + raw, at=NOW)
    assert (row.outcome, bool(row.reason)) == (Mail.Outcome.QUARANTINED, True)


def _report(letter: Letter, status: str = "5.1.1", to: str = "lead@example.com") -> bytes:
    return (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.com\r\nTo: kept@localhost\r\nSubject: Undelivered\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.com\r\n\r\n"
        f"Final-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 no such user\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id(letter.pk)}\r\n"
        "Subject: x\r\n\r\n--b--\r\n"
    ).encode()


def test_a_report_marks_the_address_and_tells_the_other_side_once(cast: Cast, letter: Letter) -> None:
    row = came(_report(letter), at=NOW)
    assert row.outcome == Mail.Outcome.ASIDE
    assert FailingAddress.objects.get().reader_id == cast.lead.pk
    (notice,) = Notice.objects.filter(key__startswith="mail-failed")
    assert (notice.reader_id, "550 no such user" in notice.says) == (cast.customer.pk, True)
    came(_report(letter) + b"\r\n", at=NOW)
    assert Notice.objects.filter(key__startswith="mail-failed").count() == 1


@pytest.mark.parametrize(("status", "to"), [("4.2.2", "lead@example.com"), ("5.1.1", "other@example.com")])
def test_a_report_of_a_delay_or_of_another_address_marks_nothing(letter: Letter, status: str, to: str) -> None:
    assert came(_report(letter, status, to), at=NOW).outcome == Mail.Outcome.ASIDE
    assert not FailingAddress.objects.exists()


def test_a_crash_in_the_middle_acts_once(letter: Letter, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(answer(letter, "Bring two.").as_bytes(), at=NOW)
    before = Event.objects.count()
    close = handling._close

    def broken(*given: object) -> None:
        monkeypatch.setattr(handling, "_close", close)
        raise OSError("the machine went down")

    monkeypatch.setattr(handling, "_close", broken)
    handle_some(now=NOW)
    assert Event.objects.count() == before, "what was not closed was not done"
    handle_some(now=NOW + handling.AGAIN)
    assert Mail.objects.get().outcome == Mail.Outcome.DONE
    assert Event.objects.count() == before + 1


def test_what_nobody_foresaw_waits_for_a_person(letter: Letter, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(handling, "_looked_at", broken)
    row = keep(answer(letter, "Yes.").as_bytes(), at=NOW)
    for turn in range(handling.TRIES):
        assert handle_some(now=NOW + turn * HOUR) == 1
    found = Mail.objects.get(pk=row.pk)
    assert (found.outcome, "ZeroDivisionError" in found.reason) == (Mail.Outcome.QUARANTINED, True)


def test_contents_go_when_they_are_old_and_done_with(cast: Cast, letter: Letter) -> None:
    done = came(answer(letter, "A note."), at=NOW)
    waits = came(mail("nobody@elsewhere.example", "Hello"), at=NOW)
    assert forget_old(at=NOW + KEPT_FOR + HOUR) == 1
    assert (bytes(Mail.objects.get(pk=done.pk).content), bool(Mail.objects.get(pk=waits.pk).content)) == (b"", True)
    cast.boss.is_staff = True
    throw_away(cast.boss, waits.pk, at=NOW)
    assert Mail.objects.get(pk=waits.pk).outcome == Mail.Outcome.THROWN_AWAY


def test_a_huge_message_is_not_taken(settings: object, db: None) -> None:
    settings.KEPT_LARGEST_MAIL = 2**20  # type: ignore[attr-defined]
    with pytest.raises(TooLarge, match="1 MB"):
        keep(b"x" * (2**20 + 1), at=NOW)
    row = keeping.keep_word_of(b"From: a@b.example\r\nSubject: Big\r\n\r\nxxx", 2**31, at=NOW)
    assert (row.outcome, row.sender, row.subject) == (Mail.Outcome.QUARANTINED, "a@b.example", "Big")
