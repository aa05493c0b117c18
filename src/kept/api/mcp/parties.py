"""What an assistant gets: who is who, who is whose customer, whom to ask."""

from __future__ import annotations

from typing import Literal

from kept.api.mcp.words import Said, quoting, visible
from kept.api.v1.shapes.base import Given, Id
from kept.customers.network import Named, Way
from kept.customers.queries import Row
from kept.people.models import Party


class Who(Given):
    """A person, a team, or an outside customer, by id and name."""

    id: Id
    kind: Literal["person", "team", "outside"]
    name: str

    @classmethod
    def of(cls, party: Party) -> Who:
        """The party."""
        return cls(id=party.pk, kind=party.kind, name=visible(party.name))  # type: ignore[arg-type]

    @classmethod
    def of_some(cls, party: Party | None) -> Who | None:
        """The party, if there is one."""
        return cls.of(party) if party else None


class Other(Given):
    """Who is at the other end: a party by its id, or a name of a work log that no party bears (`id` is null)."""

    id: Id | None
    kind: Literal["person", "team", "outside", "name"]
    name: str

    @classmethod
    def of(cls, who: Named) -> Other:
        """The party, or the name."""
        key = who.node if isinstance(who.node, int) else None
        return cls(id=key, kind=who.kind, name=visible(who.name))  # type: ignore[arg-type]


class Tied(Given):
    """Somebody at the other end: the ties that people declared, how often the work shows one, what they report."""

    who: Other
    ties: list[str]
    seen_in_the_work: int
    reports: list[Said]

    @classmethod
    def of(cls, row: Row) -> Tied:
        """The row."""
        ties = [f"{tie.get_kind_display()} ({tie.get_state_display()})" for tie in row.ties]
        seen = row.seen.count if row.seen else 0
        return cls(
            who=Other.of(row.who), ties=ties, seen_in_the_work=seen, reports=[quoting(one) for one in row.reports]
        )  # fmt: skip


class Further(Given):
    """Somebody further on: how many ties away, and the path to them, itself at the end."""

    who: Other
    ties_away: int
    path: list[str]

    @classmethod
    def of(cls, way: Way) -> Further:
        """The way."""
        return cls(who=Other.of(way.end), ties_away=way.steps, path=[visible(one.name) for one in way.path])


class Makes(Given):
    """What a party's work produces, and whom it helps to do what."""

    result: Id
    name: Said
    purpose: Said


class Customers(Given):
    """Whom a party serves (or on whom it depends).

    `both`: people say so and the work shows it; then either alone; then by "reports to". `further_on` are those down
    (or up) the line, nearest first, each with the path that shows why.
    """

    party: Who
    both: list[Tied]
    only_said: list[Tied]
    only_seen: list[Tied]
    reporting: list[Tied]
    further_on: list[Further]
    further_on_in_all: int
    results: list[Makes]


class Proposed(Given):
    """A team that may do it, and why."""

    team: Who
    reasons: list[Said]


class Proposals(Given):
    """Teams that may do it, the likeliest first; none where nothing speaks for any."""

    teams: list[Proposed]
