"""Making the calls of one endpoint after another, and what follows from how each went.

A worker claims an endpoint, and so all its calls: they go one at a time, oldest first as far as retries allow,
whichever worker makes them; and one that hangs keeps a single hand waiting. After a failure it rests, longer each time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from kept.notify import claims
from kept.notify.calling import endpoints
from kept.notify.calling.post import Answer
from kept.notify.models import Call, Endpoint, Notice, Try

AT_ONCE = 20
"""How many calls one endpoint has before another gets its turn."""
GIVEN_UP_AFTER = timedelta(days=3)
"""An endpoint that only failed for so long is switched off."""
LONGEST_REST = timedelta(minutes=10)
LONGEST_WHY = 600


@dataclass(frozen=True, slots=True)
class Manner:
    """How calls of one kind are made: `gone` are the statuses after which an endpoint is switched off at once.

    `call` makes one; it gives None where there is nothing to say any more. `tell` sends on the word of a switching off.
    """

    call: Callable[[Endpoint, Call, datetime], Answer | None]
    gone: Collection[int]
    tell: Callable[[Sequence[Notice], datetime], None]


def make_calls(rows: QuerySet[Endpoint], manner: Manner, *, now: datetime) -> int:
    """Make the calls that are due of one of the endpoints `rows`; gives how many."""
    due = Call.objects.filter(endpoint=OuterRef("pk"), done_at=None, gave_up_at=None, next_at__lte=now)
    taken = claims.claim(rows.filter(Exists(due)), at=now, most=1)
    return sum(_calls_of(endpoint, manner) for endpoint in taken)


def _calls_of(endpoint: Endpoint, manner: Manner) -> int:
    made = 0
    while made < AT_ONCE and (call := _next(endpoint)) is not None:
        if not (claims.begin(endpoint, at=moment()) and claims.begin(call, at=moment())):
            return made  # another worker has it: this one was away for too long
        made += 1
        if not _make(endpoint, call, manner):
            return made
    claims.release(endpoint, next_at=moment())
    return made


def _next(endpoint: Endpoint) -> Call | None:
    calls = Call.objects.filter(endpoint=endpoint)
    return next(iter(claims.claim(calls, at=moment(), most=1, first=("pk",))), None)


def _make(endpoint: Endpoint, call: Call, manner: Manner) -> bool:
    """Make one call and keep what came of it; False where the endpoint has to rest."""
    began = moment()
    answer = manner.call(endpoint, call, began)
    with transaction.atomic():
        if not Call.objects.filter(pk=call.pk).exists():
            return False  # its owner removed it meanwhile
        if answer is None:
            claims.done(call, at=moment())
            return _went_well(endpoint)
        Try.objects.create(
            call=call, at=began, ms=answer.ms, status=answer.status, answer=answer.body,
            error=answer.error[:LONGEST_WHY],
        )  # fmt: skip
        if not answer.error:
            claims.done(call, at=moment())
            return _went_well(endpoint)
        _failed(endpoint, call, answer, manner)
    return False


def _went_well(endpoint: Endpoint) -> bool:
    endpoint.attempts, endpoint.failing_since = 0, None
    Endpoint.objects.filter(pk=endpoint.pk, claim=endpoint.claim).update(attempts=0, failing_since=None)
    return True


def _failed(endpoint: Endpoint, call: Call, answer: Answer, manner: Manner) -> None:
    now = moment()
    gone = answer.status in manner.gone
    if call.name == endpoints.TEST:
        claims.give_up(call, answer.error, at=now)
    else:
        claims.failed(call, answer.error, at=now)
    since = endpoint.failing_since or now
    Endpoint.objects.filter(pk=endpoint.pk, claim=endpoint.claim).update(failing_since=since)
    if gone:
        manner.tell(endpoints.give_up(endpoint, f"{answer.error} That means: not any more.", at=now), now)
    elif now - since >= GIVEN_UP_AFTER:
        why = f"For three days every call failed. The last time: {answer.error}"
        manner.tell(endpoints.give_up(endpoint, why, at=now), now)
    else:
        claims.release(endpoint, next_at=now + rest(endpoint.attempts))


def rest(failures: int) -> timedelta:
    """How long an endpoint rests after so many failures in a row."""
    return min(timedelta(seconds=2 ** min(failures, 10) - 1), LONGEST_REST)


def moment() -> datetime:
    """This moment: a call takes time, so each asks anew."""
    return timezone.now()
