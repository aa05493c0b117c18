"""Which promise a complaint about nothing in particular may be about: proposed with the reasons, and said by a person.

Promises between the same two are weighed by the words that they share with the complaint (those that few of them have
weigh most), by how near in time they moved, and by whether anything in them went wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, log
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from kept.complaints import access, recording
from kept.complaints.models import Complaint
from kept.core import complaints as rules
from kept.core import durations
from kept.core.errors import Incomplete, NotAllowed
from kept.core.state import State
from kept.core.terms import By, Side
from kept.people.models import Person
from kept.people.queries import may_act_for
from kept.promises.access import visible_to
from kept.promises.models import OPEN, CustomerLink, Participant, Promise
from kept.promises.wording import stems, typed

MOST: Final = 5
READ: Final = 200
"""How many promises between the two are weighed: the newest."""
BACK: Final = timedelta(days=180)
"""What ended longer ago is not proposed."""
NEAR: Final = timedelta(days=30)
"""Without a word in common, only what moved within so long is proposed."""
FADES: Final = timedelta(days=14)
WENT_WRONG: Final = 0.5
MOST_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Proposal:
    """A promise that the complaint may be about, and why, in sentences."""

    promise: Promise
    why: tuple[str, ...]


def proposals(person: Person, complaint: Complaint) -> tuple[Proposal, ...]:
    """The promises that a complaint may be about, the likeliest first; of those that `person` sees in full."""
    return _ranked(complaint, _between(complaint, _open_to(person, complaint)))


def proposals_with(link: CustomerLink, complaint: Complaint, *, at: datetime) -> tuple[Proposal, ...]:
    """The same for the outside customer of a good link: of promises to which it has been given a link."""
    good = CustomerLink.objects.filter(customer=link.customer_id, revoked_at=None, expires_at__gt=at)
    return _ranked(complaint, _between(complaint, Promise.objects.filter(pk__in=good.values("promise"))))


def place(actor: Person, said_id: int, promise_id: int, *, at: datetime) -> Complaint:
    """Say which promise a complaint is about; somebody of either side does, who sees that promise in full.

    Raises `NotFound` for a stranger, `NotAllowed` for who may only look, `Incomplete` for a promise of others, and any
    other `Refused`.
    """
    complaint = access.one_seen(actor, Complaint, said_id)
    side = side_of(actor, complaint)
    if side is None:
        raise NotAllowed("Only the two sides say what a complaint is about.")
    _refuse_foreign(complaint, promise_id, _open_to(actor, complaint))
    return recording.add(said_id, rules.About(promise=promise_id), By(actor.pk, side), at)


def place_with(link: CustomerLink, said_id: int, promise_id: int, *, at: datetime) -> Complaint:
    """The outside customer of a good link says it, of its own complaint. Raises as `place`."""
    complaint = access.own_of(link, said_id)
    known = [one.promise.pk for one in proposals_with(link, complaint, at=at)]
    _refuse_foreign(complaint, promise_id, Promise.objects.filter(pk__in=known))
    return recording.add(said_id, rules.About(promise=promise_id), By(link.customer_id, Side.CUSTOMER), at)


def side_of(actor: Person, complaint: Complaint) -> Side | None:
    """The side of a complaint that `actor` speaks for, the customer's first; None where for neither."""
    if may_act_for(actor, complaint.customer_id):
        return Side.CUSTOMER
    return Side.PROVIDER if may_act_for(actor, complaint.provider_id) else None


def _open_to(person: Person, complaint: Complaint) -> QuerySet[Promise]:
    """What `person` sees in full; of what is private only where whoever complained is named: else they would lose sight
    of their own complaint.
    """
    author = Participant.objects.filter(promise=OuterRef("pk"), person=complaint.by_id)
    return visible_to(person).filter(Q(private=False) | Exists(author))


def _refuse_foreign(complaint: Complaint, promise_id: int, known: QuerySet[Promise]) -> None:
    both = {"customer": complaint.customer_id, "provider": complaint.provider_id}
    if not known.filter(pk=promise_id, **both).exists():
        raise Incomplete("Choose a promise between the two whom the complaint is between.", field="promise")


def _between(complaint: Complaint, among: QuerySet[Promise]) -> list[Promise]:
    both = among.filter(
        customer=complaint.customer_id, provider=complaint.provider_id, opened_at__lte=complaint.at
    )  # fmt: skip
    lately = Q(state__in=OPEN) | Q(ended_at__gte=complaint.at - BACK)
    return list(both.filter(lately).select_related("customer", "provider").order_by("-pk")[:READ])


def _ranked(complaint: Complaint, promises: Sequence[Promise]) -> tuple[Proposal, ...]:
    said = {stem: word for word, stem in reversed(typed(complaint.words))}
    words = {one.pk: [stem for stem in stems(f"{one.what} {one.done_when}") if stem in said] for one in promises}
    spread = Counter(stem for found in words.values() for stem in found)
    scores: dict[int, float] = {}
    for one in promises:
        away = abs(complaint.at - _moved(one, complaint.at))
        shared = sum(log((len(promises) + 1) / spread[stem]) for stem in words[one.pk])
        if words[one.pk] or away <= NEAR:
            scores[one.pk] = shared + exp(-away / FADES) + WENT_WRONG * bool(_wrong(one, complaint.at))
    best = sorted((one for one in promises if one.pk in scores), key=lambda one: (-scores[one.pk], -one.pk))[:MOST]
    return tuple(Proposal(one, _why(one, complaint.at, [said[stem] for stem in words[one.pk]])) for one in best)


def _moved(promise: Promise, at: datetime) -> datetime:
    """When the promise last mattered to its customer, before the complaint: its delivery, its date, or its begin."""
    moments = (promise.ended_at, promise.delivered_at, promise.due, promise.promised_at, promise.opened_at)
    return max(moment for moment in moments if moment is not None and moment <= at)


def _why(promise: Promise, at: datetime, shared: Collection[str]) -> tuple[str, ...]:
    found = []
    if shared:
        found.append(f"It speaks of {_listed([f'“{word}”' for word in list(shared)[:MOST_WORDS]])} too.")
    found += _wrong(promise, at)
    if promise.delivered_at is not None and promise.delivered_at <= at:
        found.append(f"It was delivered {durations.roughly(at - promise.delivered_at)} before the complaint.")
    elif promise.state in OPEN:
        found.append("It is not delivered yet.")
    return tuple(found)


def _wrong(promise: Promise, at: datetime) -> list[str]:
    """What went wrong in a promise, as its row shows it at the moment of the complaint."""
    found = []
    if promise.state == State.BROKEN and promise.delivered_at is None:
        found.append("It was given up.")
    elif promise.promised_at is not None and min(promise.delivered_at or at, at) > promise.due:
        found.append("It was late.")
    if promise.reworks:
        found.append("It was returned.")
    return found


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
