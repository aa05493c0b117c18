"""Several acts in one moment, as a program or a slow clock makes them, leave nothing that replaying would not give."""

from __future__ import annotations

from datetime import timedelta

from cast import DAY, HOUR, START, Cast
from kept.core import acts
from kept.core.agreement import Between
from kept.core.expectations import Expectations
from kept.core.terms import Answer
from kept.customers.agreeing import agree, expect
from kept.ledger.verifying import verify
from kept.promises.models import WordOwed


def test_promise_update_and_delivery_in_one_moment(cast: Cast) -> None:
    between = Between(cast.dispatch.pk, cast.workshop.pk)
    both = Expectations(update_every=timedelta(hours=8))
    written = expect(cast.lead, between, both, at=START - DAY)
    agree(cast.customer, written.pk, to=written.sequence, at=START - HOUR)
    promise = cast.asked()
    for act in (acts.Promise(), acts.Update(words="Begun."), acts.Update(words="Half done."), acts.Note(words="Blue.")):
        cast.do(cast.provider, promise, act, at=START + HOUR)
    cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=START + HOUR)
    cast.do(cast.customer, promise, acts.Return(words="Too early."), at=START + HOUR)
    cast.do(cast.provider, promise, acts.Update(words="Again."), at=START + 2 * HOUR)
    assert all(row.until is None or row.since < row.until for row in WordOwed.objects.all())
    assert not verify().differences
