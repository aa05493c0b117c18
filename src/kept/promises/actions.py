"""Everything that is done in a promise: lock, decide, append, project, fill the outbox, in one transaction.

The moment comes from the door (`at`), so that a simulation can bring its own clock.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import singledispatch

from django.db import transaction

from kept.core import acts, checks
from kept.core.chains import check_delivery
from kept.core.errors import Incomplete, NotAllowed, NotFound, Overtaken, Refused, WrongSide
from kept.core.network import would_cycle
from kept.core.promise import decide, evolve, replay
from kept.core.state import TABLE, Event, PromiseState
from kept.core.terms import By, Side
from kept.ledger import book, locks
from kept.ledger.models import Stream
from kept.people.models import ACTING, OutsideCustomer, Party, Person, Reach
from kept.people.queries import may_act_for
from kept.promises import access, agreed, files, passing, projection
from kept.promises.chains import still_open
from kept.promises.models import CustomerLink, Participant, Promise, Reliance


def open_promise(actor: Person, act: acts.Ask | acts.Offer, *, at: datetime) -> Promise:
    """Open a promise with an ask or an offer; gives it as it stands. Raises a `Refused` that says what to do."""
    side = Side.CUSTOMER if isinstance(act, acts.Ask) else Side.PROVIDER
    with transaction.atomic():
        parties = _served_parties({"customer": act.customer, "provider": act.provider})
        if not may_act_for(actor, act.customer if side is Side.CUSTOMER else act.provider):
            raise NotAllowed("You can only speak for yourself, your teams, and the customers they look after.")
        if act.private:
            other = "provider" if side is Side.CUSTOMER else "customer"
            _refuse_unseen_by_all(next(one for one in parties if one.pk == getattr(act, other)), other)
        events = decide(None, agreed.under_agreement(act), By(actor.pk, side), at)
        persons = {actor.pk, *(party.pk for party in parties if party.kind == Party.Kind.PERSON)}
        stream = book.open_stream(Stream.Kind.PROMISE)
        _record(stream.pk, None, events, persons)
    return Promise.objects.get(pk=stream.pk)


def do(
    actor: Person,
    promise_id: int,
    act: acts.Act,
    *,
    at: datetime,
    side: Side | None = None,
    seen: int | None = None,
) -> PromiseState:
    """Do `act` in a promise; gives the state after it.

    `side` is for somebody who may act for both sides; `seen` is the sequence that the actor was looking at: where what
    matters has changed since, the act is refused with `Overtaken`, which carries what happened. Raises `NotFound` for a
    stranger, `NotAllowed` for somebody who may only look, and any other `Refused` of the rules.
    """
    with transaction.atomic():
        past = book.locked(promise_id)
        state = checks.required(replay(past))
        _refuse_what_is_gone(actor, state, past, seen)
        sides = access.sides_for_acting(actor, promise_id, state)
        _refuse_overtaken(state, past, seen)
        by = By(actor.pk, _speaks_for(state, act, sides, side))
        _references(act, promise_id, state, actor)
        said = passing.as_said(agreed.as_agreed(act, state), state, actor, by.side)
        events = decide(state, said, by, at)
        _refuse_while_open(act, state, actor)
        return _record(promise_id, state, events, _new_persons(past, events))


def ask_upstream(actor: Person, promise_id: int, ask: acts.Ask, *, at: datetime) -> Promise:
    """Ask for what a promise needs, for its provider, and say that it relies on it: both or neither.

    Gives the new promise. Raises `Incomplete` where `ask` is not for the provider's party, `NotFound` for a stranger,
    `NotAllowed` for those who do not act for the provider, and any other `Refused` of the rules.
    """
    with transaction.atomic():
        state = checks.required(replay(book.locked(promise_id)))
        if Side.PROVIDER not in access.sides_for_acting(actor, promise_id, state):
            raise NotAllowed("Only those who have promised it ask for what it needs.")
        if ask.customer != state.provider:
            raise Incomplete("What a promise needs is asked for by whoever gave it.", field="own")
        opened = open_promise(actor, ask, at=at)
        do(actor, promise_id, acts.Link(relies_on=opened.pk), at=at, side=Side.PROVIDER)
    return opened


def answer_for_itself(link: CustomerLink, act: acts.Act, *, at: datetime, seen: int | None = None) -> PromiseState:
    """Do `act` by the outside customer whom `link` was made for, on their own behalf; gives the state after it.

    Only `customer_links.answer` calls this, which has found the link good. Raises `NotFound` where it is so no more,
    and any `Refused` of the rules.
    """
    with transaction.atomic():
        book.lock(link.promise_id)
        past = book.read(link.promise_id)
        state = checks.required(replay(past))
        still_good = CustomerLink.objects.filter(pk=link.pk, revoked_at=None, customer=state.customer)
        if not still_good.exists():
            raise NotFound("This link opens nothing any more.")
        _refuse_overtaken(state, past, seen)
        events = decide(state, agreed.as_agreed(act, state), By(state.customer, Side.CUSTOMER), at)
        return _record(link.promise_id, state, events, set())


def ask_for_itself(customer: OutsideCustomer, ask: acts.Ask, *, at: datetime) -> Promise:
    """An outside customer asks a team for something, on its own behalf; gives the promise. Only `mail_in` calls this.

    Raises `NotAllowed` where it asks for another, `Incomplete` where it asks anybody but a team, and any `Refused` of
    the rules.
    """
    with transaction.atomic():
        if ask.customer != customer.pk:
            raise NotAllowed("An outside customer asks for itself alone.")
        if _served_party(ask.provider, "provider").kind != Party.Kind.TEAM:
            raise Incomplete("Ask a team.", field="provider")
        events = decide(None, agreed.under_agreement(ask), By(customer.pk, Side.CUSTOMER), at)
        stream = book.open_stream(Stream.Kind.PROMISE)
        _record(stream.pk, None, events, set())
    return Promise.objects.get(pk=stream.pk)


def answer_as_brought_in(actor: Person, promise_id: int, words: str, *, at: datetime) -> PromiseState:
    """Somebody who was brought into a promise says what they have to say; gives the state after it.

    They speak for a side that they act for, else for the one that brought them in, and can do nothing more there.
    Raises `NotAllowed` for anybody else, and any other `Refused` of the rules.
    """
    with transaction.atomic():
        past = book.locked(promise_id)
        state = checks.required(replay(past))
        called = [event for event in past if isinstance(event.act, acts.Escalate) and event.act.to == actor.pk]
        if not called:
            raise NotAllowed("Only somebody who was brought in answers here.")
        own = access.sides_of(actor, customer=state.customer, provider=state.provider)
        by = called[-1].by.side
        side = by if not own or by in own else min(own)
        events = decide(state, acts.Note(words=words), By(actor.pk, side), at)
        return _record(promise_id, state, events, _new_persons(past, events))


def succeed(heir: Person, promise_id: int, act: acts.Act, *, side: Side, at: datetime) -> PromiseState:
    """Do `act` for `side` by `heir`, who takes the place of somebody who has left; gives the state after it.

    Only `leaving` calls this. The heir acts for the party, but need not be named in a private promise yet: this act
    names them. Raises `NotAllowed` for anybody else, and any other `Refused` of the rules.
    """
    with transaction.atomic():
        past = book.locked(promise_id)
        state = checks.required(replay(past))
        if not may_act_for(heir, state.customer if side is Side.CUSTOMER else state.provider):
            raise NotAllowed(f"{heir} cannot speak for the {side}'s side of this promise.")
        _references(act, promise_id, state, heir)
        events = decide(state, act, By(heir.pk, side), at)
        return _record(promise_id, state, events, _new_persons(past, events))


def _record(stream_id: int, before: PromiseState | None, events: tuple[Event, ...], persons: set[int]) -> PromiseState:
    book.append(stream_id, events, after=before.sequence if before else 0)
    after = checks.required(functools.reduce(evolve, events, before))
    projection.project(stream_id, before, after, events, persons)
    for sequence, event in enumerate(events, start=before.sequence + 1 if before else 1):
        if event.act.files:
            files.claim(event.by.person, event.act.files, promise_id=stream_id, sequence=sequence)
    return after


def _new_persons(past: Iterable[Event], events: Iterable[Event]) -> set[int]:
    """The persons whom `events` name and the `past` did not."""
    known = set[int]().union(*map(projection.named_in, past))
    named = set[int]().union(*map(projection.named_in, events)) - known
    return set(Person.objects.filter(pk__in=named).values_list("pk", flat=True)) if named else named


def _refuse_overtaken(state: PromiseState, events: list[Event], seen: int | None) -> None:
    if seen is not None and seen < state.moved:
        raise Overtaken(
            "Somebody was faster: this promise changed while you were looking at it. Nothing of yours was recorded; "
            "look at what changed, then decide.",
            changes=tuple(events[seen:]),
        )


def refuse_what_is_gone(actor: Person, promise_id: int, seen: int) -> None:
    """`Overtaken` where `actor` was on a side at sequence `seen` and is on none now; nothing happens otherwise."""
    past = book.read(promise_id)
    if state := replay(past):
        _refuse_what_is_gone(actor, state, past, seen)


def _refuse_what_is_gone(actor: Person, state: PromiseState, events: list[Event], seen: int | None) -> None:
    """An actor whose side it was when they looked, and is no more, hears what took it from them: no stranger does."""
    if seen is None or state.private or not 0 < seen < state.moved or access.sides_in(actor, state):
        return
    then = replay(events[:seen])
    for place, event in enumerate(events[seen:], start=seen + 1):
        if then is None or not access.sides_in(actor, then):
            return
        then = evolve(then, event)
        if not access.sides_in(actor, then):
            raise Overtaken(
                "Somebody was faster: it was passed on or taken on while you were looking at it, and is not with you "
                "any more. Nothing of yours was recorded.",
                changes=tuple(events[seen:place]),
            )


def _refuse_while_open(act: acts.Act, state: PromiseState, actor: Person) -> None:
    """A delivery while something that the promise relies on is open: refused, or with a reason, as was agreed."""
    if isinstance(act, acts.Deliver) and state.relies_on:
        rule = agreed.expectations_of(state.agreement, state.agreement_version).deliver_while_open
        check_delivery(act, still_open(state.relies_on, actor), rule)


def _speaks_for(state: PromiseState, act: acts.Act, sides: frozenset[Side], wanted: Side | None) -> Side:
    """The side that the act is done for: the one asked for, else the one of the actor's that the table allows."""
    if wanted is not None:
        if wanted not in sides:
            raise WrongSide(f"You are not on the {wanted}'s side of this promise.")
        return wanted
    fitting = [side for side in sorted(sides) if (state.state, side, type(act)) in TABLE]
    if isinstance(act, acts.Agree | acts.Refuse) and state.proposed and state.proposed.side.other in fitting:
        return state.proposed.side.other
    if Side.PROVIDER in fitting and len(fitting) > 1:
        return Side.PROVIDER
    return fitting[0] if fitting else min(sides)


