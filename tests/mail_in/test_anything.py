"""Whatever bytes come in: no exception, nothing lost, and no act without a sender who may."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cast import HOUR, START, Cast
from kept.ledger.models import Event
from kept.mail_in import parsing
from kept.mail_in.handling import handle_some
from kept.mail_in.keeping import keep
from kept.mail_in.models import Mail
from kept.mail_in.parsing import read, same_message
from kept.mail_in.plain import from_html, own_words
from kept.mail_in.words import wish_of
from mail_in.writing import answer, letter_to

# fmt: off
BITS = st.sampled_from([
    b"\r\n\r\n", b"\n", b"\r", b"\0", b"From: ", b"From: a@b.example\r\n", b"To: ", b"Content-Type: ", b"; boundary=b",
    b"multipart/mixed", b'boundary=""', b"--b", b"--b--", b"text/html; charset=", b"nonsense", b"utf-16", b"idna",
    b"=?utf-8?b?????=", b"=?x?q?=ff?=", b"Content-Transfer-Encoding: base64\r\n", b"quoted-printable", b"=\n=ZZ",
    b"message/rfc822", b"message/delivery-status", b"<html><!", b"<![", b"&#xFFFFFFFF;", b"\xff\xfe", b"\xed\xa0\x80",
    b"; filename*=x''%ff", b"; filename*0*=", b"Message-ID: <>", b"On ", b" wrote:", b"(", b")" , b'"', b"<", b">",
    b",", b";", b"unicode_escape", b"Authentication-Results: mx.example.com; dmarc=", b"zlib_codec", b"rot13",
    b"Subject: ", b"Return-Path: <>",
])
# fmt: on
SOUP = st.lists(st.one_of(BITS, st.binary(max_size=40)), max_size=40).map(b"".join)


@given(SOUP)
@example(b"Content-Type: text/plain; charset=rot13\r\n\r\nabc")
@example(b'Content-Type: text/plain; charset="\0"\r\n\r\nabc')
def test_reading_raises_nothing(raw: bytes) -> None:
    found = read(raw)
    same_message(found, raw)
    for text in (found.text, found.subject, found.sender, *(each.name for each in found.attached)):
        assert "\0" not in text
        text.encode()
    wish_of(own_words(found.text))


@given(st.text(max_size=2000))
def test_words_are_found_in_any_text(text: str) -> None:
    own = own_words(text)
    assert not any(line.lstrip().startswith(">") for line in own.split("\n"))
    assert wish_of(own).kinds or wish_of(own).form
    from_html(text)


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@b.example\r\nSubject: " + b"(" * 100_000 + b"\r\n\r\n",
        b"From: " + b"\"" * 7_000 + b"\r\n\r\n",
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n\r\n" * 50_000,
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3_000)),
        b"From: a@b.example\r\n\r\n" + b"On " * 300_000,
        b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n" + b"<div>" * 200_000,
        b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n" + b"<" * 500_000,
        b"From: a@b.example\r\n\r\n" + b"From: x\n" * 100_000,
        b"From: a@b.example\r\nTo: " + b"kept+" * 20_000 + b"\r\n\r\n",
        b"From: a@b.example\r\nSubject: " + b"=?utf-8?q?=41?= " * 5_000 + b"\r\n\r\n",
        b"X: y\r\n" * 10_000 + b"\r\n",
    ],
)  # fmt: skip
def test_what_is_made_to_take_long_does_not(raw: bytes) -> None:
    begun = time.process_time()
    wish_of(own_words(read(raw).text))
    assert time.process_time() - begun < 5


class AnythingComesIn(TestCase):
    """Mails that were changed at random on their way, through all of it."""

    def setUp(self) -> None:
        """A promise that the lead is asked for, and their answer to it."""
        self.cast = Cast.gather()
        self.promise = self.cast.asked()
        self.mail = answer(letter_to(self.cast.lead.pk, self.promise, at=START + HOUR), "Yes.").as_bytes()

    @given(
        st.lists(st.tuples(st.integers(0, 900), st.integers(0, 12), st.one_of(BITS, st.binary(max_size=6))), max_size=4)
    )
    def test_a_changed_answer_is_handled_and_nobody_else_ever_acts(self, changes: list[tuple[int, int, bytes]]) -> None:
        """Whatever was changed: one row, one outcome, and only the lead's own acts in the ledger."""
        raw = self.mail
        for place, length, put in changes:
            raw = raw[:place] + put + raw[place + length :]
        row = keep(raw, at=START + 2 * HOUR)
        while handle_some(now=START + 2 * HOUR):
            pass
        found = Mail.objects.get(pk=row.pk)
        assert found.outcome != Mail.Outcome.WAITING, found.last_error
        assert bytes(found.content) == raw
        assert found.reason
        later = Event.objects.filter(stream=self.promise, sequence__gt=1)
        assert set(later.values_list("actor_id", flat=True)) <= {self.cast.lead.pk}
        assert later.count() == (found.outcome == Mail.Outcome.DONE)


def test_the_limits_are_said_as_reasons() -> None:
    raw = b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n\r\n" * 500
    assert "more parts" in read(raw).trouble
    assert "headers" in read(b"X: y\r\n" * (parsing.MOST_HEADERS + 1) + b"\r\n").trouble
