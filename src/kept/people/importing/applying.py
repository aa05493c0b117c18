"""Carrying a plan out: in one transaction, with the reach worked out once at the end."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction

from kept.people import bulk
from kept.people.importing.columns import OUTSIDE, PERSON, TEAM
from kept.people.importing.drafts import Draft
from kept.people.importing.plan import Plan
from kept.people.leaving import come_back
from kept.people.models import Membership, Party, Person
from kept.people.reach import organisation_changing

Progress = Callable[[float], None]
Keys = dict[int, int]

TABLES = {PERSON: "people_person", TEAM: "people_team", OUTSIDE: "people_outsidecustomer"}
COLUMNS = {
    PERSON: {"email": "email", "title": "title", "boss": "boss_id"},
    TEAM: {"parent": "parent_id", "purpose": "purpose"},
    OUTSIDE: {"email": "email", "looked_after_by": "looked_after_by_id"},
}


def apply(plan: Plan, *, at: datetime, on_progress: Progress | None = None) -> Keys:
    """Add and change what the plan says; who leaves is not its business. Gives the id of each key of the plan."""
    if not plan.drafts:
        return {draft.key: draft.key for draft in plan.drafts}
    tell = on_progress or (lambda _share: None)
    with transaction.atomic(), organisation_changing(on_progress=lambda share: tell(0.5 + share / 2)):
        new = [draft for draft in plan.drafts if draft.known is None]
        old = [draft for draft in plan.drafts if draft.known is not None]
        keys = _add_parties(new)
        tell(0.1)
        _give_way(old)
        for kind in (TEAM, PERSON, OUTSIDE):  # what others refer to first
            _add_kind(kind, [draft for draft in new if draft.row.kind == kind], keys)
        tell(0.25)
        _link("people_team", "parent_id", "parent", [draft for draft in new if draft.row.kind == TEAM], keys)
        _link("people_person", "boss_id", "boss", [draft for draft in new if draft.row.kind == PERSON], keys)
        _come_back(old, at)
        _change(old, keys)
        tell(0.4)
        _memberships([*new, *old], keys)
        tell(0.5)
    return keys


def _add_parties(new: Sequence[Draft]) -> Keys:
    parties = [
        Party(kind=draft.row.kind, name=draft.wanted["name"], number=draft.wanted.get("number", "")) for draft in new
    ]
    made = Party.objects.bulk_create(parties, batch_size=bulk.PART)
    return {draft.key: party.pk for draft, party in zip(new, made, strict=True)}


def _give_way(old: Sequence[Draft]) -> None:
    """Numbers, addresses and names that change hands are free in between: no two rows may ever hold the same."""
    numbers = [draft.key for draft in old if _changes(draft, "number")]
    names = [draft.key for draft in old if draft.row.kind != PERSON and _changes(draft, "name")]
    addresses = [draft.key for draft in old if draft.row.kind == PERSON and _changes(draft, "email")]
    bulk.update("people_party", ["number"], "id", [("", key) for key in numbers])
    bulk.update("people_party", ["name"], "id", [(f"({key})", key) for key in names])
    bulk.update("people_person", ["email"], "party_ptr_id", [(None, key) for key in addresses])


def _add_kind(kind: str, new: Sequence[Draft], keys: Keys) -> None:
    """The rows of the kind's own table; who refers to somebody of the same kind is linked once all are there."""
    rows: list[tuple[Any, ...]] = []
    for draft in new:
        key, wanted = keys[draft.key], draft.wanted
        if kind == PERSON:
            password = UNUSABLE_PASSWORD_PREFIX + secrets.token_hex(20)
            rows.append((key, password, wanted.get("email") or None, wanted.get("title", ""), True, False))
        elif kind == TEAM:
            rows.append((key, wanted.get("purpose", "")))
        else:
            rows.append((key, wanted.get("email", ""), _key(wanted["looked_after_by"], keys)))
    bulk.insert(TABLES[kind], _NEW[kind], rows)


_NEW = {
    PERSON: ("party_ptr_id", "password", "email", "title", "is_active", "is_staff"),
    TEAM: ("party_ptr_id", "purpose"),
    OUTSIDE: ("party_ptr_id", "email", "looked_after_by_id"),
}


def _link(table: str, column: str, field: str, new: Sequence[Draft], keys: Keys) -> None:
    rows = [(_key(draft.wanted[field], keys), keys[draft.key]) for draft in new if draft.wanted.get(field)]
    bulk.update(table, [column], "party_ptr_id", rows)


def _change(old: Sequence[Draft], keys: Keys) -> None:
    for field in ("name", "number"):
        rows = [(draft.wanted[field], draft.key) for draft in old if _changes(draft, field)]
        bulk.update("people_party", [field], "id", rows)
    for kind, fields in COLUMNS.items():
        for field, column in fields.items():
            changing = [draft for draft in old if draft.row.kind == kind and _changes(draft, field)]
            rows = [(_stored(draft.wanted[field], field, kind, keys), draft.key) for draft in changing]
            bulk.update(TABLES[kind], [column], "party_ptr_id", rows)


def _stored(value: Any, field: str, kind: str, keys: Keys) -> Any:
    if field in ("boss", "parent", "looked_after_by"):
        return _key(value, keys) if value is not None else None
    return (value or None) if field == "email" and kind == PERSON else value


def _memberships(drafts: Iterable[Draft], keys: Keys) -> None:
    gone: list[int] = []
    add: list[tuple[int, int, bool]] = []
    drafts = [draft for draft in drafts if _changes(draft, "teams") or _returns(draft)]
    there = _there([draft.key for draft in drafts if draft.known])
    for draft in drafts:
        person = _key(draft.key, keys)
        if "teams" in draft.wanted:
            wanted = {(_key(team, keys), leads) for team, leads in draft.wanted["teams"].items()}
            gone += [pk for (team, leads), pk in there[person].items() if (team, leads) not in wanted]
            add += [(person, team, leads) for team, leads in wanted if (team, leads) not in there[person]]
    bulk.delete("people_membership", gone)
    bulk.insert("people_membership", ("person_id", "team_id", "leads"), add)


def _there(persons: Sequence[int]) -> defaultdict[int, dict[tuple[int, bool], int]]:
    """`{person: {(team, leads): membership's id}}`."""
    found: defaultdict[int, dict[tuple[int, bool], int]] = defaultdict(dict)
    columns = ("person_id", "team_id", "leads", "pk")
    rows = bulk.in_parts(persons, lambda part: Membership.objects.filter(person__in=part).values_list(*columns))
    for person, team, leads, pk in rows:
        found[person][team, leads] = pk
    return found


def _come_back(old: Sequence[Draft], at: datetime) -> None:
    """Those who had left and are in the file again: their row says in which teams, and to whom they report."""
    for draft in old:
        if _returns(draft):
            come_back(Person.objects.get(pk=draft.key), at=at)


def _returns(draft: Draft) -> bool:
    return draft.known is not None and not draft.known.active


def _changes(draft: Draft, field: str) -> bool:
    if field not in draft.wanted:
        return False
    return draft.known is None or draft.wanted[field] != draft.known.values[field]


def _key(key: int, keys: Keys) -> int:
    return keys.get(key, key)
