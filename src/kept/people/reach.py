"""For whom may each person act, and whose promises does each see? Worked out from the organisation, kept in `Reach`.

A person acts for: themself, their teams, the outside customers that those teams look after. A person above sees more:
everyone who reports to them, directly or down the line; the teams that they or those people lead, with all teams
below in the tree; and the outside customers of those teams.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

from kept.people.models import Membership, OutsideCustomer, Person, Reach, Team

Rows = dict[tuple[int, int], str]
_changing: ContextVar[bool] = ContextVar("organisation_changing", default=False)


@contextmanager
def organisation_changing() -> Iterator[None]:
    """One change of the organisation, in however many actions: the reach is brought up to date once, at the end."""
    if _changing.get():
        yield
        return
    token = _changing.set(True)
    try:
        with transaction.atomic():
            yield
            rebuild()
    finally:
        _changing.reset(token)


def rebuild() -> int:
    """Bring `Reach` up to date with the organisation; gives how many rows changed."""
    wanted = worked_out()
    stored = {(row.person_id, row.party_id): row for row in Reach.objects.all().iterator()}
    gone = [row.pk for key, row in stored.items() if wanted.get(key) != row.how]
    new = [
        Reach(person_id=person, party_id=party, how=how)
        for (person, party), how in wanted.items()
        if (person, party) not in stored or stored[person, party].how != how
    ]
    for start in range(0, len(gone), 5000):
        Reach.objects.filter(pk__in=gone[start : start + 5000]).delete()
    Reach.objects.bulk_create(new, batch_size=5000)
    return len(gone) + len(new)


def worked_out() -> Rows:
    """`{(person, party): how}` for the organisation as it is stored; the strongest way where there are several."""
    persons = list(Person.objects.filter(is_active=True).values_list("pk", "boss_id"))
    teams_below = _below(_children(Team.objects.values_list("pk", "parent_id")))
    people_below = _below(_children(persons))
    served = _children(OutsideCustomer.objects.values_list("pk", "looked_after_by_id"))
    member_of: dict[int, set[int]] = defaultdict(set)
    leads: dict[int, set[int]] = defaultdict(set)
    for person, team, leading in Membership.objects.values_list("person_id", "team_id", "leads"):
        (leads if leading else member_of)[person].add(team)

    rows: Rows = {}
    for person, _boss in persons:
        own = member_of[person] | leads[person]
        below = people_below(person)
        led = leads[person].union(*(leads[other] for other in below))
        over = led.union(*(teams_below(team) for team in led))
        _add(rows, person, below | over, Reach.How.ABOVE)
        _add(rows, person, {one for team in over for one in served[team]}, Reach.How.ABOVE)
        _add(rows, person, {one for team in own for one in served[team]}, Reach.How.LOOKS_AFTER)
        _add(rows, person, member_of[person], Reach.How.MEMBER)
        _add(rows, person, leads[person], Reach.How.LEAD)
        _add(rows, person, {person}, Reach.How.SELF)
    return rows


def _add(rows: Rows, person: int, parties: Iterable[int], how: str) -> None:
    rows.update({(person, party): str(how) for party in parties})


def _children(pairs: Iterable[tuple[int, int | None]]) -> dict[int, set[int]]:
    below: dict[int, set[int]] = defaultdict(set)
    for child, parent in pairs:
        if parent is not None:
            below[parent].add(child)
    return below


def _below(children: dict[int, set[int]]) -> Callable[[int], set[int]]:
    """A function that gives everything below a node of a tree, also where somebody has drawn a circle."""

    def below(top: int) -> set[int]:
        found: set[int] = set()
        waiting = list(children.get(top, ()))
        while waiting:
            node = waiting.pop()
            if node not in found and node != top:
                found.add(node)
                waiting.extend(children.get(node, ()))
        return found

    return below
