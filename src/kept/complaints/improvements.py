"""What follows from a trace: an ask to the team at whose hand-off it went wrong, and whether it helped.

Once the improvement is delivered, the same kind of miss is counted before and after: of that provider for that customer
where there were enough before, else of that provider for all. What led to the improvement is left out of the count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q, QuerySet

from kept.complaints.models import Complaint, Improvement
from kept.complaints.stages import Doing
from kept.complaints.tracing import Step, Trace, trace_of
from kept.core import acts
from kept.core.errors import Incomplete, NotAllowed, NotFound
from kept.core.silence import Stretch, silent_time
from kept.core.statistics import Better
from kept.core.terms import Terms
from kept.insight.change import FEWEST, Change, of_shares
from kept.ledger import book
from kept.ledger.models import Event
from kept.people.calendars import calendar_of
from kept.people.models import Party, Person
from kept.people.queries import may_act_for
from kept.promises import actions
from kept.promises.access import seen_in_full
from kept.promises.models import Promise, WordOwed

Kind = Improvement.Kind
WITHIN: Final = timedelta(days=14)
"""By when an improvement is asked for, unless its asker changes that."""
BEFORE: Final = timedelta(days=365)
LOOKS: Final = 5
"""As often as somebody may look at it, the 5 % of false alarms are shared out."""
MOST: Final = 5
MOST_COUNTED: Final = 2_000
WHAT: Final = {
    Kind.LATE: "What would let work like {what} come on time",
    Kind.RETURNED: "What would let work like {what} be right the first time",
    Kind.SILENT: "What would let us hear in time how work like {what} stands",
    Kind.MISSING: "What would let work like {what} come with all that belongs to it",
}
NOT_NAMED: Final = "this"
"""What stands in the ask for a private promise: who leads the team asked reads it, and may not be named in that one."""
DONE_WHEN: Final = "Both of us know what is done differently from now on, and it is in place."
LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Followed:
    """An improvement, and what became of that kind of miss; `change` is None until it is delivered."""

    improvement: Improvement
    change: Change | None
    for_all: bool

    @property
    def between(self) -> str:
        """The interval of the difference in words; "" where there is none."""
        if self.change is None or self.change.low is None or self.change.high is None:
            return ""
        return f"between {_points(self.change.low)} and {_points(self.change.high)}"


def ask_for(
    actor: Person, promise_id: int, finding: tuple[str, Kind], *, complaint: int | None = None, at: datetime
) -> Promise:
    """Ask the team of a finding (the key of its step, and the kind of miss) for an improvement; gives the new promise.

    It is asked for the finding's customer where `actor` speaks for it, else for themselves alone. Raises `NotFound` for
    a stranger or no such finding, `NotAllowed`, and any other `Refused`.
    """
    trace = trace_of(actor, promise_id, now=at)
    key, kind = finding
    step = next((each for each in trace.steps if each.key == key and kind in each.kinds), None)
    if step is None or step.promise is None:
        raise NotFound("There is no such finding any more; look at the trace as it stands now.")
    own = _for_whom(actor, step.promise)
    with transaction.atomic():
        asked = _asked(actor, own, trace, (step, kind), at)
        Improvement.objects.create(
            asked=asked, traced=trace.promise, at_promise=step.promise, complaint=_complaint(complaint, trace.promise),
            kind=kind, provider=step.promise.provider, customer=step.promise.customer, by=actor, at=at,
        )  # fmt: skip
    return asked


def of_promise(person: Person, promise_id: int) -> list[Followed]:
    """The improvements that followed from the trace of a promise, newest first; those that `person` sees in full."""
    mine = Promise.objects.filter(seen_in_full(person))
    return [_followed(row) for row in _rows().filter(traced=promise_id, asked__in=mine).order_by("-pk")[:MOST]]


def led_to(person: Person, promise_id: int) -> Improvement | None:
    """What the promise improves, where it was asked for because of a trace; as far as `person` sees that promise."""
    mine = Promise.objects.filter(seen_in_full(person))
    return _rows().filter(asked=promise_id, traced__in=mine).first()


def _rows() -> QuerySet[Improvement]:
    return Improvement.objects.select_related("asked", "traced", "at_promise", "provider", "customer")


def _complaint(key: int | None, promise: Promise) -> Complaint | None:
    return Complaint.objects.filter(pk=key, promise=promise).first() if key is not None else None


def _for_whom(actor: Person, at_promise: Promise) -> int:
    provider = at_promise.provider_id
    if at_promise.customer_id != provider and may_act_for(actor, at_promise.customer_id):
        return int(at_promise.customer_id)
    if actor.pk == provider:
        raise NotAllowed("This was yours; write down for yourself what changes, and tell your customer.")
    return actor.pk


def _asked(actor: Person, own: int, trace: Trace, finding: tuple[Step, Kind], at: datetime) -> Promise:
    step, kind = finding
    at_promise = step.promise or trace.promise
    ask = acts.Ask(
        customer=own,
        provider=at_promise.provider_id,
        terms=Terms(WHAT[kind].format(what=_subject(at_promise)), at + WITHIN, DONE_WHEN),
        words=_words(step, at_promise),
        private=trace.promise.private or at_promise.private,
    )
    try:
        return actions.open_promise(actor, ask, at=at)
    except Incomplete as error:
        if error.field != "given" or own == actor.pk:
            raise
        # Their agreement says what a good ask of their usual work contains; this is none of that.
        personal = acts.Ask(**{**vars(ask), "customer": actor.pk})
        return actions.open_promise(actor, personal, at=at)


def _subject(promise: Promise) -> str:
    if promise.private:
        return NOT_NAMED
    short = promise.what if len(promise.what) <= LONGEST else f"{promise.what[: LONGEST - 1].rstrip()}…"
    return f"“{short}”"


def _words(step: Step, promise: Promise) -> str:
    if promise.private:
        return ""
    doing = "came back and" if step.doing is Doing.REWORK else "was asked for, and"
    head = f"What the trace shows of “{promise.what}”, which {doing} ended {step.end:%-d %B %Y}:"
    return "\n".join([head, *(f"- {sentence}" for sentence in step.evidence)])


# --- did it help? -------------------------------------------------------------------------------------------------


def _followed(row: Improvement) -> Followed:
    delivered = row.asked.delivered_at
    if delivered is None:
        return Followed(row, None, for_all=False)
    tie = Q(provider=row.provider_id, customer=row.customer_id)
    before = _count(row, tie, delivered - BEFORE, delivered)
    for_all = before[1] < FEWEST
    if for_all:
        tie = Q(provider=row.provider_id)
        before = _count(row, tie, delivered - BEFORE, delivered)
    after = _count(row, tie & Q(opened_at__gte=delivered), delivered, None)
    return Followed(row, of_shares(before, after, Better.LESS, looks=LOOKS), for_all=for_all)


def _points(share: float) -> str:
    return f"{abs(100 * share):.0f} points {'less' if share < 0 else 'more'}"


def _count(row: Improvement, which: Q, start: datetime, end: datetime | None) -> tuple[int, int]:
    """How many missed so, of how many that were delivered from `start` until before `end`."""
    led = [row.traced_id, row.at_promise_id, row.asked_id]
    found = Promise.objects.filter(which, private=False, delivered_at__gte=start, first_due__isnull=False)
    found = found.exclude(pk__in=led)
    if end is not None:
        found = found.filter(delivered_at__lt=end)
    if row.kind == Kind.LATE:
        return found.filter(delivered_at__gt=F("first_due")).count(), found.count()
    if row.kind == Kind.RETURNED:
        return found.filter(reworks__gt=0).count(), found.count()
    keys = list(found.order_by("-pk").values_list("pk", flat=True)[:MOST_COUNTED])
    return _silent(row.provider, keys) if row.kind == Kind.SILENT else _lacking(keys)


def _lacking(keys: list[int]) -> tuple[int, int]:
    named = ("promise.delivered", "promise.returned")
    rows = Event.objects.filter(stream__in=keys, name__in=named)
    lacked = {row.stream_id for row in rows if _says_missing(book.to_core(row).act)}
    return len(lacked), len(keys)


def _says_missing(act: acts.Act) -> bool:
    if isinstance(act, acts.Deliver):
        return any(not check.done for check in act.checklist)
    return isinstance(act, acts.Return) and bool(act.missing)


def _silent(provider: Party, keys: list[int]) -> tuple[int, int]:
    """Of the promises in which word was owed, those in which it did not come in time."""
    calendar = calendar_of(provider)
    owed: dict[int, bool] = {}
    names = ("promise_id", "promise__delivered_at", "provider_id", "since", "until", "hear_by", "allowed")
    rows = WordOwed.objects.filter(promise__in=keys, provider=provider.pk, until__isnull=False)
    for promise, delivered, *stretch in rows.values_list(*names):
        said = Stretch(*stretch)
        owed[promise] = owed.get(promise, False) or bool(silent_time(said, calendar, said.since, delivered))
    return sum(owed.values()), len(owed)
