"""Thanks, and the chain behind them: each delivered promise that it rested on, with who did what.

Of a promise that the viewer does not see in full stand its two parties and its dates; a private one that is not the
viewer's is not there, nor what only it leads to. Only what was there in time counts: nobody is credited for later work.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kept.complaints.access import seen_by
from kept.complaints.credits.doing import Deed, by_date, deeds_of
from kept.complaints.models import Thanks
from kept.core.chains import reached
from kept.core.errors import NotFound
from kept.core.state import State
from kept.people.models import Membership, Party, Person
from kept.promises.access import View, promise_for_seeing, visible_to
from kept.promises.models import Promise
from kept.promises.walking import Pairs, Way, walk

MOST: Final = 200
"""How many promises of a chain are credited at most, those nearest to what was thanked for first."""
NO_SUCH: Final = "There is no such word, or it is not for you to see."
COLLEAGUE: Final = "a colleague"
DELIVERED: Final = (str(State.DELIVERED), str(State.ACCEPTED))


@dataclass(frozen=True, slots=True)
class Credit:
    """What one promise of the chain contributed. `named`: the viewer sees it in full, and may open it.

    `team` made it, `what` it was in words that the viewer may read; `deeds` are what was done there, `people` the names
    of those who did it (of a promise seen in full alone). `steps` away from what was thanked for (0: that itself).
    """

    promise: Promise
    named: bool
    team: str
    what: str
    deeds: tuple[Deed, ...]
    people: tuple[str, ...]
    steps: int
    mine: bool


@dataclass(frozen=True, slots=True)
class Credits:
    """Thanks with everyone behind them. `words` are None for those who see no more than that there were thanks."""

    thanks: Thanks
    words: str | None
    chain: tuple[Credit, ...]

    @property
    def teams(self) -> tuple[str, ...]:
        """Everyone who had a part in it, once each."""
        return tuple(dict.fromkeys(one.team for one in self.chain))


def credits_of(viewer: Person, thanks_id: int) -> Credits:
    """Thanks and who is credited, as `viewer` may know it. `NotFound` for a stranger to the promise."""
    thanks = Thanks.objects.filter(pk=thanks_id).select_related("customer", "provider", "promise", "by").first()
    if thanks is None:
        raise NotFound(NO_SUCH)
    told = seen_by(viewer, Thanks).filter(pk=thanks_id).exists()
    if thanks.promise is None:
        if not told:
            raise NotFound(NO_SUCH)
        return Credits(thanks, thanks.words, ())
    seen = promise_for_seeing(viewer, thanks.promise.pk)
    full = seen.view is View.FULL
    return Credits(thanks, thanks.words if told else None, _chain(viewer, seen.promise, thanks.at, full))


def behind(promise: Promise, until: datetime) -> tuple[dict[int, Promise], Pairs]:
    """What `promise` rested on and was delivered by `until`, itself among it, and the links; whoever may see it."""
    pairs = walk({promise.pk}, Way.UP)
    others = {one for found in pairs.values() for one in found} - {promise.pk}
    rows = Promise.objects.filter(pk__in=others, state__in=DELIVERED, delivered_at__lte=until)
    found = {row.pk: row for row in rows.select_related("customer", "provider", "responsible")} if others else {}
    return found | {promise.pk: promise}, pairs


def within(start: int, pairs: Pairs, known: Collection[int]) -> dict[int, int]:
    """What can be walked to from `start` through `known` ones alone, with how many steps away; `start` is 0 away."""
    links = {one: [other for other in others if other in known] for one, others in pairs.items() if one in known}
    return {start: 0} | reached(start, links)


def teams_of(parties: Iterable[Party]) -> dict[int, str]:
    """Each of the parties in words about teams: of a person the team that they are in, where there is one."""
    every = {party.pk: party for party in parties}
    persons = [key for key, party in every.items() if party.kind == Party.Kind.PERSON]
    rows = Membership.objects.filter(person__in=persons).order_by("-team__name") if persons else None
    teams = dict(rows.values_list("person_id", "team__name")) if rows is not None else {}
    plain = {key: COLLEAGUE if party.kind == Party.Kind.PERSON else party.name for key, party in every.items()}
    return plain | teams


def _chain(viewer: Person, promise: Promise, until: datetime, full: bool) -> tuple[Credit, ...]:  # noqa: FBT001 a fact
    known, pairs = behind(promise, until)
    named = set(visible_to(viewer).filter(pk__in=known).values_list("pk", flat=True))
    open_to_viewer = {key for key, one in known.items() if not one.private or key in named}
    steps = within(promise.pk, pairs, open_to_viewer)
    if not full:
        steps = _on_the_way(steps, pairs, named)
    nearest = sorted(steps, key=lambda key: (steps[key], key))[:MOST]
    deeds = deeds_of([known[key] for key in nearest if key in named])
    teams = teams_of(party for key in nearest for party in (known[key].provider, known[key].customer))
    return tuple(_credit(viewer, known[key], steps[key], deeds, teams) for key in nearest)


def _on_the_way(steps: Mapping[int, int], pairs: Pairs, named: Collection[int]) -> dict[int, int]:
    """Those of a chain that somebody who sees only `named` of it knows of: these, what lies behind them and before."""
    ways: Pairs = {one: [other for other in pairs.get(one, ()) if other in steps] for one in steps}
    mine = {key for key in steps if key in named}
    after = {key: set(reached(key, ways)) for key in steps}
    behind_mine = {other for key in mine for other in after[key]}
    return {key: away for key, away in steps.items() if key in mine | behind_mine or mine & after[key]}


def _credit(
    viewer: Person, one: Promise, steps: int, deeds: Mapping[int, tuple[Deed, ...]], teams: Mapping[int, str]
) -> Credit:
    """`deeds` are of those promises that the viewer sees in full."""
    named = one.pk in deeds
    did = deeds[one.pk] if named else by_date(one)
    return Credit(
        promise=one,
        named=named,
        team=teams[one.provider_id],
        what=one.what if named else f"what {teams[one.customer_id]} got from them",
        deeds=did,
        people=tuple(dict.fromkeys(name for deed in did for name in deed.names)),
        steps=steps,
        mine=viewer.pk in {person for deed in did for person in deed.by},
    )
