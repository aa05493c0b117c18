"""When word is owed, when it comes, and how long it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from core.builders import CUSTOMER, DAY, HOUR, PROVIDER, START, WAREHOUSE, WORKSHOP, ask, sheet
from kept.core import acts
from kept.core.calendars import MONDAY_TO_FRIDAY, Calendar, Hours, same_hours
from kept.core.promise import decide, replay
from kept.core.silence import Stretch, silent_time, stretches
from kept.core.state import Event
from kept.core.terms import Answer

OFFICE = Calendar("UTC", same_hours(MONDAY_TO_FRIDAY, Hours.between("09:00", "17:00")))
DAILY = timedelta(hours=8)
ALWAYS = (START - 1000 * DAY, START + 1000 * DAY)


def played(*steps: tuple[acts.Act, object, timedelta]) -> list[Event]:
    """The events of an ask and the `steps` after it: act, by whom, how long after the start."""
    events = list(decide(None, ask(sheet(START + 30 * DAY)), CUSTOMER, START))
    for act, by, later in steps:
        events += decide(replay(events), act, by, START + later)
    return events


def found(*steps, rhythm=DAILY) -> list[tuple[object, object]]:
    return [(one.since - START, one.until and one.until - START) for one in stretches(played(*steps), lambda _: rhythm)]


def test_a_promise_with_a_rhythm_owes_word_after_each_word() -> None:
    steps = ((acts.Promise(), PROVIDER, HOUR), (acts.Update(words="Half."), PROVIDER, DAY))
    assert found(*steps) == [(HOUR, DAY), (DAY, None)]
    assert found(*steps, rhythm=None) == []


def test_what_the_customer_says_is_no_word() -> None:
    assert found((acts.Promise(), PROVIDER, HOUR), (acts.Chase(), CUSTOMER, DAY)) == [(HOUR, None)]


def test_a_link_is_no_word_a_note_is() -> None:
    """Whoever says what it relies on has told the customer nothing, who need not even see that."""
    linked = ((acts.Promise(), PROVIDER, HOUR), (acts.Link(relies_on=7), PROVIDER, DAY))
    assert found(*linked) == [(HOUR, None)]
    state = replay(played(*linked))
    assert state is not None
    assert state.heard_at == START + HOUR
    assert found(*linked, (acts.Note(words="It waits."), PROVIDER, 2 * DAY)) == [(HOUR, 2 * DAY), (2 * DAY, None)]


def test_while_the_customer_is_to_answer_none_is_owed() -> None:
    steps = (
        (acts.Promise(), PROVIDER, HOUR),
        (acts.Propose(terms=sheet(START + 40 * DAY)), PROVIDER, DAY),
        (acts.Refuse(), CUSTOMER, 3 * DAY),
        (acts.Deliver(easier=Answer.EASIER), PROVIDER, 4 * DAY),
    )
    assert found(*steps) == [(HOUR, DAY), (3 * DAY, 4 * DAY)]


def test_a_return_begins_it_anew() -> None:
    steps = (
        (acts.Promise(), PROVIDER, HOUR),
        (acts.Deliver(easier=Answer.EASIER), PROVIDER, DAY),
        (acts.Return(words="Empty."), CUSTOMER, 2 * DAY),
    )
    assert found(*steps) == [(HOUR, DAY), (2 * DAY, None)]


def test_who_passes_an_ask_on_owed_word_until_then() -> None:
    named = acts.Acknowledge(hear_by=START + DAY)
    (only,) = stretches(
        played((named, PROVIDER, HOUR), (acts.PassOn(to=WORKSHOP, words="Theirs."), PROVIDER, 2 * DAY)), lambda _: None
    )
    assert only == Stretch(WAREHOUSE, START + HOUR, START + 2 * DAY, hear_by=START + DAY)


def test_silence_is_working_time_beyond_the_rhythm() -> None:
    """Word is owed within a working day from Monday 09:00: by Wednesday 13:00 that is 12 working hours of silence."""
    stretch = Stretch(WAREHOUSE, START, START + 2 * DAY + 4 * HOUR, allowed=DAILY)
    assert silent_time(stretch, OFFICE, *ALWAYS) == timedelta(hours=12)
    assert silent_time(stretch, OFFICE, START + 2 * DAY, ALWAYS[1]) == timedelta(hours=4)
    assert silent_time(replace(stretch, until=START + 8 * HOUR), OFFICE, *ALWAYS) == timedelta(0)
    assert silent_time(replace(stretch, until=None), OFFICE, START, START + DAY + HOUR) == HOUR


def test_over_the_weekend_nobody_is_silent() -> None:
    friday = START + 4 * DAY + 7 * HOUR
    stretch = Stretch(WAREHOUSE, friday, friday + 2 * DAY + 16 * HOUR, allowed=HOUR)
    assert silent_time(stretch, OFFICE, *ALWAYS) == timedelta(0)
    assert silent_time(replace(stretch, until=friday + 2 * DAY + 18 * HOUR), OFFICE, *ALWAYS) == HOUR
