"""It is too much: what would have to give, which promises to renegotiate first, and the asks for help.

The order of renegotiating is `core.renegotiation`'s. What a person sees here is what that person sees anyway: private
promises of others are left out, and nothing says that they are there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from kept.core import acts
from kept.core.calendars import Calendar, is_open, working_intervals
from kept.core.errors import Incomplete, NotAllowed, NotFound, Refused, WrongState
from kept.core.renegotiation import Load, Room, in_order, proposed_date
from kept.core.state import State
from kept.core.terms import Side, Terms
from kept.people.calendars import calendars_of
from kept.people.models import Capacity, Party, Person, Reach
from kept.people.queries import acting_ids
from kept.promises import actions
from kept.promises.access import promise_for_seeing, visible_to
from kept.promises.chains import Hurt, hurt_by, line_down
from kept.promises.models import Promise
from kept.promises.queries import found
from kept.promises.standing import Standing, standings


@dataclass(frozen=True, slots=True)
class Carried:
    """One promise that is carried: how it stands, who waits down the line, and what moving it would do.

    `why` says in sentences why it stands where it stands in the order; `proposed` is the date to begin with. `barred`
    says why no new terms can be proposed now, "" where they can.
    """

    promise: Promise
    standing: Standing
    hurt: Hurt
    why: tuple[str, ...]
    proposed: datetime
    barred: str = ""


@dataclass(frozen=True, slots=True)
class Capable:
    """What a team has in work (private promises left out), and how many at once it says that it can carry."""

    team: str
    in_work: int
    at_once: int | None

    @property
    def over(self) -> int:
        """How many more are in work than the team says that it can carry."""
        return max(self.in_work - self.at_once, 0) if self.at_once is not None else 0


@dataclass(frozen=True, slots=True)
class TooMuch:
    """What a person or a team carries: the promises that could move, in the order in which to renegotiate them; those
    that cannot be renegotiated now; how many there are beyond (`more`); and what the teams say that they can carry.
    """

    open: list[Carried]
    barred: list[Carried]
    more: int
    teams: list[Capable]

    @property
    def count(self) -> int:
        """How many promises are carried in all."""
        return len(self.open) + len(self.barred) + self.more


def too_much(person: Person, now: datetime, *, until: Promise | None = None) -> TooMuch:
    """What would have to give: of what `person` has; with `until`, of what its provider has up to its date."""
    rows = visible_to(person).filter(state=State.PROMISED)
    if until is None:
        left = Person.objects.filter(is_active=False).values("pk")
        mine = Q(responsible=person) | Q(responsible__in=left, provider__in=acting_ids(person))
        carried = found(rows.filter(mine))
    else:
        carried = found(rows.filter(provider=until.provider_id, due__lte=max(until.due, now)))
    first = carried.first
    down, known = line_down(first, person)
    above = _above(first)
    stands = standings(first, person, now)
    loads = {key: _load(one) for key, one in known.items()}
    calendars = calendars_of(one.provider for one in first)
    each = []
    for room in in_order([loads[one.pk] for one in first], down, loads):
        one, hurt = known[room.load.key], hurt_by(room.load.key, down, known)
        why = _why(one, room, hurt, above)
        date = _at_work(calendars[one.provider_id], proposed_date(one.due, room.slack, now), now)
        if one.due < now:
            why = (*why, "Its date has passed, so its customer needs a new one in any case.")
        each.append(Carried(one, stands[one.pk], hurt, why, date, _barred(one)))
    return TooMuch(
        open=[one for one in each if not one.barred],
        barred=[one for one in each if one.barred],
        more=carried.total - len(first),
        teams=_capable(first),
    )


def to_ask_for_help(person: Person, promise_id: int) -> Promise:
    """The promise that `person` may ask for help with.

    Raises `NotFound` for a stranger, `NotAllowed` for the others, `WrongState` where nothing is promised now.
    """
    seen = promise_for_seeing(person, promise_id)
    if Side.PROVIDER not in seen.sides:
        raise NotAllowed("Only those who have promised it ask for help with it.")
    if seen.promise.state != State.PROMISED:
        raise WrongState("Nothing is promised here now. This is how it stands.")
    return seen.promise


def _load(promise: Promise) -> Load[int]:
    moved = promise.first_due is not None and promise.first_due != promise.due
    outside = promise.customer.kind == Party.Kind.OUTSIDE
    return Load(key=promise.pk, due=promise.due, outside=outside, moved=moved)


def _why(promise: Promise, room: Room[int], hurt: Hurt, above: Collection[int]) -> tuple[str, ...]:
    why = [*room.why]
    if promise.customer.kind == Party.Kind.OUTSIDE:
        why.append(f"{promise.customer} is an outside customer.")
    if hurt.outside:
        first, *rest = hurt.outside
        more = f" and {len(rest)} more" if rest else ""
        why.append(f"At the end of the line waits {first}{more}, from outside.")
    if promise.customer_id in above:
        why.append(f"{promise.customer} is above you, and waits as every other customer does.")
    return tuple(why)


def _barred(promise: Promise) -> str:
    if promise.proposed_by == Side.PROVIDER:
        return f"New terms are proposed already; {promise.customer} has not answered yet."
    if promise.proposed_by == Side.CUSTOMER:
        return f"{promise.customer} proposes new terms; answer those first."
    return ""


def _at_work(calendar: Calendar, date: datetime, now: datetime) -> datetime:
    """`date` where somebody works then, else the end of the work before it: nobody promises the small hours."""
    if is_open(calendar, date):
        return date
    before = working_intervals(calendar, now, date)
    return before[-1].end if before else date


def _above(promises: Iterable[Promise]) -> set[int]:
    """The persons above those who have promised these."""
    providers = {one.provider_id for one in promises} | {one.responsible_id for one in promises if one.responsible_id}
    rows = Reach.objects.filter(party__in=providers, how=Reach.How.ABOVE)
    return set(rows.values_list("person_id", flat=True))


def _capable(promises: Iterable[Promise]) -> list[Capable]:
    teams = {one.provider_id: one.provider.name for one in promises if one.provider.kind == Party.Kind.TEAM}
    if not teams:
        return []
    rows = Promise.objects.filter(provider__in=teams, state=State.PROMISED, private=False)
    in_work = dict(rows.values_list("provider").annotate(Count("pk")).order_by())
    says = dict(Capacity.objects.filter(team__in=teams).values_list("team", "at_once"))
    return [Capable(name, in_work.get(key, 0), says.get(key)) for key, name in sorted(teams.items())]


# --- one press ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LaterDate:
    """A later date to propose for a promise; `seen` is the sequence of it that the person was looking at."""

    promise: int
    due: datetime
    seen: int


@dataclass(frozen=True, slots=True)
class HelpWith:
    """The promise to ask for help with, and what would help."""

    promise: int
    words: str


def open_conversations(
    person: Person, dates: Collection[LaterDate], words: str, *, at: datetime, help_with: HelpWith | None = None
) -> None:
    """Propose each of `dates` to its customer, with `words`, and ask for help: all of it, or nothing.

    Raises `Incomplete` that names the promise and the field (`due_ID`, or `help`) where one is refused, `NotFound` for
    a promise that the person does not see, `NotAllowed` where the person does not speak for its provider.
    """
    if not dates and help_with is None:
        raise Incomplete("Choose a promise to renegotiate, or say what you need help with.")
    chosen = {each.promise: each for each in dates}
    helped = {help_with.promise} if help_with else set()
    with transaction.atomic():
        known = {one.pk: one for one in visible_to(person).filter(pk__in={*chosen, *helped})}
        for key in sorted({*chosen, *helped}):  # in one order, so that two at once never wait for each other
            if key not in known:
                raise NotFound("There is no such promise, or it is not for you to see.")
            if help_with and key == help_with.promise:
                _do(person, known[key], acts.AskHelp(words=help_with.words), at=at, field="help")
            if key in chosen:
                _propose(person, known[key], chosen[key], words, at=at)


def _propose(person: Person, promise: Promise, later: LaterDate, words: str, *, at: datetime) -> None:
    if later.seen < promise.sequence and promise.proposed_by:
        raise Incomplete(_named(promise, _barred(promise)), field=f"due_{promise.pk}")
    terms = Terms(promise.what, later.due, promise.done_when)
    act = acts.Propose(terms=terms, words=words)
    _do(person, promise, act, at=at, field=f"due_{promise.pk}", seen=later.seen)


def _do(person: Person, promise: Promise, act: acts.Act, *, at: datetime, field: str, seen: int | None = None) -> None:
    try:
        actions.do(person, promise.pk, act, at=at, side=Side.PROVIDER, seen=seen)
    except (NotAllowed, NotFound):
        raise
    except Refused as error:
        raise Incomplete(_named(promise, str(error)), field=field) from error


def _named(promise: Promise, why: str) -> str:
    return f"“{promise.what}” for {promise.customer}: {why} Nothing was sent to anybody."
