"""From the events of an agreement to its rows. What stands in them, replaying the ledger gives again."""

from __future__ import annotations

from typing import Any

from kept.core import codec
from kept.core.agreement import AgreementState, Stated, Version
from kept.customers.models import Agreement, AgreementVersion


def columns(state: AgreementState) -> dict[str, Any]:
    """The columns of `Agreement` for a state."""
    in_force = state.in_force
    return {
        "customer_id": state.between.customer,
        "provider_id": state.between.provider,
        "result_id": state.between.result,
        "standing": str(state.standing),
        "version": in_force.number if in_force else None,
        "review_on": in_force.expectations.review_on if in_force else None,
        "customer_expects": _stated(state.customer),
        "provider_expects": _stated(state.provider),
        "last_at": state.last_at,
        "sequence": state.sequence,
    }


def version_columns(version: Version) -> dict[str, Any]:
    """The columns of `AgreementVersion` for a version."""
    return {
        "number": version.number,
        "expectations": codec.to_dict(version.expectations),
        "side": str(version.side),
        "written_by_id": version.written_by,
        "agreed_by_id": version.agreed_by,
        "agreed_at": version.agreed_at,
        "sequence": version.sequence,
    }


def project(stream_id: int, before: AgreementState | None, after: AgreementState) -> None:
    """Write the rows of one agreement as it stands now; versions are only ever added."""
    values = columns(after)
    if before is None:
        Agreement.objects.bulk_create([Agreement(stream_id=stream_id, **values)])
    else:
        Agreement.objects.filter(pk=stream_id).update(**values)
    known = len(before.versions) if before else 0
    AgreementVersion.objects.bulk_create(
        [AgreementVersion(agreement_id=stream_id, **version_columns(each)) for each in after.versions[known:]]
    )


def _stated(stated: Stated | None) -> dict[str, Any] | None:
    """What a side has on the table: in which event, by whom, when, and what it expects."""
    if stated is None:
        return None
    return {
        "sequence": stated.sequence,
        "person": stated.person,
        "at": stated.at.isoformat(),
        "expectations": codec.to_dict(stated.expectations),
    }
