"""Promises: open, act, read."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from kept.api.v1.cursors import Order, moment, number, page_of, page_of_list
from kept.api.v1.door import caller, version_wanted
from kept.api.v1.problems import Problem
from kept.api.v1.routes.named import PromiseId
from kept.api.v1.shapes.acts import FIXED, Further, Opening, act_from, plain, shape_of_act
from kept.api.v1.shapes.advice import OutlookOut
from kept.api.v1.shapes.base import Page, Paged
from kept.api.v1.shapes.parties import PartyRef
from kept.api.v1.shapes.promises import (
    ChainLinked,
    ChainOut,
    ClockOut,
    EventOut,
    PromiseListed,
    PromiseOut,
    PromiseOutline,
    PromisesWanted,
    StandingOut,
    listed,
    terms_of,
)
from kept.core import acts, codec
from kept.core.checks import required
from kept.core.errors import NotFound, Overtaken
from kept.core.promise import replay
from kept.core.terms import Side
from kept.ledger import book
from kept.people.models import Party, Person
from kept.promises import access, actions, chains, likelihoods
from kept.promises.access import Seen, View
from kept.promises.clocks import clocks
from kept.promises.filters import chosen
from kept.promises.models import Promise
from kept.promises.possible import possible_acts
from kept.promises.standing import in_chain, in_outline, standing, standings
from kept.promises.telling import told, told_of

router = Router(tags=["Promises"])
ORDERS: dict[str, Order[Any]] = {
    "newest": Order("newest", "pk", down=True, read=number),
    "due": Order("due", "due", down=False, read=moment),
}
IN_ORDER: Order[int] = Order("in-order", "sequence", down=False, read=number)
PARTIES = ("customer", "provider", "asker", "responsible", "likelihood")
NeedAsked = shape_of_act(acts.Ask, without=FIXED | {"customer", "private"}, called="NeedAsked")


@router.post("/promises", response={201: PromiseOut}, operation_id="open_promise", summary="Ask, or offer")
def open_promise(request: HttpRequest, response: HttpResponse, opening: Opening) -> PromiseOut:
    """Open a promise: ask somebody for something, or offer it unasked."""
    act = act_from(opening.root)
    if not isinstance(act, acts.Ask | acts.Offer):
        raise Problem("malformed", "A promise begins with an ask or an offer.")
    opened = actions.open_promise(caller(request).person, act, at=caller(request).at)
    response.headers["Location"] = f"/api/v1/promises/{opened.pk}"
    return whole(request, opened.pk)


@router.get("/promises", response=Page[PromiseListed], operation_id="list_promises", summary="List promises")
def list_promises(request: HttpRequest, wanted: Query[PromisesWanted]) -> Page[PromiseListed]:
    """The promises that you see in full, by what you ask for."""
    who = caller(request)
    rows = chosen(who.person, wanted.wanted(), who.at).select_related(*PARTIES)
    found, following = page_of(rows, ORDERS[wanted.sort], wanted.cursor, wanted.limit)
    stands = standings(found, who.person, who.at)
    return Page(items=[PromiseListed.of(one, stands[one.pk]) for one in found], next=following)


@router.get(
    "/promises/{int:promise_id}", response=PromiseOut | PromiseOutline, operation_id="get_promise",
    summary="One promise",
)  # fmt: skip
def get_promise(request: HttpRequest, promise_id: PromiseId) -> PromiseOut | PromiseOutline:
    """A promise as it stands, with what you may do now; in outline for those up and down its chain."""
    who = caller(request)
    seen = access.promise_for_seeing(who.person, promise_id)
    return _full(request, seen) if seen.view is View.FULL else _outline(seen.promise, request)


@router.post("/promises/{int:promise_id}/acts", response=PromiseOut, operation_id="act", summary="Act in a promise")
def act_in(request: HttpRequest, promise_id: PromiseId, act: Further) -> PromiseOut:
    """Do one act: promise it, counter, deliver, accept … What is possible now stands in the promise's `acts`.

    With `seen` (or `If-Match` with the ETag of the promise) the act is refused where what matters has changed since.
    """
    who = caller(request)
    shown = plain(act.root)
    seen, side = shown.pop("seen", None), shown.pop("side", None)
    version = version_wanted(request)
    try:
        actions.do(
            who.person, promise_id, codec.act_from_dict(shown), at=who.at, side=Side(side) if side else None,
            seen=min((each for each in (seen, version) if each is not None), default=None),
        )  # fmt: skip
    except Overtaken as error:
        kind = "overtaken" if version is None else "changed-since"
        raise Problem(kind, str(error), more=_what_changed(who.person, promise_id, error)) from error
    return whole(request, promise_id)


@router.get(
    "/promises/{int:promise_id}/events", response=Page[EventOut], operation_id="list_events", summary="Its events"
)  # fmt: skip
def list_events(request: HttpRequest, promise_id: PromiseId, wanted: Query[Paged]) -> Page[EventOut]:
    """What happened in a promise, as the ledger keeps it, oldest first; without what is not yours to know."""
    seen = seen_in_full(request, promise_id)
    events = told(promise_id, caller(request).person, seen.sides)
    found, following = page_of_list(events, IN_ORDER, wanted.cursor, wanted.limit)
    return Page(items=_events(found), next=following)


@router.get(
    "/promises/{int:promise_id}/clocks", response=Page[ClockOut], operation_id="list_clocks", summary="Its clocks"
)  # fmt: skip
def list_clocks(request: HttpRequest, promise_id: PromiseId) -> Page[ClockOut]:
    """How long each side had it, in its own working time: the provider is not measured by the customer's."""
    seen_in_full(request, promise_id)
    found = clocks(book.read(promise_id), caller(request).at)
    return Page(items=[ClockOut.of(clock) for clock in found], next=None)


