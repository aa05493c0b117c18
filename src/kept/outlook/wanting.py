"""Which forecasts are to be made anew, and when: after each act, each night, and oftener as a date comes near.

Each open promise has one row that says when. An act moves it to now; whoever makes the forecast moves it on, unless an
act came meanwhile. So none is forgotten, whoever dies when, and several workers never make the same one.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from kept.core.chains import AWAITED
from kept.outlook.models import Wanted
from kept.promises.models import Promise

LEASE = timedelta(minutes=5)
"""How long a worker has those that it claimed for itself."""
NIGHT = time(2)
"""When each is made anew every night, in the installation's own time zone."""
SOONEST = timedelta(hours=1)
"""By time alone a forecast is not made anew sooner than this."""
PART = 4
"""It is made anew when such a part of the time to its date has gone: a quarter of it."""
AFTER_TROUBLE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Claim:
    """The promises that one worker has for itself, by id, with the moment at which each was wanted."""

    mark: str
    wanted: Mapping[int, datetime]


def want(promise_ids: Collection[int], *, at: datetime) -> None:
    """Let the forecasts of these be made anew at `at`. Two queries a thousand."""
    if not promise_ids:
        return
    rows = [Wanted(promise_id=key, at=at) for key in sorted(set(promise_ids))]
    Wanted.objects.bulk_create(
        rows, batch_size=1000, update_conflicts=True, unique_fields=["promise"], update_fields=["at"]
    )


def claim(*, now: datetime, most: int) -> Claim:
    """Up to `most` of those that are wanted by `now` and that no other worker has; the longest wanted first."""
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    due = Wanted.objects.filter(free, at__lte=now)
    keys = list(due.order_by("at", "pk").values_list("pk", flat=True)[:most])
    mark = secrets.token_hex(16)
    if not keys or not due.filter(pk__in=keys).update(claim=mark, claimed_until=now + LEASE):
        return Claim(mark, {})
    return Claim(mark, dict(Wanted.objects.filter(claim=mark, pk__in=keys).values_list("pk", "at")))


def settle(claimed: Claim, again: Mapping[int, datetime]) -> None:
    """Those of a claim are done: each is wanted `again` then, those left out never; where an act came, at once.

    In the transaction that writes the forecasts; until it ends an act that comes waits.
    """
    mine = Wanted.objects.filter(claim=claimed.mark, pk__in=list(claimed.wanted))
    kept = [row for row in mine.select_for_update().order_by("pk") if claimed.wanted[row.pk] == row.at]
    mine.exclude(pk__in=[row.pk for row in kept]).update(claim="", claimed_until=None)
    over = [row.pk for row in kept if row.pk not in again]
    mine.filter(pk__in=over).delete()
    following = [row for row in kept if row.pk in again]
    for row in following:
        row.at, row.claim, row.claimed_until = again[row.pk], "", None
    Wanted.objects.bulk_update(following, ["at", "claim", "claimed_until"], batch_size=200)


def put_off(claimed: Claim, *, now: datetime) -> None:
    """Something went wrong with these: they are tried again after a while."""
    mine = Wanted.objects.filter(claim=claimed.mark, pk__in=list(claimed.wanted))
    mine.update(at=now + AFTER_TROUBLE, claim="", claimed_until=None)


def again_at(now: datetime, due: datetime, likely: datetime | None) -> datetime:
    """When a forecast made at `now` is to be made anew: this night at the latest."""
    moments = [_night_after(now)]
    if due > now:
        moments.append(now + max((due - now) / PART, SOONEST))
    if likely is not None:
        moments.append(max(likely, now + SOONEST))
    return min(moments)


def _night_after(now: datetime) -> datetime:
    zone = timezone.get_default_timezone()
    local = now.astimezone(zone)
    tonight = datetime.combine(local.date(), NIGHT, zone)
    return tonight if tonight > now else datetime.combine(local.date() + timedelta(days=1), NIGHT, zone)


def enlist(*, now: datetime) -> int:
    """See to it that each open promise has its row; gives how many had none. What ended is looked at once more."""
    unknown = Promise.objects.filter(~Exists(Wanted.objects.filter(promise=OuterRef("pk"))), state__in=AWAITED)
    keys = list(unknown.values_list("pk", flat=True))
    Wanted.objects.bulk_create([Wanted(promise_id=key, at=now) for key in keys], batch_size=1000, ignore_conflicts=True)
    return len(keys)
