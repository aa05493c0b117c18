"""How moments, durations and states are said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone

from kept.core.moments import exactly, lasting, said
from kept.web.templatetags.words import tone

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NOW = datetime(2026, 3, 10, 10, 0, tzinfo=STOCKHOLM)  # a Tuesday


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=STOCKHOLM)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOW, "today 10:00, now"),
        (at(2026, 3, 10, 10, 0, 59), "today 10:00, now"),
        (at(2026, 3, 10, 9, 59), "today 09:59, 1 min ago"),
        (at(2026, 3, 10, 10, 20), "today 10:20, in 20 min"),
        (at(2026, 3, 10, 14, 0), "today 14:00, in 4 hours"),
        (at(2026, 3, 10, 0, 0), "today 00:00, 10 hours ago"),
        (at(2026, 3, 10, 23, 59), "today 23:59, in 14 hours"),
        (at(2026, 3, 9, 23, 59), "yesterday 23:59"),
        (at(2026, 3, 11, 0, 0), "tomorrow 00:00"),
        (at(2026, 3, 12, 14, 0), "Thu 14:00, in 2 days"),
        (at(2026, 3, 12, 0, 1), "Thu 00:01, in 2 days"),
        (at(2026, 3, 8, 23, 0), "Sun 23:00, 2 days ago"),
        (at(2026, 3, 16, 23, 59), "Mon 23:59, in 6 days"),
        (at(2026, 3, 17, 0, 0), "Tue 17 Mar 00:00, in 7 days"),
        (at(2026, 3, 4, 0, 0), "Wed 00:00, 6 days ago"),
        (at(2026, 3, 3, 23, 59), "Tue 3 Mar 23:59, 7 days ago"),
        (at(2026, 3, 24, 9, 0), "Tue 24 Mar 09:00, in 2 weeks"),
        (at(2026, 6, 10, 9, 0), "Wed 10 Jun 09:00, in 3 months"),
        (at(2026, 1, 1, 9, 0), "Thu 1 Jan 09:00, 2 months ago"),
        (at(2025, 12, 31, 9, 0), "Wed 31 Dec 2025 09:00, 2 months ago"),
        (at(2029, 3, 10, 9, 0), "Sat 10 Mar 2029 09:00, in 3 years"),
    ],
)
def test_moments_are_said_as_people_say_them(moment: datetime, words: str) -> None:
    assert said(moment, NOW, STOCKHOLM) == words


def test_the_last_days_of_a_year_keep_their_weekday_alone_near_by() -> None:
    new_year = at(2027, 1, 1, 9, 0)
    assert said(new_year, at(2026, 12, 29, 9, 0), STOCKHOLM) == "Fri 09:00, in 3 days"
    assert said(new_year, at(2026, 12, 20, 9, 0), STOCKHOLM) == "Fri 1 Jan 2027 09:00, in 12 days"


def test_the_day_is_the_viewers() -> None:
    moment = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
    now = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
    assert said(moment, now, UTC) == "today 23:30, in 14 hours"
    assert said(moment, now, STOCKHOLM) == "tomorrow 00:30"


def test_days_are_counted_by_the_calendar_across_summer_time() -> None:
    before = at(2026, 3, 28, 12, 0)
    assert said(at(2026, 3, 30, 12, 0), before, STOCKHOLM) == "Mon 12:00, in 2 days"
    assert said(at(2026, 3, 29, 3, 0), at(2026, 3, 29, 1, 0), STOCKHOLM) == "today 03:00, in 60 min"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        said(NOW.replace(tzinfo=None), NOW, STOCKHOLM)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (None, "unknown"),
        (0, "under a minute"),
        (59.9, "under a minute"),
        (60, "1 min"),
        (89 * 60, "89 min"),
        (90 * 60, "2 hours"),
        (5 * 3600, "5 hours"),
        (35.4 * 3600, "35 hours"),
        (36 * 3600, "2 days"),
        (13 * 86_400, "13 days"),
        (14 * 86_400, "2 weeks"),
        (61 * 86_400, "2 months"),
        (800 * 86_400, "2 years"),
    ],
)
def test_durations_are_said_in_the_unit_that_fits(length: float | None, words: str) -> None:
    assert lasting(length) == words


def test_only_what_someone_should_look_at_has_a_colour() -> None:
    assert [tone(word) for word in ("Late", "at risk", "silent", "broken", "kept")] == [
        "alarm", "watch", "watch", "alarm", "good",
    ]  # fmt: skip
    assert [tone(word) for word in ("asked", "promised", "delivered", "declined")] == [""] * 4


def test_the_tag_gives_the_exact_moment_on_hover_in_the_viewers_zone() -> None:
    page = Template("{% load words %}{% moment by %}|{{ by|said:now }}|{% moment nothing %}{{ nothing|said }}")
    moment = NOW + timedelta(days=2, hours=4)
    with timezone.override(STOCKHOLM):
        html = page.render(Context({"by": moment, "now": NOW, "nothing": None}))
    assert html == (
        '<time datetime="2026-03-12T14:00:00+01:00" title="Thursday 12 March 2026, 14:00:00 CET">'
        "Thu 14:00, in 2 days</time>|Thu 14:00, in 2 days|"
    )


def test_the_exact_moment_names_its_zone() -> None:
    assert exactly(at(2026, 7, 1, 8, 5, 9), STOCKHOLM) == "Wednesday 1 July 2026, 08:05:09 CEST"
