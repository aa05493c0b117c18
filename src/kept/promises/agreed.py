"""What an agreement means for a promise: what its ask must contain, what its delivery is checked against."""

from __future__ import annotations

from dataclasses import replace
from functools import singledispatch

from kept.core import acts
from kept.core.errors import Incomplete
from kept.core.expectations import NOTHING, Expectations, lacking, whole_checklist
from kept.core.state import PromiseState
from kept.core.terms import Given
from kept.customers.agreements import InForce, agreement_in_force, version_of
from kept.customers.models import Result


def under_agreement(opening: acts.Ask | acts.Offer) -> acts.Ask | acts.Offer:
    """The opening as what is in force between the two makes it: with the agreement's id, version and reopen window.

    Raises `Incomplete`, in the words of those who agreed on it, where an ask lacks what they need.
    """
    _refuse_foreign_result(opening)
    given = tuple(Given(one.name.strip(), one.text.strip()) for one in opening.given if one.text.strip())
    in_force = agreement_in_force(opening.customer, opening.provider, opening.result)
    if in_force is None:
        return replace(opening, given=given, agreement=None, agreement_version=None)
    if isinstance(opening, acts.Ask):
        _refuse_lacking(in_force, given)
    return replace(
        opening,
        given=given,
        agreement=in_force.agreement,
        agreement_version=in_force.version,
        reopen_window=in_force.expectations.reopen_window or opening.reopen_window,
    )


def _refuse_lacking(in_force: InForce, given: tuple[Given, ...]) -> None:
    lacks = [reason for _, reason in lacking(in_force.expectations, given)]
    if lacks:
        raise Incomplete(" ".join(lacks), field="given")


def _refuse_foreign_result(opening: acts.Opening) -> None:
    if opening.result is None:
        return
    theirs = Result.objects.filter(pk=opening.result, owner=opening.provider, retired_at__isnull=True)
    if not theirs.exists():
        raise Incomplete("That is not a result of theirs (any more); choose another, or leave it out.", field="result")


def expectations_of(agreement: int | None, version: int | None) -> Expectations:
    """What was agreed when a promise was made, by the ids that it keeps; nothing where there was no agreement."""
    found = version_of(agreement, version) if agreement is not None and version is not None else None
    return found.expectations if found else NOTHING


@singledispatch
def as_agreed(act: acts.Act, state: PromiseState) -> acts.Act:  # noqa: ARG001 for those that have one
    """The act as the agreement of the promise makes it; most stay as they are."""
    return act


@as_agreed.register
def _(act: acts.Deliver, state: PromiseState) -> acts.Act:
    agreed = expectations_of(state.agreement, state.agreement_version)
    return replace(act, checklist=whole_checklist(agreed, act.checklist))
