"""Lessons: every one that Kept brings can be passed; no certificate without the quiz; a team's state is its lead's."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cast import START, Cast
from kept.core.errors import Incomplete, NotAllowed, NotFound
from kept.notify.models import Notice
from kept.people.models import Person
from kept.programme.lessons.actions import answer, ask_no_more, ask_team, publish
from kept.programme.lessons.models import Path, Try
from kept.programme.lessons.queries import ORDER, certificate, in_path, paths_of, progress_of, team_state
from kept.programme.lessons.reading import BadLesson, Lesson, brought, brought_text, every_lesson, read
from kept.programme.lessons.reminding import remind
from kept.programme.lessons.rendering import as_html

UNTIL = START.date() + timedelta(days=21)
TEXT = """+++
title = "Ours"
paths = ["everyone"]
[[quiz]]
question = "Who?"
answers = ["We", "They"]
right = [2]
why = "They do."
+++
Read this.
"""


def right_answers(lesson: Lesson) -> list[Collection[int]]:
    return [question.right for question in lesson.quiz]


def passes(person: Person, slug: str, at: datetime = START) -> None:
    assert answer(person, slug, right_answers(every_lesson()[slug]), at=at).passed


def test_those_that_kept_brings_are_short_and_each_has_a_place_a_picture_and_three_questions() -> None:
    lessons = brought()
    assert set(ORDER) == set(lessons)
    for lesson in lessons.values():
        assert len(lesson.quiz) == 3
        assert len(lesson.body.split()) < 450, lesson.slug
        assert "<svg" in as_html(lesson.body), lesson.slug
        assert all(len(question.right) < len(question.answers) for question in lesson.quiz)
    assert all(in_path(path, lessons.values()) for path in Path)


@pytest.mark.django_db
def test_there_is_no_certificate_before_every_quiz_was_passed(cast: Cast) -> None:
    person = cast.outsider
    path = [step.lesson.slug for step in progress_of(person)[0].steps]
    for slug in path:
        assert certificate(person, Path.EVERYONE) is None
        lesson = every_lesson()[slug]
        wrong = [set(range(1, len(one.answers) + 1)) - one.right for one in lesson.quiz]
        assert not answer(person, slug, wrong, at=START).passed
        one_wrong = [wrong[0], *right_answers(lesson)[1:]]
        assert answer(person, slug, one_wrong, at=START).right == (False, True, True)
        assert certificate(person, Path.EVERYONE) is None
        passes(person, slug)
    found = certificate(person, Path.EVERYONE)
    assert found is not None
    assert found.finished_at == START
    assert certificate(cast.provider, Path.EVERYONE) is None
    assert certificate(person, Path.LEADER) is None


@pytest.mark.django_db
def test_a_quiz_with_a_question_left_open_is_refused_and_nothing_is_kept(cast: Cast) -> None:
    lesson = every_lesson()["three-steps"]
    with pytest.raises(Incomplete, match="Answer this one too") as refused:
        answer(cast.customer, "three-steps", [*right_answers(lesson)[:2], []], at=START)
    assert refused.value.field == "q3"
    with pytest.raises(NotFound):
        answer(cast.customer, "no-such-lesson", [], at=START)
    assert not Try.objects.exists()


@pytest.mark.django_db
def test_paths_follow_from_what_somebody_does_here(cast: Cast) -> None:
    assert paths_of(cast.provider) == [Path.EVERYONE, Path.PROVIDER]
    assert paths_of(cast.lead) == [Path.EVERYONE, Path.PROVIDER, Path.LEAD]
    assert paths_of(cast.boss) == list(Path)


@pytest.mark.django_db
def test_how_far_a_team_is_is_for_its_lead_alone(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        ask_team(cast.provider, cast.workshop, Path.EVERYONE, until=UNTIL, at=START)
    with pytest.raises(Incomplete):
        ask_team(cast.lead, cast.workshop, Path.EVERYONE, until=date(2026, 1, 1), at=START)
    ask_team(cast.lead, cast.workshop, Path.EVERYONE, until=UNTIL, at=START)
    passes(cast.provider, "three-steps")
    [(asked, learners)] = team_state(cast.lead, cast.workshop)
    assert asked.until == UNTIL
    assert [(one.person.name, one.passed) for one in learners] == [("Colleague", 0), ("Lead", 0), ("Provider", 1)]
    for other in (cast.provider, cast.boss, cast.outsider):
        with pytest.raises(NotAllowed):
            team_state(other, cast.workshop)
    ask_no_more(cast.lead, cast.workshop, Path.EVERYONE)
    assert team_state(cast.lead, cast.workshop) == []


@pytest.mark.django_db
def test_who_has_not_finished_is_reminded_once_at_each_step_and_nobody_else(cast: Cast) -> None:
    ask_team(cast.lead, cast.workshop, Path.EVERYONE, until=UNTIL, at=START)
    for slug in (step.lesson.slug for step in progress_of(cast.colleague)[0].steps):
        passes(cast.colleague, slug)

    def reminded(days: int) -> list[str]:
        for _ in range(2):
            remind(START + timedelta(days=21 + days))
        names = [str(one.reader) for one in Notice.objects.order_by("reader__name") if one.page == "/lessons/"]
        Notice.objects.all().update(page="/seen/")
        return names

    assert reminded(-8) == []
    assert reminded(-7) == ["Lead", "Provider"]
    assert reminded(-3) == []
    assert reminded(1) == ["Lead", "Provider"]
    assert reminded(60) == []


@pytest.mark.django_db
def test_the_companys_own_edition_takes_the_place_of_what_kept_brings(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        publish(cast.lead, TEXT, at=START)
    Person.objects.filter(pk=cast.boss.pk).update(is_staff=True)
    keeper = Person.objects.get(pk=cast.boss.pk)
    passes(cast.provider, "three-steps")
    edition = publish(keeper, TEXT, slug="three-steps", at=START)
    assert edition.number == 2 == every_lesson()["three-steps"].version
    step = next(one for one in progress_of(cast.provider)[0].steps if one.lesson.slug == "three-steps")
    assert step.passed_at == START
    assert step.newer
    assert {publish(keeper, TEXT, at=START).slug for _ in range(2)} == {"ours", "ours-2"}
    again = brought_text("three-steps")
    assert again
    assert publish(keeper, again, slug="three-steps", at=START).number == 3


@pytest.mark.parametrize(
    ("spoilt", "says"),
    [
        (TEXT.replace("+++\ntitle", "title"), "begins with a line"),
        (TEXT.replace('title = "Ours"', "title = Ours"), "not valid TOML"),
        (TEXT.replace('title = "Ours"', ""), "title"),
        (TEXT.replace("[2]", "[3]"), "from 1 to 2"),
        (TEXT.replace("right = [2]", ""), "right of question 1"),
        (TEXT.replace('["We", "They"]', '["We"]'), "two answers"),
        (TEXT.replace("everyone", "nobody"), "everyone, provider"),
        (TEXT.replace("Read this.", ""), "no text"),
        (TEXT.replace("[[quiz]]", "[quiz]"), "quiz"),
        (TEXT.replace('paths = ["everyone"]', 'paths = ["everyone"]\nminutes = 90'), "1 to 60"),
        (TEXT + "x" * 40_001, "split it"),
    ],
)
def test_a_spoilt_text_is_refused_with_what_to_put_right(spoilt: str, says: str) -> None:
    with pytest.raises(BadLesson, match=says):
        read(spoilt, "ours", 1)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_and_shown_without_its_own_html(text: str) -> None:
    with suppress(BadLesson):
        read(text, "any", 1)
    assert "<script" not in as_html(f"{text}\n\n<script>alert(1)</script> [x](javascript:alert(1))")
    assert 'href="javascript' not in as_html("[x](javascript:alert(1)) ![x](https://elsewhere.example/x.png)")
    assert "elsewhere" not in as_html("![x](https://elsewhere.example/x.png)")
