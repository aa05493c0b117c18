"""Indirect customers through the database, against a walk that tries everything."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cast import START, Cast
from kept.customers import actions, network
from kept.customers.observing import Observed, take_in_observed
from kept.people import actions as people
from kept.people.models import Team
from kept.people.reach import organisation_changing

pytestmark = pytest.mark.django_db
pairs = st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] != pair[1])


@pytest.fixture
def teams(db: None) -> list[Team]:
    with organisation_changing():
        lead = people.add_person(name="Lead of all")
        made = [people.add_team(name=f"Team {number}") for number in range(6)]
        for team in made:
            people.join_team(lead, team)
    return made


def brute_force(ties: Iterable[tuple[object, object]], start: object) -> dict[object, int]:
    """How many ties away everybody is: by trying every tie, again and again."""
    steps = {start: 0}
    for step in range(1, 20):
        steps |= {
            customer: step for provider, customer in ties if steps.get(provider) == step - 1 and customer not in steps
        }
    return {node: step for node, step in steps.items() if node != start}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(declared=st.sets(pairs, max_size=8), seen=st.sets(pairs, max_size=12), marked=st.sets(pairs, max_size=4))
def test_everybody_who_would_notice_is_found_by_a_shortest_path(teams, declared, seen, marked) -> None:
    """Parties 0 to 5 are teams, 6 and 7 names that nobody bears."""
    lead = teams[0].members.get()
    nodes: list[network.Node] = [*(team.pk for team in teams), "Location 6", "Location 7"]
    names = [*(team.name for team in teams), "Location 6", "Location 7"]
    reset()
    take_in_observed("log", [Observed("handoff", names[a], names[b], 1 + a, 1) for a, b in seen])
    marked = {pair for pair in marked if max(pair) < 6} - declared
    for a, b in marked:
        actions.mark_not_a_customer(lead, provider=teams[a], customer=teams[b], at=START)
    declared = {pair for pair in declared if max(pair) < 6}
    for a, b in declared:
        actions.declare_tie(lead, provider=teams[a], customer=teams[b], kind="depends_on", at=START)
    ties = {(nodes[a], nodes[b]) for a, b in declared | (seen - marked)}
    back = {(b, a) for a, b in ties}
    for node in nodes:
        for found, expected, direction in (
            (network.customers_of(node), brute_force(ties, node), ties),
            (network.providers_of(node), brute_force(back, node), back),
        ):
            assert {each.party: each.steps for each in found} == expected
            for way, each in zip(network.ways(found), found, strict=True):
                path = [step.node for step in way.path]
                assert (path[0], path[-1], way.steps) == (node, each.party, each.steps)
                assert all(pair in direction for pair in pairwise(path))


def reset() -> None:
    """Empty what an example before this one left (they share a transaction)."""
    network.DeclaredTie.objects.all().delete()
    network.NotACustomer.objects.all().delete()
    network.ObservedTie.objects.all().delete()
    network.stamp.said_changed()
    network.stamp.seen_changed()


def test_the_path_says_who_and_whether_somebody_said_so(cast: Cast) -> None:
    take_in_observed("kept", [Observed("handoff", "Workshop", "Dispatch", 4, 4)])
    actions.declare_tie(cast.caretaker, provider=cast.sales, customer=cast.outside, kind="pays_for", at=START)
    actions.declare_tie(cast.customer, provider=cast.dispatch, customer=cast.sales, kind="depends_on", at=START)
    (last,) = network.ways(network.customers_of(cast.workshop.pk)[-1:])
    assert [step.name for step in last.path] == ["Workshop", "Dispatch", "Sales", "Outside customer"]
    assert (last.said, last.end.kind) == ((False, True, True), "outside")


def test_what_is_in_memory_follows_every_change(cast: Cast) -> None:
    def customers() -> set[network.Node]:
        return {each.party for each in network.customers_of(cast.workshop.pk)}

    assert customers() == set()
    tie = actions.declare_tie(
        cast.provider, provider=cast.workshop, customer=cast.dispatch, kind="depends_on", at=START
    )
    assert customers() == {cast.dispatch.pk}
    assert network.present() is network.present(), "nothing changed, so nothing is loaded again"
    actions.end_tie(cast.provider, tie.pk, at=START)
    assert customers() == set()
    take_in_observed("kept", [Observed("handoff", "Workshop", "Dispatch", 4, 4)])
    assert customers() == {cast.dispatch.pk}
    actions.mark_not_a_customer(cast.provider, provider=cast.workshop, customer=cast.dispatch, at=START)
    assert customers() == set()
    actions.take_mark_back(cast.provider, provider=cast.workshop, customer=cast.dispatch)
    assert customers() == {cast.dispatch.pk}
