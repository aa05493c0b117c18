"""What I am told: the inbox, and what of it comes by mail."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Query, Router

from kept.api.v1.cursors import Order, number, page_of
from kept.api.v1.door import caller
from kept.api.v1.shapes.base import LARGEST_ID, Page
from kept.api.v1.shapes.notices import ChoicesIn, ChoicesOut, NoticeOut, NoticesWanted, ReadUpTo, UnreadOut
from kept.notify import choices, inbox

router = Router(tags=["What I am told"])
NEWEST: Order[int] = Order("newest", "pk", down=True, read=number)
NoticeId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The notice.")]


@router.get("/notices", response=Page[NoticeOut], operation_id="list_notices", summary="My inbox")
def list_notices(request: HttpRequest, wanted: Query[NoticesWanted]) -> Page[NoticeOut]:
    """What you were told, newest first."""
    rows = inbox.told(caller(request).person, unread=wanted.unread)
    found, following = page_of(rows, NEWEST, wanted.cursor, wanted.limit)
    return Page(items=[NoticeOut.of(row) for row in found], next=following)


@router.get("/notices/unread", response=UnreadOut, operation_id="count_unread", summary="How many are unread")
def count_unread(request: HttpRequest) -> UnreadOut:
    """How many notices you have not read."""
    return UnreadOut(unread=inbox.unread(caller(request).person), most=inbox.MOST_COUNTED)


@router.post("/notices/read", response=UnreadOut, operation_id="read_notices", summary="Read all up to one")
def read_notices(request: HttpRequest, said: ReadUpTo) -> UnreadOut:
    """Everything up to this notice is read; what came after you looked is not."""
    who = caller(request)
    inbox.read_all(who.person, up_to=said.up_to, at=who.at)
    return count_unread(request)


@router.post("/notices/{int:notice_id}/read", response=NoticeOut, operation_id="read_notice", summary="Read one")
def read_notice(request: HttpRequest, notice_id: NoticeId) -> NoticeOut:
    """This notice, and all older ones about the same promise or agreement, are read."""
    who = caller(request)
    inbox.open_notice(who.person, notice_id, at=who.at)
    return NoticeOut.of(inbox.notice_of(who.person, notice_id))


@router.get("/me/choices", response=ChoicesOut, operation_id="get_choices", summary="What comes by mail")
def get_choices(request: HttpRequest) -> ChoicesOut:
    """What of it comes to you by mail, and when."""
    return ChoicesOut.of(choices.habits(caller(request).person))


@router.put("/me/choices", response=ChoicesOut, operation_id="choose", summary="Choose what comes by mail")
def choose(request: HttpRequest, chosen: ChoicesIn) -> ChoicesOut:
    """Say for each kind when it comes by mail; mails that were stopped come again."""
    choices.choose(caller(request).person, chosen.by_kind(), quiet=chosen.quiet, digest_at=chosen.at())
    return get_choices(request)
