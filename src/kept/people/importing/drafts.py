"""What each row wants: whom it is about, and the values it gives them, with the others that it names found."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from kept.people.importing.columns import OUTSIDE, PERSON, SAID, TEAM
from kept.people.importing.organisation import Known, Organisation
from kept.people.importing.rows import NO, YES, BadRow, Row, several

_ADDRESS_IN_BRACKETS = re.compile(r"[(<]\s*([^()<>\s]+@[^()<>\s]+)\s*[)>]$")


@dataclass(slots=True)
class Draft:
    """A party as one row wants it. `key` is its id, or minus the row's line for a new one.

    `wanted` holds the fields that the row says; those that it does not say stay as they are. `names` are the keys of
    the others that it refers to. `problem` says why the row is put aside, "" while it is not.
    """

    key: int
    row: Row
    known: Known | None
    wanted: dict[str, Any] = field(default_factory=dict)
    names: set[int] = field(default_factory=set)
    successor: int | None = None
    problem: str = ""

    @property
    def taken(self) -> bool:
        """Whether the row is not put aside."""
        return not self.problem


def drafted(rows: Iterable[Row], organisation: Organisation) -> list[Draft]:
    """A draft for each row; those that name nobody or somebody unknown have their `problem`."""
    drafts = _about(rows, organisation)
    finder = _Finder(organisation, drafts)
    for draft in drafts:
        if draft.taken:
            try:
                _fill(draft, finder)
            except BadRow as error:
                draft.problem = str(error)
    return drafts


# --- whom a row is about ------------------------------------------------------------------------------------------


def _about(rows: Iterable[Row], organisation: Organisation) -> list[Draft]:
    here = _Here(organisation)
    drafts: list[Draft] = []
    first: dict[object, int] = {}
    for row in rows:
        draft = Draft(-row.line, row, None)
        drafts.append(draft)
        try:
            draft.known = here.find(row, first)
        except BadRow as error:
            draft.problem = str(error)
            continue
        draft.key = draft.known.key if draft.known else -row.line
        for mark in _marks(draft):
            line = first.setdefault(mark, row.line)
            if line != row.line and not draft.problem:
                draft.problem = f"Line {line} is about the same {_said(row.kind)} already."
    return drafts


def _marks(draft: Draft) -> list[object]:
    """What two rows about the same party have in common: its number, address, name (persons share names), or itself."""
    said, kind = draft.row.said, draft.row.kind
    columns = ("number", "email") if kind == PERSON else ("number", "name")
    marks: list[object] = [(kind, column, said[column].lower()) for column in columns if said.get(column)]
    if draft.known is not None:
        marks.append(draft.known.key)
    return marks or [("nameless", said["name"].lower())]


class _Here:
    """Finds those who are here already: by number, by e-mail address, by name."""

    def __init__(self, organisation: Organisation) -> None:
        self.by_number: dict[tuple[str, str], Known] = {}
        self.by_email: dict[str, Known] = {}
        self.by_name: dict[tuple[str, str], list[Known]] = defaultdict(list)
        for each in organisation.parties.values():
            if each.values["number"]:
                self.by_number[each.kind, each.values["number"]] = each
            if each.kind == PERSON and each.values["email"]:
                self.by_email[each.values["email"].lower()] = each
            if each.active:
                self.by_name[each.kind, each.values["name"].lower()].append(each)

    def find(self, row: Row, taken: dict[object, int]) -> Known | None:
        """The party that the row is about; `None` for a new one; `BadRow` where it could be several."""
        said = row.said
        if found := self.by_number.get((row.kind, said.get("number", ""))):
            return found
        named = self.by_name[row.kind, said["name"].lower()]
        if row.kind != PERSON:
            return named[0] if named else None
        email = said.get("email", "").lower()
        if found := self.by_email.get(email):
            return found
        if email or said.get("number"):  # somebody who is here without either may be found by name, once
            bare = [one for one in named if not one.values["email"] and not one.values["number"]]
            return bare[0] if len(bare) == 1 and bare[0].key not in taken else None
        if len(named) > 1:
            raise BadRow(f"{len(named)} people here are called {said['name']}: say which by e-mail address or number.")
        return named[0] if named else None


# --- whom a row names ---------------------------------------------------------------------------------------------


class _Finder:
    """Finds those whom the rows name, among all who are here and all who come with this file."""

    def __init__(self, organisation: Organisation, drafts: list[Draft]) -> None:
        self.by_mark: dict[tuple[str, str], int] = {}
        self.by_name: dict[str, set[int]] = defaultdict(set)
        come = [(draft.key, draft.row.kind, draft.row.said) for draft in drafts]
        here = [(each.key, each.kind, each.values) for each in organisation.parties.values()]
        for key, kind, values in [*come, *here]:  # what comes with the file counts first
            for column in ("email", "number", "name"):
                if (mark := values.get(column)) and not (kind == PERSON and column == "name"):
                    self.by_mark.setdefault((f"{kind} {column}", mark.lower()), key)
        for draft in drafts:
            if draft.taken and draft.row.kind == PERSON:
                self.by_name[draft.row.said["name"].lower()].add(draft.key)
        known = {draft.key for draft in drafts}
        for each in organisation.of_kind(PERSON):
            if each.active and each.key not in known:
                self.by_name[each.values["name"].lower()].add(each.key)

    def person(self, text: str, column: str) -> int:
        """The person named in a cell: by e-mail address, number, or a name that only one has."""
        address = _ADDRESS_IN_BRACKETS.search(text)
        mark = (address[1] if address else text).lower()
        found = self.by_mark.get((f"{PERSON} email", mark)) or self.by_mark.get((f"{PERSON} number", mark))
        if found is not None:
            return found
        named = self.by_name.get(mark, set())
        if len(named) == 1:
            return next(iter(named))
        if named:
            raise BadRow(f"{len(named)} people are called {text}: in “{SAID[column]}” write the e-mail address.")
        raise BadRow(f"Nobody called “{text}” (in “{SAID[column]}”) is here or in this file.")

    def team(self, text: str, column: str) -> int:
        """The team named in a cell: by name or number."""
        found = self.by_mark.get((f"{TEAM} name", text.lower())) or self.by_mark.get((f"{TEAM} number", text.lower()))
        if found is None:
            hint = " Several teams are separated by a semicolon." if "," in text else ""
            raise BadRow(
                f"No team is called “{text}” (in “{SAID[column]}”): correct it, or add a row of kind team.{hint}"
            )
        return found


def _fill(draft: Draft, finder: _Finder) -> None:
    said, wanted = draft.row.said, draft.wanted
    if draft.row.leaves:
        if text := said.get("successor"):
            draft.successor = finder.person(text, "successor")
            draft.names.add(draft.successor)
        return
    wanted["name"] = said["name"]
    wanted.update({column: said[column] for column in ("number", "email") if said.get(column)})
    wanted.update({column: said[column] for column in ("title", "purpose") if column in said})
    if draft.row.kind == PERSON:
        _fill_place(draft, finder)
    for column, kind in (("parent", TEAM), ("looked_after_by", OUTSIDE)):
        if draft.row.kind == kind and column in said:
            wanted[column] = finder.team(said[column], column) if said[column] else None
    if draft.row.kind == OUTSIDE and draft.known is None and wanted.get("looked_after_by") is None:
        raise BadRow("Say in “Looked after by” which team looks after them.")
    draft.names |= {wanted[column] for column in ("boss", "parent", "looked_after_by") if wanted.get(column)}
    draft.names |= set(wanted.get("teams", ()))
    if wanted.get("boss") == draft.key or wanted.get("parent") == draft.key:
        raise BadRow("Nobody can be above themself: correct the boss." if draft.row.kind == PERSON
                     else "A team cannot be part of itself.")  # fmt: skip


def _fill_place(draft: Draft, finder: _Finder) -> None:
    said = draft.row.said
    if "boss" in said:
        draft.wanted["boss"] = finder.person(said["boss"], "boss") if said["boss"] else None
    before: dict[int, bool] = draft.known.values["teams"] if draft.known else {}
    teams = [finder.team(name, "teams") for name in several(said["teams"])] if "teams" in said else list(before)
    led = _led(said["leads"], teams, finder) if "leads" in said else [team for team in teams if before.get(team)]
    if "teams" in said or "leads" in said:
        draft.wanted["teams"] = {team: team in led for team in [*teams, *led]}


def _led(text: str, teams: list[int], finder: _Finder) -> list[int]:
    """The teams that somebody leads: named, or “yes” for the one that they are in."""
    if text.lower() in NO:
        return []
    if text.lower() in YES:
        if len(teams) != 1:
            raise BadRow(f"“{text}” in “Leads” says which team only where there is one: name the teams.")
        return teams
    return [finder.team(name, "leads") for name in several(text)]


def _said(kind: str) -> str:
    return {PERSON: "person", TEAM: "team", OUTSIDE: "customer"}[kind]
