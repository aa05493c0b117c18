"""One promise in play: who speaks for whom, what it is about, what it waits for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from kept.core import acts
from kept.core.checks import in_force, on_the_table, required
from kept.core.promise import decide, replay
from kept.core.state import PromiseState, State
from kept.core.terms import By, Side, Terms
from kept.example.dice import Dice
from kept.example.engine import Process, Signal, Wait
from kept.example.floor import HABITS, Habits
from kept.example.stage import Stage, speakers_of
from kept.example.words import Fault, Topic
from kept.promises import actions

A_FEW_MINUTES = 0.05
"""In working hours."""
NO_HABITS = Habits(1, (1, 6), 0.8, 0.05, 0.8, 0.04)
"""How a person works who promises in their own name."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an order is about: the furniture in full and in short, and what colleagues call the customer."""

    item: str
    piece: str
    who: str

    def fill(self, text: str, number: int) -> str:
        """`text` with its placeholders filled, and `number` where it holds a small one."""
        return text.format(
            item=self.item, item_cap=_capital(self.item), piece=self.piece, piece_cap=_capital(self.piece),
            who=self.who, n=number,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work: its words, what it is about, and the working hours it takes once it is begun.

    `lead`: how many working hours before its date it is begun at the earliest; None where it is begun at once.
    """

    topic: Topic
    subject: Subject
    hours: float
    lead: float | None = None


@dataclass(eq=False)
class Conversation:
    """One promise in play. Parties and persons are known by their keys."""

    stage: Stage
    id: int
    state: PromiseState
    work: Work
    customer: str
    provider: str
    asker: str
    speaker: str
    dice: Dice
    number: int
    news: Signal = field(default_factory=Signal)
    unnamed: int = 0
    """How many promises it needs that have not been asked for yet."""
    needs: list[Conversation] = field(default_factory=list)
    followers: list[Conversation] = field(default_factory=list)
    hours: float = 0.0
    """The working hours that are left to do, as its maker reckons them."""
    finishing: datetime | None = None
    fault: Fault | None = None
    mending: Callable[[Conversation], Process] | None = None

    def __post_init__(self) -> None:
        self.hours = self.work.hours

    @property
    def habits(self) -> Habits:
        """The ways of the provider."""
        return HABITS.get(self.provider, NO_HABITS)

    @property
    def due(self) -> datetime:
        """The date in force, or the one on the table before there is any."""
        return self.terms.due

    @property
    def terms(self) -> Terms:
        """The terms in force, or those on the table before there are any."""
        return in_force(self.state) if self.state.terms else on_the_table(self.state).terms

    @property
    def said(self) -> datetime:
        """When the customer has been told to expect it."""
        return self.state.expected or self.due

    @property
    def outside(self) -> bool:
        """Whether the customer does not work here."""
        return self.customer in self.stage.company.outside

    def stands(self, *states: State) -> bool:
        """Whether it is in one of these states."""
        return self.state.state in states

    def proposed_by(self, side: Side) -> bool:
        """Whether new terms of that side wait for an answer."""
        return self.stands(State.PROMISED) and self.state.proposed is not None and self.state.proposed.side is side

    def customer_does(self, act: acts.Act) -> None:
        """The customer's speaker acts, now."""
        self.does(self.asker, Side.CUSTOMER, act)

    def provider_does(self, act: acts.Act) -> None:
        """The provider's speaker acts, now."""
        self.does(self.speaker, Side.PROVIDER, act)

    def does(self, person: str, side: Side, act: acts.Act) -> None:
        """Somebody acts, now. A refusal is a mistake of the simulation, and is raised."""
        actor = self.stage.company.people[person]
        self.state = actions.do(actor, self.id, act, at=self.stage.now, side=side)
        for conversation in (self, *self.followers):
            self.stage.engine.fire(conversation.news)

    def relies_on(self, other: Conversation) -> None:
        """It waits for `other` from now on, and is linked to it as soon as it is promised."""
        self.needs.append(other)
        self.unnamed = max(0, self.unnamed - 1)
        other.followers.append(self)
        self.stage.engine.spawn(self._links(other, A_FEW_MINUTES * len(self.needs)))

    def _links(self, other: Conversation, after: float) -> Process:
        while self.stands(State.ASKED, State.OFFERED, State.COUNTERED):
            yield Wait(signal=self.news)
        yield self.stage.sleep(after, self.provider)
        if self.stands(State.PROMISED):
            act = acts.Link(relies_on=other.id)
            (self.customer_does if other.customer == self.customer else self.provider_does)(act)

    def waits_for(self) -> list[Conversation]:
        """What is still missing of what it needs; what has come to nothing is not waited for."""
        return [need for need in self.needs if not need.state.state.ended]

    def fill(self, text: str, moment: datetime | None = None) -> str:
        """`text` filled with what this is about; `{day}` is the moment."""
        day = self.stage.say(moment) if moment else ""
        name = self.work.subject.fill(self.work.topic.name, self.number)
        return self.work.subject.fill(text.replace("{day}", day).replace("{work}", name), self.number)

    def draw(self, cards: tuple[str, ...], moment: datetime | None = None) -> str:
        """The next words of a deck, filled."""
        return _capital(self.fill(self.stage.draw(cards), moment))


def asks(
    stage: Stage, work: Work, *, customer: str, provider: str, due: datetime, asker: str = "", words: str | None = None
) -> Conversation:
    """`customer` asks `provider` (keys) for `work`, by the mouth of `asker` or of whoever speaks for them."""
    dice = stage.dice(f"{customer}/{provider}/{work.topic.name}/{stage.now.isoformat()}")
    number = int(dice.between(2, 7))
    asker = asker or dice.pick(speakers_of(customer))
    what = work.subject.fill(stage.draw(work.topic.what), number)
    act = acts.Ask(
        customer=stage.company.party(customer).pk,
        provider=stage.company.party(provider).pk,
        terms=Terms(what, due, work.topic.done_when),
        words=work.subject.fill(stage.draw(work.topic.asks) if words is None else words, number),
    )
    person = stage.company.people[asker]
    promise = actions.open_promise(person, act, at=stage.now)
    state = required(replay(decide(None, act, By(person.pk, Side.CUSTOMER), stage.now)))
    speaker = dice.pick([name for name in speakers_of(provider) if name != asker])
    return Conversation(stage, promise.pk, state, work, customer, provider, asker, speaker, dice, number)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