@router.get("/promises/{int:promise_id}/chain", response=ChainOut, operation_id="get_chain", summary="Its chain")
def get_chain(request: HttpRequest, promise_id: PromiseId) -> ChainOut:
    """What it relies on and who relies on it, with dates and how each stands."""
    who = caller(request)
    seen = seen_in_full(request, promise_id)
    chain = chains.around(seen.promise, who.person, who.at)
    stands = in_chain(list(chain.promises.values()), chain, who.at)
    return ChainOut(
        promises=[
            ChainLinked(
                id=one.pk, state=one.state, what=one.what if one.pk in chain.named else None,
                customer=PartyRef.of(one.customer), provider=PartyRef.of(one.provider), due=one.due,
                standing=StandingOut.of(stands[one.pk]),
                relies_on=[other for other in chain.up.get(one.pk, ()) if other in chain.promises],
            )
            for one in sorted(chain.promises.values(), key=lambda each: (each.due, each.pk))
        ]
    )  # fmt: skip


@router.post(
    "/promises/{int:promise_id}/needs", response={201: PromiseOut}, operation_id="ask_upstream",
    summary="Ask for what a promise needs",
)  # fmt: skip
def ask_upstream(
    request: HttpRequest, response: HttpResponse, promise_id: PromiseId, ask: NeedAsked,  # type: ignore[valid-type]
) -> PromiseOut:  # fmt: skip
    """Ask somebody for what a promise of yours needs, and say that it relies on it: both or neither."""
    who = caller(request)
    seen = seen_in_full(request, promise_id)
    said: dict[str, Any] = plain(ask) | {"customer": seen.promise.provider_id}
    wanted = codec.act_from_dict(said)
    if not isinstance(wanted, acts.Ask):
        raise Problem("malformed", "What a promise needs is asked for.")
    opened = actions.ask_upstream(who.person, promise_id, wanted, at=who.at)
    response.headers["Location"] = f"/api/v1/promises/{opened.pk}"
    return whole(request, opened.pk)


# --- what the answers are made of ---------------------------------------------------------------------------------


def seen_in_full(request: HttpRequest, promise_id: int) -> Seen:
    """What the caller sees of a promise; `NotFound` where that is not all of it."""
    seen = access.promise_for_seeing(caller(request).person, promise_id)
    if seen.view is not View.FULL:
        raise NotFound("You see this promise in outline only: its state and its dates.")
    return seen


def whole(request: HttpRequest, promise_id: int) -> PromiseOut:
    """The promise as the caller sees it now."""
    return _full(request, access.promise_for_seeing(caller(request).person, promise_id))


def _full(request: HttpRequest, seen: Seen) -> PromiseOut:
    who = caller(request)
    state = required(replay(book.read(seen.promise.pk)))
    who.version = state.sequence
    past = likelihoods.told(seen.promise, who.at)
    return PromiseOut(
        **listed(seen.promise, standing(seen.promise, who.person, who.at)),
        **terms_of(state),
        heard_at=state.heard_at,
        hear_by=state.hear_by,
        outlook=OutlookOut.of(past) if past else None,
        sides=sorted(side.value for side in seen.sides),
        acts=[act.name for act in possible_acts(who.person, seen, state, who.at)],
    )


def _outline(promise: Promise, request: HttpRequest) -> PromiseOutline:
    return PromiseOutline(
        id=promise.pk, state=promise.state, customer=PartyRef.of(promise.customer),
        provider=PartyRef.of(promise.provider), due=promise.due, first_due=promise.first_due,
        expected=promise.expected, delivered_at=promise.delivered_at,
        standing=StandingOut.of(in_outline(promise, caller(request).at)),
    )  # fmt: skip


def _events(events: list[Any]) -> list[EventOut]:
    names = dict(Party.objects.filter(pk__in={one.person for one in events}).values_list("pk", "name"))
    return [EventOut.of(one, names) for one in events]


def _what_changed(person: Person, promise_id: int, error: Overtaken) -> dict[str, Any]:
    """What the actor had not seen, for that actor's eyes, and where the promise stands now."""
    seen = access.promise_for_seeing(person, promise_id)
    now = seen.promise.sequence
    changes = told_of(error.changes, person, seen.sides, after=now - len(error.changes))
    return {"changes": [one.model_dump(mode="json") for one in _events(changes)], "sequence": now}
