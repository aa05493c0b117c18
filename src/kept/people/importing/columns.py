"""What the columns of a file of people may be called, and which of them say something of whom."""

from __future__ import annotations

import re
from typing import Final

from kept.people.models import Party

PERSON, TEAM, OUTSIDE = str(Party.Kind.PERSON), str(Party.Kind.TEAM), str(Party.Kind.OUTSIDE)

CALLED: Final[dict[str, str]] = {
    "kind": "kind, type, row type",
    "name": "name, full name, display name, employee, employee name",
    "first_name": "first name, given name, forename, firstname",
    "last_name": "last name, family name, surname, lastname",
    "email": "email, e mail, mail, email address, e mail address, work email, user principal name",
    "number": "number, id, employee id, employee number, personnel number, staff number, customer number",
    "title": "title, job title, position, role",
    "teams": "team, teams, department, departments, unit, org unit, group, groups",
    "leads": "leads, lead, lead of, leader of, head of, leads team, leads teams",
    "boss": "boss, manager, supervisor, reports to, line manager, boss email, boss e mail, manager email, "
    "manager e mail, supervisor email",
    "parent": "parent, parent team, part of, belongs to, parent department",
    "purpose": "purpose, what for, so that",
    "looked_after_by": "looked after by, account team, served by, owner team, owner",
    "left": "left, leaver, left on, end date, leaving date, last day, termination date",
    "successor": "successor, successor email, successor e mail, taken over by, hand over to",
}
"""Each column with what it may be called, whatever its capitals and punctuation."""

SAID: Final[dict[str, str]] = {
    "kind": "Kind",
    "name": "Name",
    "first_name": "First name",
    "last_name": "Last name",
    "email": "E-mail",
    "number": "Number",
    "title": "Title",
    "teams": "Teams",
    "leads": "Leads",
    "boss": "Boss",
    "parent": "Part of",
    "purpose": "Purpose",
    "looked_after_by": "Looked after by",
    "left": "Left",
    "successor": "Successor",
}
"""What Kept itself calls each column."""

SAYS: Final[dict[str, frozenset[str]]] = {
    PERSON: frozenset({"name", "email", "number", "title", "teams", "leads", "boss", "left", "successor"}),
    TEAM: frozenset({"name", "number", "parent", "purpose"}),
    OUTSIDE: frozenset({"name", "number", "email", "looked_after_by"}),
}
"""The columns that say something of a person, a team, an outside customer; the others are not read for them."""

KINDS: Final[dict[str, str]] = {
    **dict.fromkeys(("", "person", "people", "employee", "user", "staff", "colleague"), PERSON),
    **dict.fromkeys(("team", "department", "unit", "group"), TEAM),
    **dict.fromkeys(("outside customer", "outside", "customer", "client", "account"), OUTSIDE),
}

LONGEST: Final[dict[str, int]] = {"name": 120, "email": 254, "number": 64, "title": 120, "purpose": 300}

_COLUMN_OF: Final = {name.strip(): column for column, names in CALLED.items() for name in names.split(",")}


def column_of(heading: str) -> str | None:
    """The column that a heading names, or `None` where it names none that Kept reads."""
    return _COLUMN_OF.get(re.sub(r"[\W_]+", " ", heading.lower()).strip())
