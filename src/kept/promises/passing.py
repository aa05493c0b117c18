"""No wrong door: an ask that was passed on, until it is taken on there. Who may do what meanwhile, and for whom.

Whoever passed it on stays answerable: they see it in full, may take it back or pass it to another, and may give word.
To answer it themselves they take it back first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from textwrap import shorten

from kept.core import acts
from kept.core.errors import NotAllowed
from kept.core.state import PromiseState, State
from kept.core.terms import Side
from kept.ledger.models import Event
from kept.people.models import Person
from kept.people.queries import may_act_for
from kept.promises.models import Promise

PASSER = frozenset({acts.PassOn, acts.Acknowledge, acts.Note})
"""What those who passed an ask on may do for the provider's side, until it is taken on there."""


LONGEST = 200
"""How much of the reason a list repeats; the story has all of it."""


def as_said(act: acts.Act, state: PromiseState, actor: Person, side: Side) -> acts.Act:
    """The act with the party that it is said for, where that is not the side's own.

    Raises `NotAllowed` where `actor` only passed it on, and the act is for those who have it now.
    """
    if side is not Side.PROVIDER or state.state is not State.ASKED:
        return _for_party(act, None)
    passed = state.answerable.party if state.answerable else None
    has_it = passed is None or may_act_for(actor, state.provider)
    if not has_it and type(act) not in PASSER:
        raise NotAllowed("You passed this on. Take it back first, then answer it.")
    if not isinstance(act, acts.PassOn):
        return _for_party(act, None if has_it else passed)
    takes_back = act.to == passed and may_act_for(actor, act.to)
    return _for_party(act, passed if takes_back or not has_it else state.provider)


def _for_party(act: acts.Act, party: int | None) -> acts.Act:
    if not isinstance(act, acts.Answering) or act.answerable == party:
        return act
    return replace(act, answerable=party)


def only_passed_it_on(person: Person, promise: Promise) -> bool:
    """Whether `person`, who may act for the provider's side, does so only as one of those who passed the ask on."""
    return promise.answerable_id is not None and not may_act_for(person, promise.provider_id)


def open_to(person: Person, promise: Promise, kinds: Collection[type[acts.Act]]) -> set[type[acts.Act]]:
    """Those of the acts of the provider's side that `person`, who may act for it, may do now."""
    return set(PASSER & set(kinds)) if only_passed_it_on(person, promise) else set(kinds)


def reasons(promises: Iterable[Promise]) -> dict[int, str]:
    """Why each of the asks that are passed on and not taken was passed on, in the words of those who did."""
    ids = [one.pk for one in promises if one.answerable_id is not None]
    if not ids:
        return {}
    rows = Event.objects.filter(stream__in=ids, name="promise.passed_on").order_by("sequence")
    said = rows.values_list("stream_id", "body")
    return {promise: shorten(str(body.get("words", "")), LONGEST, placeholder=" …") for promise, body in said}
