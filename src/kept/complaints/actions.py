"""Complaining, thanking, and hearing it: lock, decide, append, project, in one transaction.

The moment comes from the door (`at`). About a promise, who may act for its customer says it; about nothing in
particular, who may act for the customer. An outside customer says it for itself with its private link.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction

from kept.complaints import access, projection, recording
from kept.complaints.models import Complaint, Thanks
from kept.core import complaints as rules
from kept.core.acts import Act
from kept.core.calendars import NoWorkingTimeError, add_working_time
from kept.core.errors import Incomplete, NotAllowed, Refused
from kept.core.expectations import Expectations
from kept.core.terms import By, Side
from kept.customers.agreements import agreement_in_force
from kept.ledger import book
from kept.ledger.models import Stream
from kept.people.calendars import calendar_of
from kept.people.models import OutsideCustomer, Party, Person
from kept.people.queries import may_act_for
from kept.promises.access import View, promise_for_seeing
from kept.promises.agreed import expectations_of
from kept.promises.models import CustomerLink, Promise

S = TypeVar("S", Complaint, Thanks)
MOST_A_DAY = 10
"""How many complaints and thanks one private link carries in a day."""
A_DAY = timedelta(days=1)


def complain(actor: Person, promise_id: int, words: str, *, at: datetime) -> Complaint:
    """Complain about a promise. Raises `NotFound` for a stranger, `NotAllowed`, `Incomplete`."""
    return _complain(_as_customer(actor, promise_id), actor.pk, words, at)


def thank(actor: Person, promise_id: int, words: str, *, at: datetime) -> Thanks:
    """Say thanks for a promise. Raises as `complain`."""
    return _thank(_as_customer(actor, promise_id), actor.pk, words, at)


def complain_to(actor: Person, provider: Party, words: str, *, customer: Party, at: datetime) -> Complaint:
    """Complain for `customer` about nothing in particular. Raises `NotAllowed`, `Incomplete`."""
    _refuse_foreign(actor, customer, provider)
    return _complain_to(customer.pk, provider, actor.pk, words, at)


def complain_for_itself(customer: OutsideCustomer, provider: Party, words: str, *, at: datetime) -> Complaint:
    """An outside customer complains on its own behalf about nothing in particular. Raises `Incomplete`, `Refused`.

    Only `mail_in` calls this, which has found the mail good.
    """
    _refuse_too_many({"customer": customer.pk, "by": customer.pk, "promise": None}, at)
    return _complain_to(customer.pk, provider, customer.pk, words, at)


def complain_of_else_with(link: CustomerLink, words: str, *, at: datetime) -> Complaint:
    """The outside customer of a good link complains to the same provider of something else. Raises as `complain_with`.

    Of a private promise nothing is carried out of it: the complaint is heard by those who answer for the provider.
    """
    _refuse_too_many({"customer": link.customer_id, "by": link.customer_id, "promise": None}, at)
    return _complain_to(link.customer_id, link.promise.provider, link.customer_id, words, at)


def thank_to(actor: Person, provider: Party, words: str, *, customer: Party, at: datetime) -> Thanks:
    """Thank for nothing in particular. Raises as `complain_to`."""
    _refuse_foreign(actor, customer, provider)
    return _said(Thanks, rules.Thank(customer=customer.pk, provider=provider.pk, words=words), actor.pk, at)


def complain_with(link: CustomerLink, words: str, *, at: datetime) -> Complaint:
    """The outside customer of a good link complains, on its own behalf. Raises `Incomplete`, `Refused`."""
    _refuse_too_many({"promise": link.promise_id, "by": link.customer_id}, at)
    return _complain(link.promise, link.customer_id, words, at)


def thank_with(link: CustomerLink, words: str, *, at: datetime) -> Thanks:
    """The outside customer of a good link says thanks, on its own behalf. Raises as `complain_with`."""
    _refuse_too_many({"promise": link.promise_id, "by": link.customer_id}, at)
    return _thank(link.promise, link.customer_id, words, at)


def hear_complaint(actor: Person, said_id: int, words: str, *, at: datetime) -> Complaint:
    """Somebody of the provider's side has heard a complaint; the words, which are needed, say what happens now.

    Raises `NotFound` for a stranger, `NotAllowed` for those who may only look, and any other `Refused`.
    """
    return _hear(Complaint, actor, said_id, words, at)


def hear_thanks(actor: Person, said_id: int, words: str, *, at: datetime) -> Thanks:
    """Somebody of the provider's side has heard the thanks. Raises as `hear_complaint`."""
    return _hear(Thanks, actor, said_id, words, at)