# --- what an act refers to must be there --------------------------------------------------------------------------


def _served_party(party_id: int, field: str) -> Party:
    return _served_parties({field: party_id})[0]


def _served_parties(fields: Mapping[str, int]) -> list[Party]:
    """The parties that stand in these fields; `Incomplete`, naming the field, where one cannot be served or serve."""
    known = {party.pk: party for party in Party.objects.filter(pk__in=fields.values()).select_related("person")}
    for field, party_id in fields.items():
        party = known.get(party_id)
        if party is None:
            raise Incomplete("Choose somebody from the list.", field=field)
        if party.kind == Party.Kind.PERSON and not party.person.is_active:
            raise Incomplete(f"{party.name} has left; choose somebody else.", field=field)
    return [known[party_id] for party_id in fields.values()]


def _refuse_unseen_by_all(party: Party, field: str, *, named_in: int = 0) -> None:
    """Refuse what is private with a team of which nobody would see it: it has no lead, and nobody is named in it."""
    if party.kind != Party.Kind.TEAM or Reach.objects.filter(party=party, how=Reach.How.LEAD).exists():
        return
    named = Participant.objects.filter(promise=named_in, person__reaches__party=party, person__reaches__how__in=ACTING)
    if not named.exists():
        raise Incomplete(
            f"Nobody leads {party}, so nobody there would see what is private: ask a person by name.", field=field
        )


