"""The marks of the present state of all ties, so that a process knows when what it has in memory is of yesterday.

There is one mark for what people say and one for what the work shows: the former changes often and is soon loaded, the
latter is large and changes seldom.
"""

from __future__ import annotations

import uuid
from typing import NamedTuple

from kept.customers.models import Stamp

SAID, SEEN = 1, 2


class Marks(NamedTuple):
    """The marks of what is said and what is seen; "" where there never was any."""

    said: str
    seen: str


def present() -> Marks:
    """The marks as they are now."""
    values = dict(Stamp.objects.values_list("pk", "value"))
    return Marks(values.get(SAID, ""), values.get(SEEN, ""))


def said_changed() -> None:
    """People said something else: a new mark, in the caller's transaction. Random, so that no two states share one."""
    Stamp.objects.update_or_create(pk=SAID, defaults={"value": uuid.uuid4().hex})


def seen_changed() -> None:
    """The work shows something else: the same for what is seen."""
    Stamp.objects.update_or_create(pk=SEEN, defaults={"value": uuid.uuid4().hex})
