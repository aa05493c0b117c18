"""Chains in the database: what is known of them to whom, deliveries while something is open, and asking upstream."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cast import DAY, HOUR, START, Cast, terms
from kept.core import acts
from kept.core.chains import Cause
from kept.core.errors import Incomplete, NotAllowed, NotFound, Refused, WrongSide, WrongState
from kept.core.terms import Answer
from kept.ledger import verifying as verify
from kept.ledger.models import Event
from kept.people.models import Person
from kept.promises import actions, chains
from kept.promises.chains import NOBODY, Hurt
from kept.promises.models import Promise, Reliance

pytestmark = pytest.mark.django_db
DELIVERY = acts.Deliver(easier=Answer.EASIER)


def line(cast: Cast, *, private: bool = False) -> tuple[int, int, int]:
    """The outside customer waits for the workshop, which relies on sales, which relies on billing; dates a day apart.

    Gives the three promises, the one at the end of the line first. `private` is the one in the middle, by the caretaker
    in person then.
    """
    last = cast.asked(by=cast.caretaker, customer=cast.outside, what=terms("The table", START + 3 * DAY))
    middle = cast.asked(
        by=cast.provider, customer=cast.workshop, provider=cast.caretaker if private else cast.sales, private=private,
        what=terms("The measures", START + 2 * DAY),
    )  # fmt: skip
    first = cast.asked(
        by=cast.caretaker, customer=cast.sales, provider=cast.billing, what=terms("The account", START + DAY)
    )
    for actor, promise in ((cast.provider, last), (cast.caretaker, middle), (cast.outsider, first)):
        cast.do(actor, promise, acts.Promise(), at=START + HOUR)
    cast.do(cast.caretaker, middle, acts.Link(relies_on=first), at=START + 2 * HOUR)
    cast.do(cast.provider, last, acts.Link(relies_on=middle), at=START + 2 * HOUR)
    return last, middle, first


def slips(cast: Cast, first: int, by: timedelta) -> None:
    word = acts.Update(words="It takes longer.", expected=START + DAY + by)
    cast.do(cast.outsider, first, word, at=START + 3 * HOUR)


def seen_by(person: Person, promise: int, hours: int = 4) -> chains.Chain:
    return chains.upstream([Promise.objects.get(pk=promise)], person, START + hours * HOUR)


def test_a_slip_travels_two_links_down_before_its_own_date_is_missed(cast: Cast) -> None:
    last, middle, first = line(cast)
    slips(cast, first, 5 * HOUR)
    foreseen = seen_by(cast.provider, last).foreseen[last]
    assert (foreseen.expected, foreseen.cause) == (START + 3 * DAY + 5 * HOUR, Cause.CHAIN)
    assert (foreseen.through, foreseen.origin) == (middle, first)
    assert foreseen.waiting is not None
    assert (foreseen.waiting.on, foreseen.waiting.since) == (middle, START + HOUR)


def test_why_names_the_link_by_what_the_viewer_may_read(cast: Cast) -> None:
    last, _middle, first = line(cast)
    slips(cast, first, 5 * HOUR)
    why = seen_by(cast.provider, last).why(last)  # the workshop asked for the measures: it may read that
    assert why == "It waits for “The measures” from Sales, which is likely 5 hours late; it began with Billing."
    colleague = seen_by(cast.boss, last).why(last)
    assert "The measures" in colleague  # above both sides
    outline = seen_by(cast.customer, last).why(last)
    assert outline.startswith("It waits for what Workshop gets from Sales, which is likely 5 hours late")
    assert "measures" not in outline


def test_a_provider_who_said_a_date_since_is_believed(cast: Cast) -> None:
    last, _middle, first = line(cast)
    slips(cast, first, 5 * HOUR)
    word = acts.Update(words="We make it all the same.", expected=START + 3 * DAY)
    cast.do(cast.provider, last, word, at=START + 4 * HOUR)
    chain = seen_by(cast.provider, last)
    assert chain.why(last) == ""
    assert chain.foreseen[last].expected == START + 3 * DAY


def test_what_was_delivered_holds_nobody_up(cast: Cast) -> None:
    last, _middle, first = line(cast)
    slips(cast, first, 5 * HOUR)
    cast.do(cast.outsider, first, DELIVERY, at=START + 4 * HOUR)
    chain = seen_by(cast.provider, last, hours=5)
    assert set(chain.foreseen) == {last, _middle}
    assert chain.foreseen[last].cause is None


def test_a_private_link_is_not_there_for_those_it_is_not_for(cast: Cast) -> None:
    last, middle, first = line(cast, private=True)
    slips(cast, first, 5 * HOUR)
    assert seen_by(cast.provider, last).foreseen[last].cause is Cause.CHAIN  # asked for it
    chain = seen_by(cast.colleague, last)
    assert set(chain.promises) == {last, first} or set(chain.promises) == {last}
    assert chain.foreseen[last].cause is None
    assert "measures" not in chain.why(last) + chain.waits_for(last)
    around = chains.around(Promise.objects.get(pk=last), cast.colleague, START + 4 * HOUR)
    assert middle not in around.promises
    assert first not in around.up.get(last, [])


def test_who_is_hurt_down_the_line(cast: Cast) -> None:
    last, middle, first = line(cast)
    rows = list(Promise.objects.filter(pk__in=[last, middle, first]))
    hurt = chains.downstream(rows, cast.boss)
    assert hurt[first] == Hurt(2, ("Outside customer",))
    assert hurt[middle] == Hurt(1, ("Outside customer",))
    assert hurt[last] == NOBODY
    assert hurt[first].words == "2 promises down the line wait for it, up to Outside customer."


def test_around_leads_both_ways(cast: Cast) -> None:
    last, middle, first = line(cast)
    chain = chains.around(Promise.objects.get(pk=middle), cast.caretaker, START + 4 * HOUR)
    assert (chain.up[middle], chain.down[middle]) == ([first], [last])
    assert set(chain.promises) == {last, middle, first}


def test_a_query_a_level_however_many_promises(cast: Cast) -> None:
    def counted(promises: list[int]) -> int:
        rows = list(Promise.objects.filter(pk__in=promises).select_related("customer", "provider"))
        with CaptureQueriesContext(connection) as captured:
            chains.upstream(rows, cast.boss, START + 4 * HOUR)
            chains.downstream(rows, cast.boss)
        return len(captured)

    one = line(cast)
    alone = counted(list(one))
    many = [promise for _ in range(10) for promise in line(cast)]
    assert counted(many) == alone <= 10


# --- delivering while something is open ---------------------------------------------------------------------------


def test_a_delivery_while_something_is_open_needs_its_reason(cast: Cast) -> None:
    last, _middle, _first = line(cast)
    before = Event.objects.count()
    with pytest.raises(Incomplete, match="Say why it can be delivered") as refused:
        cast.do(cast.provider, last, DELIVERY, at=START + 4 * HOUR)
    assert refused.value.field == "despite"
    assert Event.objects.count() == before
    excused = acts.Deliver(easier=Answer.PARTLY, despite="We measured again ourselves.")
    assert cast.do(cast.provider, last, excused, at=START + 4 * HOUR).state == "delivered"
    assert verify.verify().clean


def test_a_delivery_once_all_is_delivered_needs_none(cast: Cast) -> None:
    last, middle, first = line(cast)
    for actor, promise in ((cast.outsider, first), (cast.caretaker, middle), (cast.provider, last)):
        assert cast.do(actor, promise, DELIVERY, at=START + 4 * HOUR).state == "delivered"


def test_a_state_or_side_that_cannot_deliver_is_told_that_first(cast: Cast) -> None:
    last, _middle, _first = line(cast)
    with pytest.raises(WrongSide):
        cast.do(cast.caretaker, last, DELIVERY, at=START + 4 * HOUR)
    asked = cast.asked()
    with pytest.raises(WrongState):
        cast.do(cast.provider, asked, DELIVERY, at=START + 4 * HOUR)


# --- asking upstream ----------------------------------------------------------------------------------------------


def ask(cast: Cast, **changes: object) -> acts.Ask:
    values = {"customer": cast.workshop.pk, "provider": cast.sales.pk, "terms": terms("The measures")} | changes
    return acts.Ask(**values)  # type: ignore[arg-type]


def test_asking_upstream_opens_and_links_at_once(cast: Cast) -> None:
    promise = cast.promised()
    opened = actions.ask_upstream(cast.provider, promise, ask(cast), at=START + 2 * HOUR)
    assert (opened.state, opened.customer_id) == ("asked", cast.workshop.pk)
    assert Reliance.objects.filter(promise=promise, on=opened).exists()
    assert verify.verify().clean


@pytest.mark.parametrize(
    ("who", "changes", "refusal"),
    [
        ("customer", {}, NotAllowed),
        ("outsider", {}, NotFound),
        ("boss", {}, NotAllowed),
        ("provider", {"terms": terms("")}, Incomplete),
        ("provider", {"provider": 0}, Incomplete),
    ],
)
def test_what_is_refused_leaves_neither_ask_nor_link(
    cast: Cast, who: str, changes: dict[str, object], refusal: type[Refused]
) -> None:
    promise = cast.promised()
    before = Event.objects.count()
    with pytest.raises(refusal):
        actions.ask_upstream(getattr(cast, who), promise, ask(cast, **changes), at=START + 2 * HOUR)
    assert (Event.objects.count(), Promise.objects.count()) == (before, 1)


def test_it_is_asked_for_by_whoever_gave_the_promise(cast: Cast) -> None:
    promise = cast.promised()
    with pytest.raises(Incomplete, match="whoever gave it"):
        actions.ask_upstream(cast.provider, promise, ask(cast, customer=cast.provider.pk), at=START + 2 * HOUR)


def test_what_is_not_promised_yet_needs_nothing_and_leaves_no_ask(cast: Cast) -> None:
    promise = cast.asked()
    with pytest.raises(WrongState):
        actions.ask_upstream(cast.provider, promise, ask(cast), at=START + 2 * HOUR)
    assert Promise.objects.count() == 1
