"""First words, own words, and that the documentation says what each word does."""

from __future__ import annotations

from pathlib import Path

import pytest

from kept.core import acts
from kept.core.terms import Answer
from kept.mail_in.believing import Word, word_of_server
from kept.mail_in.parsing import Headers, read
from kept.mail_in.plain import from_html, own_words
from kept.mail_in.words import COMPLAINS, FORMS, MOVES, SAYS, wish_of

DOCS = Path(__file__).resolve().parents[2] / "docs" / "mail-in.md"


def test_every_word_is_in_the_documentation() -> None:
    table = DOCS.read_text(encoding="utf-8").partition("| first word |")[2].partition("\n\n")[0]
    missing = [word for word in (*SAYS, *MOVES, *FORMS, *COMPLAINS) if f"`{word}`" not in table]
    assert not missing


@pytest.mark.parametrize(
    ("text", "kinds", "words", "unclear"),
    [
        ("Decline: no room until June", (acts.Decline,), "no room until June", ""),
        ("decline", (acts.Decline,), "", ""),
        ("Decline no room", (acts.Note,), "Decline no room", "decline"),
        ("update - half done", (acts.Update,), "half done", ""),
        ("Update\n\nhalf done", (acts.Update,), "half done", ""),
        ("Yes please", (acts.Note,), "Yes please", "yes"),
        ("Yesterday it came.", (acts.Note,), "Yesterday it came.", ""),
        ("", (acts.Note,), "", ""),
        ("„Ja“", (acts.Note,), "„Ja“", ""),
    ],
)
def test_what_a_first_word_means(text: str, kinds: tuple[type[acts.Act], ...], words: str, unclear: str) -> None:
    wish = wish_of(text)
    assert (wish.kinds, wish.words, wish.unclear) == (kinds, words, unclear)


def test_a_form_has_no_act_and_an_answer_is_one() -> None:
    assert (wish_of("Done!").form, wish_of("Done!").kinds) == ("deliver", ())
    assert wish_of("Easier.").answer is Answer.EASIER


@pytest.mark.parametrize(
    "after",
    [
        "\n\nOn Mon, 4 May 2026 at 09:00, Kept <kept@localhost> wrote:\n> Old",
        "\n\nOn Mon, 4 May 2026 at 09:00, Kept\n<kept@localhost> wrote:\nOld",
        "\n\nAm Mo., 4. Mai 2026 um 09:00 Uhr schrieb Kept <kept@localhost>:\n> Old",
        "\n\nLe lun. 4 mai 2026 à 09:00, Kept <kept@localhost> a écrit :\n> Old",
        "\n\n-----Original Message-----\nOld",
        "\n\n-------- Ursprüngliche Nachricht --------\nOld",
        "\n\n________________________________\nFrom: Kept\nOld",
        "\n\nFrom: Kept <kept@localhost>\nSent: Monday\nTo: Me\nSubject: Old\n\nOld",
        "\n\nVon: Kept <kept@localhost>\nGesendet: Montag\nOld",
        "\n-- \nMy name\nMy company",
        "\n\nSent from my phone",
        "\n> Old\n> older",
    ],
)
def test_own_words_end_before_signature_and_history(after: str) -> None:
    own = "Two things:\n- the van\n- the sheet\n\nOn Monday I wrote a list.\nFrom: here, to: there"
    assert own_words(own + after) == own


def test_html_is_read_as_it_is_seen() -> None:
    html = "<style>p{}</style><p>Yes.</p><p>Two&nbsp;copies<br>please</p><blockquote><p>Old</p></blockquote>"
    assert own_words(from_html(html)) == "Yes.\n\nTwo copies\nplease"


@pytest.mark.parametrize(
    ("header", "word"),
    [
        ("mx.example.com; dmarc=pass header.from=a.example", Word.VOUCHES),
        ("MX.example.com 1; dmarc=pass (p=none) header.from=A.example", Word.VOUCHES),
        ("mx.example.com; dmarc=pass header.from=b.example", Word.SILENT),
        ("evil.example; dmarc=pass header.from=a.example", Word.SILENT),
        ("mx.example.com.evil.example; dmarc=pass header.from=a.example", Word.SILENT),
        ("(mx.example.com;) evil.example; dmarc=pass header.from=a.example", Word.SILENT),
        ("mx.example.com; dmarc=fail header.from=a.example; dkim=pass header.d=a.example", Word.DENIES),
        ("mx.example.com; dmarc=none; dkim=pass header.d=a.example", Word.VOUCHES),
        ("mx.example.com; dkim=pass header.d=mail.a.example", Word.SILENT),
        ("mx.example.com; dkim=pass header.d=b.example; spf=pass smtp.mailfrom=x@a.example", Word.VOUCHES),
        ("mx.example.com; spf=fail smtp.mailfrom=x@a.example", Word.SILENT),
        ("mx.example.com; spf=pass smtp.helo=a.example", Word.SILENT),
        ("mx.example.com; none", Word.SILENT),
        ("", Word.SILENT),
    ],
)
def test_what_the_trusted_server_says(header: str, word: Word) -> None:
    headers = Headers((("authentication-results", header),) if header else ())
    assert word_of_server(headers, "x@a.example") is word


def test_a_header_that_the_sender_put_in_does_not_outvote_the_server() -> None:
    rows = ("mx.example.com; dmarc=fail header.from=a.example", "mx.example.com; dmarc=pass header.from=a.example")
    assert word_of_server(Headers(tuple(("authentication-results", row) for row in rows)), "x@a.example") is Word.DENIES


@pytest.mark.parametrize(
    ("sender", "found"),
    [
        ("a@b.example", "a@b.example"),
        ('"Last, First" <A@B.example>', "a@b.example"),
        ("=?utf-8?q?J=C3=BCrgen?= <a@b.example>", "a@b.example"),
        ("a@b.example (A)", "a@b.example"),
        ("a@b.example <x@c.example>", ""),
        ("a@b.example, x@c.example", ""),
        ("<a@b.example> <x@c.example>", ""),
        ("jürgen@b.example", ""),
        ("a\0@b.example", ""),
        ("\u200ba@b.example", ""),
        ("", ""),
    ],
)
def test_a_sender_is_plain_or_nobody(sender: str, found: str) -> None:
    assert read(f"From: {sender}\r\n\r\nHello".encode()).sender == found
