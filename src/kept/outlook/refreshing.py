"""Making the kept forecasts anew: find out, then write all of it in one transaction. Replaying the ledger is enough to
make them again, so that losing every row of them loses nothing but the forecasts of the past.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from kept.core.chains import AWAITED
from kept.outlook import dangers, wanting
from kept.outlook.forecasting import Foretold, foretell
from kept.outlook.keeping import outlook_row, past_row
from kept.outlook.models import Danger, Outlook, PastOutlook, Wanted
from kept.outlook.wanting import Claim
from kept.promises import likelihoods
from kept.promises.models import Likelihood, Promise, Reliance

MOST = 500
"""How many promises are looked at in one transaction."""
ROUNDS = 20
"""How many such rounds a worker does before it looks after its other chores."""
KEEP = timedelta(days=400)
"""How long forecasts of the past are kept: a year and a month, so that each month has the same one a year before."""
MOVED = 0.05
"""Those that rely on a promise are looked at again where its odds moved by so much, or its even date by this part."""
OUTLOOK = ("sequence", "made_at", "due", "chance", "days", "like", "scope", "since", "until", "slower")
PAST = ("made_at", "due", "chance", "days", "like")

log = logging.getLogger(__name__)


def refresh_some(now: datetime) -> int:
    """Make the forecasts anew that are wanted by `now`, some thousands at most; gives of how many promises."""
    done = 0
    for _ in range(ROUNDS):
        claimed = wanting.claim(now=now, most=MOST)
        if not claimed.wanted:
            break
        _refresh_claimed(claimed, now)
        done += len(claimed.wanted)
    return done


def _refresh_claimed(claimed: Claim, now: datetime) -> None:
    """All of a claim at once; where that fails each by itself, so that one that fails holds up no other."""
    try:
        _refresh(claimed, now)
    except Exception:
        if len(claimed.wanted) == 1:
            log.exception("No forecast could be made of promise %s; it is tried again.", *claimed.wanted)
            wanting.put_off(claimed, now=now)
            return
        for key, at in claimed.wanted.items():
            _refresh_claimed(Claim(claimed.mark, {key: at}), now)


def _refresh(claimed: Claim, now: datetime) -> None:
    rows = Promise.objects.filter(pk__in=list(claimed.wanted), state__in=AWAITED)
    awaited = {one.pk: one for one in rows.select_related("customer", "provider")}
    found = foretell(list(awaited.values()), now)
    before = {row.pk: row for row in Outlook.objects.filter(promise__in=list(claimed.wanted))}
    again = {key: _again(one, found.get(key), now) for key, one in awaited.items()}
    with transaction.atomic():
        in_danger = dangers.look(claimed.wanted, found, now)
        _write(claimed.wanted, found, in_danger, now)
        wanting.settle(claimed, again)
        wanting.want(_concerned(claimed.wanted, found, before), at=now)


def _again(promise: Promise, found: Foretold | None, now: datetime) -> datetime:
    return wanting.again_at(now, promise.due, found.likely if found else None)


def _write(keys: Collection[int], found: Mapping[int, Foretold], in_danger: Collection[int], now: datetime) -> None:
    """The rows of those that have a forecast; those that have none any more lose theirs."""
    rows = [outlook_row(one.promise, one.forecast) for one in found.values()]
    Outlook.objects.bulk_create(
        rows, batch_size=500, update_conflicts=True, unique_fields=["promise"], update_fields=OUTLOOK
    )
    PastOutlook.objects.bulk_create(
        [past_row(row, now) for row in rows], batch_size=500, update_conflicts=True, unique_fields=["promise", "day"],
        update_fields=PAST,
    )  # fmt: skip
    said = {key: one for key, one in found.items() if one.tells}
    likelihoods.say(_likelihood(one, in_danger=key in in_danger) for key, one in said.items())
    likelihoods.take_back([key for key in keys if key not in said])
    Outlook.objects.filter(promise__in=[key for key in keys if key not in found]).delete()


def _likelihood(one: Foretold, *, in_danger: bool) -> Likelihood:
    forecast, due = one.forecast, one.promise.due
    return Likelihood(
        promise_id=one.promise.pk, likely=one.likely, chance=forecast.chance(due), due=due, made_at=forecast.made_at,
        like=forecast.rests_on.like, scope=forecast.rests_on.scope, slower=list(forecast.slower),
        through_id=one.through, in_danger=in_danger,
    )  # fmt: skip


def _concerned(keys: Collection[int], found: Mapping[int, Foretold], before: Mapping[int, Outlook]) -> list[int]:
    """Those that rely on a promise whose forecast moved, directly, and were not looked at with it."""
    moved = [key for key in keys if _moved(found.get(key), before.get(key))]
    rows = Reliance.objects.filter(on__in=moved, promise__state__in=AWAITED).exclude(promise__in=list(keys))
    return list(rows.values_list("promise_id", flat=True)) if moved else []


def _moved(now: Foretold | None, before: Outlook | None) -> bool:
    if now is None or before is None:
        return now is not None or before is not None
    return now.promise.due != before.due or abs(now.forecast.chance(before.due) - before.chance) >= MOVED


# --- each hour, and from nothing ----------------------------------------------------------------------------------


def sweep(now: datetime) -> None:
    """See to it that each open promise is forecast and no other; forget forecasts of long ago."""
    wanting.enlist(now=now)
    over = Exists(Promise.objects.filter(pk=OuterRef("pk")).exclude(state__in=AWAITED))
    stale = set(Outlook.objects.filter(over).values_list("pk", flat=True))
    stale |= set(Likelihood.objects.filter(over).values_list("pk", flat=True))
    gone = Danger.objects.filter(over_at=None).exclude(promise__state__in=AWAITED)
    wanting.want(stale | set(gone.values_list("promise", flat=True)), at=now)
    PastOutlook.objects.filter(day__lt=(now - KEEP).date()).delete()


def catch_up(now: datetime, on_progress: Callable[[float], None] | None = None) -> int:
    """Sweep, then make all that is wanted; gives how many forecasts are kept. For an installation that just got a past.

    `on_progress` is called with the share done, 0 to 1.
    """
    sweep(now)
    while refresh_some(now):
        left = Wanted.objects.filter(at__lte=now).count()
        if on_progress:
            on_progress(1 - left / max(Wanted.objects.count(), 1))
    return Outlook.objects.count()


@dataclass(frozen=True, slots=True)
class Standing:
    """How many forecasts are `kept` of how many `open` promises, and how many dates are in danger; how many forecasts
    are of the past; how many should have been made anew more than a day ago.
    """

    open: int
    kept: int
    in_danger: int
    past: int
    overdue: int


def standing_of_forecasts(now: datetime) -> Standing:
    """How the kept forecasts stand; five counts."""
    return Standing(
        open=Promise.objects.filter(state__in=AWAITED).count(),
        kept=Outlook.objects.count(),
        in_danger=Danger.objects.filter(over_at=None).count(),
        past=PastOutlook.objects.count(),
        overdue=Wanted.objects.filter(at__lt=now - timedelta(days=1)).count(),
    )


def rebuild(now: datetime) -> int:
    """Throw all kept forecasts of open promises away and make them again from what the ledger says; gives how many.

    What was forecast in the past, and who was warned of what, stays.
    """
    with transaction.atomic():
        for table in (Outlook, Likelihood, Wanted):
            table.objects.all().delete()
    return catch_up(now)
