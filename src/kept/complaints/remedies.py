"""What makes a complaint good again: a promise of its own, offered by the provider or asked for by the customer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kept.complaints import access, actions, recording
from kept.complaints.models import Complaint
from kept.core import acts
from kept.core import complaints as rules
from kept.core.errors import NotAllowed
from kept.core.terms import By, Side, Terms
from kept.people.models import Person
from kept.people.queries import may_act_for
from kept.promises import actions as promises
from kept.promises.models import Promise


def hear_and_offer(actor: Person, said_id: int, words: str, remedy: Terms, *, at: datetime) -> Promise:
    """Hear a complaint and offer in one act what makes it good again; gives the offer. Raises as `hear_complaint`."""
    with transaction.atomic():
        actions.hear_complaint(actor, said_id, words, at=at)
        return offer(actor, said_id, remedy, at=at)


def offer(actor: Person, said_id: int, remedy: Terms, *, at: datetime) -> Promise:
    """Offer the customer what makes it good again: it is promised once they accept it.

    Raises `NotFound` for a stranger, `NotAllowed` for who does not act for the provider, any other `Refused`.
    """
    complaint = access.to_hear(actor, Complaint, said_id)
    opening = acts.Offer(
        customer=complaint.customer_id, provider=complaint.provider_id, terms=remedy, private=_private(complaint)
    )  # fmt: skip
    return _opened(actor, complaint, opening, Side.PROVIDER, at)


def ask(actor: Person, said_id: int, remedy: Terms, *, at: datetime) -> Promise:
    """Ask the provider for what makes it good again: it is promised once they take it on.

    Raises `NotFound` for a stranger, `NotAllowed` for who does not act for the customer, any other `Refused`.
    """
    complaint = access.one_seen(actor, Complaint, said_id)
    if not may_act_for(actor, complaint.customer_id):
        raise NotAllowed("Only the customer's side asks for what makes it good again.")
    opening = acts.Ask(
        customer=complaint.customer_id, provider=complaint.provider_id, terms=remedy, private=_private(complaint)
    )  # fmt: skip
    return _opened(actor, complaint, opening, Side.CUSTOMER, at)


def _private(complaint: Complaint) -> bool:
    return complaint.promise is not None and complaint.promise.private


def _opened(actor: Person, complaint: Complaint, opening: acts.Ask | acts.Offer, side: Side, at: datetime) -> Promise:
    with transaction.atomic():
        promise = promises.open_promise(actor, opening, at=at)
        recording.add(complaint.pk, rules.Remedy(promise=promise.pk), By(actor.pk, side), at)
    return promise
