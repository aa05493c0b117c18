"""A file of people, brought in whole: who comes and changes (people), who leaves and what goes to their successors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kept.core.errors import Overtaken
from kept.people.importing.applying import apply
from kept.people.importing.plan import Leaver, Plan
from kept.people.models import Person
from kept.people.reach import organisation_changing
from kept.promises import leaving
from kept.promises.leaving import Handing, Left

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Moving:
    """What a leaver of a plan has open, and what would become of it as things stand now."""

    leaver: Leaver
    handings: tuple[Handing, ...]


def bring_in(plan: Plan, *, at: datetime, by: Person | None, on_progress: Progress | None = None) -> list[Left]:
    """Do what the plan says, all or nothing; gives what became of the leavers' open promises.

    `by` is the administrator who brings the file, where it is one. Raises a `Refused` where a leaving is refused.
    """
    tell = on_progress or (lambda _share: None)
    with transaction.atomic():
        with organisation_changing([], on_progress=lambda share: tell(0.45 + 0.45 * share)):
            keys = apply(plan, at=at, on_progress=lambda share: tell(0.45 * share))
            persons = _persons(plan, keys)
            leavers = [
                leaving.Leaver(persons[each.person], persons.get(keys.get(each.successor or 0, each.successor or 0)))
                for each in plan.leavers
            ]
            leaving.end(leavers, at=at, by=by)
        return leaving.hand_all_on(
            [each.person for each in leavers], at=at, on_progress=lambda share: tell(0.9 + share / 10)
        )


def refuse_overtaken(plan: Plan, fingerprint: str) -> None:
    """Refuse to do a plan that is no longer the one that was looked at."""
    if plan.fingerprint != fingerprint:
        raise Overtaken(
            "Since you looked, something changed in Kept, so this file would do something else now. "
            "Nothing was done; look again, then decide."
        )


def moving(plan: Plan, most: int = 200) -> list[Moving]:
    """What the first `most` leavers of the plan have open; `to` is nobody yet where the successor is in the file."""
    first = plan.leavers[:most]
    ids = {each.person for each in first} | {each.successor for each in first if each.successor}
    persons = Person.objects.in_bulk([key for key in ids if key > 0])
    return [
        Moving(each, tuple(leaving.foreseen(persons[each.person], persons.get(each.successor or 0)))) for each in first
    ]


def _persons(plan: Plan, keys: dict[int, int]) -> dict[int, Person]:
    named = {each.person for each in plan.leavers} | {each.successor for each in plan.leavers if each.successor}
    return Person.objects.in_bulk([keys.get(key, key) for key in named])
