"""A small cast and well-formed acts, for the tests of the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from kept.core import acts
from kept.core.promise import decide, replay
from kept.core.state import Event, PromiseState
from kept.core.terms import Answer, By, Check, Side, Terms

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
START = datetime(2026, 5, 4, 9, tzinfo=UTC)

DISPATCH, WAREHOUSE, WORKSHOP = 1, 2, 3
MARIA, JONAS, PETRA = 11, 22, 33
CUSTOMER = By(MARIA, Side.CUSTOMER)
PROVIDER = By(JONAS, Side.PROVIDER)
SPEAKERS = {Side.CUSTOMER: CUSTOMER, Side.PROVIDER: PROVIDER}


def sheet(due: datetime = START + 2 * DAY, what: str = "The route sheet", done_when: str = "") -> Terms:
    """Terms for the piece of work that these tests are about."""
    return Terms(what, due, done_when)


def ask(terms: Terms | None = None) -> acts.Ask:
    """Dispatch asks the warehouse."""
    return acts.Ask(customer=DISPATCH, provider=WAREHOUSE, terms=terms or sheet())


def offer(terms: Terms | None = None) -> acts.Offer:
    """The warehouse offers something to dispatch."""
    return acts.Offer(customer=DISPATCH, provider=WAREHOUSE, terms=terms or sheet())


def well_formed(kind: type[acts.Act], state: PromiseState | None, at: datetime) -> acts.Act:
    """An act of this kind that says enough; its date is an hour ahead, and its terms are unlike any before."""
    if state is not None:
        at = max(at, state.last_at)
    terms = sheet(at + HOUR, done_when=f"{state.sequence if state else 0} acts have passed")
    somebody = 1000 + (state.sequence if state else 0)
    if issubclass(kind, acts.Opening):
        return kind(customer=DISPATCH, provider=WAREHOUSE, terms=terms)
    if kind in (acts.Counter, acts.Amend, acts.Propose):
        return kind(terms=terms)  # type: ignore[call-arg]
    if kind in (acts.PassOn, acts.Escalate, acts.HandOver):
        return kind(to=somebody, words="This one is yours.")  # type: ignore[call-arg]
    delivered = state is not None and state.delivered_at is not None
    made: dict[type[acts.Act], acts.Act] = {
        acts.Accept: acts.Accept(answer=Answer.EASIER if delivered else None),
        acts.Acknowledge: acts.Acknowledge(hear_by=at + HOUR),
        acts.Deliver: acts.Deliver(easier=Answer.EASIER, checklist=(Check("Every stop has its door code", True),)),
        acts.Link: acts.Link(relies_on=somebody),
        acts.Update: acts.Update(words="Half of it is there.", expected=at + HOUR),
    }
    return made.get(kind) or kind(words="Here is why.")


class Tale:
    """A promise told act by act: `tale.customer(act, after=DAY)`; `state` is where it stands, `at` the clock."""

    def __init__(self, opening: acts.Act | None = None, by: By = CUSTOMER) -> None:
        self.at = START
        self.events: list[Event] = []
        if opening is not None:
            self.does(opening, by)

    @property
    def state(self) -> PromiseState:
        """Where the promise stands: the events so far, replayed."""
        state = replay(self.events)
        assert state is not None
        return state

    def does(self, act: acts.Act, by: By, after: timedelta = HOUR) -> Tale:
        """`act` happens `after` the one before; a refusal is raised and changes nothing, the clock included."""
        at = self.at + after
        self.events += decide(replay(self.events), act, by, at)
        self.at = at
        return self

    def customer(self, act: acts.Act, after: timedelta = HOUR) -> Tale:
        """Maria of dispatch acts."""
        return self.does(act, CUSTOMER, after)

    def provider(self, act: acts.Act, after: timedelta = HOUR) -> Tale:
        """Jonas of the warehouse acts."""
        return self.does(act, PROVIDER, after)

    def until(self, moment: datetime) -> timedelta:
        """How long it is from the clock to `moment`, to say `after=tale.until(due)`."""
        return moment - self.at


DUE = START + 2 * DAY
DELIVERY = acts.Deliver(easier=Answer.EASIER)
ACCEPTANCE = acts.Accept(answer=Answer.EASIER)
RETURN = acts.Return(words="Two stops lack their door code.")
REOPEN = acts.Reopen(words="The third stop was wrong after all.")


def promised(due: datetime = DUE) -> Tale:
    """Asked and promised as asked, for `due`."""
    return Tale(ask(sheet(due))).provider(acts.Promise())


def delivered(at: datetime = DUE - HOUR) -> Tale:
    """Promised for `DUE`, delivered at `at`."""
    tale = promised()
    return tale.provider(DELIVERY, after=tale.until(at))


def accepted(at: datetime = DUE - HOUR) -> Tale:
    """Promised for `DUE`, delivered at `at`, accepted an hour later."""
    return delivered(at).customer(ACCEPTANCE)


def telling(event: Event, act: acts.Act) -> Event:
    """The same event with another act: what was decoded instead of what was sent."""
    return replace(event, act=act)
