"""From the events of a promise to its rows. What stands in them, replaying the ledger gives again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kept.core import acts
from kept.core.checks import on_the_table
from kept.core.keeping import kept_as_first_promised, outcome
from kept.core.promise import evolve
from kept.core.state import Event, PromiseState
from kept.promises import measures, tally
from kept.promises.models import Participant, Promise, Reliance


def columns(state: PromiseState) -> dict[str, Any]:
    """The columns of `Promise` for a state."""
    terms = state.terms or on_the_table(state).terms
    ended = outcome(state)
    return {
        "customer_id": state.customer,
        "provider_id": state.provider,
        "asker_id": state.asker,
        "responsible_id": state.responsible,
        "state": str(state.state),
        "private": state.private,
        "result_id": state.result,
        "agreement_id": state.agreement,
        "agreement_version": state.agreement_version,
        "what": terms.what,
        "done_when": terms.done_when,
        "due": terms.due,
        "first_due": state.first_terms.due if state.first_terms else None,
        "proposed_by": str(state.proposed.side) if state.proposed and not state.state.ended else "",
        "opened_at": state.opened_at,
        "promised_at": state.promised_at,
        "delivered_at": state.delivered_at,
        "ended_at": state.ended_at,
        "heard_at": state.heard_at,
        "hear_by": state.hear_by,
        "expected": state.expected,
        "dated_at": state.dated_at,
        "reworks": state.reworks,
        "chases": state.chases,
        "chases_passed": state.chases_passed,
        "answerable_id": state.answerable.party if state.answerable else None,
        "answerable_person_id": state.answerable.person if state.answerable else None,
        "passed_on_at": state.answerable.at if state.answerable else None,
        "needs_help": state.needs_help,
        "outcome": str(ended) if ended else "",
        "kept_as_first_promised": kept_as_first_promised(state),
        "provider_answer": str(state.provider_answer or ""),
        "sequence": state.sequence,
    }


def named_in(event: Event) -> set[int]:
    """The ids of the parties that an event names: who acted, whom it brings in, and at the opening both sides."""
    match event.act:
        case acts.Opening(customer=customer, provider=provider):
            return {event.by.person, customer, provider}
        case acts.Escalate(to=to) | acts.HandOver(to=to) | acts.PassOn(to=to):
            return {event.by.person, to}
        case acts.Note(to=int(to)):
            return {event.by.person, to}
        case _:
            return {event.by.person}


def project(
    stream_id: int, before: PromiseState | None, after: PromiseState, events: Iterable[Event], persons: set[int]
) -> None:
    """Write the rows of one promise, as `events` changed it; `persons` are those who take part from now on."""
    values = columns(after)
    if before is None:
        Promise.objects.bulk_create([Promise(stream_id=stream_id, **values)])
    else:
        old = columns(before)
        changed = {name: value for name, value in values.items() if value != old[name]}
        Promise.objects.filter(pk=stream_id).update(**changed)
    for event in events:
        if isinstance(event.act, acts.Link):
            Reliance.objects.create(promise_id=stream_id, on_id=event.act.relies_on)
    state = before
    for event in events:
        previous, state = state, evolve(state, event)
        measures.record(stream_id, previous, event, state)
        if counts := tally.change(previous, event, state):
            tally.record(counts)
    if persons:
        rows = [Participant(promise_id=stream_id, person_id=person) for person in sorted(persons)]
        Participant.objects.bulk_create(rows)
