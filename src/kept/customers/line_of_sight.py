"""Line of sight: what somebody does, told by whom it helps, down to the outside customer.

It is built from the purposes along the path: what each team on the way says that its work is for.
"""

from __future__ import annotations

from dataclasses import dataclass

from kept.core.network import Reached
from kept.customers import network
from kept.customers.models import Result
from kept.customers.network import Named, Node
from kept.people.models import Party, Person, Team

MOST_LINES = 3
"""How many lines a page shows from one team: those to the nearest outside customers."""


@dataclass(frozen=True, slots=True)
class Step:
    """One party on the way, and what its work is for ("" where nobody has said)."""

    who: Named
    purpose: str


@dataclass(frozen=True, slots=True)
class Line:
    """The way from a person's team (first) to whom it helps in the end (last), and whether that one is outside."""

    steps: tuple[Step, ...]
    outside: bool

    @property
    def end(self) -> Named:
        """Whom it helps in the end."""
        return self.steps[-1].who


@dataclass(frozen=True, slots=True)
class LineOfSight:
    """The lines of a person, those to outside customers first, and the company's mission: what its top team is for."""

    lines: tuple[Line, ...]
    mission: str
    company: str


def line_of_sight(person: Person) -> LineOfSight:
    """Whom the work of `person` helps, by way of each of their teams; from themself where they are in none."""
    teams = list(Team.objects.filter(memberships__person=person).order_by("memberships__pk"))
    starts: list[Node] = [team.pk for team in teams] or [person.pk]
    lines = tuple(line for start in starts for line in _lines(start))
    top = _top(teams[0]) if teams else None
    ordered = sorted(lines, key=lambda line: (not line.outside, len(line.steps)))
    return LineOfSight(tuple(ordered), top.purpose if top else "", top.name if top else "")


def _lines(start: Node) -> list[Line]:
    reached = network.customers_of(start)
    kinds = _kinds({each.party for each in reached})
    outside = [each for each in reached if kinds.get(each.party) == Party.Kind.OUTSIDE]
    chosen = _on_different_ways(outside) or list(reached[:1])
    purposes = purposes_of({node for each in chosen for node in each.path})
    return [
        Line(tuple(Step(who, purposes.get(who.node, "")) for who in way.path), bool(outside))
        for way in network.ways(chosen)
    ]


def _on_different_ways(reached: list[Reached[Node]]) -> list[Reached[Node]]:
    """The nearest of those that leave by different first steps, then the others, up to `MOST_LINES`."""
    first: dict[tuple[Node, ...], Reached[Node]] = {}
    for each in reached:
        first.setdefault(each.path[:2], each)
    others = [each for each in reached if each not in first.values()]
    return [*first.values(), *others][:MOST_LINES]


def purposes_of(nodes: set[Node]) -> dict[Node, str]:
    """What the work of each party is for: of its finished results the first, else what the team says of itself."""
    ids = [node for node in nodes if isinstance(node, int)]
    found: dict[Node, str] = {
        pk: purpose for pk, purpose in Team.objects.filter(pk__in=ids).values_list("pk", "purpose") if purpose
    }
    results = Result.objects.filter(owner__in=ids, kind=Result.Kind.FINISHED, retired_at__isnull=True)
    return found | dict(results.order_by("-pk").values_list("owner_id", "purpose"))


def _kinds(nodes: set[Node]) -> dict[Node, str]:
    ids = [node for node in nodes if isinstance(node, int)]
    return dict(Party.objects.filter(pk__in=ids).values_list("pk", "kind"))


def _top(team: Team) -> Team:
    met = {team.pk}
    while team.parent is not None and team.parent.pk not in met:
        team = team.parent
        met.add(team.pk)
    return team
