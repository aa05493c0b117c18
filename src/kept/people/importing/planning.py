"""From the rows of a file and the organisation as it is now to the plan: what would change."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kept.people.importing.checks import settle
from kept.people.importing.columns import PERSON, SAID
from kept.people.importing.drafts import Draft, drafted
from kept.people.importing.errors import BadPeopleFile
from kept.people.importing.organisation import Known, Organisation
from kept.people.importing.plan import Entry, FieldChange, Leaver, Plan, Rejected, What, listed
from kept.people.importing.rows import BadRow, Row, cleaned
from kept.people.importing.sheet import Sheet

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Missing:
    """What to do with people who are here and in no row of the file.

    `leave`: they have left (else they stay, and are only counted). `successors`: who takes over from whom, each by
    e-mail address, name, or id ("#7"); also from those whom a row says to have left. `never`: the id of somebody who
    does not leave this way: whoever brings the file.
    """

    leave: bool = False
    successors: Mapping[str, str] = field(default_factory=dict)
    never: int | None = None


def _called(known: Known) -> set[str]:
    """What a person may be called in a cell."""
    return {known.values[column].lower() for column in ("email", "number", "name") if known.values[column]}


def make_plan(
    sheet: Sheet,
    organisation: Organisation,
    *,
    today: date,
    missing: Missing = Missing(),
    on_progress: Progress | None = None,
) -> Plan:
    """What the file would change of the organisation. Raises `BadPeopleFile` where it is refused as a whole."""
    tell = on_progress or (lambda _share: None)
    rejected: dict[int, Rejected] = {}
    rows: list[Row] = []
    for raw in sheet.rows:
        try:
            rows.append(cleaned(sheet, raw, today))
        except BadRow as error:
            rejected[raw.line] = Rejected(raw.line, str(error), raw.cells)
    tell(0.4)
    drafts = drafted(rows, organisation)
    settle(drafts, organisation)
    tell(0.7)
    cells = {raw.line: raw.cells for raw in sheet.rows}
    aside = (Rejected(one.row.line, one.problem, cells[one.row.line]) for one in drafts if one.problem)
    rejected |= {one.line: one for one in aside}
    return _Planning(sheet, organisation, drafts, missing).plan(rejected)


class _Planning:
    def __init__(self, sheet: Sheet, organisation: Organisation, drafts: list[Draft], missing: Missing) -> None:
        self.sheet, self.organisation, self.drafts, self.missing = sheet, organisation, drafts, missing
        self.taken = [draft for draft in drafts if draft.taken]
        self.bosses = {draft.key: draft.wanted["boss"] for draft in self.taken if "boss" in draft.wanted}
        self.names = {key: known.values["name"] for key, known in organisation.parties.items()}
        self.names |= {draft.key: draft.row.said["name"] for draft in self.taken if not draft.row.leaves}

    def plan(self, rejected: dict[int, Rejected]) -> Plan:
        """The plan; `rejected` are the rows that were put aside, by line."""
        entries = [entry for draft in self.taken if (entry := self._entry(draft))]
        absent = self._absent(rejected.values())
        leavers = self._leavers(absent if self.missing.leave else [])
        self._refuse_no_administrator(leavers)
        lines = {entry.line for entry in entries} | {each.line for each in leavers}
        return Plan(
            heading=self.sheet.heading,
            unread=self.sheet.unread,
            encoding=self.sheet.encoding,
            separator=self.sheet.separator,
            rows=len(self.sheet.rows),
            entries=tuple(entries),
            leavers=tuple(leavers),
            missing=len(absent),
            unchanged=sum(1 for draft in self.taken if draft.row.line not in lines),
            rejected=tuple(rejected[line] for line in sorted(rejected)),
            notes=tuple(self._notes(entries, absent)),
            drafts=tuple(draft for draft in self.taken if draft.row.line in lines and not draft.row.leaves),
        )

    # --- who comes and changes ------------------------------------------------------------------------------------

    def _entry(self, draft: Draft) -> Entry | None:
        if draft.row.leaves:
            return None
        name, line, kind = draft.row.said["name"], draft.row.line, draft.row.kind
        if draft.known is None:
            said = [self._change(column, None, value) for column, value in draft.wanted.items() if column != "name"]
            return Entry(line, kind, name, What.ADDED, tuple(change for change in said if change.new))
        before = draft.known.values
        changes = tuple(
            self._change(column, before[column], value)
            for column, value in draft.wanted.items()
            if value != before[column]
        )
        if draft.known.active:
            return Entry(line, kind, name, What.CHANGED, changes) if changes else None
        return Entry(line, kind, name, What.RETURNED, changes)

    def _change(self, column: str, old: Any, new: Any) -> FieldChange:
        return FieldChange(SAID[column], self._said(column, old), self._said(column, new))

    def _said(self, column: str, value: Any) -> str:
        if column == "teams":
            teams: dict[int, bool] = value or {}
            return ", ".join(
                sorted(self.names[team] + (" (leads it)" if leads else "") for team, leads in teams.items())
            )
        if column in ("boss", "parent", "looked_after_by"):
            return self.names[value] if value is not None else ""
        return str(value or "")

    # --- who leaves -----------------------------------------------------------------------------------------------

    def _absent(self, rejected: Iterable[Rejected]) -> list[Known]:
        """Who works here, and is in no row: not even in a cell of one that was put aside, or as somebody's boss."""
        if not any(draft.row.kind == PERSON for draft in self.drafts):
            if self.missing.leave:
                raise BadPeopleFile("The file names no people, so it cannot say who has left.")
            return []
        named = {draft.known.key for draft in self.drafts if draft.known}
        named |= {key for draft in self.taken for key in (draft.wanted.get("boss"), draft.successor) if key}
        active = (each for each in self.organisation.of_kind(PERSON) if each.active)
        aside = {cell.strip().lower() for one in rejected for cell in one.cells if cell.strip()}
        return [
            each
            for each in active
            if each.key not in named and each.key != self.missing.never and not aside & _called(each)
        ]

    def _leavers(self, absent: list[Known]) -> list[Leaver]:
        by_row = [one for one in self.taken if one.row.leaves and one.known is not None and one.known.active]
        leaving = {one.known.key for one in by_row if one.known} | {each.key for each in absent}
        named = self._named_successors(leaving)
        found = []
        for draft in by_row:
            heir = named.get(draft.key) or draft.successor or self._usual(draft.key, leaving)
            found.append(Leaver(draft.key, self.names[draft.key], draft.row.line, heir, self.names.get(heir or 0, "")))
        for each in absent:
            heir = named.get(each.key) or self._usual(each.key, leaving)
            found.append(Leaver(each.key, self.names[each.key], None, heir, self.names.get(heir or 0, "")))
        return found

    def _named_successors(self, leaving: set[int]) -> dict[int, int]:
        if not self.missing.successors:
            return {}
        keys = self._people_by_mark()
        found = {}
        for who, heir in self.missing.successors.items():
            for mark in (who, heir):
                if len(keys[mark.strip().lower()]) != 1:
                    raise BadPeopleFile(f"The successor of {who}: nobody here, or more than one, is called “{mark}”.")
            (left,), (takes,) = keys[who.strip().lower()], keys[heir.strip().lower()]
            if takes in leaving:
                raise BadPeopleFile(f"{heir} leaves as well; name somebody who works here as the successor of {who}.")
            found[left] = takes
        return found

    def _people_by_mark(self) -> defaultdict[str, set[int]]:
        """Who works here, by e-mail address, by name, and by id ("#7")."""
        keys: defaultdict[str, set[int]] = defaultdict(set)
        for each in self.organisation.of_kind(PERSON):
            if each.active:
                for mark in (each.values["email"], each.values["name"], f"#{each.key}"):
                    keys[mark.lower()].add(each.key)
        return keys

    def _usual(self, key: int, leaving: set[int]) -> int | None:
        """Who takes over where nobody is named: the boss, or whoever is above them and stays."""
        met = {key}
        boss = self._boss(key)
        while boss is not None and boss not in met:
            known = self.organisation.parties.get(boss)
            if boss not in leaving and (known is None or known.active):
                return boss
            met.add(boss)
            boss = self._boss(boss)
        return None

    def _boss(self, key: int) -> int | None:
        known = self.organisation.parties.get(key)
        boss: int | None = self.bosses.get(key, known.values["boss"] if known else None)
        return boss

    def _refuse_no_administrator(self, leavers: list[Leaver]) -> None:
        leaving = {each.person for each in leavers}
        administrators = {one.key for one in self.organisation.of_kind(PERSON) if one.active and one.administrator}
        if administrators and administrators <= leaving:
            raise BadPeopleFile("With this file the last administrator would leave; make somebody else one first.")

    # --- what is worth a look -------------------------------------------------------------------------------------

    def _notes(self, entries: list[Entry], absent: list[Known]) -> list[str]:
        notes = []
        here = Counter(each.values["name"] for each in self.organisation.of_kind(PERSON) if each.active)
        new = [entry for entry in entries if entry.kind == PERSON and entry.what is What.ADDED]
        here.update(entry.name for entry in new)
        same = sorted({entry.name for entry in new if here[entry.name] > 1})
        if same:
            notes.append(f"More than one person will be called {listed(same)}: look whether each is somebody else.")
        people = sum(1 for each in self.organisation.of_kind(PERSON) if each.active)
        if self.missing.leave and absent and len(absent) * 3 > people:
            notes.append(f"{len(absent):,} of {people:,} people are missing in the file: is it whole?")
        return notes
