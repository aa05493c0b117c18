"""A company of any size with any number of promises, for seeing what grows with them.

Founded through the actions; its promises are decided by the rules, and their events and rows written many at once, in
the shape in which the actions write them: `kept ledger verify` finds nothing wrong with them.

Teams of ten in a tree of eight below one, each with a lead; their bosses likewise. Team 1 has more to do than any other
and its lead has a tenth of that; nobody asks the last team for anything. A fifth of all promises is for customers
outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import reduce
from itertools import accumulate
from random import Random

from django.db import connection
from django.db.models import Model

from kept.core import acts
from kept.core.agreement import Between
from kept.core.codec import SCHEMA, act_to_dict
from kept.core.expectations import Expectations
from kept.core.promise import decide, evolve
from kept.core.state import Event, PromiseState
from kept.core.terms import Answer, By, Side, Terms
from kept.customers import agreeing
from kept.ledger.models import Event as Row
from kept.ledger.models import Outbox, Stream
from kept.people import actions as people
from kept.people.models import Membership, Person, Team
from kept.people.reach import organisation_changing
from kept.promises import measures, projection, tally
from kept.promises.models import Impression, Participant, Practice, Promise, Reliance, WordOwed

TEAM_OF, BELOW_ONE, CUSTOMERS_OF_A_TEAM, PARTNERS = 10, 8, 4, 12
AT_ONCE, TOGETHER = 2000, 8
HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
WORK = ("route sheet", "drawing", "spare part", "invoice", "stock count", "quotation", "picking list", "test report")
FOR = ("Monday", "the north", "the fair", "the new hall", "the audit", "spring", "the van", "the big order")


@dataclass
class Crowd:
    """The company, and who in it speaks for whom; `agreed` are its agreements: ids by (customer, provider)."""

    teams: list[Team]
    members: dict[int, list[int]]
    persons: dict[int, Person]
    customers: dict[int, list[int]]
    outside: dict[int, int]
    agreed: dict[tuple[int, int], int] = field(default_factory=dict)
    practice: tally.Sum = field(default_factory=tally.Sum)
    laid: list[int] = field(default_factory=list)

    @property
    def boss(self) -> Person:
        """Who is above everybody."""
        return self.lead_of(0)

    @property
    def staff(self) -> Person:
        """Somebody in the busiest team who leads nothing."""
        return self.persons[self.members[self.teams[1].pk][3]]

    @property
    def stranger(self) -> Person:
        """Somebody whom nobody asks for anything."""
        return self.persons[self.members[self.teams[-1].pk][4]]

    def lead_of(self, team: int) -> Person:
        """The lead of the n-th team; that of team 1 is the busiest."""
        return self.persons[self.members[self.teams[team].pk][0]]

    def speaks_for(self, party: int, chance: Random) -> int:
        """Somebody who acts for a team or an outside customer: a tenth of the time, and more, the lead."""
        return chance.choice(self.members[self.outside.get(party, party)])


def gather(teams: int, *, at: datetime, agreements: int = 12) -> Crowd:
    """A company of so many teams without promises; since `at`, the busiest team has `agreements` with its customers."""
    chance = Random(teams)
    with organisation_changing():
        made = [_team(number) for number in range(teams)]
        leads = [_person(f"Lead {number}") for number in range(teams)]
        for number in range(1, teams):
            above = (number - 1) // BELOW_ONE
            Team.objects.filter(pk=made[number].pk).update(parent=made[above])
            Person.objects.filter(pk=leads[number].pk).update(boss=leads[above])
        members: dict[int, list[int]] = {}
        persons = {lead.pk: lead for lead in leads}
        for number, (team, lead) in enumerate(zip(made, leads, strict=True)):
            staff = [_person(f"Person {number}-{place}", lead) for place in range(1, TEAM_OF)]
            persons |= {person.pk: person for person in staff}
            members[team.pk] = [lead.pk, *(person.pk for person in staff)]
        Membership.objects.bulk_create(
            Membership(person_id=person, team_id=team, leads=place == 0)
            for team, those in members.items()
            for place, person in enumerate(those)
        )
        outside = {
            people.add_outside_customer(name=f"Customer {number}", looked_after_by=team).pk: team.pk
            for number, team in enumerate(made[: max(1, teams // 5)])
        }
    crowd = Crowd(made, members, persons, _customers(made, outside, chance), outside)
    _agree(crowd, agreements, at)
    return crowd


def _team(number: int) -> Team:
    return people.add_team(name=f"Team {number}")


def _person(name: str, boss: Person | None = None) -> Person:
    return people.add_person(name=name, email=f"{name.lower().replace(' ', '.')}@example.com", boss=boss)


def _customers(teams: list[Team], outside: dict[int, int], chance: Random) -> dict[int, list[int]]:
    """The customers of each team: a handful, of the busiest a dozen; a fifth are outside."""
    inside, out = [team.pk for team in teams[:-1]], list(outside)
    found = {}
    for place, team in enumerate(teams[:-1]):
        count = PARTNERS if place == 1 else CUSTOMERS_OF_A_TEAM
        own = [each for each in inside if each != team.pk]
        found[team.pk] = [*chance.sample(own, min(count, len(own))), chance.choice(out)]
    return found


def _agree(crowd: Crowd, count: int, at: datetime) -> None:
    provider = crowd.teams[1]
    expected = Expectations(update_every=16 * HOUR, turnaround=40 * HOUR, share=5)
    for customer in crowd.customers[provider.pk][:count]:
        speaker = crowd.persons[crowd.members[crowd.outside.get(customer, customer)][0]]
        agreement = agreeing.expect(speaker, Between(customer, provider.pk), expected, at=at, side=Side.CUSTOMER)
        agreeing.agree(crowd.lead_of(1), agreement.pk, to=agreement.sequence, at=at + HOUR, side=Side.PROVIDER)
        crowd.agreed[customer, provider.pk] = agreement.pk


# --- promises -----------------------------------------------------------------------------------------------------


def lay(crowd: Crowd, count: int, *, now: datetime, open_of: int = 7) -> None:
    """`count` more promises, by eights: many rely on others of their eight. One eight in `open_of` is open; the others
    ended over the last two years.
    """
    chance = Random(len(crowd.laid))
    weights = list(accumulate(1 / (place or 10) ** 0.7 for place in range(len(crowd.teams) - 1)))
    for start in range(0, count, AT_ONCE):
        size = min(AT_ONCE, count - start)
        streams = Stream.objects.bulk_create([Stream(kind=Stream.Kind.PROMISE) for _ in range(size)])
        stories = []
        for stream in streams:
            provider = chance.choices(crowd.teams[:-1], cum_weights=weights)[0].pk
            place = len(crowd.laid) % TOGETHER
            is_open = len(crowd.laid) // TOGETHER % open_of == 0
            teller = _Teller(crowd, provider, now, chance, crowd.laid[len(crowd.laid) - place :], is_open)
            stories.append((stream.pk, list(teller.story())))
            crowd.laid.append(stream.pk)
        _write(crowd, stories)
    _write_practice(crowd)
    if connection.vendor == "postgresql":  # which looks at its tables by itself, only not within a test's transaction
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


@dataclass
class _Teller:
    """Tells one promise, act by act; `before` are those that it may rely on."""

    crowd: Crowd
    provider: int
    now: datetime
    chance: Random
    before: list[int]
    is_open: bool
    state: PromiseState | None = None

    def story(self) -> Iterator[Event]:
        chance = self.chance
        customer = chance.choice(self.crowd.customers[self.provider])
        self.asker, self.maker = (self.crowd.speaks_for(party, chance) for party in (customer, self.provider))
        began = self.now - chance.random() * 8 * DAY
        if not self.is_open:
            began -= 20 * DAY + chance.random() * 2 * YEAR
        due = began + timedelta(days=chance.uniform(2, 14))
        if self.is_open and due < self.now and chance.random() < 0.8:
            due = self.now + timedelta(days=chance.uniform(0.1, 10))
        agreement = self.crowd.agreed.get((customer, self.provider))
        ask = acts.Ask(
            customer=customer, provider=self.provider, terms=Terms(self._what(), due), agreement=agreement,
            agreement_version=1 if agreement else None,
        )  # fmt: skip
        yield self._does(Side.CUSTOMER, ask, began)
        yield from self._goes_on(began, due, self._length())

    def _what(self) -> str:
        return f"The {self.chance.choice(WORK)} for {self.chance.choice(FOR)} {self.chance.randrange(10_000)}"

    def _length(self) -> str:
        """How it ends, or how far it has come."""
        drawn = self.chance.random()
        if self.is_open:
            return (
                "asked" if drawn < 0.2 else "countered" if drawn < 0.25 else "promised" if drawn < 0.85 else "delivered"
            )
        named = (("declined", 0.05), ("withdrawn", 0.07), ("cancelled", 0.09), ("broken", 0.11), ("returned", 0.17))
        return next((word for word, below in named if drawn < below), "accepted")

    def _goes_on(self, began: datetime, due: datetime, end: str) -> Iterator[Event]:
        first = {
            "declined": (Side.PROVIDER, acts.Decline(words="Not this week.")),
            "withdrawn": (Side.CUSTOMER, acts.Withdraw()),
            "countered": (Side.PROVIDER, acts.Counter(terms=Terms(self._what(), due + 2 * DAY))),
        }
        if end in first:
            yield self._does(*first[end], began + HOUR)
        elif end != "asked":
            yield self._does(Side.PROVIDER, acts.Promise(), began + HOUR)
            yield from self._promised(began, due, end)

    def _promised(self, began: datetime, due: datetime, end: str) -> Iterator[Event]:
        chance = self.chance
        if self.before and chance.random() < 0.6:
            yield self._does(Side.PROVIDER, acts.Link(relies_on=chance.choice(self.before)), began + 2 * HOUR)
        if chance.random() < 0.3:
            yield self._does(Side.PROVIDER, acts.Update(words="Half of it is done."), began + 5 * HOUR)
        if chance.random() < 0.2:
            yield self._does(Side.CUSTOMER, acts.Chase(), began + 7 * HOUR)
        early = chance.random() < 0.8
        done = due - HOUR if early else due + DAY
        match end:
            case "cancelled":
                yield self._does(Side.CUSTOMER, acts.Cancel(), done)
            case "broken":
                yield self._does(Side.PROVIDER, acts.Renege(words="The machine is down."), done)
            case "delivered":
                yield self._deliver(self.now - 2 * HOUR)
            case "returned" | "accepted":
                yield self._deliver(done)
                if end == "returned":
                    yield self._does(Side.CUSTOMER, acts.Return(words="A page is missing."), done + HOUR)
                    yield self._deliver(done + DAY)
                answer = chance.choice((Answer.EASIER, Answer.EASIER, Answer.PARTLY, Answer.NO))
                yield self._does(Side.CUSTOMER, acts.Accept(answer=answer), done + 2 * DAY)

    def _deliver(self, at: datetime) -> Event:
        return self._does(Side.PROVIDER, acts.Deliver(easier=Answer.EASIER), at)

    def _does(self, side: Side, act: acts.Act, at: datetime) -> Event:
        (event,) = decide(self.state, act, By(self.asker if side is Side.CUSTOMER else self.maker, side), at)
        self.state = evolve(self.state, event)
        return event


# --- writing ------------------------------------------------------------------------------------------------------


def _write(crowd: Crowd, stories: list[tuple[int, list[Event]]]) -> None:
    """What the actions would have written for these stories."""
    events, promises, links, named, impressions, words = [], [], [], [], [], []
    for pk, story in stories:
        events += [_row(pk, place, event) for place, event in enumerate(story, start=1)]
        state = reduce(evolve, story, None)
        assert state is not None
        promises.append(Promise(stream_id=pk, **projection.columns(state)))
        links += [Reliance(promise_id=pk, on_id=other) for other in dict.fromkeys(state.relies_on)]
        those = set().union(*map(projection.named_in, story)) & crowd.persons.keys()
        named += [Participant(promise_id=pk, person_id=person) for person in sorted(those)]
        impressions += _measured(Impression, measures.IMPRESSION, pk, measures.impressions(story))
        words += _measured(WordOwed, measures.WORD_OWED, pk, measures.stretches(story, _rhythm))
        for change in tally.changes(story):
            crowd.practice.add(change)
    Row.objects.bulk_create(events)
    Outbox.objects.bulk_create(Outbox(event=event, done_at=event.at) for event in events)
    for rows in (promises, links, named, impressions, words):
        if rows:
            type(rows[0]).objects.bulk_create(rows)


def _rhythm(state: PromiseState) -> timedelta | None:
    return 16 * HOUR if state.agreement else None


def _row(pk: int, place: int, event: Event) -> Row:
    return Row(
        stream_id=pk, sequence=place, name=event.name, at=event.at, actor_id=event.by.person, side=event.by.side,
        schema=SCHEMA, body=act_to_dict(event.act),
    )  # fmt: skip


def _measured(model: type[Model], columns: tuple[str, ...], pk: int, rows: set[tuple]) -> list[Model]:
    return [model(promise_id=pk, **dict(zip(columns, row, strict=True))) for row in sorted(rows, key=str)]


def _write_practice(crowd: Crowd) -> None:
    Practice.objects.all().delete()
    Practice.objects.bulk_create(
        Practice(party_id=party, word=word, last=last, **dict(zip(tally.COUNTS, counts, strict=True)))
        for (party, word), (*counts, last) in crowd.practice.rows().items()
    )
