"""Whom to tell that their work was part of what somebody was thanked for: everyone who did something behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kept.complaints.credits.chain import Credit, behind, credits_of
from kept.complaints.credits.doing import doers_of
from kept.complaints.models import Thanks
from kept.core.errors import NotFound
from kept.people.models import Person


@dataclass(frozen=True, slots=True)
class Told:
    """`reader` had a part in it; `says` tells which, in words for the reader. `met`: they served the customer."""

    reader: Person
    says: str
    met: bool


def to_tell(thanks: Thanks) -> Iterator[Told]:
    """Everyone credited for `thanks` who may know of it, but whoever said them; nearest part first."""
    if thanks.promise is None:
        return
    known, _ = behind(thanks.promise, thanks.at)
    doers = {person for found in doers_of(list(known.values())).values() for person in found} - {thanks.by_id}
    for person in Person.objects.filter(pk__in=doers, is_active=True).order_by("pk"):
        credit = _own_part(person, thanks.pk)
        if credit is not None:
            yield Told(person, _says(person, thanks, credit), met=not credit.steps)


def _own_part(person: Person, thanks_id: int) -> Credit | None:
    try:
        found = credits_of(person, thanks_id)
    except NotFound:
        return None
    return next((one for one in found.chain if one.mine), None)


def _says(person: Person, thanks: Thanks, credit: Credit) -> str:
    did = [deed.words for deed in credit.deeds if person.pk in deed.by]
    part = f"You had a part in it, “{credit.what}”: you {_listed(did)}."
    if not credit.steps:
        return f"{thanks.customer} said thanks for what {thanks.provider} did. {part}"
    return f"You never met them, but {thanks.customer} said thanks for what {thanks.provider} did. {part}"


def _listed(words: list[str]) -> str:
    *first, last = dict.fromkeys(words)
    return f"{', '.join(first)} and {last}" if first else last
