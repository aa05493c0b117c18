"""Thanks and credits that a person or a team received lately: their own first, then what their work was part of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q

from kept.complaints.access import seen_by
from kept.complaints.credits.chain import DELIVERED, within
from kept.complaints.models import Thanks
from kept.people.models import ACTING, Party, Person, Reach
from kept.promises.access import visible_to
from kept.promises.models import Participant, Promise
from kept.promises.walking import Way, walk

LATELY: Final = timedelta(days=90)
MOST_READ: Final = 300
"""How many of the newest thanks of that time are looked through."""
MOST: Final = 5
"""How many of each kind are shown."""


@dataclass(frozen=True, slots=True)
class Received:
    """`thanks` that `party` received: its own (`part` is None), or such that its promise `part` had a part in."""

    thanks: Thanks
    part: Promise | None = None


def lately(viewer: Person, party: Party, *, now: datetime) -> list[Received]:
    """What `party` was thanked for lately, as far as `viewer` may know of it; the newest of each kind first."""
    own = seen_by(viewer, Thanks).filter(_said_to(party), at__gt=now - LATELY, at__lte=now)
    found = [Received(one) for one in own.select_related("customer", "provider", "promise").order_by("-at")[:MOST]]
    return found + _had_a_part_in(viewer, party, now)


def _said_to(party: Party) -> Q:
    if party.kind == Party.Kind.PERSON:
        return Q(provider=party) | Q(promise__responsible=party.pk)
    return Q(provider=party)


def _had_a_part_in(viewer: Person, party: Party, now: datetime) -> list[Received]:
    recent = Thanks.objects.filter(at__gt=now - LATELY, at__lte=now, promise__isnull=False).exclude(_said_to(party))
    rows = list(recent.select_related("customer", "provider", "promise").order_by("-at")[:MOST_READ])
    pairs = walk({one.promise_id for one in rows if one.promise_id}, Way.UP)
    nodes = {one for others in pairs.values() for one in others} | set(pairs)
    if not nodes:
        return []
    seen = Exists(visible_to(viewer).filter(pk=OuterRef("pk")))
    known = {one.pk: one for one in Promise.objects.filter(pk__in=nodes).annotate(seen=seen)}
    open_to_viewer = {key for key, one in known.items() if not one.private or one.seen}
    theirs = set(
        Promise.objects.filter(_made_by(party), pk__in=nodes, state__in=DELIVERED)
        .filter(seen)
        .values_list("pk", flat=True)
    )
    found: list[Received] = []
    for thanks in rows:
        if len(found) == MOST:
            break
        if thanks.promise_id is None or thanks.promise_id not in open_to_viewer:
            continue
        steps = within(thanks.promise_id, pairs, open_to_viewer)
        parts = [key for key in steps if key in theirs and _in_time(known[key], thanks)]
        if parts:
            found.append(Received(thanks, known[min(parts, key=lambda key: (steps[key], key))]))
    return found


def _made_by(party: Party) -> Q:
    if party.kind == Party.Kind.PERSON:
        took_part = Exists(Participant.objects.filter(promise=OuterRef("pk"), person=party.pk))
        acting = Reach.objects.filter(person=party.pk, how__in=ACTING).values("party")
        return Q(provider=party) | Q(responsible=party.pk) | (Q(took_part) & Q(provider__in=acting))
    return Q(provider=party)


def _in_time(promise: Promise, thanks: Thanks) -> bool:
    return promise.delivered_at is not None and promise.delivered_at <= thanks.at
