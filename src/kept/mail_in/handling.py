"""From a kept message to what becomes of it: claimed by one worker, looked at, and done in one transaction.

A worker that dies in the middle has done nothing, and another takes the row up. Whatever goes wrong in a message that
nobody foresaw is tried again, and then waits for a person, with the reason.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from kept.mail_in import reports
from kept.mail_in.answering import answer
from kept.mail_in.asking import ask
from kept.mail_in.automatic import why_automatic
from kept.mail_in.believing import Word, word_of_server
from kept.mail_in.models import Mail
from kept.mail_in.parsing import Read, read, same_message
from kept.mail_in.replies import AN_HOUR
from kept.mail_in.targets import Target, target_of
from kept.mail_in.verdict import Came, Verdict, aside, quarantined
from kept.notify import claims
from kept.people.models import OutsideCustomer, Party, Person
from kept.promises.models import Promise

MOST_AN_HOUR = 30
"""How many mails of one address are looked at in an hour; those beyond wait for a person."""
TRIES = 3
AGAIN = timedelta(minutes=1)
LONGEST_REASON = 500

log = logging.getLogger(__name__)


def handle_some(*, now: datetime) -> int:
    """Handle some of the mails that wait; gives how many were tried."""
    rows = claims.claim(Mail.objects.all(), at=now, most=5)
    for row in rows:
        if claims.begin(row, at=now):
            _handle(row, now)
    return len(rows)


def _handle(row: Mail, now: datetime) -> None:
    try:
        message = read(bytes(row.content))
        doing = _looked_at(row, message, now)
        with transaction.atomic():
            _close(row, message, doing(), now)
    except Exception as error:
        log.exception("Mail %s could not be handled.", row.pk)
        if row.attempts < TRIES:
            claims.failed(row, f"{type(error).__name__}: {error}", at=now, next_at=now + AGAIN)
        else:
            _close(row, Read(message.headers, sender=message.sender, subject=message.subject), quarantined(
                f"Something went wrong in Kept ({type(error).__name__}); its log says what."), now)  # fmt: skip


def _close(row: Mail, message: Read, verdict: Verdict, now: datetime) -> None:
    mine = Mail.objects.filter(pk=row.pk, claim=row.claim, done_at=None).update(
        outcome=verdict.outcome, reason=verdict.reason[:LONGEST_REASON], sender=message.sender[:254],
        subject=message.subject[:250], done_at=now, claim="", claimed_until=None,
    )  # fmt: skip
    if not mine:
        raise RuntimeError("Another worker has this mail by now; it was left to that one.")


def _looked_at(row: Mail, message: Read, now: datetime) -> Callable[[], Verdict]:
    """What is to be done with a mail; the look itself changes nothing but drafts of files."""
    if message.trouble:
        return lambda: quarantined(message.trouble)
    report = reports.report_in(message)
    if report is not None:
        return lambda: reports.follow(report, at=now)
    why = "" if row.let_through_by_id else why_automatic(message)
    if why:
        return lambda: aside(why)
    why_not = _why_not(row, message, now)
    if why_not:
        return lambda: quarantined(why_not)
    target = target_of(message)
    who, doubt = _who(row, message, target)
    if who is None:
        return lambda: quarantined(doubt)
    return _done_for(Came(row, message, who, same_message(message, bytes(row.content)), now), target)


def _why_not(row: Mail, message: Read, now: datetime) -> str:
    if not message.sender:
        return "It does not say plainly who sent it: there has to be one From, with one address."
    Mail.objects.filter(pk=row.pk).update(sender=message.sender)
    lately = Mail.objects.filter(sender=message.sender, kept_at__gt=now - AN_HOUR, pk__lte=row.pk).count()
    if lately > MOST_AN_HOUR and not row.let_through_by_id:
        return f"More than {MOST_AN_HOUR} mails came from this address within an hour."
    if message.sealed:
        return "It is encrypted, and Kept has no key to read it."
    if message.calendar:
        return "It is an invitation to a meeting, or the answer to one, and not words for a promise."
    return ""


def _who(row: Mail, message: Read, target: Target) -> tuple[Party | None, str]:
    """Who wrote it, where that is to be believed; else why it is not."""
    word = Word.VOUCHES if row.let_through_by_id else word_of_server(message.headers, message.sender)
    if not (target.signed or target.promise or target.teams):
        return None, "It answers no mail of ours, and was sent to no team's address."
    if word is Word.DENIES:
        return None, "The mail server that took it says that its sender is forged (DMARC failed)."
    known = _known(message.sender, target)
    if known is None:
        return None, "Nobody with this address is known here, or it is not theirs to answer."
    if target.signed and known.pk == target.signed.reader:
        return known, ""
    if word is not Word.VOUCHES:
        return None, (
            "Its sender may be forged: no mail server that is trusted here vouches for it (see KEPT_MAIL_AUTHSERV), "
            "and it was not sent to an address that is this person's alone."
        )
    return known, ""


def _known(sender: str, target: Target) -> Party | None:
    """The party that has this address: a person who works here, else the outside customer whom it concerns."""
    person = Person.objects.filter(email__iexact=sender, is_active=True).first()
    if person is not None:
        return Party.objects.select_related("person").get(pk=person.pk)
    outside = OutsideCustomer.objects.filter(email__iexact=sender)
    about = target.signed.promise if target.signed else target.promise
    if about:
        outside = outside.filter(pk__in=Promise.objects.filter(pk=about).values("customer"))
    found = list(outside.values_list("pk", flat=True)[:2])
    return Party.objects.select_related("outsidecustomer").get(pk=found[0]) if len(found) == 1 else None


def _done_for(came: Came, target: Target) -> Callable[[], Verdict]:
    about = target.signed.promise if target.signed else target.promise
    if about:
        return answer(came, Promise.objects.get(pk=about))
    each = [ask(came, team) for team in target.teams]
    return lambda: _joined([one() for one in each])


def _joined(verdicts: list[Verdict]) -> Verdict:
    """One word for all: that of the part which most needs a look."""
    order = [Mail.Outcome.QUARANTINED, Mail.Outcome.ANSWERED, Mail.Outcome.DONE, Mail.Outcome.ASIDE]
    worst = min(verdicts, key=lambda one: order.index(one.outcome))
    return Verdict(worst.outcome, " ".join(one.reason for one in verdicts))
