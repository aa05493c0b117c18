"""One promise for an assistant: where it stands, its story, what may be done now. As its page shows it, and no more."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from kept.api.mcp.calls import Caller
from kept.api.mcp.parties import Who
from kept.api.mcp.shapes import Done, Inside, Link, Looked, MayDo, OnTheTable, Stands, StoryLine, Why
from kept.api.mcp.words import quoting, said, said_or_none, visible
from kept.api.v1.shapes.acts import Acting, shape_of_act
from kept.core import acts
from kept.core.chains import AWAITED
from kept.core.checks import required
from kept.core.promise import replay
from kept.core.state import PromiseState
from kept.ledger import book
from kept.promises import access, chains, story
from kept.promises.access import Seen, View
from kept.promises.chains import Chain
from kept.promises.clocks import clocks
from kept.promises.models import Promise
from kept.promises.possible import possible_acts
from kept.promises.standing import in_chain, in_outline, standing

MOST_EVENTS = 40
MOST_LINKS = 30
NOT_TO_SAY = frozenset({"act", "seen", "side", "files"})
"""What goes with every act, or what an assistant cannot send: said once in the description of `act`, if at all."""


def look(who: Caller, promise_id: int) -> Looked:
    """The promise as `who` sees it. Raises `NotFound` for a stranger."""
    seen = access.promise_for_seeing(who.person, promise_id)
    promise = seen.promise
    if seen.view is View.OUTLINE:
        return Looked.of(promise, _page(promise), in_outline(promise, who.at), None)
    return Looked.of(promise, _page(promise), standing(promise, who.person, who.at), _inside(who, seen))


def after(who: Caller, promise_id: int) -> Done:
    """Where the promise stands for `who`, who has just acted in it."""
    seen = access.promise_for_seeing(who.person, promise_id)
    promise = seen.promise
    state = required(replay(book.read(promise.pk)))
    return Done(
        promise=promise.pk, page=_page(promise), state=promise.state, customer=Who.of(promise.customer),
        provider=Who.of(promise.provider), due=promise.due,
        stands=Stands.of(standing(promise, who.person, who.at)),
        you_may=[kind.name for kind in possible_acts(who.person, seen, state, who.at)], sequence=state.sequence,
    )  # fmt: skip


def _page(promise: Promise) -> str:
    return f"{settings.KEPT_ADDRESS}/promises/{promise.pk}/"


def _inside(who: Caller, seen: Seen) -> Inside:
    promise, events = seen.promise, book.read(seen.promise.pk)
    state = required(replay(events))
    lines = list(story.by_sequence(promise, events, who.person, seen.sides).values())
    proposed = None if state.state.ended else state.proposed
    return Inside(
        what=said(promise.what),
        done_when=said_or_none(promise.done_when),
        terms_in_force=OnTheTable.of(state.terms) if state.terms else None,
        terms_proposed=OnTheTable.of(proposed.terms, proposed.side.value) if proposed else None,
        asked_by=Who.of_some(promise.asker),
        who_has_it=Who.of_some(promise.responsible),
        private=promise.private,
        last_heard=promise.heard_at,
        you_hear_by=promise.hear_by,
        chases=promise.chases,
        came_back=promise.reworks,
        working_time=[f"{visible(each.party.name)}: {each.words}" for each in clocks(events, who.at)],
        your_sides=sorted(side.value for side in seen.sides),
        you_may=_may_do(who, seen, state),
        sequence=state.sequence,
        story=[StoryLine.of(line) for line in lines[-MOST_EVENTS:]],
        earlier_events=max(0, len(lines) - MOST_EVENTS),
    )


# --- what may be done ---------------------------------------------------------------------------------------------


def _may_do(who: Caller, seen: Seen, state: PromiseState) -> list[MayDo]:
    possible = possible_acts(who.person, seen, state, who.at)
    return [MayDo(act=kind.name, means=" ".join((kind.__doc__ or "").split()), takes=_takes(kind)) for kind in possible]


def _takes(kind: type[acts.Act]) -> dict[str, Any]:
    """The JSON schema of what an act carries, without what says nothing to a reader."""
    schema = shape_of_act(kind, Acting).model_json_schema()
    fields = {name: how for name, how in schema["properties"].items() if name not in NOT_TO_SAY}
    needed = [name for name in schema.get("required", ()) if name not in NOT_TO_SAY]
    return {"properties": _slim(fields, schema.get("$defs", {})), "required": needed}


def _slim(part: Any, shapes: dict[str, Any]) -> Any:
    if isinstance(part, list):
        return [_slim(each, shapes) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _slim(shapes[part["$ref"].rpartition("/")[2]], shapes)
    return {
        name: _slim(each, shapes)
        for name, each in part.items()
        if not (name in {"title", "additionalProperties"} and not isinstance(each, dict))
    }


# --- why ----------------------------------------------------------------------------------------------------------


def why(who: Caller, promise_id: int) -> Why:
    """Why a promise stands as it does, and what it waits for up the chain. Raises `NotFound` for a stranger."""
    seen = access.promise_for_seeing(who.person, promise_id)
    promise = seen.promise
    if seen.view is View.OUTLINE:
        return _why(seen, who, Stands.of(in_outline(promise, who.at)), [], "")
    chain = chains.upstream([promise], who.person, who.at)
    stands = in_chain([promise, *chain.promises.values()], chain, who.at)
    hurt = chains.downstream([promise], who.person).get(promise.pk, chains.NOBODY)
    links = [
        Link(
            promise=key if key in chain.named else None, distance=distance, called=quoting(chain.called(key)),
            state=chain.promises[key].state, due=chain.promises[key].due, stands=Stands.of(stands[key]),
        )
        for key, distance in _up(promise.pk, chain)
    ]  # fmt: skip
    return _why(seen, who, Stands.of(stands[promise.pk]), links, hurt.words)


def _why(seen: Seen, who: Caller, stands: Stands, links: list[Link], hurts: str) -> Why:
    promise = seen.promise
    is_late = promise.state in AWAITED and promise.due < who.at
    return Why(
        promise=promise.pk, is_late=is_late, due=promise.due, stands=stands, waits_for=links, hurts=visible(hurts)
    )  # fmt: skip


def _up(start: int, chain: Chain) -> list[tuple[int, int]]:
    """What a promise waits for, with the number of steps to it: nearest first, each once, the first `MOST_LINKS`."""
    met, found, level, distance = {start}, list[tuple[int, int]](), [start], 0
    while level and len(found) < MOST_LINKS:
        distance += 1
        level = list(dict.fromkeys(one for key in level for one in chain.up.get(key, ()) if one not in met))
        met |= set(level)
        found += [(key, distance) for key in level]
    return found[:MOST_LINKS]
