"""What the work shows beside what people say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cast import DAY, START, Cast
from kept.core.errors import Refused
from kept.core.terms import Side
from kept.customers import actions, stamp
from kept.customers.models import ObservedTie
from kept.customers.observing import OWN, Observed, forget_observed, match_names, take_in_observed
from kept.customers.queries import Comparison, comparison, seen_by_name
from kept.people import actions as people

pytestmark = pytest.mark.django_db
HANDED = Observed("handoff", "Workshop", "DISPATCH", 12, 9, START, START + 3 * DAY, 7200.0, 86_400.0, 2)
UNKNOWN = Observed("serves", "Workshop", "Location 12", 5, 5, START, START + DAY)


def names(rows) -> list[str]:
    return [row.who.name for row in rows]


def said(found: Comparison) -> dict[str, list[str]]:
    groups = ("both", "only_said", "only_seen", "marked", "reporting")
    return {name: names(getattr(found, name)) for name in groups if getattr(found, name)}


def test_names_are_matched_whatever_their_capitals(cast: Cast) -> None:
    assert take_in_observed("a log", [HANDED, UNKNOWN]) == 2
    handed, unknown = ObservedTie.objects.order_by("kind")
    assert (handed.provider_id, handed.customer_id) == (cast.workshop.pk, cast.dispatch.pk)
    assert (unknown.provider_id, unknown.customer_id, unknown.customer_name) == (cast.workshop.pk, None, "Location 12")


def test_a_person_is_matched_only_where_one_alone_bears_the_name(cast: Cast) -> None:
    take_in_observed(OWN, [Observed("handoff", "Provider", "Customer", 1, 1)])
    assert ObservedTie.objects.get().provider_id == cast.provider.pk
    people.add_person(name="Provider")
    assert match_names() == 1
    assert ObservedTie.objects.get().provider_id is None


def test_names_are_matched_again_when_parties_come(cast: Cast) -> None:
    take_in_observed("a log", [UNKNOWN])
    there = people.add_outside_customer(name="Location 12", looked_after_by=cast.sales)
    before = stamp.present()
    assert (match_names(), match_names()) == (1, 0)
    assert ObservedTie.objects.get().customer_id == there.pk
    assert stamp.present() != before


def test_a_source_is_replaced_as_a_whole_and_others_stay(cast: Cast) -> None:
    take_in_observed("one", [HANDED, UNKNOWN])
    take_in_observed("two", [HANDED])
    take_in_observed("one", [replace(HANDED, count=13)])
    assert set(ObservedTie.objects.values_list("source", "count")) == {("one", 13), ("two", 12)}
    assert forget_observed("two") == 1
    assert set(ObservedTie.objects.values_list("source", flat=True)) == {"one"}


def test_the_same_again_changes_nothing(cast: Cast) -> None:
    take_in_observed("one", [HANDED, UNKNOWN])
    before = stamp.present(), set(ObservedTie.objects.values_list("pk", flat=True))
    assert take_in_observed("one", [UNKNOWN, HANDED]) == 2
    assert (stamp.present(), set(ObservedTie.objects.values_list("pk", flat=True))) == before


def test_one_tie_twice_is_refused_and_nothing_is_lost(cast: Cast) -> None:
    take_in_observed("one", [HANDED])
    with pytest.raises(Refused):
        take_in_observed("one", [UNKNOWN, UNKNOWN])
    assert ObservedTie.objects.get().customer_name == "DISPATCH"


def test_said_and_seen_side_by_side(cast: Cast) -> None:
    take_in_observed(OWN, [HANDED, replace(HANDED, customer="Billing", count=3), UNKNOWN])
    for customer in (cast.dispatch, cast.sales):
        actions.declare_tie(cast.provider, provider=cast.workshop, customer=customer, kind="depends_on", at=START)
    found = comparison(cast.workshop, Side.PROVIDER)
    assert said(found) == {"both": ["Dispatch"], "only_said": ["Sales"], "only_seen": ["Location 12", "Billing"]}
    assert found.differs
    actions.mark_not_a_customer(cast.provider, provider=cast.workshop, customer=cast.billing, at=START)
    assert said(comparison(cast.workshop, Side.PROVIDER))["marked"] == ["Billing"]
    assert said(comparison(cast.dispatch, Side.CUSTOMER)) == {"both": ["Workshop"]}


def test_what_the_work_says_of_one_pair_adds_up(cast: Cast) -> None:
    take_in_observed("one", [HANDED])
    take_in_observed("two", [replace(HANDED, count=20, cases=20, last=START + 9 * DAY, median_wait_s=60.0, returns=1)])
    (row,) = comparison(cast.workshop, Side.PROVIDER).only_seen
    assert row.seen is not None
    assert (row.seen.count, row.seen.cases, row.seen.returns) == (32, 29, 3)
    assert (row.seen.first, row.seen.last, row.seen.median_wait_s) == (START, START + 9 * DAY, 60.0)
    assert not row.seen.served


def test_what_the_other_side_said_no_to_is_shown_as_such(cast: Cast) -> None:
    tie = actions.declare_tie(
        cast.provider, provider=cast.workshop, customer=cast.dispatch, kind="depends_on", at=START
    )
    actions.refuse_tie(cast.customer, tie.pk, at=START)
    assert said(comparison(cast.workshop, Side.PROVIDER)) == {"only_said": ["Dispatch"]}
    take_in_observed(OWN, [HANDED])
    assert said(comparison(cast.workshop, Side.PROVIDER)) == {"only_seen": ["Dispatch"]}


def test_the_boss_is_a_customer_and_so_is_each_report(cast: Cast) -> None:
    lead = comparison(cast.lead, Side.PROVIDER).reporting
    assert {row.who.name: row.reports for row in lead} == {
        "Boss": ("reports",),
        "Provider": ("direction", "decisions"),
        "Colleague": ("direction", "decisions"),
    }
    upstream = comparison(cast.lead, Side.CUSTOMER).reporting
    assert {row.who.name: row.reports for row in upstream} == {
        "Boss": ("direction", "decisions"),
        "Provider": ("reports",),
        "Colleague": ("reports",),
    }
    assert not comparison(cast.workshop, Side.PROVIDER).reporting


def test_a_name_that_nobody_bears_can_be_looked_up(cast: Cast) -> None:
    take_in_observed(
        "log", [Observed("handoff", "Group 70", "Group 24", 7, 6), Observed("serves", "Group 70", "L1", 9, 9)]
    )
    assert [(row.customer_name, row.count) for row in seen_by_name("Group 70", Side.PROVIDER)] == [
        ("Group 24", 7),
        ("L1", 9),
    ]
    assert [row.provider_name for row in seen_by_name("Group 24", Side.CUSTOMER)] == ["Group 70"]
