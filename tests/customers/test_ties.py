"""Results and declared ties: who may say what, and what the other side answers."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from cast import DAY, HOUR, START, Cast
from kept.core.errors import Incomplete, NotAllowed, Refused
from kept.core.terms import Side
from kept.customers import actions
from kept.customers.models import NotACustomer, Result, Tie
from kept.customers.queries import results_of, to_answer

pytestmark = pytest.mark.django_db


def sheet(cast: Cast) -> Result:
    return actions.add_result(
        cast.provider, owner=cast.workshop, kind="finished", name="Tables", purpose="So that families sit together."
    )


def declared(cast: Cast, **changes) -> Tie:
    return actions.declare_tie(
        changes.pop("by", cast.provider),
        **({"provider": cast.workshop, "customer": cast.dispatch, "kind": "depends_on", "at": START} | changes),
    )


# --- results ------------------------------------------------------------------------------------------------------


def test_a_result_says_whom_it_helps(cast: Cast) -> None:
    result = sheet(cast)
    assert list(results_of(cast.workshop.pk)) == [result]
    with pytest.raises(Incomplete) as refused:
        actions.add_result(cast.provider, owner=cast.workshop, kind="finished", name="Chairs", purpose=" ")
    assert refused.value.field == "purpose"


@pytest.mark.parametrize(
    ("field", "value"),
    [("kind", "wonderful"), ("name", " "), ("name", "x" * 121), ("name", "tables"), ("purpose", "x" * 301)],
)
def test_what_is_no_result_is_refused(cast: Cast, field: str, value: str) -> None:
    sheet(cast)
    sound = {"kind": "finished", "name": "Chairs", "purpose": "So that people rest."}
    with pytest.raises(Incomplete) as refused:
        actions.add_result(cast.provider, owner=cast.workshop, **(sound | {field: value}))
    assert refused.value.field == field


def test_only_its_own_people_say_what_a_team_makes(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        actions.add_result(cast.outsider, owner=cast.workshop, kind="finished", name="A", purpose="So that b.")
    result = sheet(cast)
    with pytest.raises(NotAllowed):
        actions.retire_result(cast.boss, result.pk, at=START)
    with pytest.raises(Refused):
        actions.add_result(cast.caretaker, owner=cast.outside, kind="finished", name="A", purpose="So that b.")


def test_a_result_with_customers_is_not_retired(cast: Cast) -> None:
    result = sheet(cast)
    tie = declared(cast, result=result)
    with pytest.raises(Refused):
        actions.retire_result(cast.provider, result.pk, at=START)
    actions.end_tie(cast.customer, tie.pk, at=START + HOUR)
    actions.retire_result(cast.provider, result.pk, at=START + DAY)
    assert not results_of(cast.workshop.pk)
    assert sheet(cast).pk != result.pk, "its name is free again"


# --- ties ---------------------------------------------------------------------------------------------------------


def test_one_side_declares_and_the_other_confirms(cast: Cast) -> None:
    tie = declared(cast)
    assert (tie.state, tie.declared_side) == (Tie.State.DECLARED, Side.PROVIDER)
    assert list(to_answer([cast.dispatch.pk])) == [tie]
    assert not to_answer([cast.workshop.pk])
    with pytest.raises(NotAllowed):
        actions.confirm_tie(cast.provider, tie.pk, at=START)
    confirmed = actions.confirm_tie(cast.customer, tie.pk, at=START + HOUR)
    assert (confirmed.state, confirmed.answered_by) == (Tie.State.CONFIRMED, cast.customer)
    assert not to_answer([cast.dispatch.pk])


def test_the_customer_may_declare_it_too(cast: Cast) -> None:
    tie = declared(cast, by=cast.customer)
    assert tie.declared_side == Side.CUSTOMER
    assert list(to_answer([cast.workshop.pk])) == [tie]


def test_declaring_what_the_other_side_declared_confirms_it(cast: Cast) -> None:
    tie = declared(cast)
    assert declared(cast, by=cast.customer, at=START + HOUR).pk == tie.pk
    tie.refresh_from_db()
    assert tie.state == Tie.State.CONFIRMED
    with pytest.raises(Refused):
        declared(cast)


def test_a_no_can_become_a_yes_of_the_same_side(cast: Cast) -> None:
    tie = declared(cast)
    with pytest.raises(Refused, match="has not answered"):
        declared(cast)
    assert actions.refuse_tie(cast.customer, tie.pk, at=START, words="We get ours elsewhere.").state == "refused"
    with pytest.raises(Refused, match="said no"):
        declared(cast)
    assert declared(cast, by=cast.customer).state == Tie.State.CONFIRMED


def test_either_side_ends_it_and_it_may_begin_again(cast: Cast) -> None:
    tie = declared(cast)
    actions.end_tie(cast.customer, tie.pk, at=START + HOUR, words="The work moved.")
    with pytest.raises(Refused):
        actions.end_tie(cast.provider, tie.pk, at=START + DAY)
    assert declared(cast, at=START + DAY).pk != tie.pk


def test_strangers_and_bosses_declare_nothing(cast: Cast) -> None:
    for actor in (cast.outsider, cast.boss):
        with pytest.raises(NotAllowed):
            declared(cast, by=actor)


def test_a_tie_makes_sense(cast: Cast) -> None:
    other = actions.add_result(
        cast.customer, owner=cast.dispatch, kind="by-product", name="Count", purpose="So that x."
    )
    for wrong in ({"kind": "likes"}, {"customer": cast.workshop}, {"result": other}):
        with pytest.raises(Incomplete):
            declared(cast, **wrong)
    with pytest.raises(Incomplete, match="served"):
        declared(cast, by=cast.caretaker, provider=cast.outside, customer=cast.sales)


def test_whoever_speaks_for_an_outside_customer_needs_no_second_word(cast: Cast) -> None:
    both = declared(cast, by=cast.caretaker, provider=cast.sales, customer=cast.outside, kind="pays_for")
    assert both.state == Tie.State.CONFIRMED
    one = declared(cast, customer=cast.outside, kind="pays_for")
    assert one.state == Tie.State.DECLARED


# --- not a customer -----------------------------------------------------------------------------------------------


def test_a_mark_gives_way_to_a_declared_tie_and_not_the_other_way(cast: Cast) -> None:
    actions.mark_not_a_customer(cast.provider, provider=cast.workshop, customer=cast.dispatch, at=START)
    actions.mark_not_a_customer(cast.provider, provider=cast.workshop, customer=cast.dispatch, at=START)
    assert NotACustomer.objects.count() == 1
    declared(cast)
    assert not NotACustomer.objects.exists()
    with pytest.raises(Refused):
        actions.mark_not_a_customer(cast.customer, provider=cast.workshop, customer=cast.dispatch, at=START)
    with pytest.raises(NotAllowed):
        actions.take_mark_back(cast.outsider, provider=cast.workshop, customer=cast.dispatch)


# --- the database refuses it too ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"customer": "workshop"},
        {"kind": "likes"},
        {"declared_side": "both"},
        {"state": "confirmed"},
        {"state": "ended"},
        {"ended_at": START},
        {},
    ],
)
def test_the_database_refuses_a_tie_that_cannot_be(cast: Cast, changes: dict) -> None:
    declared(cast)
    values = {"provider": cast.workshop, "customer": cast.dispatch, "kind": "depends_on", "declared_side": "provider"}
    values |= {name: getattr(cast, value, value) if name == "customer" else value for name, value in changes.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Tie.objects.create(**values, declared_by=cast.provider, declared_at=START)
