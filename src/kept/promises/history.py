"""The promises as a work log: each event of the ledger as a row in history's one shape.

A row's team is whoever holds the work: it moves when a delivery is answered, and at no other time.
- what the provider's side does carries the provider's team;
- when the customer accepts, returns or reopens a delivery, that carries the customer's team;
- all else that the customer says, and words after the end, carry no team: they move no work.
So every delivery that is answered is one hand-off from the provider to the customer, and an ask is none. Where the
party is a person, the team is the one that the person is in, or the person's own name where it is none or several.
An outside customer is no team, but the row's `customer`. Private promises have no rows, nor has the word that another
promise relies on one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from kept.core import acts
from kept.core.keeping import Outcome, outcome
from kept.core.promise import evolve
from kept.core.state import Event, PromiseState
from kept.core.terms import Side
from kept.history.home import history_folder
from kept.history.store import HistoryStore
from kept.ledger import book, export
from kept.ledger.export import HistoryRow
from kept.ledger.models import Event as Row
from kept.people.models import Membership, Party
from kept.promises.models import Promise

BATCH = 500
"""How many promises are replayed at a time."""
ANSWERS = (acts.Accept, acts.Return, acts.Reopen)


def refresh(store: HistoryStore | None = None) -> int:
    """Bring the history of this installation's own promises up to date; gives how many rows came. Cheap where none do.

    Whoever reads the installation's own history calls this first. Raises `BrokenStore` where the folder is not Kept's.
    """
    return export.append_new(store or HistoryStore(history_folder()), rows_between)


def rows_between(after: int, upto: int) -> Iterator[HistoryRow]:
    """The rows of the events whose ids lie above `after` and not above `upto`."""
    names = _Names.now()
    for streams in _touched(after, upto):
        hidden = Promise.objects.filter(private=True, links_down__promise__in=streams)
        private = set(hidden.values_list("pk", flat=True))
        for story in _stories(streams, upto):
            yield from _rows(story, after, names, private)


def _touched(after: int, upto: int) -> Iterator[list[int]]:
    """The ids of the promises with events in between, in batches; private ones are left out."""
    touched = Row.objects.filter(pk__gt=after, pk__lte=upto).values("stream")
    query = Promise.objects.filter(pk__in=touched, private=False).order_by("pk").values_list("pk", flat=True)
    last = 0
    while batch := list(query.filter(pk__gt=last)[:BATCH]):
        yield batch
        last = batch[-1]


def _stories(streams: list[int], upto: int) -> Iterator[list[Row]]:
    stories: dict[int, list[Row]] = defaultdict(list)
    for row in Row.objects.filter(stream__in=streams, pk__lte=upto).order_by("stream_id", "sequence"):
        stories[row.stream_id].append(row)
    yield from stories.values()


def _rows(story: list[Row], after: int, names: _Names, private: set[int]) -> Iterator[HistoryRow]:
    state: PromiseState | None = None
    for row in story:
        event = book.to_core(row)
        before, state = state, evolve(state, event)
        if row.pk > after and not (isinstance(event.act, acts.Link) and event.act.relies_on in private):
            yield _row(row, event, before, state, names)


def _row(row: Row, event: Event, before: PromiseState | None, after: PromiseState, names: _Names) -> HistoryRow:
    ended = outcome(after)
    return HistoryRow(
        case=f"promise {row.stream_id}",
        at=event.at,
        order=row.sequence,
        place=row.pk,
        activity=event.name.removeprefix("promise."),
        team=_holder(event, before, after, names),
        person=names.person(event.by.person),
        customer=names.outside(after.customer),
        due=after.terms.due if after.terms else None,
        kept=ended is Outcome.KEPT if ended else None,
    )


def _holder(event: Event, before: PromiseState | None, after: PromiseState, names: _Names) -> str | None:
    """The team that holds the work at this event, or None where the event moves none."""
    if before is not None and before.state.ended and not isinstance(event.act, acts.Reopen):
        return None
    if event.by.side is Side.PROVIDER:
        return names.team(getattr(event.act, "answerable", None) or (before or after).provider)
    answers_delivery = isinstance(event.act, ANSWERS) and before is not None and before.delivered_at is not None
    return names.team(after.customer) if answers_delivery else None


@dataclass(frozen=True, slots=True)
class _Names:
    """What the parties are called, and who is in which teams, as it is now."""

    parties: dict[int, tuple[str, str]]
    teams_of: dict[int, list[int]]

    @classmethod
    def now(cls) -> _Names:
        teams_of: dict[int, list[int]] = defaultdict(list)
        for person, team in Membership.objects.values_list("person_id", "team_id"):
            teams_of[person].append(team)
        parties = {pk: (kind, name) for pk, kind, name in Party.objects.values_list("pk", "kind", "name")}
        return cls(parties, teams_of)

    def of(self, party: int) -> str:
        """The party's name."""
        return self.parties[party][1]

    def person(self, party: int) -> str | None:
        """The name of a person; None for an outside customer that acted for itself."""
        kind, name = self.parties[party]
        return name if kind == Party.Kind.PERSON else None

    def outside(self, party: int) -> str | None:
        """The name of an outside customer; None for anybody who works here."""
        kind, name = self.parties[party]
        return name if kind == Party.Kind.OUTSIDE else None

    def team(self, party: int) -> str | None:
        """The team that a party stands for: itself, a person's only team, else the person's own name."""
        kind, name = self.parties[party]
        if kind == Party.Kind.OUTSIDE:
            return None
        teams = self.teams_of.get(party, []) if kind == Party.Kind.PERSON else []
        return self.of(teams[0]) if len(teams) == 1 else name
