"""What the past says of open promises, as far as standing, desk and chain need it. Whoever makes forecasts says it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import prefetch_related_objects

from kept.core import durations
from kept.core.chains import AWAITED
from kept.core.state import State
from kept.core.terms import Side
from kept.promises.models import Likelihood, Promise

SAID = ("likely", "chance", "due", "like", "scope", "slower", "through", "in_danger", "made_at")


def say(rows: Iterable[Likelihood]) -> None:
    """From now on the past says this of their promises, instead of what it said before. One query a thousand."""
    Likelihood.objects.bulk_create(
        list(rows), batch_size=1000, update_conflicts=True, unique_fields=["promise"], update_fields=SAID
    )


def take_back(promise_ids: Collection[int]) -> None:
    """Nothing is said of these any more: they ended, or nothing is known of their like."""
    Likelihood.objects.filter(promise__in=promise_ids).delete()


def read_for(promises: Iterable[Promise]) -> None:
    """Read what the past says of these at once, where it was not read with them (`select_related("likelihood")`)."""
    missing = [one for one in promises if one.state in AWAITED and not Promise.likelihood.is_cached(one)]
    prefetch_related_objects(missing, "likelihood")


def told(promise: Promise, now: datetime) -> Likelihood | None:
    """What the past says of a promise that nothing has been delivered of, as far as it still holds at `now`."""
    if promise.state not in AWAITED:
        return None
    row: Likelihood | None = getattr(promise, "likelihood", None)
    if row is None or row.due != promise.due:
        return None
    return row if row.likely is None or max(row.likely, row.due) > now else None


def is_open_danger(promise: Promise, past: Likelihood | None, now: datetime) -> bool:
    """Whether the date is likely to be missed and its provider has named no other one, here or in new terms."""
    if past is None or not past.in_danger or promise.state != State.PROMISED or promise.due <= now:
        return False
    return promise.expected is None and promise.proposed_by != Side.PROVIDER


def percent(chance: float) -> int:
    """Odds in whole percent; what is not certain is never said to be."""
    return min(max(round(chance * 100), 1), 99)


def how_late(past: Likelihood) -> str:
    """By how much it is likely to miss its date, in one sentence; no odds."""
    if past.likely is None:
        return f"{NEVER_SO_LONG[past.through_id is not None]}."
    if past.likely <= past.due:
        return "It may miss its date."
    return f"It is likely to come {durations.roughly(past.likely - past.due)} after its date."


def in_words(past: Likelihood) -> str:
    """By how much it is likely to miss its date, the odds of keeping it, and what they rest on, in one sentence."""
    says = how_late(past)[:-1]
    odds = f", {rests_on(past)}" if past.likely is None else f": {percent(past.chance)} % by then, {rests_on(past)}"
    return f"{says}{odds}."


def rests_on(past: Likelihood) -> str:
    """What it rests on, in a few words: how many of the same two, and whether others lent."""
    lent = LENT.get(past.scope, "")
    if not past.like:
        return f"from {lent}, none like it"
    return f"from {past.like:,} like it" + (f" and {lent}" if lent else "")


NEVER_SO_LONG = {
    False: "Nothing like it has taken this long",
    True: "It waits for what has taken longer than anything like that",
}
"""What is said in place of a date, by whether it waits for another."""
LENT = {"provider": "others of the same provider", "company": "others of the company"}
