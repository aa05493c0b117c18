"""Agreements through the database: who may say what, two at once, what is projected, what a promise makes of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from cast import DAY, HOUR, START, Cast, terms
from kept.core import acts, codec
from kept.core.agreement import Between
from kept.core.errors import Incomplete, NotAllowed, NotFound, Overtaken, WrongSide
from kept.core.expectations import Expectations, Need, NeedKind
from kept.core.terms import Answer, Check, Given, Side
from kept.customers import access, actions, agreeing
from kept.customers.agreements import agreed_customers, agreement_in_force, between, standing_of, version_of
from kept.customers.models import Agreement, AgreementVersion
from kept.ledger.models import Event, Outbox, Stream
from kept.promises import actions as promises
from kept.promises.models import Promise

pytestmark = pytest.mark.django_db
QUICK, SLOW = Expectations(turnaround=8 * HOUR), Expectations(turnaround=16 * HOUR)
WITH_NEEDS = Expectations(
    needs=(Need("Address", hint="street, door, floor"), Need("Tour", NeedKind.DATE, required=False)),
    checklist=("Counted", "Labelled"), reopen_window=3 * DAY, review_on=date(2026, 9, 1),
)  # fmt: skip


def pair(cast: Cast, result: int | None = None) -> Between:
    return Between(cast.dispatch.pk, cast.workshop.pk, result)


# --- who says what ------------------------------------------------------------------------------------------------


def test_one_side_proposes_the_other_counters_and_the_first_agrees(cast: Cast) -> None:
    agreement = agreeing.expect(cast.customer, pair(cast), QUICK, at=START, words="We start at eight.")
    assert (agreement.standing, agreement.version) == ("proposed", None)
    assert agreement_in_force(cast.dispatch.pk, cast.workshop.pk) is None
    again = agreeing.expect(cast.provider, pair(cast), SLOW, at=START + HOUR)
    assert again.pk == agreement.pk
    agreeing.agree(cast.customer, agreement.pk, to=2, at=START + 2 * HOUR)
    found = agreement_in_force(cast.dispatch.pk, cast.workshop.pk)
    assert found is not None
    assert (found.agreement, found.version, found.expectations) == (agreement.pk, 1, SLOW)
    assert [each.pk for each in between(cast.dispatch.pk, cast.workshop.pk)] == [agreement.pk]


def test_every_word_is_in_the_ledger_and_in_the_outbox(cast: Cast) -> None:
    agreement = cast.agreed()
    assert Stream.objects.get(pk=agreement).kind == Stream.Kind.AGREEMENT
    rows = Event.objects.filter(stream=agreement).order_by("sequence")
    assert [(row.name, row.side) for row in rows] == [
        ("agreement.expected", "customer"),
        ("agreement.agreed", "provider"),
    ]
    assert Outbox.objects.filter(event__stream=agreement).count() == 2


def test_strangers_find_nothing_and_those_above_only_read(cast: Cast) -> None:
    agreement = cast.agreed()
    with pytest.raises(NotFound):
        access.agreement_for_seeing(cast.outsider, agreement)
    with pytest.raises(NotFound):
        agreeing.end(cast.outsider, agreement, words="So.", at=START + DAY)
    assert not access.agreement_for_seeing(cast.boss, agreement).sides
    with pytest.raises(NotAllowed):
        agreeing.end(cast.boss, agreement, words="So.", at=START + DAY)
    with pytest.raises(NotAllowed):
        agreeing.expect(cast.outsider, pair(cast), SLOW, at=START + DAY)
    assert not access.agreements_visible_to(cast.outsider).exists()


def test_nobody_agrees_to_their_own_words(cast: Cast) -> None:
    between_ = Between(cast.outside.pk, cast.sales.pk)
    agreement = agreeing.expect(cast.caretaker, between_, QUICK, at=START, side=Side.CUSTOMER)
    with pytest.raises(WrongSide):
        agreeing.agree(cast.caretaker, agreement.pk, to=1, at=START + HOUR)


def test_agreeing_to_what_was_changed_meanwhile_is_overtaken(cast: Cast) -> None:
    agreement = agreeing.expect(cast.customer, pair(cast), QUICK, at=START)
    agreeing.expect(cast.customer, pair(cast), SLOW, at=START + HOUR)
    with pytest.raises(Overtaken):
        agreeing.agree(cast.provider, agreement.pk, to=1, at=START + 2 * HOUR)
    assert Agreement.objects.get().version is None


def test_what_it_is_about_must_be_there(cast: Cast) -> None:
    result = actions.add_result(cast.customer, owner=cast.dispatch, kind="finished", name="Tour", purpose="So that x.")
    for wrong in (
        Between(cast.dispatch.pk, cast.workshop.pk, result.pk),
        Between(cast.dispatch.pk, cast.dispatch.pk),
        Between(cast.dispatch.pk, 0),
        Between(cast.sales.pk, cast.outside.pk),
    ):
        with pytest.raises((Incomplete, NotAllowed)):
            agreeing.expect(
                cast.caretaker if wrong.customer == cast.sales.pk else cast.customer, wrong, QUICK, at=START
            )
    with pytest.raises(Incomplete):
        agreeing.expect(cast.customer, pair(cast), Expectations(tell=(cast.dispatch.pk,)), at=START)
    assert not Stream.objects.filter(kind=Stream.Kind.AGREEMENT).exists()


# --- what is projected --------------------------------------------------------------------------------------------


def test_the_rows_are_what_the_events_give(cast: Cast) -> None:
    agreement = cast.agreed(WITH_NEEDS)
    agreeing.expect(cast.provider, pair(cast), SLOW, at=START + DAY)
    row = Agreement.objects.get()
    state, events = standing_of(agreement)
    assert state is not None
    assert (row.standing, row.version, row.review_on, row.sequence) == ("in force", 1, date(2026, 9, 1), 3)
    assert (row.customer_expects, row.provider_expects["sequence"]) == (None, 3)
    assert codec.from_dict(Expectations, row.provider_expects["expectations"]) == SLOW
    assert len(events) == 3
    version = AgreementVersion.objects.get()
    assert (version.side, version.written_by, version.agreed_by) == ("customer", cast.customer, cast.provider)
    assert version_of(agreement, 1) == agreement_in_force(cast.dispatch.pk, cast.workshop.pk)
    assert version_of(agreement, 2) is None
    agreeing.end(cast.customer, agreement, words="The work moved.", at=START + 2 * DAY)
    assert Agreement.objects.filter(standing="ended", version=None).exists()
    assert agreement_in_force(cast.dispatch.pk, cast.workshop.pk) is None
    assert version_of(agreement, 1) is not None


def test_an_agreement_about_one_result_goes_before_the_one_at_large(cast: Cast) -> None:
    tables = actions.add_result(
        cast.provider, owner=cast.workshop, kind="finished", name="Tables", purpose="So that x."
    )
    cast.agreed(SLOW)
    special = agreeing.expect(cast.customer, pair(cast, tables.pk), QUICK, at=START)
    found = agreement_in_force(cast.dispatch.pk, cast.workshop.pk, tables.pk)
    assert found is not None
    assert found.expectations == SLOW, "the special one is not in force yet"
    agreeing.agree(cast.provider, special.pk, to=1, at=START + HOUR)
    found = agreement_in_force(cast.dispatch.pk, cast.workshop.pk, tables.pk)
    at_large = agreement_in_force(cast.dispatch.pk, cast.workshop.pk)
    assert found is not None
    assert at_large is not None
    assert (found.expectations, at_large.expectations) == (QUICK, SLOW)
    assert agreed_customers(cast.workshop.pk, [cast.dispatch.pk, cast.sales.pk]) == [cast.dispatch.pk]


@pytest.mark.parametrize(
    "changes", [{"version": 2}, {"standing": "in force"}, {"standing": "maybe"}, {"provider": "dispatch"}]
)
def test_the_database_refuses_an_agreement_that_cannot_be(cast: Cast, changes: dict) -> None:
    agreement = agreeing.expect(cast.customer, pair(cast), QUICK, at=START)
    changes = {name: getattr(cast, str(value), value) for name, value in changes.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=agreement.pk).update(**changes)


def test_the_database_refuses_a_version_by_one_person_alone(cast: Cast) -> None:
    cast.agreed()
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementVersion.objects.update(agreed_by=cast.customer)


# --- promises made under it ---------------------------------------------------------------------------------------


def ask(cast: Cast, *given: Given, **changes) -> Promise:
    act = acts.Ask(customer=cast.dispatch.pk, provider=cast.workshop.pk, terms=terms(), given=given, **changes)
    return promises.open_promise(cast.customer, act, at=START + 2 * HOUR)


def test_an_ask_that_lacks_what_is_needed_says_so_in_their_words(cast: Cast) -> None:
    cast.agreed(WITH_NEEDS)
    with pytest.raises(Incomplete, match="Say “Address”: street, door, floor") as refused:
        ask(cast, Given("Tour", "next week"))
    assert refused.value.field == "given"
    assert "“Tour” is a date" in str(refused.value)
    assert not Promise.objects.exists()


def test_a_promise_keeps_the_version_that_it_was_made_under(cast: Cast) -> None:
    agreement = cast.agreed(WITH_NEEDS)
    old = ask(cast, Given("Address", " Oak Lane 3 "), Given("Tour", " "))
    assert (old.agreement_id, old.agreement_version) == (agreement, 1)
    body = Event.objects.get(stream=old.pk).body
    assert body["given"] == [{"name": "Address", "text": "Oak Lane 3"}]
    assert body["reopen_window"] == timedelta(days=3).total_seconds()
    agreeing.expect(cast.customer, pair(cast), SLOW, at=START + 3 * HOUR)
    agreeing.agree(cast.provider, agreement, to=3, at=START + 4 * HOUR)
    new = ask(cast)
    assert (new.agreement_version, Promise.objects.get(pk=old.pk).agreement_version) == (2, 1)


def test_nobody_can_name_an_agreement_that_is_not_in_force(cast: Cast) -> None:
    promise = ask(cast, agreement=5, agreement_version=1)
    assert (promise.agreement_id, promise.agreement_version) == (None, None)


def test_an_ask_about_a_result_names_one_of_the_provider(cast: Cast) -> None:
    theirs = actions.add_result(
        cast.provider, owner=cast.workshop, kind="finished", name="Tables", purpose="So that x."
    )
    assert ask(cast, result=theirs.pk).result_id == theirs.pk
    own = actions.add_result(cast.customer, owner=cast.dispatch, kind="finished", name="Tour", purpose="So that x.")
    with pytest.raises(Incomplete) as refused:
        ask(cast, result=own.pk)
    assert refused.value.field == "result"


def test_a_delivery_carries_the_whole_checklist_of_its_version(cast: Cast) -> None:
    agreement = cast.agreed(WITH_NEEDS)
    promise = ask(cast, Given("Address", "Oak Lane 3"))
    cast.do(cast.provider, promise.pk, acts.Promise(), at=START + 3 * HOUR)
    agreeing.expect(cast.customer, pair(cast), SLOW, at=START + 3 * HOUR)
    agreeing.agree(cast.provider, agreement, to=3, at=START + 4 * HOUR)
    cast.do(
        cast.provider, promise.pk, acts.Deliver(easier=Answer.EASIER, checklist=(Check("Labelled", True),)),
        at=START + 5 * HOUR,
    )  # fmt: skip
    body = Event.objects.filter(stream=promise.pk).order_by("-sequence")[0].body
    assert body["checklist"] == [{"item": "Counted", "done": False}, {"item": "Labelled", "done": True}]


def test_what_is_passed_on_is_bound_by_no_agreement_with_somebody_else(cast: Cast) -> None:
    cast.agreed()
    promise = ask(cast)
    assert promise.agreement_id is not None
    cast.do(cast.provider, promise.pk, acts.PassOn(to=cast.sales.pk, words="Theirs."), at=START + 3 * HOUR)
    promise.refresh_from_db()
    assert (promise.agreement_id, promise.agreement_version) == (None, None)


def test_an_offer_needs_nothing_and_keeps_the_version_all_the_same(cast: Cast) -> None:
    agreement = cast.agreed(WITH_NEEDS)
    act = acts.Offer(customer=cast.dispatch.pk, provider=cast.workshop.pk, terms=terms())
    assert promises.open_promise(cast.provider, act, at=START + 2 * HOUR).agreement_id == agreement
