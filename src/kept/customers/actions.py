"""Everything that is done here: results, ties, what the work shows. Agreements are done in `agreeing`.

The actor comes first, the moment from the door. Each refusal says what to do instead.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kept.core.errors import Incomplete, NotAllowed, NotFound, Refused
from kept.core.terms import Side
from kept.customers import access, stamp
from kept.customers.models import COUNTING, NotACustomer, Result, Tie
from kept.people.models import Party, Person
from kept.people.queries import may_act_for

LONGEST_NAME = 120
LONGEST_LINE = 300

# --- results ------------------------------------------------------------------------------------------------------


def add_result(actor: Person, *, owner: Party, kind: str, name: str, purpose: str) -> Result:
    """A new result of `owner`; `purpose` says whom it helps to do what. Raises `Incomplete`, `Refused`."""
    _speaks_for(actor, owner)
    if owner.kind == Party.Kind.OUTSIDE:
        raise Refused("Results are what the work here produces; an outside customer has none.")
    name, purpose = _sound_result(kind, name, purpose)
    if Result.objects.filter(owner=owner, name__iexact=name, retired_at__isnull=True).exists():
        raise Incomplete(f"There is a result called “{name}” already.", field="name")
    return Result.objects.create(owner=owner, kind=kind, name=name, purpose=purpose)


def change_result(actor: Person, result_id: int, *, kind: str, name: str, purpose: str) -> Result:
    """Say a result better; its ties and agreements stay. Raises `Incomplete`, `Refused`, `NotFound`."""
    with transaction.atomic():
        result = _own_result(actor, result_id)
        name, purpose = _sound_result(kind, name, purpose)
        others = Result.objects.filter(owner=result.owner_id, name__iexact=name, retired_at__isnull=True)
        if others.exclude(pk=result_id).exists():
            raise Incomplete(f"There is a result called “{name}” already.", field="name")
        result.kind, result.name, result.purpose = kind, name, purpose
        result.save(update_fields=["kind", "name", "purpose"])
    return result


def retire_result(actor: Person, result_id: int, *, at: datetime) -> None:
    """The result is made no more. Refused while somebody still is its customer."""
    with transaction.atomic():
        result = _own_result(actor, result_id)
        if Tie.objects.filter(result=result, state__in=COUNTING).exists():
            raise Refused("It still has customers: end those ties first, so that they know.")
        Result.objects.filter(pk=result_id).update(retired_at=at)


def _own_result(actor: Person, result_id: int) -> Result:
    rows = Result.objects.select_for_update(of=("self",)).select_related("owner")
    result = rows.filter(pk=result_id, retired_at__isnull=True).first()
    if result is None:
        raise NotFound("There is no such result any more.")
    _speaks_for(actor, result.owner)
    return result


def _sound_result(kind: str, name: str, purpose: str) -> tuple[str, str]:
    name, purpose = " ".join(name.split()), " ".join(purpose.split())
    if kind not in Result.Kind.values:
        raise Incomplete("Say what kind of result it is.", field="kind")
    if not name or len(name) > LONGEST_NAME:
        raise Incomplete(f"Give it a name of at most {LONGEST_NAME} characters.", field="name")
    if not purpose or len(purpose) > LONGEST_LINE:
        raise Incomplete("Say in one sentence whom it helps to do what: “… so that …”.", field="purpose")
    return name, purpose


# --- declared ties ------------------------------------------------------------------------------------------------


def declare_tie(
    actor: Person, *, provider: Party, customer: Party, kind: str, result: Result | None = None, at: datetime
) -> Tie:
    """Say that `customer` is a customer of `provider` (of one `result`, or of its work at large).

    What the other side declared already is confirmed by this; what this side had refused it takes up again. A tie to an
    outside customer whom the actor speaks for needs no second word. Raises `Incomplete`, `NotAllowed`, `Refused`.
    """
    if provider.pk == customer.pk:
        raise Incomplete("Nobody is their own customer: choose somebody else.", field="other")
    _sound_tie(kind, result, provider)
    if provider.kind == Party.Kind.OUTSIDE:
        raise Incomplete("An outside customer is served; they provide nothing here.", field="other")
    sides = access.sides_for_acting(actor, customer=customer.pk, provider=provider.pk)
    with transaction.atomic():
        stamp.said_changed()  # first: it is the row on which two who declare at once wait for each other
        NotACustomer.objects.filter(provider=provider, customer=customer).delete()
        there = Tie.objects.filter(provider=provider, customer=customer, kind=kind, result=result)
        tie = there.exclude(state=Tie.State.ENDED).first()
        if tie is not None:
            return _declared_again(actor, tie, sides, at)
        side = Side.PROVIDER if Side.PROVIDER in sides else Side.CUSTOMER
        both = customer.kind == Party.Kind.OUTSIDE and len(sides) == len(Side)
        return Tie.objects.create(
            provider=provider, customer=customer, result=result, kind=kind, declared_side=side, declared_by=actor,
            declared_at=at, state=Tie.State.CONFIRMED if both else Tie.State.DECLARED,
            answered_by=actor if both else None, answered_at=at if both else None,
        )  # fmt: skip


def _declared_again(actor: Person, tie: Tie, sides: frozenset[Side], at: datetime) -> Tie:
    answering = Side(tie.declared_side).other
    if tie.state == Tie.State.CONFIRMED:
        raise Refused("Both sides have said so already.")
    if answering in sides:
        return _answered(tie, Tie.State.CONFIRMED, actor, at, "")
    if tie.state == Tie.State.REFUSED:
        raise Refused("The other side has said no to this. Talk to them: they can still confirm it.")
    raise Refused("Your side has said so already; the other side has not answered yet.")


def confirm_tie(actor: Person, tie_id: int, *, at: datetime) -> Tie:
    """Yes: what the other side declared is so."""
    with transaction.atomic():
        stamp.said_changed()
        tie = _tie_to_answer(actor, tie_id)
        return _answered(tie, Tie.State.CONFIRMED, actor, at, "")


def refuse_tie(actor: Person, tie_id: int, *, at: datetime, words: str = "") -> Tie:
    """No: what the other side declared is not so; `words` may say why."""
    with transaction.atomic():
        stamp.said_changed()
        tie = _tie_to_answer(actor, tie_id)
        return _answered(tie, Tie.State.REFUSED, actor, at, _line(words))


def end_tie(actor: Person, tie_id: int, *, at: datetime, words: str = "") -> Tie:
    """It is so no longer. Either side may say it."""
    with transaction.atomic():
        stamp.said_changed()
        tie = _tie(tie_id)
        access.sides_for_acting(actor, customer=tie.customer_id, provider=tie.provider_id)
        if tie.state == Tie.State.ENDED:
            raise Refused("This tie has ended already.")
        tie.state, tie.ended_by, tie.ended_at, tie.words = Tie.State.ENDED, actor, at, _line(words)
        tie.save(update_fields=["state", "ended_by", "ended_at", "words"])
        return tie


def _tie(tie_id: int) -> Tie:
    tie = Tie.objects.select_for_update().filter(pk=tie_id).first()
    if tie is None:
        raise NotFound("There is no such tie.")
    return tie


def _tie_to_answer(actor: Person, tie_id: int) -> Tie:
    tie = _tie(tie_id)
    sides = access.sides_for_acting(actor, customer=tie.customer_id, provider=tie.provider_id)
    if Side(tie.declared_side).other not in sides:
        raise NotAllowed("Your own side declared this; the other side answers.")
    if tie.state not in {Tie.State.DECLARED, Tie.State.REFUSED}:
        raise Refused("This has been answered already, or has ended.")
    return tie


def _answered(tie: Tie, state: Tie.State, actor: Person, at: datetime, words: str) -> Tie:
    tie.state, tie.answered_by, tie.answered_at, tie.words = state, actor, at, words
    tie.save(update_fields=["state", "answered_by", "answered_at", "words"])
    return tie


def _sound_tie(kind: str, result: Result | None, provider: Party) -> None:
    if kind not in Tie.Kind.values:
        raise Incomplete("Say how they depend on it.", field="kind")
    if result is not None and (result.owner_id != provider.pk or result.retired_at is not None):
        raise Incomplete(f"That is not a result of {provider.name} (any more); choose another.", field="result")


# --- what only looks like a customer ------------------------------------------------------------------------------


def mark_not_a_customer(actor: Person, *, provider: Party, customer: Party, at: datetime) -> NotACustomer:
    """The work shows a tie, and one side says: that is no customer of this provider. Refused where one is declared."""
    sides = access.sides_for_acting(actor, customer=customer.pk, provider=provider.pk)
    with transaction.atomic():
        stamp.said_changed()
        if Tie.objects.filter(provider=provider, customer=customer, state__in=COUNTING).exists():
            raise Refused("They are declared as a customer: end that tie first.")
        side = Side.PROVIDER if Side.PROVIDER in sides else Side.CUSTOMER
        mark, _ = NotACustomer.objects.get_or_create(
            provider=provider, customer=customer, defaults={"side": side, "by": actor, "at": at}
        )
    return mark


def take_mark_back(actor: Person, *, provider: Party, customer: Party) -> None:
    """They may be a customer after all."""
    access.sides_for_acting(actor, customer=customer.pk, provider=provider.pk)
    with transaction.atomic():
        stamp.said_changed()
        NotACustomer.objects.filter(provider=provider, customer=customer).delete()


def _line(words: str) -> str:
    words = " ".join(words.split())
    if len(words) > LONGEST_LINE:
        raise Incomplete(f"Say it in at most {LONGEST_LINE} characters.", field="words")
    return words


def _speaks_for(actor: Person, party: Party) -> None:
    if not may_act_for(actor, party.pk):
        raise NotAllowed("You can only speak for yourself, your teams, and the customers they look after.")
