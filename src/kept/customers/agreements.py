"""Reading agreements: what is in force between two parties, what a version said, how it came about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from kept.core import agreement as rules
from kept.core import codec
from kept.core.agreement import AgreementState
from kept.core.expectations import Expectations
from kept.core.state import Event
from kept.customers.models import Agreement, AgreementVersion
from kept.ledger import book
from kept.people.models import Reach


@dataclass(frozen=True, slots=True)
class InForce:
    """One version of an agreement: ids, and what both expect."""

    agreement: int
    version: int
    expectations: Expectations


def agreement_in_force(customer: int, provider: int, result: int | None = None) -> InForce | None:
    """What these two have agreed on, about `result` if there is such an agreement, else about their work at large."""
    about = Q(agreement__result__isnull=True) | Q(agreement__result=result) if result else Q(agreement__result=None)
    rows = AgreementVersion.objects.filter(
        about, agreement__customer=customer, agreement__provider=provider, number=F("agreement__version")
    )
    row = rows.order_by(F("agreement__result").desc(nulls_last=True)).first()
    return _in_force(row) if row else None


def version_of(agreement: int, number: int) -> InForce | None:
    """One version, in force or not any more; None where there is none of that number."""
    row = AgreementVersion.objects.filter(agreement=agreement, number=number).first()
    return _in_force(row) if row else None


def standing_of(agreement_id: int) -> tuple[AgreementState | None, list[Event]]:
    """Where the agreement stands and how it came there: its state, and its events, oldest first."""
    events = book.read(agreement_id, rules.BY_NAME)
    return rules.replay(events), events


def between(customer: int, provider: int) -> list[Agreement]:
    """The agreements of two parties: that on their work at large first, then by result."""
    rows = Agreement.objects.filter(customer=customer, provider=provider).select_related("result")
    return sorted(rows, key=lambda row: (row.result is not None, row.result.name if row.result else ""))


def agreed_customers(provider: int, among: Collection[int] | QuerySet[Reach, int]) -> list[int]:
    """Which of the parties `among` have agreed on something with the provider that is in force; in order of id."""
    rows = Agreement.objects.filter(provider=provider, customer__in=among, version__isnull=False)
    return list(rows.order_by("customer").values_list("customer_id", flat=True).distinct())


def agreed_shares(provider: int) -> dict[int, float]:
    """The share of the provider's capacity (0 to 1) that each customer has been promised: `{customer: share}`."""
    rows = AgreementVersion.objects.filter(agreement__provider=provider, number=F("agreement__version"))
    stated = (
        (row.agreement.customer_id, _in_force(row).expectations.share) for row in rows.select_related("agreement")
    )
    shares: dict[int, float] = {}
    for customer, share in stated:
        if share is not None:
            shares[customer] = shares.get(customer, 0.0) + share / 100
    return shares


def _in_force(row: AgreementVersion) -> InForce:
    return InForce(row.agreement_id, row.number, codec.from_dict(Expectations, row.expectations))
