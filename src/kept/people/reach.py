"""For whom may each person act, and whose promises does each see? Worked out from the organisation, kept in `Reach`.

A person acts for: themself, their teams, the outside customers that those teams look after, and whoever left and named
them as the successor. A person above sees more: everyone who reports to them, directly or down the line (those who
have left too: their story stays visible); the teams that they or those people lead, with all teams below in the tree;
and the outside customers of those teams.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import connection, transaction

from kept.people import bulk
from kept.people.models import Leaving, Membership, OutsideCustomer, Person, Reach, Team

Rows = dict[tuple[int, int], str]
Progress = Callable[[float], None]
ORGANISATION_LOCK = 0x6B657075
"""The number of PostgreSQL's advisory lock that lets one change of the organisation through at a time."""


@dataclass(slots=True)
class Change:
    """What is being changed: everything, or only the surroundings of some persons."""

    everything: bool = False
    around: set[int] = field(default_factory=set)

    def widen(self, around: Iterable[Person] | None) -> None:
        """These persons' places change too; `None` says that everything may."""
        if around is None:
            self.everything = True
        elif not self.everything:
            self.around |= with_those_above(person.pk for person in around)


_changing: ContextVar[Change | None] = ContextVar("organisation_changing", default=None)


@contextmanager
def organisation_changing(
    around: Iterable[Person] | None = None, *, on_progress: Progress | None = None
) -> Iterator[Change]:
    """One change of the organisation, in however many actions: the reach is brought up to date once, at the end.

    `around` are the persons whose place changes, where it is about no more than that: then only their reach and that
    of those above them, before and after, is worked out anew. A change of the tree of teams is about everything.
    """
    outer = _changing.get()
    if outer is not None:
        outer.widen(around)
        yield outer
        return
    change = Change()
    token = _changing.set(change)
    try:
        with transaction.atomic():
            one_at_a_time()
            change.widen(around)
            yield change
            if change.everything or change.around:
                whose = None if change.everything else with_those_above(change.around)
                rebuild(whose, on_progress=on_progress)
    finally:
        _changing.reset(token)


def one_at_a_time() -> None:
    """Until the transaction ends, nobody else changes the organisation: a second change waits here.

    Each works the reach out from what the one before it left behind.
    """
    if connection.vendor == "postgresql":  # SQLite's own write lock does it
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ORGANISATION_LOCK])


def with_those_above(person_ids: Iterable[int]) -> set[int]:
    """The persons with those they report to, directly and up the line."""
    found: set[int] = set()
    frontier = set(person_ids)
    while frontier:
        found |= frontier
        bosses = bulk.in_parts(frontier, lambda part: Person.objects.filter(pk__in=part).values_list("boss_id"))
        frontier = {boss for (boss,) in bosses if boss is not None} - found
    return found


def rebuild(whose: set[int] | None = None, *, on_progress: Progress | None = None) -> int:
    """Bring `Reach` up to date with the organisation, for the persons `whose` or for all; gives how many rows changed.

    `on_progress` hears the share that is done.
    """
    tell = on_progress or (lambda _share: None)
    wanted = worked_out(whose)
    tell(0.3)
    stored: dict[tuple[int, int], tuple[int, str]] = {}
    columns = ("person_id", "party_id", "pk", "how")
    if whose is None:
        rows = Reach.objects.values_list(*columns).iterator(chunk_size=10_000)
    else:
        rows = iter(bulk.in_parts(whose, lambda part: Reach.objects.filter(person__in=part).values_list(*columns)))
    for person, party, key, how in rows:
        stored[person, party] = (key, how)
    gone = [key for pair, (key, how) in stored.items() if wanted.get(pair) != how]
    kept_pairs = {pair for pair, (_key, how) in stored.items() if wanted.get(pair) == how}
    new = sorted((*pair, how) for pair, how in wanted.items() if pair not in kept_pairs)  # in the order of the index
    tell(0.4)
    bulk.delete("people_reach", gone)
    bulk.insert(
        "people_reach",
        ("person_id", "party_id", "how"),
        new,
        on_progress=lambda share: tell(0.4 + 0.6 * share),
    )
    return len(gone) + len(new)


def worked_out(whose: set[int] | None = None) -> Rows:
    """`{(person, party): how}` for the organisation as it is stored; the strongest way where there are several.

    For the persons `whose`, or for everybody who works here.
    """
    persons = list(Person.objects.values_list("pk", "boss_id", "is_active"))
    active = {pk for pk, _boss, is_active in persons if is_active}
    teams_below = _below(_children(Team.objects.values_list("pk", "parent_id")))
    people_below = _below(_children((pk, boss) for pk, boss, _is_active in persons))
    served = _children(OutsideCustomer.objects.values_list("pk", "looked_after_by_id"))
    inherited = _inherited(active)
    member_of: dict[int, set[int]] = defaultdict(set)
    leads: dict[int, set[int]] = defaultdict(set)
    for person, team, leading in Membership.objects.values_list("person_id", "team_id", "leads"):
        (leads if leading else member_of)[person].add(team)

    rows: Rows = {}
    for person in active if whose is None else active & whose:
        own = member_of[person] | leads[person]
        below = people_below(person)
        led = leads[person].union(*(leads[other] for other in below if other in leads))
        over = led.union(*(teams_below(team) for team in led))
        _add(rows, person, below | over, Reach.How.ABOVE)
        _add(rows, person, {one for team in over for one in served.get(team, ())}, Reach.How.ABOVE)
        _add(rows, person, inherited[person], Reach.How.SUCCESSOR)
        _add(rows, person, {one for team in own for one in served.get(team, ())}, Reach.How.LOOKS_AFTER)
        _add(rows, person, member_of[person], Reach.How.MEMBER)
        _add(rows, person, leads[person], Reach.How.LEAD)
        _add(rows, person, {person}, Reach.How.SELF)
    return rows


def _inherited(active: set[int]) -> dict[int, set[int]]:
    """Whom each person has taken over from: also from those whose successor has left in turn."""
    rows = Leaving.objects.filter(returned_at=None, successor__isnull=False).values_list("person_id", "successor_id")
    to = {leaver: heir for leaver, heir in rows if heir is not None}
    found: dict[int, set[int]] = defaultdict(set)
    for leaver, named in to.items():
        heir, met = named, {leaver}
        while heir not in active and heir in to and heir not in met:
            met.add(heir)
            heir = to[heir]
        if heir in active:
            found[heir].add(leaver)
    return found


def _add(rows: Rows, person: int, parties: Iterable[int], how: str) -> None:
    said = str(how)
    for party in parties:
        rows[person, party] = said


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
        if top not in children:  # most: nobody reports to them
            return found
        waiting = list(children[top])
        while waiting:
            node = waiting.pop()
            if node not in found and node != top:
                found.add(node)
                waiting.extend(children.get(node, ()))
        return found

    return below
