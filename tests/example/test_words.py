"""The example's words, clock and chance: what can be checked without playing it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kept.core import acts
from kept.core.terms import LONGEST_WHAT
from kept.example import company
from kept.example.clock import Clock
from kept.example.conversation import Subject
from kept.example.dice import Decks, Dice
from kept.example.engine import Engine, Process, Signal, Wait
from kept.example.products import MADE, STOCK
from kept.example.stories import Story
from kept.example.stories.desks import BOSS, DESKS, DISPATCHER, DRIVER, LEAD
from kept.example.stories.inside import INSIDE
from kept.example.words import Topic, inside, making, moving, serving

START = datetime(2026, 5, 4, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
TOPICS = [
    value for room in (inside, making, moving, serving) for value in vars(room).values() if isinstance(value, Topic)
]


def test_nobody_in_the_company_could_be_somebody() -> None:
    assert "(example)" in company.NAME
    assert all(row.email.endswith(".example") for row in (*company.PEOPLE, *company.OUTSIDE_CUSTOMERS))


def test_the_company_hangs_together() -> None:
    people = {row.key for row in company.PEOPLE}
    teams = {"company", *(row.key for row in (*company.DEPARTMENTS, *company.WORKSHOP_GROUPS))}
    assert len(people) == len(company.PEOPLE) == 40
    assert len(company.DEPARTMENTS) == 9
    assert {row.boss for row in company.PEOPLE} <= people | {""}
    assert {team for row in company.PEOPLE for team in (*row.teams, *row.leads)} == teams
    assert all(set(row.leads) <= set(row.teams) for row in company.PEOPLE)
    assert {team for row in company.PEOPLE for team in row.leads} == teams, "a team without a lead"
    assert sum(len(row.teams) > 1 for row in company.PEOPLE) >= 4
    members = {team: {row.key for row in company.PEOPLE if team in row.teams} for team in teams}
    assert all(set(speakers) <= members[team] for team, speakers in company.SPEAKERS.items())
    assert set(company.CAST.values()) <= people


@pytest.mark.parametrize("row", [*company.DEPARTMENTS, *company.WORKSHOP_GROUPS], ids=lambda row: row.key)
def test_each_team_says_whom_it_helps(row: company.TeamRow) -> None:
    assert "so that" in row.purpose


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_every_text_of_a_topic_can_be_filled(topic: Topic) -> None:
    faults = [text for fault in topic.faults for text in (fault.words, fault.mended)]
    texts = [
        *topic.what, topic.name, *topic.asks, *topic.progress, *topic.causes, *topic.delivers, *faults, *topic.thanks
    ]  # fmt: skip
    for row in company.OUTSIDE_CUSTOMERS:
        for product in (*MADE, *STOCK):
            subject = Subject(product.item, product.piece, row.short)
            filled = [subject.fill(text, 3) for text in texts]
            assert not any("{" in text for text in filled)
            assert all(len(subject.fill(text, 3)) <= LONGEST_WHAT for text in topic.what)
    assert {fault.missing for fault in topic.faults} <= {*topic.checklist, ""}


@pytest.mark.parametrize("story", [*INSIDE, *DESKS], ids=lambda story: story.what)
def test_a_story_begins_with_an_ask_or_an_offer_and_knows_its_acts(story: Story) -> None:
    assert story.lines[0].act in ("ask", "offer")
    assert all(line.act in acts.BY_NAME for line in story.lines)
    assert {item for line in story.lines for item in line.missing} <= set(story.checklist)


@pytest.mark.parametrize("story", DESKS, ids=lambda story: story.what)
def test_a_story_that_leads_up_to_the_end_gets_there(story: Story) -> None:
    assert sum(line.after for line in story.lines) < story.starts


@pytest.mark.parametrize(
    ("stories", "person", "teams"),
    [(DRIVER, "maria", "drivers"), (DISPATCHER, "filip", "dispatch"), (LEAD, "petra", "workshop"), (BOSS, "ruth", "")],
)
def test_each_of_the_four_is_in_all_stories_of_their_desk(stories: tuple[Story, ...], person: str, teams: str) -> None:
    assert all({person, teams} & {story.customer, story.provider} for story in stories)


# --- the clock ----------------------------------------------------------------------------------------------------


def test_the_clock_knows_evenings_weekends_and_the_days_on_which_nobody_works() -> None:
    clock = Clock("UTC")
    friday = datetime(2026, 5, 8, 16, tzinfo=UTC)
    assert clock.later(friday, 2) == datetime(2026, 5, 11, 9, tzinfo=UTC)
    assert clock.later(friday, 2, "drivers") == datetime(2026, 5, 9, 8, tzinfo=UTC)
    assert clock.earlier(datetime(2026, 5, 11, 9, tzinfo=UTC), 2) == friday
    assert clock.earlier(datetime(2026, 5, 10, 3, tzinfo=UTC), 1) == friday
    assert clock.day(friday, 1) == datetime(2026, 5, 11, 16, tzinfo=UTC)
    assert clock.day(datetime(2026, 5, 10, tzinfo=UTC), -1, 8) == datetime(2026, 5, 8, 8, tzinfo=UTC)
    assert clock.day(datetime(2026, 4, 30, 9, tzinfo=UTC), 1) == datetime(2026, 5, 4, 16, tzinfo=UTC)
    assert clock.saturday(friday) == datetime(2026, 5, 9, 11, tzinfo=UTC)
    assert clock.round_up(datetime(2026, 5, 8, 14, 1, tzinfo=UTC)) == friday
    assert clock.hours(friday, datetime(2026, 5, 11, 9, tzinfo=UTC)) == 2


def test_the_clock_speaks_as_people_do() -> None:
    clock = Clock("Europe/Berlin")
    assert clock.say(START + HOUR, START) == "today at 12:00"
    assert clock.say(START + 24 * HOUR, START) == "tomorrow at 11:00"
    assert clock.say(START + 72 * HOUR, START) == "Thursday 11:00"
    assert clock.say(START + 240 * HOUR, START) == "Thu 14 May"


# --- chance and the engine ----------------------------------------------------------------------------------------


def test_chance_can_be_repeated_and_corners_do_not_disturb_each_other() -> None:
    assert [Dice(7, "a").between(0, 1) for _ in range(2)] == [Dice(7, "a").between(0, 1)] * 2
    assert Dice(7, "a").between(0, 1) != Dice(7, "b").between(0, 1) != Dice(8, "b").between(0, 1)
    drawn = [Dice(7, str(number)).usual(1, 2, 6) for number in range(2000)]
    assert min(drawn) >= 1
    assert max(drawn) <= 6
    assert abs(sum(drawn) / len(drawn) - 3) < 0.1  # the mean of a triangle: (1 + 2 + 6) / 3


def test_a_deck_is_gone_through_before_a_card_comes_again() -> None:
    decks = Decks(Dice(7, "words"))
    cards = ("one", "two", "three")
    drawn = [decks.draw(cards) for _ in range(9)]
    assert all(sorted(drawn[start : start + 3]) == sorted(cards) for start in (0, 3, 6))


def test_the_engine_wakes_a_process_once_by_its_moment_or_by_its_signal() -> None:
    engine = Engine(START, START + 10 * HOUR)
    bell, told = Signal(), []

    def sleeper() -> Process:
        yield Wait(START + 5 * HOUR, bell)
        told.append(("bell", engine.now))
        yield Wait(START + 7 * HOUR, bell)
        told.append(("alarm", engine.now))
        yield Wait(START + 20 * HOUR)
        told.append(("never", engine.now))

    def ringer() -> Process:
        yield Wait(START + 3 * HOUR)
        engine.fire(bell)

    shares: list[float] = []
    engine.spawn(sleeper())
    engine.spawn(ringer())
    engine.run(shares.append)
    assert told == [("bell", START + 3 * HOUR), ("alarm", START + 7 * HOUR)]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1


def test_what_goes_wrong_in_a_process_is_raised() -> None:
    engine = Engine(START, START + HOUR)

    def broken() -> Process:
        yield Wait(START)
        raise LookupError("a mistake of the simulation")

    engine.spawn(broken())
    with pytest.raises(LookupError):
        engine.run(lambda _share: None)
