"""The customer had to ask, and has heard nothing since: that is a word due now, whatever the rhythm says."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from django.db.models import F, Min, Q

from kept.core.state import State
from kept.ledger.models import Event
from kept.promises.models import Promise
from kept.promises.queries import Item, Listing


def unanswered(promises: Collection[Promise]) -> dict[int, datetime]:
    """When the customer first had to ask, of those of `promises` in which the provider has said nothing since."""
    chased = [one.pk for one in promises if one.chases and one.state in {State.ASKED, State.PROMISED}]
    if not chased:
        return {}
    nothing_since = Q(stream__promise__heard_at=None) | Q(at__gt=F("stream__promise__heard_at"))
    rows = Event.objects.filter(nothing_since, stream__in=chased, name="promise.chased")
    return dict(rows.values_list("stream").annotate(Min("at")).order_by())


def with_chases(listing: Listing, chased: Mapping[int, datetime]) -> Listing:
    """The list, with what `unanswered` found."""
    return replace(listing, items=[replace(item, chased_at=chased.get(item.promise.pk)) for item in listing.items])


def word_by(item: Item) -> datetime | None:
    """Since when, or by when, the customer is owed a word: they had to ask, or the rhythm says so."""
    by = [moment for moment in (item.chased_at, item.standing.word_by) if moment is not None]
    return min(by, default=None)