def _as_customer(actor: Person, promise_id: int) -> Promise:
    seen = promise_for_seeing(actor, promise_id)
    if seen.view is not View.FULL or Side.CUSTOMER not in seen.sides:
        raise NotAllowed("Only the customer's side thanks or complains.")
    return seen.promise


def _refuse_foreign(actor: Person, customer: Party, provider: Party) -> None:
    if not may_act_for(actor, customer.pk):
        raise NotAllowed("You can only speak for yourself, your teams, and the customers they look after.")
    if provider.kind == Party.Kind.OUTSIDE:
        raise Incomplete("Choose a team or a person who works here.", field="provider")


def _refuse_too_many(said: dict[str, int | None], at: datetime) -> None:
    since = said | {"at__gt": at - A_DAY}
    if Complaint.objects.filter(**since).count() + Thanks.objects.filter(**since).count() >= MOST_A_DAY:
        raise Refused("That is a lot for one day. They have what you said; write again tomorrow, or call.")


def _complain_to(customer: int, provider: Party, by: int, words: str, at: datetime) -> Complaint:
    in_force = agreement_in_force(customer, provider.pk)
    hear_by = _hear_by(in_force.expectations if in_force else None, provider, at)
    act = rules.Complain(customer=customer, provider=provider.pk, hear_by=hear_by, words=words)
    return _said(Complaint, act, by, at)


def _complain(promise: Promise, by: int, words: str, at: datetime) -> Complaint:
    expected = expectations_of(promise.agreement_id, promise.agreement_version)
    act = rules.Complain(
        customer=promise.customer_id, provider=promise.provider_id, promise=promise.pk, words=words,
        hear_by=_hear_by(expected, promise.provider, at),
    )  # fmt: skip
    return _said(Complaint, act, by, at)


def _thank(promise: Promise, by: int, words: str, at: datetime) -> Thanks:
    act = rules.Thank(customer=promise.customer_id, provider=promise.provider_id, promise=promise.pk, words=words)
    return _said(Thanks, act, by, at)


def _hear_by(expected: Expectations | None, provider: Party, at: datetime) -> datetime | None:
    """By when the customer hears about it, as both sides agreed: for a complaint, else for an ask; else None."""
    within = (expected.complaint_within or expected.acknowledge_within) if expected else None
    if within is None:
        return None
    try:
        return add_working_time(calendar_of(provider), at, within)
    except NoWorkingTimeError:
        return None


def _said(table: type[S], act: Act, by: int, at: datetime) -> S:
    events = rules.decide(None, act, By(by, Side.CUSTOMER), at)
    kind = Stream.Kind.COMPLAINT if table is Complaint else Stream.Kind.THANKS
    with transaction.atomic():
        stream = book.open_stream(kind)
        book.append(stream.pk, events, after=0)
        projection.project(stream.pk, None, rules.evolve(None, events[0]))
    return table.objects.get(pk=stream.pk)


def _hear(table: type[S], actor: Person, said_id: int, words: str, at: datetime) -> S:
    access.to_hear(actor, table, said_id)
    recording.record(said_id, rules.Hear(words=words), By(actor.pk, Side.PROVIDER), at)
    return table.objects.get(pk=said_id)
