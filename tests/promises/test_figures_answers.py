"""Whatever figures of answers are put together, none tells about fewer than five of them.

Every filter that a page offers is asked (teams with those below and without, ties, results, nested and overlapping
periods, at several moments), once as things are and once with one answer turned round. An answer can only be told from
others by the figures that change with it. So: answers that change the same figures form a group, any combination of
figures, whatever its weights, tells about whole groups, and each group must hold five answers or more.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cast import DAY, HOUR, START, Cast
from kept.core import acts
from kept.core.anonymity import FLOOR, Slip
from kept.core.terms import Answer
from kept.people.models import Person
from kept.promises.figures import answers, boxes
from kept.promises.figures.answers import Answers, answers_about, own_answers
from kept.promises.figures.periods import Period
from kept.promises.figures.scope import Scope
from kept.promises.models import Impression, Promise

FIRST = datetime(2026, 1, 5, tzinfo=UTC)
ALWAYS = Period(FIRST - 400 * DAY, FIRST + 4000 * DAY, "always", "always")
TEAMS = [frozenset(each) for each in ([1], [2], [3], [2, 3], [1, 2, 3])]  # 1 above 2 and 3: parent, siblings, sums
CUSTOMERS = (None, 11, 12)
RESULTS = (None, 21, 22)
ANSWERS = ("easier", "partly", "no")
Row = tuple[int, int, int, int | None, str]

rows = st.lists(
    st.tuples(
        st.integers(0, 200), st.sampled_from([1, 2, 3]), st.sampled_from([11, 12]), st.sampled_from([None, 21, 22]),
        st.sampled_from(ANSWERS),
    ),
    min_size=8, max_size=45,
)  # fmt: skip
cuts = st.lists(st.integers(0, 260), min_size=2, max_size=4, unique=True)


def published(made: list[Row], days: list[int], moments: list[int]) -> dict[object, object]:
    """Every figure of answers that anybody could ask for, at each of the moments."""
    slips = [
        Slip(FIRST + day * DAY, number, boxes.place(provider, customer, result), (said, "easier"))
        for number, (day, provider, customer, result, said) in enumerate(made)
    ]
    edges = sorted(FIRST + day * DAY for day in days)
    periods = [Period(a, b, "", f"{a}{b}") for a, b in product(edges, edges) if a < b] + [ALWAYS]
    found: dict[object, object] = {}
    for moment in moments:
        told = Answers(slips, [], FIRST + moment * DAY)
        for teams, customer, result, period in product(TEAMS, CUSTOMERS, RESULTS, periods):
            figure = told.told(Scope(teams, customer, result), period)
            found[moment, teams, customer, result, period.key] = figure.customers
    return found


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(rows, cuts, st.lists(st.integers(0, 260), min_size=1, max_size=2, unique=True))
def test_no_combination_of_figures_tells_about_fewer_than_five(made, days, moments) -> None:
    before = published(made, days, moments)
    groups: dict[frozenset[object], list[int]] = defaultdict(list)
    for number, row in enumerate(made):
        other = next(each for each in ANSWERS if each != row[4])
        turned = published([*made[:number], (*row[:4], other), *made[number + 1 :]], days, moments)
        changed = frozenset(key for key in before if before[key] != turned[key])
        groups[changed].append(number)
        assert all(abs(turned[key].n - before[key].n) == 0 for key in before), "an answer decides what is shown"
    assert all(len(group) >= FLOOR for changed, group in groups.items() if changed)


@settings(max_examples=30)
@given(rows, cuts)
def test_any_two_figures_differ_by_nothing_or_by_five(made, days) -> None:
    """The same said plainly: nested sums of the same moment differ by no answers, or by five or more."""
    found = published(made, days, [260])
    sizes = {(key[1], key[4]): figure.n for key, figure in found.items() if key[2] is None and key[3] is None}
    for (team, period), n in sizes.items():
        assert n == 0 or n >= FLOOR
        for (wider, same), more in sizes.items():
            if same == period and team < wider:
                assert more - n == 0 or more - n >= FLOOR


# --- the same through the database --------------------------------------------------------------------------------


def accepted(cast: Cast, answer: Answer, at: datetime, *, signed: bool = False, by: Person | None = None) -> int:
    promise = cast.delivered(at=at)
    cast.do(by or cast.customer, promise, acts.Accept(answer=answer, signed=signed), at=at + DAY + HOUR)
    return promise


def told(cast: Cast, now: datetime, customer: int | None = None):
    scope = Scope(frozenset([cast.workshop.pk]), customer)
    return answers_about(scope.providers, now).told(scope, ALWAYS)


FINAL = START + 20 * DAY
pytest_db = pytest.mark.django_db


@pytest_db
def test_four_answers_are_not_shown_and_five_are(cast: Cast) -> None:
    for place in range(4):
        accepted(cast, Answer.NO, START + place * HOUR)
    assert told(cast, FINAL).customers.n == 0
    accepted(cast, Answer.EASIER, START + 4 * HOUR)
    shown = told(cast, FINAL)
    assert (shown.customers.easier, shown.customers.no, shown.customers.n) == (1, 4, 5)
    assert (shown.providers.easier, shown.gap) == (5, 80)
    assert told(cast, FINAL, cast.dispatch.pk) == shown
    assert told(cast, FINAL, cast.outside.pk).customers.n == 0


@pytest_db
def test_answers_wait_until_the_promise_cannot_be_reopened(cast: Cast) -> None:
    for place in range(5):
        accepted(cast, Answer.NO, START + place * HOUR)
    last = START + 4 * HOUR + DAY + HOUR + timedelta(days=14)
    assert told(cast, last).customers.n == 0
    assert told(cast, last + timedelta(seconds=1)).customers.n == 5


@pytest_db
def test_a_reopened_promise_loses_its_answer_and_gains_the_next(cast: Cast) -> None:
    promise = accepted(cast, Answer.EASIER, START)
    cast.do(cast.customer, promise, acts.Reopen(words="A leg came off."), at=START + 3 * DAY)
    assert not Impression.objects.exists()
    cast.do(cast.provider, promise, acts.Deliver(easier=Answer.PARTLY), at=START + 4 * DAY)
    cast.do(cast.customer, promise, acts.Accept(answer=Answer.PARTLY), at=START + 5 * DAY)
    (only,) = Impression.objects.all()
    assert (only.answer, only.provider_answer, only.sequence) == ("partly", "partly", 7)


@pytest_db
def test_signed_answers_stand_beside_the_sums_and_leak_nothing_from_them(cast: Cast) -> None:
    """Five unsigned and three signed: what is shown minus what is signed is five. Four and three: nothing is shown."""
    for place in range(4):
        accepted(cast, Answer.NO, START + place * HOUR)
    for place in range(3):
        accepted(cast, Answer.EASIER, START + (5 + place) * HOUR, signed=True)
    assert told(cast, FINAL).customers.n == 0
    accepted(cast, Answer.NO, START + 9 * HOUR)
    assert (told(cast, FINAL).customers.no, told(cast, FINAL).customers.easier) == (5, 0)
    named = answers.signed(Scope(frozenset([cast.workshop.pk])), ALWAYS, Promise.objects.all())
    assert [(each.author, each.answer) for each in named] == [("Customer", "easier")] * 3


@pytest_db
def test_private_promises_are_in_no_sum(cast: Cast) -> None:
    for place in range(4):
        accepted(cast, Answer.NO, START + place * HOUR)
    hidden = cast.asked(private=True)
    cast.do(cast.lead, hidden, acts.Promise(), at=START + HOUR)
    cast.do(cast.lead, hidden, acts.Deliver(easier=Answer.EASIER), at=START + DAY)
    cast.do(cast.customer, hidden, acts.Accept(answer=Answer.NO), at=START + DAY + HOUR)
    assert Impression.objects.count() == 5
    assert told(cast, FINAL).customers.n == 0


@pytest_db
def test_the_customers_own_side_sees_its_own_answers(cast: Cast) -> None:
    accepted(cast, Answer.NO, START)
    mine = own_answers(cast.workshop.pk, cast.dispatch.pk, None, ALWAYS)
    assert (mine.n, mine.no) == (1, 1)
    assert own_answers(cast.workshop.pk, cast.outside.pk, None, ALWAYS).n == 0
