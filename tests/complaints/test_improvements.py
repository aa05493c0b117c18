"""An improvement that followed from a trace: whose ask it is, and whether that kind of miss became rarer."""

from __future__ import annotations

from datetime import datetime

import pytest

from cast import DAY, HOUR, START, Cast, terms
from kept.complaints import improvements
from kept.complaints.improvements import Kind, ask_for, led_to, of_promise
from kept.core import acts
from kept.core.errors import NotFound
from kept.core.expectations import Expectations, Need
from kept.core.statistics import Verdict
from kept.core.terms import Answer
from kept.ledger.models import Event

pytestmark = pytest.mark.django_db
EASIER = acts.Deliver(easier=Answer.EASIER)


def late(cast: Cast, *, at: datetime, days: int = 5) -> int:
    """A promise due after two days, delivered after `days`."""
    promise = cast.promised(at=at)
    cast.do(cast.provider, promise, EASIER, at=at + days * DAY)
    return promise


def test_it_is_counted_before_and_after_it_was_delivered(cast: Cast) -> None:
    begin = START + 100 * DAY
    for n in range(12):
        late(cast, at=START + n * DAY)
    found = late(cast, at=begin)
    asked = ask_for(cast.customer, found, (f"{found}.0", Kind.LATE), at=begin + 6 * DAY)
    assert (asked.customer_id, asked.provider_id, asked.due) == (cast.dispatch.pk, cast.workshop.pk, begin + 20 * DAY)
    [waiting] = of_promise(cast.customer, found)
    assert waiting.change is None
    cast.do(cast.provider, asked.pk, acts.Promise(), at=begin + 7 * DAY)
    cast.do(cast.provider, asked.pk, EASIER, at=begin + 8 * DAY)
    for n in range(12):
        late(cast, at=begin + (9 + n) * DAY, days=1)
    [followed] = of_promise(cast.customer, found)
    change = followed.change
    assert change is not None
    assert (change.before, change.n_before, change.after, change.n_after) == (1.0, 12, 0.0, 12)
    assert change.verdict is Verdict.MOVED
    assert followed.between.endswith("points less")
    assert not followed.for_all
    assert of_promise(cast.outsider, found) == []
    came_from = led_to(cast.provider, asked.pk)
    assert came_from is not None
    assert came_from.traced_id == found


def test_few_can_say_nothing(cast: Cast) -> None:
    found = late(cast, at=START)
    asked = ask_for(cast.customer, found, (f"{found}.0", Kind.LATE), at=START + 6 * DAY)
    cast.do(cast.provider, asked.pk, acts.Promise(), at=START + 7 * DAY)
    cast.do(cast.provider, asked.pk, EASIER, at=START + 8 * DAY)
    [followed] = of_promise(cast.boss, found)
    assert followed.change is not None
    assert (followed.change.verdict, followed.change.n_before, followed.for_all) == (Verdict.CANT_TELL, 0, True)


def test_the_boss_asks_for_themselves_and_so_does_who_has_an_agreement_on_other_asks(cast: Cast) -> None:
    found = late(cast, at=START)
    finding = (f"{found}.0", Kind.LATE)
    assert ask_for(cast.boss, found, finding, at=START + 6 * DAY).customer_id == cast.boss.pk
    cast.agreed(Expectations(needs=(Need("Weight"),)), at=START + 6 * DAY)
    asked = ask_for(cast.customer, found, finding, at=START + 7 * DAY)
    assert asked.customer_id == cast.customer.pk
    with pytest.raises(NotFound):
        ask_for(cast.customer, found, (f"{found}.0", Kind.RETURNED), at=START + 7 * DAY)


def test_the_ask_says_nothing_of_what_is_private_to_others_of_the_team_asked(cast: Cast) -> None:
    hidden = cast.asked(private=True, what=terms("Salary letter", START + 2 * DAY))
    cast.do(cast.lead, hidden, acts.Promise(), at=START + HOUR)
    cast.do(cast.lead, hidden, EASIER, at=START + 5 * DAY)
    asked = ask_for(cast.customer, hidden, (f"{hidden}.0", Kind.LATE), at=START + 6 * DAY)
    assert asked.private
    assert asked.what == "What would let work like this come on time"
    assert not any("Salary" in str(row.body) for row in Event.objects.filter(stream=asked.pk))


def test_each_kind_of_miss_is_counted_by_itself(cast: Cast) -> None:
    cast.agreed(Expectations(update_every=8 * HOUR), at=START - 30 * DAY)
    returned = late(cast, at=START, days=1)  # with a day and more of silence
    cast.do(cast.customer, returned, acts.Return(words="No stops.", missing=("Stops",)), at=START + 2 * DAY)
    cast.do(cast.provider, returned, EASIER, at=START + 5 * DAY)
    for n in range(1, 3):
        late(cast, at=START + n * DAY)
    found = late(cast, at=START + 20 * DAY)
    counted = {}
    for kind in Kind:
        row = improvements.Improvement(
            traced_id=found, at_promise_id=found, asked_id=found, kind=kind, provider=cast.workshop,
            customer=cast.dispatch,
        )  # fmt: skip
        tie = improvements.Q(provider=cast.workshop.pk, customer=cast.dispatch.pk)
        counted[kind] = improvements._count(row, tie, START, None)
    assert counted == {Kind.LATE: (3, 3), Kind.RETURNED: (1, 3), Kind.MISSING: (1, 3), Kind.SILENT: (3, 3)}
