"""Goals: who sets and sees them, what a look keeps, what every figure counts, numbers brought in half good."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cast import DAY, HOUR, START, Cast
from kept.complaints import actions as complaints
from kept.core import acts
from kept.core.errors import Incomplete, NotAllowed, NotFound
from kept.core.statistics import Verdict
from kept.core.terms import Answer
from kept.people.models import Person, Team
from kept.programme.goals import actions
from kept.programme.goals.measuring import LOOK_EVERY, compared, scope_of
from kept.programme.goals.models import Figure, Goal, Measurement, Series
from kept.programme.goals.queries import goal_seen, goals_seen_by, since_it_began
from kept.promises.figures.scope import of_team

pytestmark = pytest.mark.django_db
UNTIL = START + timedelta(days=90)


def goal_of(cast: Cast, *, team: Team | None = None, figure: Figure = Figure.KEPT, target: float = 0.9) -> Goal:
    return actions.set_goal(
        cast.lead if team else cast.boss, figure, target, until=UNTIL, owner=cast.lead, team=team, at=START
    )


def ended(cast: Cast, at: datetime, *, late: bool) -> int:
    """A promise that ends at `at` plus a few days, kept or broken."""
    promise = cast.promised(at=at)
    cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=at + (5 * DAY if late else DAY))
    cast.do(cast.customer, promise, acts.Accept(answer=Answer.NO if late else Answer.EASIER), at=at + 5 * DAY + HOUR)
    return promise


def test_a_teams_goal_is_set_by_its_lead_or_those_above_and_the_companys_at_the_top(cast: Cast) -> None:
    assert goal_of(cast, team=cast.workshop).team == cast.workshop
    for person, team in ((cast.provider, cast.workshop), (cast.lead, None), (cast.outsider, cast.workshop)):
        with pytest.raises(NotAllowed):
            actions.set_goal(person, Figure.KEPT, 0.9, until=UNTIL, owner=person, team=team, at=START)
    assert goal_of(cast).team is None
    for target, until in ((1.5, UNTIL), (-1.0, UNTIL), (float("nan"), UNTIL), (0.9, START), (0.9, START + 2_000 * DAY)):
        with pytest.raises(Incomplete):
            actions.set_goal(cast.boss, Figure.KEPT, target, until=until, owner=cast.boss, at=START)
    assert Goal.objects.count() == 2


def test_a_teams_goal_is_seen_by_the_team_and_those_above_it(cast: Cast) -> None:
    goal = goal_of(cast, team=cast.workshop)
    for person in (cast.provider, cast.lead, cast.boss):
        assert goal_seen(person, goal.pk) == goal
    for person in (cast.customer, cast.outsider):
        with pytest.raises(NotFound):
            goal_seen(person, goal.pk)
    company = goal_of(cast)
    assert list(goals_seen_by(cast.outsider)) == [company]
    with pytest.raises(NotAllowed):
        actions.drop_goal(cast.outsider, company, at=START)
    actions.drop_goal(cast.lead, company, at=START)
    assert Goal.objects.get(pk=company.pk).dropped_at == START


@pytest.fixture
def better(cast: Cast) -> Cast:
    """Half broken before the goal, all kept since; the customer complained of one of the broken ones."""
    for number in range(12):
        promise = ended(cast, START - timedelta(days=40) + number * HOUR, late=number % 2 == 0)
        if not number:
            complaints.complain(cast.customer, promise, "The last page is missing.", at=START - 30 * DAY)
            cast.do(cast.customer, promise, acts.Reopen(words="It is not whole."), at=START - 30 * DAY)
            cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=START - 29 * DAY)
            cast.do(cast.customer, promise, acts.Accept(answer=Answer.PARTLY), at=START - 28 * DAY)
    for number in range(14):
        ended(cast, START + DAY + number * HOUR, late=False)
    return cast


def test_a_look_compares_with_before_once_and_says_what_can_be_said(better: Cast) -> None:
    goal = goal_of(better, team=better.workshop)
    actions.measure_due(START + LOOK_EVERY - HOUR)
    assert not Measurement.objects.exists()
    for _ in range(2):
        actions.measure_due(START + LOOK_EVERY)
    look = goal.measurements.get()
    assert (look.number, look.n_before, look.n_after) == (1, 12, 14)
    assert (look.before, look.after) == (0.5, 1.0)
    assert look.verdict == Verdict.MOVED
    actions.measure_due(UNTIL + 10 * DAY)
    assert [one.number for one in goal.measurements.all()] == [1, 4]
    actions.drop_goal(better.lead, goal, at=UNTIL)
    actions.measure_due(UNTIL + 90 * DAY)
    assert goal.measurements.count() == 2


def test_every_figure_counts_what_its_name_says(better: Cast) -> None:
    now, scope = START + 20 * DAY, of_team(better.workshop.pk)
    since, baseline = START, timedelta(days=60)
    found = compared(Figure, scope, since=since, baseline=baseline, now=now, looks=1)
    assert (found[Figure.KEPT].before, found[Figure.KEPT].after) == (0.5, 1.0)
    assert found[Figure.KEPT].verdict is Verdict.MOVED
    assert found[Figure.RETURNED].before == pytest.approx(1 / 12)
    assert found[Figure.COMPLAINTS].before == pytest.approx(1 / 12)
    assert (found[Figure.CHASED].before, found[Figure.CHASED].after) == (0.0, 0.0)
    assert found[Figure.LEAD_TIME].after == pytest.approx(23 / 24)
    assert found[Figure.LEAD_TIME].n_before == 12
    assert found[Figure.SILENCE].n_before == 0


def test_a_goal_of_a_team_counts_the_teams_below_it_and_a_tie_its_customer_alone(cast: Cast) -> None:
    assert scope_of(goal_of(cast, team=cast.workshop)).providers == {cast.workshop.pk}
    whole = actions.set_goal(
        cast.boss, Figure.KEPT, 0.9, until=UNTIL, owner=cast.boss, team=cast.company, customer=cast.dispatch, at=START
    )
    scope = scope_of(whole)
    assert {cast.workshop.pk, cast.sales.pk} < scope.providers
    assert scope.customer == cast.dispatch.pk


def test_what_changed_since_it_began_is_for_all_figures_once_somebody_said_when(better: Cast) -> None:
    assert since_it_began(START, UTC) is None
    with pytest.raises(NotAllowed):
        actions.say_begun(better.lead, START.date(), at=START)
    with pytest.raises(Incomplete):
        actions.say_begun(better.boss, START.date() + timedelta(days=2), at=START)
    actions.say_begun(better.boss, START.date(), at=START)
    found = since_it_began(START + 50 * DAY, UTC)
    assert found is not None
    assert list(found[1]) == list(Figure)
    assert found[1][Figure.KEPT].n_after == 14


def test_a_half_good_file_of_numbers_is_taken_and_the_rest_handed_back_with_reasons(cast: Cast) -> None:
    lines = (
        "day;revenue", "2026-01-01;100,5", "2026-02-01;110.5", "", "2026-02-01;3", "soon;4", "2026-03-01;inf",
        "2026-04-01", "2026-05-01;7",
    )  # fmt: skip
    text = "\n".join(lines)
    done = actions.bring_in(cast.boss, " Revenue ", text.encode(), at=START)
    assert done.series.points == [("2026-02-01", 110.5), ("2026-05-01", 7.0)]
    assert [line for line, _ in done.rejected] == [2, 5, 6, 7, 8]
    assert all(reason.endswith(".") for _, reason in done.rejected)
    for spoilt in (b"\xff\xfe\x00", b"", b"a,b\nc,d", b"x" * 1_000_001):
        with pytest.raises(actions.BadSeries):
            actions.bring_in(cast.boss, "Revenue", spoilt, at=START)
    with pytest.raises(NotAllowed):
        actions.bring_in(cast.lead, "Revenue", text.encode(), at=START)
    assert Series.objects.get().name == "Revenue"


def test_setting_a_goal_and_reading_it_on_the_pages(client: Client, better: Cast) -> None:
    client.force_login(better.lead)
    form = {"figure": "kept", "target": "90", "baseline": "90", "owner": better.lead.pk, "until": "2099-01-01"}
    place = reverse("web:new-goal") + f"?team={better.workshop.pk}"
    refused = client.post(place, form)
    assert refused.status_code == 422
    assert "within three years" in refused.content.decode()
    form["until"] = (datetime.now(UTC).date() + timedelta(days=100)).isoformat()
    assert client.post(place, form).status_code == 302
    goal = Goal.objects.get()
    assert goal.target == 0.9
    assert "Workshop" in client.get(reverse("web:goals")).content.decode()
    actions.measure(goal, 1, goal.since + timedelta(days=28))
    page = client.get(reverse("web:goal", args=[goal.pk])).content.decode()
    assert "at least 90 %" in page
    assert "Can&#x27;t tell yet" in page
    assert client.get(reverse("web:goal", args=[goal.pk]), headers={"cookie": ""}).status_code == 302
    client.force_login(better.outsider)
    assert client.get(reverse("web:goal", args=[goal.pk])).status_code == 404


def test_today_is_the_company_s_own_day(cast: Cast) -> None:
    with timezone.override(ZoneInfo("Pacific/Auckland")):
        assert actions.say_begun(cast.boss, START.date() + DAY, at=START + 5 * HOUR).on == START.date() + DAY


def test_a_team_that_is_no_number_is_none(client: Client, cast: Cast) -> None:
    client.force_login(Person.objects.get(pk=cast.boss.pk))
    assert client.get(reverse("web:new-goal"), {"team": "²"}).status_code == 200


def test_the_page_of_the_programme_says_its_caveat_and_draws_series(client: Client, better: Cast) -> None:
    client.force_login(Person.objects.get(pk=better.boss.pk))
    assert "Nobody has said when" in client.get(reverse("web:programme")).content.decode()
    client.post(reverse("web:begin-programme"), {"on": date(2026, 5, 4).isoformat()})
    actions.bring_in(better.boss, "Revenue", b"2026-01-01,100\n2026-07-01,130", at=START)
    page = client.get(reverse("web:programme")).content.decode()
    assert "Before and after is not because of" in page
    assert page.count("<polyline") == 1
