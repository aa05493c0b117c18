"""Shutting answers into blocks for good: the worker writes each down once it has closed, and `kept ledger verify` looks
whether what was answered gives these blocks again.

A figure is the same before and after: what closed and is not written yet is worked out where it is shown (`answers`).
Written down, a block costs nothing to keep, and the pages need not read every answer that was ever given.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from kept.core.anonymity import Block, Slip, blocks
from kept.promises.figures.boxes import ANSWERS, PULSES, Box, Place, Said, Sums, said, whole
from kept.promises.models import Impression

SHUT_EVERY = timedelta(minutes=10)
LEFT_OPEN = timedelta(hours=1)
"""What became final within the last hour still waits: an act that is being written now may be some seconds older."""
TOGETHER = 50
"""For so many providers at once: others can write in between."""
LOCK = 0x6B657076
"""The number of PostgreSQL's advisory lock that lets one worker shut at a time."""
Identified = tuple[int, Said]
Shape = tuple[Place, datetime, Sums]


def shut(now: datetime) -> int:
    """Write down every block that has closed and is not written yet; gives how many. Calling it again writes none."""
    upto = now - LEFT_OPEN
    return sum(
        _shut(box, providers, upto) for box in (ANSWERS, PULSES) for providers in _some(_with_waiting(box, upto))
    )


def _with_waiting(box: Box, upto: datetime) -> list[int]:
    _forget(upto)
    return sorted(set(box.waiting(upto).order_by().values_list(box.provider, flat=True)))


def _forget(upto: datetime) -> None:
    """What is signed, private or of the provider's own side belongs in no block: it waits no longer."""
    nowhere = Q(signed=True) | Q(own_side=True) | Q(promise__private=True)
    Impression.objects.filter(nowhere, waits=True, settles_at__lt=upto).update(waits=False)


def _some(providers: list[int]) -> Iterator[list[int]]:
    return (providers[start : start + TOGETHER] for start in range(0, len(providers), TOGETHER))


def _shut(box: Box, providers: list[int], upto: datetime) -> int:
    with transaction.atomic():
        _one_at_a_time()
        waiting = box.waiting(upto).filter(**{f"{box.provider}__in": providers})
        closed = blocks(box.slips(waiting), upto)
        if closed:
            box.blocks.objects.bulk_create(_row(box, block) for block in closed)
            inside = [pk for block in closed for pk, _ in block.says]
            waiting.model.objects.filter(pk__in=inside).update(waits=False)
        return len(closed)


def _one_at_a_time() -> None:
    if connection.vendor == "postgresql":  # SQLite's own write lock does it
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _row(box: Box, block: Block[Identified]) -> Any:
    (provider, customer, result), closed_at, sums = _shape(box, block)
    return box.blocks(
        provider_id=provider, customer_id=customer, result_id=result, closed_at=closed_at,
        **dict(zip(box.sums, sums, strict=True)),
    )  # fmt: skip


def _shape(box: Box, block: Block[Identified]) -> Shape:
    return whole(block.place), block.closed_at, said((each for _, each in block.says), len(box.sums) // 3)


# --- does what was answered give what is stored? ------------------------------------------------------------------


def differences() -> Iterator[str]:
    """Where the stored blocks, and those that the waiting answers make, are not those that all answers make."""
    for box in (ANSWERS, PULSES):
        stored = _stored(box)
        for provider, slips in _by_provider(box):
            yield from _differs(box, provider, slips, stored.pop(provider, []))
        yield from (_sentence(provider) for provider in sorted(stored))


def _differs(box: Box, provider: int, slips: list[tuple[Slip[Identified], bool]], stored: list[Shape]) -> Iterator[str]:
    last = max([slip.at for slip, _ in slips] + [closed_at for _, closed_at, _ in stored])
    upto = last + timedelta(microseconds=1)
    wanted = _shapes(box, (slip for slip, _ in slips), upto)
    found = Counter(stored) + _shapes(box, (slip for slip, waits in slips if waits), upto)
    if wanted != found:
        yield _sentence(provider)


def _sentence(provider: int) -> str:
    return f"of the answers about party {provider} other blocks are stored than what was answered gives."


def _shapes(box: Box, slips: Iterable[Slip[Identified]], upto: datetime) -> Counter[Shape]:
    return Counter(_shape(box, block) for block in blocks(slips, upto))


def _by_provider(box: Box) -> Iterator[tuple[int, list[tuple[Slip[Identified], bool]]]]:
    rows = box.every().order_by(box.provider).values_list("waits", *box.columns).iterator(chunk_size=2000)
    read = ((box.slip(row[1:]), row[0]) for row in rows)
    for provider, those in groupby(read, key=lambda one: one[0].place[0]):
        yield provider, list(those)


def _stored(box: Box) -> dict[int, list[Shape]]:
    found: dict[int, list[Shape]] = defaultdict(list)
    columns = ("provider_id", "customer_id", "result_id", "closed_at", *box.sums)
    for row in box.blocks.objects.values_list(*columns).iterator(chunk_size=2000):
        found[row[0]].append((row[:3], row[3], row[4:]))
    return found
