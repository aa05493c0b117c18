"""Whom to ask; what is too much, and the conversations that help; whom to bring in, and their answer."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Query, Router

from kept.api.v1.door import caller
from kept.api.v1.problems import field_problem
from kept.api.v1.routes.named import PromiseId
from kept.api.v1.routes.promises import PARTIES, seen_in_full, whole
from kept.api.v1.shapes.base import Page
from kept.api.v1.shapes.help import (
    AnswerIn,
    BroughtInOut,
    ConversationsIn,
    ToAskOut,
    ToBringInOut,
    TooMuchOut,
    WhomWanted,
)
from kept.api.v1.shapes.promises import PromiseListed, PromiseOut
from kept.core.errors import Incomplete
from kept.ledger import book
from kept.promises import actions, whom
from kept.promises.access import visible_to
from kept.promises.brought_in import brought_into, waiting_for, whom_to_bring_in
from kept.promises.help import open_conversations as open_all
from kept.promises.help import to_ask_for_help, too_much
from kept.promises.standing import standings

router = Router(tags=["Help"])


@router.get("/whom-to-ask", response=Page[ToAskOut], operation_id="list_whom_to_ask", summary="Whom to ask")
def list_whom_to_ask(request: HttpRequest, wanted: Query[WhomWanted]) -> Page[ToAskOut]:
    """Up to three teams that may do it, the likeliest first, each with its reasons; nothing is recorded."""
    who = caller(request)
    found = whom.propose(who.person, wanted.words, who.at, own=wanted.customer)
    return Page(items=[ToAskOut.of(one) for one in found], next=None)


# --- too much -----------------------------------------------------------------------------------------------------


@router.get("/me/too-much", response=TooMuchOut, operation_id="get_too_much", summary="What would have to give")
def get_too_much(request: HttpRequest) -> TooMuchOut:
    """What you carry, and which promises to renegotiate first."""
    who = caller(request)
    return TooMuchOut.of(too_much(who.person, who.at))


@router.get(
    "/promises/{int:promise_id}/too-much", response=TooMuchOut, operation_id="get_too_much_for",
    summary="What would have to give for one promise",
)  # fmt: skip
def get_too_much_for(request: HttpRequest, promise_id: PromiseId) -> TooMuchOut:
    """What its provider carries up to its date, for those who have promised it."""
    who = caller(request)
    asking = to_ask_for_help(who.person, promise_id)
    return TooMuchOut.of(too_much(who.person, who.at, until=asking))


@router.post(
    "/conversations", response=Page[PromiseListed], operation_id="open_conversations", summary="Open conversations"
)  # fmt: skip
def open_conversations(request: HttpRequest, wanted: ConversationsIn) -> Page[PromiseListed]:
    """Propose later dates, and ask for help: all of it, or nothing. Gives the promises as they stand now."""
    who = caller(request)
    dates, help_with = [one.later() for one in wanted.dates], wanted.help_with
    try:
        open_all(who.person, dates, wanted.words, at=who.at, help_with=help_with.wanted() if help_with else None)
    except Incomplete as error:
        raise field_problem(_field(error.field, [one.promise for one in wanted.dates]), str(error)) from error
    ids = {one.promise for one in dates} | ({help_with.promise} if help_with else set())
    rows = visible_to(who.person).filter(pk__in=ids).select_related(*PARTIES).order_by("pk")
    stands = standings(rows, who.person, who.at)
    return Page(items=[PromiseListed.of(one, stands[one.pk]) for one in rows], next=None)


def _field(name: str, promises: list[int]) -> str:
    """A field of the rules as it stands in the body."""
    key = name.removeprefix("due_")
    if key != name and key.isdecimal() and int(key) in promises:
        return f"dates.{promises.index(int(key))}.due"
    return {"help": "help_with.words", "": "dates"}.get(name, name)


# --- brought in ---------------------------------------------------------------------------------------------------


@router.get("/me/brought-in", response=Page[BroughtInOut], operation_id="list_my_calls", summary="Where I am needed")
def list_my_calls(request: HttpRequest) -> Page[BroughtInOut]:
    """What you were brought into and have said nothing in yet, the longest waiting first."""
    return Page(items=[BroughtInOut.of(one) for one in waiting_for(caller(request).person)], next=None)


@router.get(
    "/promises/{int:promise_id}/brought-in", response=Page[BroughtInOut], operation_id="list_brought_in",
    summary="Who was brought in",
)  # fmt: skip
def list_brought_in(request: HttpRequest, promise_id: PromiseId) -> Page[BroughtInOut]:
    """Everybody who was brought into a promise, in order; `escalate` among its acts brings somebody in."""
    seen = seen_in_full(request, promise_id)
    found = brought_into(seen.promise, book.read(promise_id))
    return Page(items=[BroughtInOut.of(one) for one in found], next=None)


@router.get(
    "/promises/{int:promise_id}/whom-to-bring-in", response=Page[ToBringInOut], operation_id="list_whom_to_bring_in",
    summary="Whom to bring in",
)  # fmt: skip
def list_whom_to_bring_in(request: HttpRequest, promise_id: PromiseId) -> Page[ToBringInOut]:
    """Whom you could bring into a promise, and why them: who leads its sides, and the bosses."""
    found = whom_to_bring_in(seen_in_full(request, promise_id).promise, caller(request).person)
    return Page(items=[ToBringInOut.of(one) for one in found], next=None)


@router.post(
    "/promises/{int:promise_id}/brought-in/answers", response=PromiseOut, operation_id="answer_as_brought_in",
    summary="Answer as somebody who was brought in",
)  # fmt: skip
def answer_as_brought_in(request: HttpRequest, promise_id: PromiseId, answer: AnswerIn) -> PromiseOut:
    """Say what you have to say in a promise that you were brought into."""
    who = caller(request)
    seen_in_full(request, promise_id)
    actions.answer_as_brought_in(who.person, promise_id, answer.words, at=who.at)
    return whole(request, promise_id)
