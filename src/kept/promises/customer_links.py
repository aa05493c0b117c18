"""Private links for outside customers, who have no account: one promise, for a while, until it is revoked.

Whoever acts for the outside customer makes the link and sends it. What is done with it the customer has done itself,
and the ledger says so. A link that has expired, was revoked, or was never made looks the same: `NotFound`.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.crypto import salted_hmac

from kept.core import acts
from kept.core.errors import NotAllowed, NotFound, Refused
from kept.core.promise import open_acts, replay
from kept.core.state import PromiseState
from kept.core.terms import Side
from kept.ledger import book
from kept.ledger.models import Event
from kept.people.models import ACTING, Party, Person
from kept.people.secrets import hashed, new_secret
from kept.promises import access, actions
from kept.promises.models import CustomerLink, Promise

GOOD_FOR = timedelta(days=90)
MAIL_SALT = "kept.promises.customer-link"
MOST = 20
"""How many links of one promise may be good at the same time."""
AN_HOUR, MOST_AN_HOUR = timedelta(hours=1), 30
"""How many acts one customer does with links in an hour."""
STAMP_EVERY = timedelta(minutes=1)
INSIDE = (acts.Escalate, acts.Link)
"""What the customer's side may do that names persons or promises of the inside: not with a link."""


def make_link(actor: Person, promise_id: int, *, at: datetime, lasts: timedelta = GOOD_FOR) -> tuple[CustomerLink, str]:
    """A new link to a promise of an outside customer: its row, and the secret, which nobody can show again.

    Raises `NotFound` for a stranger, `NotAllowed` for those who do not act for the customer, `Refused` where the
    customer is none from outside, or has enough links.
    """
    with transaction.atomic():
        book.lock(promise_id)
        promise = _looked_after(actor, promise_id)
        if not timedelta(0) < lasts <= 4 * GOOD_FOR:
            raise Refused("A link is good for at most a year.")
        if promise.customer_links.filter(revoked_at=None, expires_at__gt=at).count() >= MOST:
            raise Refused(f"There are {MOST} links to this promise already; revoke those that nobody needs.")
        secret, kept = new_secret()
        link = CustomerLink.objects.create(
            promise=promise, customer=promise.customer, hashed=kept, made_by=actor, made_at=at, expires_at=at + lasts
        )
    return link, secret


def link_in_mails(promise: Promise, *, at: datetime) -> str | None:
    """The secret of the link that Kept's own mails to the outside customer carry, the same for a quarter of a year.

    It can be made again from the secret key, so that each mail may carry it; it is a link like any other and can be
    revoked: then mails carry none until the next quarter. None too where nobody acts for the customer.
    """
    quarter = f"{at.year}.{(at.month - 1) // 3}"
    words = f"{promise.pk}.{promise.customer_id}.{quarter}"
    secret = urlsafe_b64encode(salted_hmac(MAIL_SALT, words, algorithm="sha256").digest()).rstrip(b"=").decode()
    made_by = _who_looks_after(promise)
    if made_by is None:
        return None
    link, _ = CustomerLink.objects.get_or_create(
        hashed=hashed(secret),
        defaults={
            "promise": promise, "customer": promise.customer, "made_by": made_by, "made_at": at,
            "expires_at": at + 2 * GOOD_FOR,
        },
    )  # fmt: skip
    return secret if link.revoked_at is None else None


def _who_looks_after(promise: Promise) -> Person | None:
    """Whoever asked for the customer, else the first of those who act for it."""
    acting = Person.objects.filter(is_active=True, reaches__party=promise.customer_id, reaches__how__in=ACTING)
    return acting.filter(pk=promise.asker_id or 0).first() or acting.order_by("pk").first()


def links_of(actor: Person, promise_id: int, *, at: datetime) -> QuerySet[CustomerLink]:
    """The links to a promise that are good at `at`, the newest first, for those who act for its outside customer.

    Raises as `make_link`.
    """
    promise = _looked_after(actor, promise_id)
    good = promise.customer_links.filter(revoked_at=None, expires_at__gt=at, customer=promise.customer_id)
    return good.select_related("made_by").order_by("-pk")


def revoke(actor: Person, promise_id: int, link_id: int, *, at: datetime) -> None:
    """The link opens nothing from now on. Raises as `make_link`; `NotFound` where the promise has no such link."""
    with transaction.atomic():
        book.lock(promise_id)
        link = _looked_after(actor, promise_id).customer_links.filter(pk=link_id).first()
        if link is None:
            raise NotFound("There is no such link.")
        CustomerLink.objects.filter(pk=link_id, revoked_at=None).update(revoked_at=at, revoked_by=actor)


def link_of(secret: str, *, at: datetime) -> CustomerLink:
    """The link that `secret` opens at `at`. Raises `NotFound` for any other: unknown, expired, revoked."""
    good = CustomerLink.objects.filter(
        hashed=hashed(secret), revoked_at=None, expires_at__gt=at, promise__customer=F("customer")
    )
    link = good.select_related(
        "promise__customer__outsidecustomer__looked_after_by", "promise__provider", "promise__responsible", "made_by"
    ).first()
    if link is None:
        raise NotFound("This link opens nothing, or nothing any more.")
    return link


def opened(link: CustomerLink, *, at: datetime) -> None:
    """Note that the link was looked at, at most once a minute. It says nothing about the promise."""
    if link.opened_at is None or at - link.opened_at >= STAMP_EVERY:
        CustomerLink.objects.filter(pk=link.pk).update(opened_at=at)


def possible(promise: Promise, at: datetime) -> tuple[list[type[acts.Act]], PromiseState | None]:
    """What the outside customer may do now with a link, and where the promise stands."""
    state = replay(book.read(promise.pk))
    if state is None:
        return [], None
    return [kind for kind in open_acts(state, Side.CUSTOMER, at) if kind not in INSIDE], state


def answer(link: CustomerLink, act: acts.Act, *, at: datetime, seen: int | None = None) -> PromiseState:
    """The outside customer does `act` in its promise, on its own behalf; gives the state after it.

    `seen` is as in `actions.do`. Raises `NotFound` where the link has just been revoked, any `Refused` of the rules.
    """
    if isinstance(act, INSIDE):
        raise NotAllowed("That takes somebody inside; ask the people who look after you.")
    lately = Event.objects.filter(stream=link.promise_id, actor=link.customer_id, at__gt=at - AN_HOUR)
    if lately.count() >= MOST_AN_HOUR:
        raise Refused("That is a lot for one hour. Wait a little, or call the people who look after you.")
    return actions.answer_for_itself(link, act, at=at, seen=seen)


def _looked_after(actor: Person, promise_id: int) -> Promise:
    """The promise, where `actor` sees it, acts for its customer, and that one is from outside."""
    seen = access.promise_for_seeing(actor, promise_id)
    if Side.CUSTOMER not in seen.sides:
        raise NotAllowed("Only those who look after the customer make links for them.")
    if seen.promise.customer.kind != Party.Kind.OUTSIDE:
        raise Refused("This customer works here and signs in; a link is for outside customers.")
    return seen.promise
