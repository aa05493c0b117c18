"""Writing a mail: the same in plain text and in HTML, with the headers that threads and stopping need."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone

from kept.notify.channels.email.addresses import AnswerTo, answer_address, message_id, thread_id
from kept.notify.choices import address_of
from kept.notify.links import page_of, stop_link
from kept.notify.models import Letter, Notice
from kept.people.models import Party

LONGEST_SUBJECT = 150


def now() -> datetime:
    """This moment: sending takes time, so each mail asks anew."""
    return timezone.now()


@dataclass(frozen=True, slots=True)
class Content:
    """What goes into a mail: to whom, and what they have not read yet."""

    reader: Party
    notices: list[Notice]


def contents(letters: Collection[Letter]) -> dict[int, Content]:
    """What goes into these mails, by their ids; without those that have nothing to say any more."""
    rows = Notice.objects.filter(letter__in=letters, read_at=None).select_related("promise__customer", "agreement")
    notices: dict[int, list[Notice]] = {}
    for row in rows.order_by("at", "pk"):
        notices.setdefault(row.letter_id or 0, []).append(row)
    parties = Party.objects.select_related("person", "outsidecustomer").in_bulk({one.reader_id for one in letters})
    return {
        letter.pk: Content(parties[letter.reader_id], notices[letter.pk])
        for letter in letters if letter.pk in notices and address_of(parties[letter.reader_id])
    }  # fmt: skip


def message(letter: Letter, content: Content) -> EmailMultiAlternatives:
    """The mail."""
    reader, notices = content.reader, content.notices
    stop = stop_link(reader)
    subject = _subject(letter, notices)
    context = {
        "letter": letter, "reader": reader, "entries": [(one, page_of(reader, one, letter.made_at)) for one in notices],
        "subject": subject, "stop": stop, "address": settings.KEPT_ADDRESS,
        "inside": reader.kind == Party.Kind.PERSON, "answers": bool(_answers_to(letter)),
    }  # fmt: skip
    mail = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string("notify/letter.txt", context),
        to=[address_of(reader)],
        reply_to=[_answers_to(letter)] if _answers_to(letter) else None,
        headers=_headers(letter, stop),
    )
    mail.attach_alternative(render_to_string("notify/letter.html", context), "text/html")
    return mail


def _subject(letter: Letter, notices: list[Notice]) -> str:
    if letter.digest:
        return f"{len(notices)} things since your last mail" if len(notices) > 1 else notices[0].subject
    return " ".join(notices[-1].subject.split())[:LONGEST_SUBJECT]


def _answers_to(letter: Letter) -> str:
    """Where the reader answers: only a mail about one promise can be answered."""
    if letter.promise_id is None:
        return ""
    return answer_address(AnswerTo(letter.promise_id, letter.reader_id))


def _headers(letter: Letter, stop: str) -> dict[str, str]:
    headers = {
        "Message-ID": message_id(letter.pk),
        "Date": letter.made_at.strftime("%a, %d %b %Y %H:%M:%S +0000"),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    if letter.promise_id is not None:
        headers |= {"References": thread_id(letter.promise_id), "In-Reply-To": thread_id(letter.promise_id)}
    return headers
