"""Six months at the example company: played once for all tests here, and once more in another process to compare."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Count, F, Q, QuerySet

from example import playing
from kept.core.errors import Refused
from kept.core.keeping import Outcome
from kept.core.state import ENDED, EVENT_NAMES, State
from kept.core.terms import Side
from kept.example import company
from kept.example.simulation import Laid, lay
from kept.ledger.models import Event, Stream
from kept.ledger.verifying import verify
from kept.people.models import OutsideCustomer, Party, Person, Team
from kept.people.reach import worked_out
from kept.promises.desk import Desk, desk
from kept.promises.models import OPEN, Participant, Promise, Reliance

pytestmark = pytest.mark.django_db

UNTIL = datetime(2026, 5, 13, 11, tzinfo=UTC)
CAST = ("driver", "dispatcher", "lead", "boss")


@pytest.fixture(scope="module")
def shares() -> list[float]:
    """What the play said of its progress."""
    return []


@pytest.fixture(scope="module")
def laid(django_db_setup: None, django_db_blocker: pytest.FixtureDef, shares: list[float]) -> Iterator[Laid]:
    """The example company with seed 7, taken back after the last test of this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        _count_from_one()
        yield lay(until=UNTIL, on_progress=shares.append)
        transaction.set_rollback(True)


def _count_from_one() -> None:
    """Ids as in a new database: a test before may have used some up."""
    with connection.cursor() as cursor:
        sequences = connection.introspection.sequence_list()
        for statement in connection.ops.sequence_reset_by_name_sql(no_style(), sequences):
            cursor.execute(statement)


