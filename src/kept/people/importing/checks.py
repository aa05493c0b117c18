"""What the rows must satisfy together: nobody twice, no circles, nobody named who is not here.

A row that is put aside takes along the rows that lean on it: those that name a person or a team which only it would
have brought, and those that take a number or an address which it would have given up.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Any

from kept.people.importing.columns import OUTSIDE, PERSON, SAID, TEAM
from kept.people.importing.drafts import Draft
from kept.people.importing.organisation import Organisation

Mark = tuple[str, str]


def settle(drafts: list[Draft], organisation: Organisation) -> None:
    """Put aside (`problem`) every draft that cannot be taken together with the others."""
    checks = _Checks(drafts, organisation)
    checks.lean_on_what_is_not_there()
    checks.nobody_twice()
    while checks.circles("boss", PERSON) or checks.circles("parent", TEAM) or checks.leavers_named():
        pass


class _Checks:
    def __init__(self, drafts: list[Draft], organisation: Organisation) -> None:
        self.drafts, self.organisation = drafts, organisation
        self.by_key = {draft.key: draft for draft in drafts if draft.taken}
        self.leaning: dict[int, list[Draft]] = defaultdict(list)
        self.claims: dict[Mark, Draft] = {}
        for draft in drafts:
            for key in draft.names:
                self.leaning[key].append(draft)

    # --- putting aside --------------------------------------------------------------------------------------------

    def reject(self, *rejected: tuple[Draft, str]) -> None:
        """Put drafts aside, each for its reason, and whatever leans on them."""
        waiting = deque(rejected)
        while waiting:
            one, why = waiting.popleft()
            if one.problem:
                continue
            one.problem = why
            waiting.extend(self._falls_with(one))

    def _falls_with(self, draft: Draft) -> Iterable[tuple[Draft, str]]:
        line = draft.row.line
        if draft.known is None:
            name = draft.row.said["name"]
            return [(each, f"It names {name} (line {line}), which was put aside.") for each in self.leaning[draft.key]]
        back = [mark for mark in _marks(draft.row.kind, draft.known.values) if mark in self.claims]
        takers = [self.claims[mark] for mark in back]
        return [(each, f"Line {line}, which was put aside, keeps what this row takes.") for each in takers
                if each is not draft]  # fmt: skip

    # --- the checks -----------------------------------------------------------------------------------------------

    def lean_on_what_is_not_there(self) -> None:
        """Drafts that were put aside before anything was compared take along those that name them."""
        for draft in self.drafts:
            if draft.problem and draft.known is None:
                for each, why in self._falls_with(draft):
                    self.reject((each, why))

    def nobody_twice(self) -> None:
        """No two share an address or a number; no two teams or customers a name."""
        for draft in self.drafts:
            for mark in _marks(draft.row.kind, draft.wanted) if draft.taken else ():
                there = self.claims.setdefault(mark, draft)
                if there is not draft:
                    self.reject((draft, f"Line {there.row.line} has the same {_what(mark)}: {mark[1]}."))
                    break
        for each in self.organisation.parties.values():
            for mark in _marks(each.kind, each.values):
                claim = self.claims.get(mark)
                if claim is None or claim.key == each.key or mark not in self._final_marks(each.key):
                    continue
                name = each.values["name"]
                self.reject((claim, f"The {_what(mark)} {mark[1]} belongs to {name} already."))

    def _final_marks(self, key: int) -> set[Mark]:
        kind = self.organisation.parties[key].kind
        return set(_marks(kind, self.final(key)))

    def final(self, key: int) -> dict[str, Any]:
        """The values of a party as they will be."""
        known, draft = self.organisation.parties.get(key), self.by_key.get(key)
        before = known.values if known else {}
        return before | draft.wanted if draft and draft.taken else before

    def circles(self, column: str, kind: str) -> bool:
        """Put aside the rows that close a circle of bosses or of teams; gives whether there were any."""
        keys = {each.key for each in self.organisation.of_kind(kind)}
        keys |= {draft.key for draft in self.drafts if draft.taken and draft.row.kind == kind}
        above = {key: self.final(key).get(column) for key in keys}
        found = False
        for circle in _circles(above):
            drafts = [self.by_key[key] for key in circle if key in self.by_key]
            changing = [one for one in drafts if one.taken and column in one.wanted]
            lines = ", ".join(str(line) for line in sorted(one.row.line for one in changing))
            why = f"{_CIRCLE[column]} (line{'s' if ',' in lines else ''} {lines}): correct one of them."
            self.reject(*((one, why) for one in changing))
            found = found or bool(changing)
        return found

    def leavers_named(self) -> bool:
        """Put aside the rows whose boss or successor has left or leaves; gives whether there were any."""
        found = False
        for draft in self.drafts:
            key = draft.successor if draft.row.leaves else draft.wanted.get("boss")
            column = "successor" if draft.row.leaves else "boss"
            if key is None or draft.problem or (self.works_here(key) and key != draft.key):
                continue
            name = self.final(key).get("name", "That person")
            self.reject((draft, f"{name}, in “{SAID[column]}”, has left or leaves: name somebody who works here."))
            found = True
        return found

    def works_here(self, key: int) -> bool:
        """Whether the person works here once the file is taken."""
        draft, known = self.by_key.get(key), self.organisation.parties.get(key)
        if draft is not None and draft.taken:
            return not draft.row.leaves
        return known is not None and known.active


_CIRCLE = {
    "boss": "Here the bosses go round in a circle",
    "parent": "Here the teams are part of each other in a circle",
}


def _marks(kind: str, values: dict[str, Any]) -> list[Mark]:
    """What only one party may have: persons an address, teams and customers together a name, each kind a number."""
    marks = [(f"{kind} number", values["number"])] if values.get("number") else []
    if kind == PERSON and values.get("email"):
        marks.append(("email", values["email"].lower()))
    if kind in (TEAM, OUTSIDE) and values.get("name"):
        marks.append(("name", values["name"].lower()))
    return marks


def _what(mark: Mark) -> str:
    return {"email": "e-mail address", "name": "name"}.get(mark[0], "number")


def _circles(above: dict[int, int | None]) -> list[list[int]]:
    """The circles of a graph in which every node has at most one above it."""
    seen: set[int] = set()
    found = []
    for start in above:
        path: dict[int, int] = {}
        node: int | None = start
        while node is not None and node not in seen and node in above:
            path[node] = len(path)
            seen.add(node)
            node = above[node]
        if node is not None and node in path:
            found.append([each for each, place in path.items() if place >= path[node]])
    return found
