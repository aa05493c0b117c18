"""What follows from an event: the state after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import singledispatch

from kept.core import acts
from kept.core.checks import in_force, on_the_table
from kept.core.errors import WrongState
from kept.core.state import TABLE, Event, PassedOn, PromiseState, State
from kept.core.terms import Proposal, Side


def opened(event: Event) -> PromiseState:
    """The state after the first event, an ask or an offer."""
    act = event.act
    if not isinstance(act, acts.Ask | acts.Offer):
        raise WrongState("A promise begins with an ask or an offer.")
    return PromiseState(
        state=TABLE[None, event.by.side, type(act)].to,
        customer=act.customer,
        provider=act.provider,
        opened_at=event.at,
        last_at=event.at,
        reopen_window=act.reopen_window,
        private=act.private,
        result=act.result,
        agreement=act.agreement,
        agreement_version=act.agreement_version,
        sequence=1,
        moved=1,
        proposed=Proposal(act.terms, event.by.side, event.at),
        asker=event.by.person if event.by.side is Side.CUSTOMER else None,
        responsible=event.by.person if event.by.side is Side.PROVIDER else None,
        heard_at=event.at if event.by.side is Side.PROVIDER else None,
    )


@singledispatch
def apply(act: acts.Act, state: PromiseState, event: Event) -> PromiseState:
    """What the act changes besides the state that the table says; most change nothing more."""
    return state


@apply.register(acts.Counter)
@apply.register(acts.Amend)
@apply.register(acts.Propose)
def _(act: acts.Counter | acts.Amend | acts.Propose, state: PromiseState, event: Event) -> PromiseState:
    after = replace(state, proposed=Proposal(act.terms, event.by.side, event.at))
    if isinstance(act, acts.Counter) and event.by.side is Side.PROVIDER:
        after = replace(after, responsible=event.by.person, hear_by=None)  # the answer that was announced
    return after


def _put_in_force(state: PromiseState, event: Event, responsible: int | None) -> PromiseState:
    terms = on_the_table(state).terms
    return replace(
        state, terms=terms, first_terms=terms, proposed=None, promised_at=event.at, hear_by=None,
        responsible=responsible, dated_at=_said_by_provider(state, event),
    )  # fmt: skip


def _said_by_provider(state: PromiseState, event: Event) -> datetime:
    """When the provider named the date that comes into force: by proposing it, else by agreeing to it."""
    proposed = on_the_table(state)
    return proposed.at if proposed.side is Side.PROVIDER else event.at


@apply.register
def _(act: acts.Promise, state: PromiseState, event: Event) -> PromiseState:
    return _put_in_force(state, event, event.by.person)


@apply.register
def _(act: acts.Accept, state: PromiseState, event: Event) -> PromiseState:
    if state.state is State.DELIVERED:
        return replace(state, customer_answer=act.answer)
    return _put_in_force(state, event, state.responsible)


@apply.register
def _(act: acts.PassOn, state: PromiseState, event: Event) -> PromiseState:
    passed = (*state.passed_on_by, state.provider)
    # What was agreed with the provider before binds nobody else; the word that was announced is still owed.
    return replace(
        state, provider=act.to, passed_on_by=passed, responsible=None, result=None, agreement=None,
        agreement_version=None, hear_by=state.hear_by if act.answerable is not None else None,
        answerable=_still_answerable(act, state, event),
    )  # fmt: skip


def _still_answerable(act: acts.PassOn, state: PromiseState, event: Event) -> PassedOn | None:
    """Who answers for it from now on besides the new provider: nobody, where it was taken back."""
    if act.answerable is None or act.answerable == act.to:
        return None
    before = state.answerable
    person = before.person if before and before.party == act.answerable else event.by.person
    return PassedOn(act.answerable, person, event.at)


@apply.register
def _(act: acts.Acknowledge, state: PromiseState, event: Event) -> PromiseState:
    return replace(state, hear_by=act.hear_by, answerable=state.answerable if act.answerable is not None else None)


@apply.register
def _(act: acts.Chase, state: PromiseState, event: Event) -> PromiseState:
    passed = state.chases_passed + (state.answerable is not None)
    return replace(state, chases=state.chases + 1, chases_passed=passed)


@apply.register
def _(act: acts.Deliver, state: PromiseState, event: Event) -> PromiseState:
    # A proposal that nobody answered lapses: the delivery is measured by the terms in force.
    return replace(
        state, delivered_at=event.at, proposed=None, provider_answer=act.easier, needs_help=False, expected=None
    )


@apply.register
def _(act: acts.Update, state: PromiseState, event: Event) -> PromiseState:
    if act.expected is None:
        return state
    in_time = act.expected <= in_force(state).due
    return replace(
        state, expected=act.expected, dated_at=event.at, needs_help=state.needs_help and not in_time
    )  # whoever says that it comes in time needs no help any more


@apply.register
def _(act: acts.Agree, state: PromiseState, event: Event) -> PromiseState:
    old, new = in_force(state), on_the_table(state).terms
    moved_late = new.due != old.due and event.at > old.due
    return replace(
        state, terms=new, proposed=None, date_moved_late=state.date_moved_late or moved_late, expected=None,
        needs_help=False, dated_at=_said_by_provider(state, event),
    )  # fmt: skip


@apply.register
def _(act: acts.Refuse, state: PromiseState, event: Event) -> PromiseState:
    return replace(state, proposed=None)


@apply.register
def _(act: acts.AskHelp, state: PromiseState, event: Event) -> PromiseState:
    return replace(state, needs_help=True)


@apply.register
def _(act: acts.HandOver, state: PromiseState, event: Event) -> PromiseState:
    return replace(state, responsible=act.to, needs_help=False)  # somebody has taken it


@apply.register
def _(act: acts.Link, state: PromiseState, event: Event) -> PromiseState:
    return replace(state, relies_on=(*state.relies_on, act.relies_on))


@apply.register(acts.Return)
@apply.register(acts.Reopen)
def _(act: acts.Return | acts.Reopen, state: PromiseState, event: Event) -> PromiseState:
    return replace(
        state, reworks=state.reworks + 1, delivered_at=None, ended_at=None, provider_answer=None, customer_answer=None
    )
