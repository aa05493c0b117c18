"""What somebody may do in a promise now: what pages, the API and assistants offer."""

from __future__ import annotations

from datetime import datetime

from kept.core import acts
from kept.core.promise import open_acts
from kept.core.state import PromiseState
from kept.core.terms import Side
from kept.people.models import Person
from kept.promises import passing
from kept.promises.access import Seen


def possible_acts(person: Person, seen: Seen, state: PromiseState, at: datetime) -> list[type[acts.Act]]:
    """The acts that `person` may do at the moment `at`, in the order of the rules; `seen` is what they see of it."""
    allowed = set[type[acts.Act]]()
    for side in seen.sides:
        kinds = open_acts(state, side, at)
        allowed |= passing.open_to(person, seen.promise, kinds) if side is Side.PROVIDER else set(kinds)
    return [kind for kind in acts.EVERY_ACT if kind in allowed]
