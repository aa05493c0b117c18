"""The trace of a promise of ours: on a chain of three with one link late, and what each viewer is told of it."""

from __future__ import annotations

from datetime import datetime

import pytest

from cast import DAY, HOUR, START, Cast, terms
from kept.complaints.stages import Doing, may_be_traced
from kept.complaints.tracing import ANOTHER, Kind, Trace, trace_of
from kept.core import acts
from kept.core.errors import NotAllowed, NotFound
from kept.core.terms import Answer
from kept.insight.trace.tracing import SharedOver
from kept.people.models import Party, Person
from kept.promises.models import Promise

pytestmark = pytest.mark.django_db
NOW = START + 40 * DAY
EASIER = acts.Deliver(easier=Answer.EASIER)


def given(
    cast: Cast, who: tuple[Person, Party, Person, Party], due: datetime, *, at: datetime = START, private: bool = False
) -> int:
    """A promise that stands: who[0] for who[1] asked who[2] of who[3]."""
    asker, customer, doer, provider = who
    promise = cast.asked(by=asker, customer=customer, provider=provider, at=at, what=terms(due=due), private=private)
    cast.do(doer, promise, acts.Promise(), at=at + HOUR)
    return promise


def line(cast: Cast, *, private: bool = False) -> tuple[int, int, int]:
    """Dispatch waits for the workshop, the workshop for sales, sales for billing: due on days 9, 6 and 3.

    Billing is 4 days late; sales and the workshop then take no longer than planned: 3 days each.
    """
    sheet = given(cast, (cast.customer, cast.dispatch, cast.provider, cast.workshop), START + 9 * DAY)
    numbers = given(cast, (cast.provider, cast.workshop, cast.caretaker, cast.sales), START + 6 * DAY)
    billing = (cast.caretaker, cast.sales, cast.outsider, cast.outsider if private else cast.billing)
    prices = given(cast, billing, START + 3 * DAY, private=private)
    cast.do(cast.provider, sheet, acts.Link(relies_on=numbers), at=START + 2 * HOUR)
    cast.do(cast.caretaker, numbers, acts.Link(relies_on=prices), at=START + 2 * HOUR)
    cast.do(cast.outsider, prices, EASIER, at=START + 7 * DAY)
    cast.do(cast.caretaker, numbers, EASIER, at=START + 10 * DAY)
    cast.do(cast.provider, sheet, EASIER, at=START + 13 * DAY)
    return sheet, numbers, prices


def shares(trace: Trace) -> dict[str, float]:
    return {step.team: round(step.share, 9) for step in trace.steps}


def test_the_link_that_was_late_comes_first_and_those_that_waited_for_it_are_charged_with_nothing(cast: Cast) -> None:
    sheet, numbers, prices = line(cast)
    found = trace_of(cast.boss, sheet, now=NOW)
    assert shares(found) == {"Billing": 1.0, "Sales": 0.0, "Workshop": 0.0}
    assert [step.promise.pk for step in found.steps if step.promise] == [prices, numbers, sheet]
    first = found.findings[0]
    assert (first.team, first.kinds, first.took, first.beside) == ("Billing", (Kind.LATE,), "7 days", "3 days promised")
    assert found.shared_over is SharedOver.OVERRUN
    assert (found.late, found.lost_s, first.alone_s) == (True, 4 * 86_400, 4 * 86_400)
    assert found.verdict.startswith("It ended 4 days after its date. 4 days went beyond what was to be expected, 100 %")
    assert may_be_traced(Promise.objects.get(pk=sheet), NOW)


def test_two_that_were_late_share_what_each_added(cast: Cast) -> None:
    sheet = given(cast, (cast.customer, cast.dispatch, cast.provider, cast.workshop), START + 9 * DAY)
    numbers = given(cast, (cast.provider, cast.workshop, cast.caretaker, cast.sales), START + 6 * DAY)
    cast.do(cast.provider, sheet, acts.Link(relies_on=numbers), at=START + 2 * HOUR)
    cast.do(cast.caretaker, numbers, EASIER, at=START + 9 * DAY)  # 3 late
    cast.do(cast.provider, sheet, EASIER, at=START + 13 * DAY)  # 4 after it had all, for which 3 were planned
    found = trace_of(cast.customer, sheet, now=NOW)
    assert sum(step.share for step in found.steps) == pytest.approx(1.0, abs=1e-9)
    assert [round(step.share, 2) for step in found.findings] == [0.75, 0.25]


