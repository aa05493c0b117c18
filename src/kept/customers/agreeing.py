"""What is done in an agreement: lock, decide, append, project, fill the outbox, in one transaction."""

from __future__ import annotations

import functools
from datetime import datetime

from django.db import IntegrityError, transaction

from kept.core import agreement as rules
from kept.core.acts import Act
from kept.core.agreement import AgreementState, Between
from kept.core.errors import Incomplete, NotFound, Overtaken, WrongSide
from kept.core.expectations import Expectations
from kept.core.terms import By, Side
from kept.customers import access, projection
from kept.customers.models import Agreement, Result
from kept.ledger import book
from kept.ledger.models import Stream
from kept.people.models import Party, Person


def expect(
    actor: Person, between: Between, expectations: Expectations, *, at: datetime, words: str = "",
    side: Side | None = None,
) -> Agreement:  # fmt: skip
    """Write what one side expects of a tie: the first word of an agreement, or an answer to the other side's.

    `side` is for somebody who may speak for both. Raises a `Refused` that says what to do.
    """
    with transaction.atomic():
        sides = access.sides_for_acting(actor, customer=between.customer, provider=between.provider)
        _refuse_unknown(expectations)
        known = _of(between)
        if known is not None:
            return _do(actor, known.pk, rules.Expect(expectations=expectations, words=words), at, side)
        _sound_between(between)
        by = By(actor.pk, _chosen(sides, side))
        act = rules.Expect(expectations=expectations, words=words, between=between)
        events = rules.decide(None, act, by, at)
        stream = book.open_stream(Stream.Kind.AGREEMENT)
        book.append(stream.pk, events, after=0)
        after = functools.reduce(rules.evolve, events, None)
        try:
            with transaction.atomic():
                projection.project(stream.pk, None, _there(after))
        except IntegrityError as error:
            raise Overtaken("The other side began this agreement at the same moment; look at what it says.") from error
    return Agreement.objects.get(pk=stream.pk)


def agree(
    actor: Person, agreement_id: int, *, to: int, at: datetime, words: str = "", side: Side | None = None
) -> Agreement:
    """Yes to exactly what the other side wrote in event `to`: it is in force from this moment."""
    with transaction.atomic():
        return _do(actor, agreement_id, rules.Agree(to=to, words=words), at, side)


def end(actor: Person, agreement_id: int, *, words: str, at: datetime, side: Side | None = None) -> Agreement:
    """End what is agreed, or the talk about it; the words say why."""
    with transaction.atomic():
        return _do(actor, agreement_id, rules.End(words=words), at, side)


def _do(actor: Person, agreement_id: int, act: Act, at: datetime, wanted: Side | None) -> Agreement:
    seen = access.agreement_for_seeing(actor, agreement_id)
    sides = access.sides_for_acting(actor, customer=seen.agreement.customer_id, provider=seen.agreement.provider_id)
    book.lock(agreement_id)
    past = book.read(agreement_id, rules.BY_NAME)
    state = _there(rules.replay(past))
    side = _answering(state, act.to, sides, wanted) if isinstance(act, rules.Agree) else _chosen(sides, wanted)
    events = rules.decide(state, act, By(actor.pk, side), at)
    book.append(agreement_id, events, after=state.sequence)
    after = functools.reduce(rules.evolve, events, state)
    projection.project(agreement_id, state, after)
    return Agreement.objects.get(pk=agreement_id)


def _chosen(sides: frozenset[Side], wanted: Side | None) -> Side:
    if wanted is not None and wanted not in sides:
        raise WrongSide(f"You are not on the {wanted}'s side of this agreement.")
    return wanted or (Side.PROVIDER if Side.PROVIDER in sides else Side.CUSTOMER)


def _answering(state: AgreementState, to: int, sides: frozenset[Side], wanted: Side | None) -> Side:
    """The side that answers event `to`: for somebody who speaks for both, the one that did not write it."""
    if wanted is None and len(sides) == len(Side):
        wanted = next((side for side in Side if (theirs := state.stated(side.other)) and theirs.sequence == to), None)
    return _chosen(sides, wanted)


def _of(between: Between) -> Agreement | None:
    rows = Agreement.objects.filter(customer=between.customer, provider=between.provider, result=between.result)
    return rows.first()


def _there(state: AgreementState | None) -> AgreementState:
    if state is None:
        raise NotFound("There is no such agreement, or it is not for you to see.")
    return state


def _sound_between(between: Between) -> None:
    for party_id in (between.customer, between.provider):
        party = Party.objects.filter(pk=party_id).select_related("person").first()
        if party is None:
            raise Incomplete("Choose somebody from the list.", field="between")
        if party.kind == Party.Kind.PERSON and not party.person.is_active:
            raise Incomplete(f"{party.name} has left; choose somebody else.", field="between")
        if party_id == between.provider and party.kind == Party.Kind.OUTSIDE:
            raise Incomplete("An outside customer is served; they provide nothing here.", field="between")
    if between.result is not None:
        owned = Result.objects.filter(pk=between.result, owner=between.provider, retired_at__isnull=True)
        if not owned.exists():
            raise Incomplete("That is not a result of theirs (any more); choose another.", field="result")


def _refuse_unknown(expectations: Expectations) -> None:
    persons = Person.objects.filter(pk__in=expectations.tell, is_active=True).count()
    if persons < len(set(expectations.tell)):
        raise Incomplete("Somebody who is to be told is not here (any more); choose somebody else.", field="tell")