@singledispatch
def _references(act: acts.Act, promise_id: int, state: PromiseState, actor: Person) -> None:
    """Refuse an act that refers to somebody or something that it cannot refer to; most refer to nothing."""


@_references.register
def _(act: acts.PassOn, promise_id: int, state: PromiseState, actor: Person) -> None:
    party = _served_party(act.to, "to")
    if state.private:
        _refuse_unseen_by_all(party, "to", named_in=promise_id)


@_references.register
def _(act: acts.Note, promise_id: int, state: PromiseState, actor: Person) -> None:
    if act.to is not None and _served_party(act.to, "to").kind != Party.Kind.PERSON:
        raise Incomplete("Let a person see it, by name.", field="to")


@_references.register
def _(act: acts.Escalate, promise_id: int, state: PromiseState, actor: Person) -> None:
    if _served_party(act.to, "to").kind != Party.Kind.PERSON:
        raise Incomplete("Bring in a person by name.", field="to")


@_references.register
def _(act: acts.HandOver, promise_id: int, state: PromiseState, actor: Person) -> None:
    if not Reach.objects.filter(person=act.to, party=state.provider, how__in=ACTING).exists():
        raise Incomplete("Hand it over to somebody of the same team; for another team, propose new terms.", field="to")


@_references.register
def _(act: acts.Link, promise_id: int, state: PromiseState, actor: Person) -> None:
    if act.relies_on == promise_id:
        raise Incomplete("A promise cannot rely on itself.", field="relies_on")
    try:
        access.refuse_unseen(actor, act.relies_on)
    except NotFound as error:
        raise Incomplete("Choose a promise that you can see.", field="relies_on") from error
    locks.link_alone()
    if would_cycle(_links_from, (promise_id, act.relies_on)):
        raise Refused("That one relies on this one already, directly or down the line: a circle could never be kept.")


def _links_from(promise_ids: Collection[int]) -> Iterable[tuple[int, int]]:
    return Reliance.objects.filter(promise__in=promise_ids).values_list("promise_id", "on_id")