def test_of_others_promises_only_the_time_is_told(cast: Cast) -> None:
    sheet, numbers, prices = line(cast)
    found = trace_of(cast.customer, sheet, now=NOW)
    assert {step.promise.pk: step.team for step in found.steps if step.promise} == {
        sheet: "Workshop", numbers: ANOTHER, prices: ANOTHER,
    }  # fmt: skip
    assert [step.named for step in found.steps] == [False, False, True]
    assert "Billing" not in found.verdict
    assert found.findings[0].share == 1.0
    with pytest.raises(NotAllowed):
        trace_of(cast.outsider, sheet, now=NOW)  # up the chain: state and dates only
    with pytest.raises(NotFound):
        trace_of(cast.outsider, cast.promised(), now=NOW)


def test_what_is_private_to_others_is_nobodys_time(cast: Cast) -> None:
    sheet, _, prices = line(cast, private=True)
    found = trace_of(cast.customer, sheet, now=NOW)
    assert prices not in [step.promise.pk for step in found.steps if step.promise]
    [hidden] = [step for step in found.steps if step.hidden]
    assert (hidden.team, hidden.evidence, hidden.kinds) == ("", (), ())
    assert found.outside_share == pytest.approx(1.0)
    assert sum(step.share for step in found.steps) == pytest.approx(1.0, abs=1e-9)
    assert "no team" not in found.verdict


def test_nothing_wrong_is_said_when_so(cast: Cast) -> None:
    found = trace_of(cast.customer, cast.accepted(), now=NOW)
    assert found.nothing_wrong
    assert found.findings == ()
    assert found.verdict.startswith("Nothing here took longer")
    assert not may_be_traced(found.promise, NOW)


def test_what_came_back_is_its_own_step_and_the_look_at_it_the_customers(cast: Cast) -> None:
    promise = cast.delivered()  # on day 1, due on day 2
    cast.do(cast.customer, promise, acts.Return(words="No stops.", missing=("Stops",)), at=START + 2 * DAY)
    cast.do(cast.provider, promise, EASIER, at=START + 6 * DAY)
    found = trace_of(cast.customer, promise, now=NOW)
    assert [(step.doing, step.team) for step in found.steps] == [
        (Doing.WORK, "Workshop"), (Doing.CHECK, "Dispatch"), (Doing.REWORK, "Workshop"),
    ]  # fmt: skip
    again = found.findings[0]
    assert (again.doing, again.kinds) == (Doing.REWORK, (Kind.RETURNED, Kind.MISSING))
    assert "It came straight back from Dispatch." in again.evidence
    assert "Missing from the checklist: Stops." in again.evidence
    assert sum(step.share for step in found.steps) == pytest.approx(1.0, abs=1e-9)


def test_a_promise_given_up_is_traced_too(cast: Cast) -> None:
    promise = cast.promised()
    cast.do(cast.provider, promise, acts.Renege(words="The press broke."), at=START + 3 * DAY)
    found = trace_of(cast.customer, promise, now=NOW)
    assert (found.late, shares(found)) == (True, {"Workshop": 1.0})


def test_what_was_asked_for_because_it_came_back_waits_for_that(cast: Cast) -> None:
    promise = cast.delivered()  # on day 1
    cast.do(cast.customer, promise, acts.Return(words="No stops."), at=START + 5 * DAY)
    repair = given(
        cast, (cast.provider, cast.workshop, cast.caretaker, cast.sales), START + 8 * DAY, at=START + 5 * DAY + HOUR
    )
    cast.do(cast.provider, promise, acts.Link(relies_on=repair), at=START + 5 * DAY + 2 * HOUR)
    cast.do(cast.caretaker, repair, EASIER, at=START + 7 * DAY)
    cast.do(cast.provider, promise, EASIER, at=START + 8 * DAY)
    found = trace_of(cast.boss, promise, now=NOW)
    assert {(step.doing, step.team): round(step.share, 2) for step in found.steps} == {
        (Doing.WORK, "Workshop"): 0.0, (Doing.CHECK, "Dispatch"): 0.8, (Doing.WORK, "Sales"): 0.0,
        (Doing.REWORK, "Workshop"): 0.2,
    }  # fmt: skip
