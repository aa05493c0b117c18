"""Direct and indirect customers, checked against walking every path there is."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kept.core.errors import KeptError
from kept.core.network import Network, Tie, TieError, would_cycle

# --- small networks at random, with cycles, self-loops and parallel ties ------------------------------------------

parties = st.sampled_from("abcdef")
weights = st.sampled_from([0, 1, 2, 3, 2.5])
kinds = st.frozensets(st.sampled_from(["consumes", "depends on"]))
ties = st.lists(st.builds(Tie, parties, parties, weights, kinds), max_size=16)


def merged(listed):
    """The ties of each pair as one: (provider, customer) → (weight, kinds)."""
    pairs = {(tie.provider, tie.customer) for tie in listed if tie.provider != tie.customer}
    return {
        (provider, customer): (
            sum(tie.weight for tie in listed if (tie.provider, tie.customer) == (provider, customer)),
            frozenset().union(*(tie.kinds for tie in listed if (tie.provider, tie.customer) == (provider, customer))),
        )
        for provider, customer in pairs
    }


def simple_paths(edges, path):
    """Every path from the last party of `path` on that meets nobody twice."""
    for start, end in sorted(edges):
        if start == path[-1] and end not in path:
            longer = (*path, end)
            yield longer
            yield from simple_paths(edges, longer)


def weakest(pairs, path):
    return min(pairs[step][0] for step in pairwise(path))


def by_brute_force(pairs, start):
    """party → (steps, strength), from all simple paths."""
    best = {}
    for path in simple_paths(pairs, (start,)):
        steps, strength = best.get(path[-1], (len(path), 0))
        if len(path) - 1 < steps:
            best[path[-1]] = len(path) - 1, weakest(pairs, path)
        elif len(path) - 1 == steps:
            best[path[-1]] = steps, max(strength, weakest(pairs, path))
    return best


@given(ties, parties)
def test_customers_are_those_that_walking_every_path_finds(listed, start):
    pairs = merged(listed)
    reached = Network.from_ties(listed).customers(start)
    assert {each.party: (each.steps, each.strength) for each in reached} == by_brute_force(pairs, start)
    assert [each.party for each in reached] == sorted(
        (each.party for each in reached), key=lambda party: (*order(by_brute_force(pairs, start)[party]), party)
    )


def order(found):
    steps, strength = found
    return steps, -strength


@given(ties, parties)
def test_each_path_shows_why(listed, start):
    pairs = merged(listed)
    for each in Network.from_ties(listed).customers(start):
        assert each.asked == each.path[0] == start
        assert each.path[-1] == each.party
        assert len(each.path) == each.steps + 1
        assert weakest(pairs, each.path) == each.strength
        assert [(tie.provider, tie.customer) for tie in each.ties] == list(pairwise(each.path))
        assert [(tie.weight, tie.kinds) for tie in each.ties] == [pairs[step] for step in pairwise(each.path)]


@given(ties, parties)
def test_the_paths_form_a_tree(listed, start):
    reached = {each.party: each for each in Network.from_ties(listed).customers(start)}
    for each in reached.values():
        assert each.via is (reached[each.path[-2]] if each.steps > 1 else None)


@given(ties, parties)
def test_of_equally_strong_paths_the_one_through_the_party_listed_first_is_shown(listed, start):
    pairs = merged(listed)
    reached = Network.from_ties(listed).customers(start)
    for each in reached:
        before = [via for via in reached if via.steps == each.steps - 1 and (via.party, each.party) in pairs]
        equally_strong = [via for via in before if min(via.strength, pairs[via.party, each.party][0]) == each.strength]
        assert each.via is (equally_strong[0] if each.steps > 1 else None)


@given(ties, parties, st.randoms())
def test_the_order_in_which_ties_are_told_changes_nothing(listed, start, random):
    shuffled = random.sample(listed, len(listed))
    before, after = Network.from_ties(listed), Network.from_ties(shuffled)
    assert before.customers(start) == after.customers(start)
    assert [each.path for each in before.customers(start)] == [each.path for each in after.customers(start)]


@given(ties, parties)
def test_suppliers_are_the_customers_of_the_network_turned_round(listed, start):
    turned = [Tie(tie.customer, tie.provider, tie.weight, tie.kinds) for tie in listed]
    suppliers, customers = Network.from_ties(listed).suppliers(start), Network.from_ties(turned).customers(start)
    assert [(each.path, each.strength) for each in suppliers] == [(each.path, each.strength) for each in customers]


@given(ties, parties, st.integers(1, 6))
def test_a_limit_keeps_the_nearest_and_changes_nothing_else(listed, start, within):
    network = Network.from_ties(listed)
    everyone = network.customers(start)
    assert network.customers(start, within=within) == tuple(each for each in everyone if each.steps <= within)


@given(ties, parties, parties)
def test_the_path_between_two_is_the_one_in_the_list(listed, provider, customer):
    network = Network.from_ties(listed)
    listed_one = [each for each in network.customers(provider) if each.party == customer]
    path = network.path(provider, customer)
    assert ([path] if path else []) == listed_one


# --- a company that one can picture -------------------------------------------------------------------------------

FURNITURE = Network.from_ties(
    [
        Tie("design", "workshop", 5, frozenset({"consumes"})),
        Tie("workshop", "dispatch", 40, frozenset({"consumes"})),
        Tie("purchasing", "workshop", 12),
        Tie("warehouse", "dispatch", 30),
        Tie("dispatch", "drivers", 60),
        Tie("drivers", "customers in the north", 25, frozenset({"pays for"})),
        Tie("drivers", "dispatch", 3),  # returns: a cycle
        Tie("dispatch", "dispatch", 9),  # work that stays in the team
    ]
)


def told(reached):
    return [" → ".join(each.path) for each in reached]


def test_who_would_notice_if_this_team_stopped_tomorrow():
    assert told(FURNITURE.customers("workshop")) == [
        "workshop → dispatch",
        "workshop → dispatch → drivers",
        "workshop → dispatch → drivers → customers in the north",
    ]
    last = FURNITURE.customers("workshop")[-1]
    assert (last.steps, last.strength) == (3, 25)
    assert last.tie.kinds == {"pays for"}


def test_whom_a_team_depends_on_the_strongest_of_equally_near_ones_first():
    assert told(FURNITURE.suppliers("dispatch")) == [
        "dispatch → workshop",
        "dispatch → warehouse",
        "dispatch → drivers",
        "dispatch → workshop → purchasing",
        "dispatch → workshop → design",
    ]


def test_nobody_is_their_own_customer_even_in_a_cycle():
    assert "dispatch" not in {each.party for each in FURNITURE.customers("dispatch")}
    assert Network.from_ties([Tie("a", "a")]).customers("a") == ()


def test_of_two_shortest_paths_the_one_with_the_stronger_weakest_tie_is_shown():
    network = Network.from_ties([Tie("a", "x", 100), Tie("x", "z", 1), Tie("a", "y", 2), Tie("y", "z", 2)])
    assert network.path("a", "z").path == ("a", "y", "z")


@pytest.mark.parametrize("told_first", ["x", "y"])
def test_of_two_equal_paths_the_one_that_comes_first_by_name_is_shown(told_first):
    listed = [Tie("a", "x"), Tie("x", "z"), Tie("a", "y"), Tie("y", "z")]
    listed.sort(key=lambda tie: told_first not in (tie.provider, tie.customer))
    assert Network.from_ties(listed).path("a", "z").path == ("a", "x", "z")


def test_a_shorter_path_is_shown_before_a_stronger_one():
    network = Network.from_ties([Tie("a", "z", 1), Tie("a", "b", 100), Tie("b", "z", 100)])
    assert network.path("a", "z").path == ("a", "z")


def test_ties_of_the_same_two_become_one_with_their_sum_and_all_their_kinds():
    network = Network.from_ties([Tie("a", "b", 2, frozenset({"consumes"})), Tie("a", "b", 3, frozenset({"pays for"}))])
    (only,) = network.customers("a")
    assert only.tie == Tie("a", "b", 5, frozenset({"consumes", "pays for"}))
    assert network.customers("b") == ()


def test_a_party_without_ties_has_neither_customers_nor_suppliers():
    assert FURNITURE.customers("people & IT") == FURNITURE.suppliers("people & IT") == ()
    assert FURNITURE.path("people & IT", "drivers") is None


def test_a_chain_of_thousands_is_walked_to_its_end():
    chain = Network.from_ties(Tie(party, party + 1) for party in range(5_000))
    assert chain.customers(0)[-1].path == tuple(range(5_001))
    assert repr(chain.customers(0)[-1]).startswith("Reached(asked=0, party=5000, steps=5000")


def test_a_walk_of_no_steps_is_refused():
    with pytest.raises(TieError, match="ask for 1 or more"):
        FURNITURE.customers("workshop", within=0)


@pytest.mark.parametrize("weight", [-1, float("nan")])
def test_a_weight_that_cannot_be_one_is_refused(weight):
    with pytest.raises(TieError, match="use 0 or more"):
        Tie("a", "b", weight)
    assert issubclass(TieError, KeptError)


# --- promises that rely on promises: no cycles --------------------------------------------------------------------

edges = st.lists(st.tuples(parties, parties), max_size=14)


class Links:
    """What relies on what, as a store would look it up; remembers which parties it was asked about."""

    def __init__(self, listed):
        self.listed = listed
        self.asked = []

    def edges_from(self, parties):
        self.asked.append(list(parties))
        return [edge for edge in self.listed if edge[0] in parties]


@given(edges, parties, parties)
def test_a_cycle_is_found_exactly_where_a_way_back_exists(listed, start, ahead):
    links = Links(listed)
    cycle = would_cycle(links.edges_from, (start, ahead))
    loop_free = {edge for edge in listed if edge[0] != edge[1]}
    ways_back = [path for path in simple_paths(loop_free, (ahead,)) if path[-1] == start]
    if start == ahead:
        assert cycle == (start, start)
    elif ways_back:
        assert cycle[:2] == (start, ahead)
        assert cycle[-1] == start
        assert set(pairwise(cycle[1:])) <= set(listed)
        assert len(cycle) == 1 + min(map(len, ways_back))
    else:
        assert cycle is None


@given(edges, parties, parties)
def test_nothing_is_looked_up_twice_or_once_the_answer_is_known(listed, start, ahead):
    links = Links(listed)
    would_cycle(links.edges_from, (start, ahead))
    asked = [party for batch in links.asked for party in batch]
    assert len(asked) == len(set(asked))
    assert start not in asked
    assert len(links.asked) <= 6


@given(edges)
def test_links_added_only_where_no_cycle_is_seen_never_make_one(wanted):
    links = Links([])
    for edge in wanted:
        if would_cycle(links.edges_from, edge) is None:
            links.listed.append(edge)
    kept = set(links.listed)
    assert all(path[-1] != start for start, end in kept for path in [(end,), *simple_paths(kept, (end,))])


def test_the_cycle_is_told_as_people_say_it():
    links = Links([("delivery", "route sheet"), ("route sheet", "picking list")])
    assert would_cycle(links.edges_from, ("picking list", "delivery")) == (
        "picking list",
        "delivery",
        "route sheet",
        "picking list",
    )
    assert would_cycle(links.edges_from, ("invoice", "delivery")) is None


def test_only_what_lies_ahead_is_looked_up():
    links = Links([(number, number + 1) for number in range(1_000)])
    assert would_cycle(links.edges_from, (-1, 998)) is None
    assert links.asked == [[998], [999], [1000]]