# --- the same again -----------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_ledger_in_another_process_and_on_another_engine(
    laid: Laid, tmp_path: Path
) -> None:
    surroundings = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    surroundings |= {"KEPT_HOME": str(tmp_path), "PYTHONHASHSEED": "4711"}
    played = subprocess.run(
        [sys.executable, playing.__file__, "7", UNTIL.isoformat()],
        env=surroundings, capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    assert played.stdout.rstrip("\n").split("\n") == playing.ledger().split("\n")


def test_progress_rises_to_the_end(laid: Laid, shares: list[float]) -> None:
    assert shares == sorted(shares)
    assert shares[0] >= 0
    assert shares[-1] == 1.0
    assert len(shares) > 100


def test_a_company_that_is_here_already_is_left_alone(laid: Laid) -> None:
    with pytest.raises(Refused, match="KEPT_HOME"), transaction.atomic():
        lay(until=UNTIL)
    assert Person.objects.count() == laid.persons


# --- what was played ----------------------------------------------------------------------------------------------


def test_the_counts_are_those_of_the_database(laid: Laid) -> None:
    assert (laid.persons, laid.teams, laid.outside_customers) == (40, 12, 12)
    assert Team.objects.filter(parent__name=company.NAME).count() == 9
    assert laid.acts == Event.objects.count()
    assert laid.promises == Promise.objects.count()
    assert laid.links == Reliance.objects.count()
    assert laid.promises >= 400
    assert 2000 <= laid.acts <= 3000


def test_the_ledger_verifies_and_the_reach_is_what_the_company_gives(laid: Laid) -> None:
    assert verify().clean
    assert worked_out() == {
        (row.person_id, row.party_id): row.how for row in Person.reaches.rel.related_model.objects.all()
    }


def test_every_event_occurs(laid: Laid) -> None:
    assert set(_of_promises().values_list("name", flat=True)) == EVENT_NAMES


def _of_promises() -> QuerySet[Event]:
    return Event.objects.filter(stream__kind=Stream.Kind.PROMISE)


def test_every_state_occurs(laid: Laid) -> None:
    assert set(Promise.objects.values_list("state", flat=True)) == set(State)


def test_every_act_lies_in_the_half_year_and_in_the_order_of_the_ledger(laid: Laid) -> None:
    moments = list(_of_promises().order_by("pk").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[0] > UNTIL - timedelta(days=195)
    assert UNTIL - timedelta(days=3) < moments[-1] < UNTIL


def test_people_act_in_working_hours(laid: Laid) -> None:
    for at in _of_promises().values_list("at", flat=True):
        assert at.weekday() < 6, "nobody works on a Sunday"
        assert 7 <= at.hour <= 17
        assert (at.month, at.day) not in {(1, 1), (12, 25)}


def test_nothing_is_forgotten(laid: Laid) -> None:
    waiting = Promise.objects.filter(state__in=OPEN)
    assert not waiting.filter(opened_at__lt=UNTIL - timedelta(days=100)).exists()
    assert not waiting.filter(due__lt=UNTIL - timedelta(days=30)).exists()


# --- chains -------------------------------------------------------------------------------------------------------


def test_orders_run_as_chains_from_the_customer_to_the_wood(laid: Laid) -> None:
    below: dict[int, list[int]] = {}
    for promise, on in Reliance.objects.values_list("promise", "on"):
        below.setdefault(promise, []).append(on)

    def depth(promise: int) -> int:
        return 1 + max(map(depth, below.get(promise, [])), default=0)

    orders = Promise.objects.filter(provider__name="Sales", customer__kind=Party.Kind.OUTSIDE)
    depths = Counter(depth(order) for order in orders.values_list("pk", flat=True))
    assert sum(count for links, count in depths.items() if links >= 6) >= 10


def test_slips_travel_down_the_line(laid: Laid) -> None:
    told = Event.objects.filter(name__in=["promise.updated", "promise.terms_proposed"])
    passed_on = told.filter(stream__promise__provider__name__in=["Dispatch", "Drivers", "Sales"]).filter(
        Q(body__words__icontains="from Dispatch")
        | Q(body__words__icontains="from Drivers")
        | Q(body__words__icontains="Word from")
        | Q(body__words__icontains="told us that")
    )
    assert passed_on.count() >= 10


def test_a_delivery_note_vanishes_between_dispatch_and_drivers_and_makes_one_chain_late(laid: Laid) -> None:
    returned = Event.objects.get(
        name="promise.returned", body__words__startswith="The sheet is here, the delivery note is not."
    )
    sheet = Promise.objects.get(pk=returned.stream_id)
    assert (sheet.provider.name, sheet.customer.name) == ("Dispatch", "Drivers")
    assert sheet.outcome == Outcome.BROKEN
    second = sheet.relies_on.get(what__startswith="Second delivery note")
    assert (second.provider.name, second.customer.name) == ("Warehouse", "Dispatch")
    delivery = sheet.relied_on_by.get(provider__name="Drivers")
    order = delivery.relied_on_by.get(provider__name="Sales")
    assert delivery.delivered_at > delivery.first_due
    assert order.customer.kind == Party.Kind.OUTSIDE
    assert set(sheet.relies_on.values_list("outcome", flat=True)) == {Outcome.KEPT}, "the sheet alone was the trouble"


def test_the_workshop_promises_more_than_it_can_keep(laid: Laid) -> None:
    teams = (
        Promise.objects.exclude(outcome="")
        .filter(provider__kind=Party.Kind.TEAM)
        .values("provider__name")
        .annotate(ended=Count("pk"), kept=Count("pk", filter=Q(outcome=Outcome.KEPT)))
        .filter(ended__gte=10)
    )
    shares = {row["provider__name"]: row["kept"] / row["ended"] for row in teams}
    assert min(shares, key=shares.__getitem__) == "Workshop"
    assert shares.pop("Workshop") < min(shares.values()) - 0.1
    moved = Promise.objects.filter(provider__name="Workshop", first_due__isnull=False).exclude(due=F("first_due"))
    assert moved.count() >= 5


def test_the_work_shows_a_customer_that_one_would_not_think_of(laid: Laid) -> None:
    counts = Promise.objects.filter(provider__name="Warehouse", customer__name="Billing")
    assert counts.count() >= 20


def test_bosses_and_reports_promise_each_other(laid: Laid) -> None:
    ruth = laid.boss
    assert Promise.objects.filter(customer=ruth, provider__in=ruth.reports.all()).exists()
    assert Promise.objects.filter(provider=ruth, customer__in=ruth.reports.all()).exists()


def test_private_promises_stay_with_the_named(laid: Laid) -> None:
    private = Promise.objects.filter(private=True)
    assert private.count() == 2
    for promise in private:
        named = set(Participant.objects.filter(promise=promise).values_list("person__name", flat=True))
        assert "Simon Tark" in named
        assert len(named) == 2


# --- the hand-off -------------------------------------------------------------------------------------------------


def test_providers_over_rate_themselves(laid: Laid) -> None:
    accepted = Promise.objects.filter(state=State.ACCEPTED)
    own = accepted.filter(provider_answer="easier").count() / accepted.count()
    answers = Event.objects.filter(name="promise.accepted", stream__promise__state=State.ACCEPTED)
    theirs = answers.filter(body__answer="easier").count() / answers.count()
    assert theirs > 0.7, "most hand-offs are a help"
    assert own > theirs + 0.05


def test_late_work_is_less_of_a_help(laid: Laid) -> None:
    answers = Event.objects.filter(name="promise.accepted")
    late = answers.filter(stream__promise__outcome=Outcome.BROKEN)
    kept = answers.filter(stream__promise__outcome=Outcome.KEPT)
    assert _easier(late) < _easier(kept) - 0.1


def _easier(answers: object) -> float:
    return answers.filter(body__answer="easier").count() / answers.count()


# --- the four desks -----------------------------------------------------------------------------------------------


@pytest.fixture(params=CAST)
def seat(request: pytest.FixtureRequest, laid: Laid) -> tuple[Person, Desk]:
    """One of the four who sign in, and their desk."""
    person = getattr(laid, request.param)
    return person, desk(person, UNTIL)


def test_a_desk_asks_for_every_kind_of_answer(seat: tuple[Person, Desk]) -> None:
    _person, shown = seat
    states = {item.promise.state for item in shown.answers.items}
    proposals = [item for item in shown.answers.items if item.promise.proposed_by and item.promise.state == "promised"]
    assert {State.ASKED, State.COUNTERED, State.DELIVERED} <= states
    assert proposals
    assert shown.answers.total <= 20, "more than anybody could answer"


def test_a_desk_owes_something_soon_and_something_late(seat: tuple[Person, Desk]) -> None:
    _person, shown = seat
    dates = [item.promise.due for item in shown.owed.items]
    assert min(dates) < UNTIL
    assert any(UNTIL < due < UNTIL + timedelta(days=4) for due in dates)


def test_a_desk_awaits_something_too(seat: tuple[Person, Desk]) -> None:
    _person, shown = seat
    assert shown.awaited.total >= 1


def test_offers_lie_open(laid: Laid) -> None:
    assert Promise.objects.filter(state=State.OFFERED, proposed_by=Side.PROVIDER).count() >= 3


# --- nobody could take it for real --------------------------------------------------------------------------------


def test_every_address_is_one_that_cannot_exist(laid: Laid) -> None:
    addresses = [
        *Person.objects.values_list("email", flat=True),
        *OutsideCustomer.objects.values_list("email", flat=True),
    ]
    assert all(address.endswith(".example") for address in addresses)


def test_ended_promises_outnumber_the_open_ones(laid: Laid) -> None:
    ended = Promise.objects.filter(state__in=ENDED).count()
    assert ended > 4 * (Promise.objects.count() - ended)
