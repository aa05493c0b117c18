"""A report that a mail of ours did not arrive (RFC 3464): the address is marked, and the other side is told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import Message

from kept.core.promise import replay
from kept.core.terms import Side
from kept.ledger import book
from kept.mail_in.models import FailingAddress
from kept.mail_in.parsing import Read, clean
from kept.mail_in.verdict import Verdict, aside
from kept.notify import telling
from kept.notify.channels.email.addresses import letter_in
from kept.notify.choices import address_of
from kept.notify.kinds import Kind
from kept.notify.models import Letter
from kept.notify.readers import of_side
from kept.notify.telling import Matter
from kept.people.models import Party

_ID = re.compile(r"(?im)^message-id:\s*(<[^<>\s]{1,300}>)")
_FIELD = re.compile(r"(?im)^(final-recipient|original-recipient|action|status|diagnostic-code):[ \t]*(.{0,300})$")
_FAILED = re.compile(r"5\.\d{1,3}\.\d{1,3}")
LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says: the mail of ours that it names, where that went, and why it failed ("" where it did not)."""

    letter: int | None
    recipients: frozenset[str]
    why: str


def report_in(read: Read) -> Report | None:
    """The report that a mail is; None where it is none."""
    kinds = {part.get_content_type() for part in read.parts}
    if "message/delivery-status" not in kinds and "multipart/report" not in kinds:
        return None
    texts = {
        kind: _text(read.parts, kind) for kind in ("message/delivery-status", "message/rfc822", "text/rfc822-headers")
    }
    fields: dict[str, list[str]] = {}
    for name, value in _FIELD.findall(texts["message/delivery-status"]):
        fields.setdefault(name.lower(), []).append(value.strip())
    named = _ID.findall(texts["message/rfc822"] + "\n" + texts["text/rfc822-headers"])
    letter = next((found for one in named if (found := letter_in(one))), None)
    addresses = fields.get("final-recipient", []) + fields.get("original-recipient", [])
    failed = "failed" in [one.lower() for one in fields.get("action", [])]
    for_good = any(_FAILED.match(one) for one in fields.get("status", []))
    why = next(iter(fields.get("diagnostic-code", [])), "") or next(iter(fields.get("status", [])), "")
    recipients = frozenset(one.rpartition(";")[2].strip().lower() for one in addresses)
    return Report(letter, recipients, (why or "no reason was given") if failed and for_good else "")


def follow(report: Report, *, at: datetime) -> Verdict:
    """Mark the address and tell the other side, where the report is of a mail of ours and says that it is for good."""
    letter = Letter.objects.select_related("reader", "promise").filter(pk=report.letter or 0).first()
    if letter is None:
        return aside("A report about a mail that is none of ours.")
    address = address_of(letter.reader).lower()
    if not report.why or address not in report.recipients:
        return aside("A report that a mail of ours is late, or went elsewhere.")
    FailingAddress.objects.update_or_create(
        reader=letter.reader, defaults={"address": address, "why": report.why[:300], "at": at}
    )
    told = _tell(letter, address, report.why, at=at)
    return aside(f"Mails to {letter.reader.name} do not arrive ({report.why[:150]}). {told} told.")


def _tell(letter: Letter, address: str, why: str, *, at: datetime) -> str:
    if letter.promise is None:
        return "Nobody was"
    state = replay(book.read(letter.promise.pk))
    if state is None:
        return "Nobody was"
    outside = letter.reader.kind == Party.Kind.OUTSIDE
    theirs = Side.CUSTOMER if outside or letter.reader_id == state.asker else Side.PROVIDER
    readers = {*of_side(state, theirs.other), *(of_side(state, theirs) if outside else [])} - {letter.reader_id}
    matters = [
        Matter(
            reader=one, kind=Kind.WORD, key=f"mail-failed:{letter.pk}", subject=letter.promise.what,
            says=f"A mail to {letter.reader.name} about this came back from {address}: {why[:150]}",
            needs="Reach them another way, and have the address put right.", promise=letter.promise,
        )
        for one in sorted(readers)
    ]  # fmt: skip
    fresh = telling.tell(matters, at=at, now=at)
    return f"{len(fresh)} on the other side {'was' if len(fresh) == 1 else 'were'}"


def _text(parts: tuple[Message, ...], kind: str) -> str:
    found = "\n".join(part.as_string() for part in parts if part.get_content_type() == kind)
    return clean(found[:LONGEST])


def works_again(reader: int) -> None:
    """Somebody has put the address right."""
    FailingAddress.objects.filter(reader=reader).delete()


def failing() -> list[FailingAddress]:
    """The addresses that mails came back from, the newest first."""
    return list(FailingAddress.objects.select_related("reader").order_by("-at")[:200])
