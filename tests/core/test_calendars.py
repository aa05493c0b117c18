"""Working time, checked minute by minute against the clock on the wall."""

import json
from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from itertools import accumulate, groupby, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kept.core.calendars import (
    EVERY_DAY,
    MONDAY_TO_FRIDAY,
    Calendar,
    CalendarError,
    Hours,
    NoWorkingTimeError,
    Opening,
    Span,
    add_working_time,
    calendar_from_json,
    calendar_to_json,
    describe,
    is_open,
    next_open,
    same_hours,
    shared_intervals,
    working_intervals,
    working_time,
)
from kept.core.errors import KeptError

MINUTE = timedelta(minutes=1)
INSTANT = timedelta(microseconds=1)
ZERO = timedelta(0)

OFFICE = same_hours(MONDAY_TO_FRIDAY, Hours.between("08:00", "12:00"), Hours.between("13:00", "17:00"))
NIGHTS = same_hours(EVERY_DAY, Hours.between("00:00", "06:00"), Hours.between("22:00", "24:00"))
AROUND_THE_CLOCK = same_hours(EVERY_DAY, Hours(0, 1440))
NEVER = same_hours([], Hours(0, 1440))
BERLIN = Calendar("Europe/Berlin", OFFICE)


def in_zone(zone, *when):
    return datetime(*when, tzinfo=ZoneInfo(zone))


def berlin(*when):
    return in_zone("Europe/Berlin", *when)


def hours(amount):
    return timedelta(hours=amount)


# --- the oracle: look at the clock on the wall once a minute ------------------------------------------------------

WINDOWS = {
    "Berlin: both changes, a year's end": ("Europe/Berlin", datetime(2025, 10, 18, tzinfo=UTC), 170),
    "New York: both changes, a year's end": ("America/New_York", datetime(2025, 10, 25, tzinfo=UTC), 150),
    "Santiago: clocks change at midnight": ("America/Santiago", datetime(2025, 8, 30, tzinfo=UTC), 225),
    "Lord Howe: half an hour of summer time": ("Australia/Lord_Howe", datetime(2025, 9, 28, tzinfo=UTC), 197),
    "Apia: no 30 December 2011": ("Pacific/Apia", datetime(2011, 9, 20, tzinfo=UTC), 205),
    "Kwajalein: nearly all of a day twice, 1969": ("Pacific/Kwajalein", datetime(1969, 9, 24, tzinfo=UTC), 14),
    "Casablanca: back for Ramadan": ("Africa/Casablanca", datetime(2025, 12, 20, tzinfo=UTC), 100),
    "Boa Vista: a week of summer time, 2000": ("America/Boa_Vista", datetime(2000, 10, 1, tzinfo=UTC), 21),
    "Kathmandu: a quarter hour off": ("Asia/Kathmandu", datetime(2025, 12, 24, tzinfo=UTC), 21),
    "UTC": ("UTC", datetime(2027, 12, 24, tzinfo=UTC), 80),
}


@cache
def clock_by_minute(window):
    """What the wall clock shows at each minute of the window: (date, minute of the day)."""
    zone, start, days = WINDOWS[window]
    tz = ZoneInfo(zone)
    shown = ((start + minute * MINUTE).astimezone(tz) for minute in range(days * 1440))
    return [(local.date(), local.hour * 60 + local.minute) for local in shown]


def open_by_minute(calendar, window):
    """Whether the calendar is open, for each minute of the window."""
    hours_of_opening = {opening.day: opening.hours for opening in calendar.openings}

    def open_minutes(day):
        usual = () if day in calendar.closures else calendar.week[day.weekday()]
        mask = bytearray(1440)
        for each in hours_of_opening.get(day, usual):
            mask[each.opens : each.closes] = b"\1" * (each.closes - each.opens)
        return mask

    shown = clock_by_minute(window)
    masks = {day: open_minutes(day) for day in {day for day, _ in shown}}
    return [masks[day][minute] for day, minute in shown]


clock_minutes = st.one_of(st.sampled_from([0, 60, 90, 120, 150, 180, 480, 720, 1380, 1440]), st.integers(0, 1440))


@st.composite
def day_hours(draw, least=0):
    """Up to three stretches of a day; some touch, some reach midnight."""
    edges = sorted(draw(st.sets(clock_minutes, min_size=2 * least, max_size=6)))
    stretches = [Hours(*pair) for pair in zip(edges[::2], edges[1::2], strict=False)]
    touching = [Hours(one.closes, other.opens) for one, other in pairwise(stretches)]
    return tuple(sorted(stretches + draw(st.sampled_from([[], touching]))))


@st.composite
def calendars(draw, zone, first, days):
    """Calendars with days off and other hours in the `days` after `first`."""
    dates = st.integers(0, days).map(lambda count: first + timedelta(days=count))
    week = draw(st.one_of(st.sampled_from([OFFICE, NIGHTS, AROUND_THE_CLOCK, NEVER]), st.tuples(*[day_hours()] * 7)))
    openings = draw(st.dictionaries(dates, day_hours(least=1), max_size=4))
    return Calendar(
        zone,
        week,
        frozenset(draw(st.sets(dates, max_size=8))),
        frozenset(Opening(day, stretches) for day, stretches in openings.items()),
    )


@pytest.mark.parametrize("window", WINDOWS)
@given(data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_what_the_wall_clock_says_minute_by_minute(window, data):
    zone, start, days = WINDOWS[window]
    calendar = data.draw(calendars(zone, start.date(), days))
    is_working = open_by_minute(calendar, window)
    worked = list(accumulate(is_working, initial=0))
    last = len(is_working)

    def at(minute):
        return start + minute * MINUTE

    def expect_reached(begin, amount):
        return bisect_left(worked, worked[begin] + amount, begin)

    minutes = st.integers(0, last - 1)
    for begin, end in data.draw(st.lists(st.tuples(minutes, minutes).map(sorted), min_size=5, max_size=10)):
        assert working_time(calendar, at(begin), at(end)) == (worked[end] - worked[begin]) * MINUTE
        assert is_open(calendar, at(begin)) == bool(is_working[begin])
        amount = data.draw(st.integers(0, worked[last] - worked[begin]))
        assert add_working_time(calendar, at(begin), amount * MINUTE) == at(expect_reached(begin, amount))
        if worked[last] > worked[begin]:
            assert next_open(calendar, at(begin)) == at(is_working.index(True, begin))

    runs = [list(run) for working, run in groupby(range(last), key=is_working.__getitem__) if working]
    expected = tuple(Span(at(run[0]), at(run[-1] + 1)) for run in runs)
    assert working_intervals(calendar, at(0), at(last)) == expected


# --- laws, to the microsecond and over a hundred and twenty years ---------------------------------------------

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Monrovia", "UTC"]


def moments_between(first, last):
    """Moments to the microsecond; in UTC, as Python compares two moments of one zone by what its wall clock shows."""
    return st.integers(0, (last - first) // INSTANT).map(lambda count: first + count * INSTANT)


moments = moments_between(datetime(1940, 1, 1, tzinfo=UTC), datetime(2060, 1, 1, tzinfo=UTC))
near_moments = moments_between(datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
any_calendar = st.sampled_from(ZONES).flatmap(lambda zone: calendars(zone, date(2025, 1, 1), 730))
working_calendar = any_calendar.filter(lambda calendar: any(calendar.week))
amounts = st.timedeltas(ZERO, hours(200))


@given(any_calendar, moments, moments, moments)
@settings(deadline=None)
def test_working_time_of_adjacent_spans_adds_up_in_any_order(calendar, a, b, c):
    assert working_time(calendar, a, b) + working_time(calendar, b, c) == working_time(calendar, a, c)


@given(any_calendar, moments, moments)
@settings(deadline=None)
def test_working_time_is_never_more_than_time(calendar, a, b):
    start, end = sorted([a, b])
    assert ZERO <= working_time(calendar, start, end) <= end - start


@given(working_calendar, st.one_of(near_moments, moments), amounts)
@settings(deadline=None)
def test_adding_then_measuring_gives_the_amount_back_and_no_earlier_moment_does(calendar, start, amount):
    reached = add_working_time(calendar, start, amount)
    assert reached.tzinfo is UTC
    assert reached >= start
    assert working_time(calendar, start, reached) == amount
    if amount:
        assert working_time(calendar, start, reached - INSTANT) < amount


@given(working_calendar, near_moments, near_moments, amounts, amounts)
@settings(deadline=None)
def test_later_starts_and_larger_amounts_never_end_sooner(calendar, a, b, small, large):
    start, later = sorted([a, b])
    small, large = sorted([small, large])
    assert add_working_time(calendar, start, small) <= add_working_time(calendar, start, large)
    assert add_working_time(calendar, start, small) <= add_working_time(calendar, later, small)


@given(working_calendar, near_moments, amounts, amounts)
@settings(deadline=None)
def test_adding_in_two_parts_is_adding_at_once(calendar, start, first, second):
    in_parts = add_working_time(calendar, add_working_time(calendar, start, first), second)
    assert in_parts == add_working_time(calendar, start, first + second)


@given(working_calendar, st.one_of(near_moments, moments))
@settings(deadline=None)
def test_the_next_open_moment_is_open_and_nothing_before_it_is(calendar, start):
    opening = next_open(calendar, start)
    assert is_open(calendar, opening)
    assert working_time(calendar, start, opening) == ZERO
    assert (opening == start) == is_open(calendar, start)


@given(any_calendar, near_moments, near_moments)
@settings(deadline=None)
def test_intervals_are_apart_in_order_and_add_up_to_the_working_time(calendar, a, b):
    start, end = sorted([a, b])
    intervals = working_intervals(calendar, start, end)
    edges = [start, *(edge for interval in intervals for edge in interval), end]
    assert edges == sorted(edges)
    assert all(one.end < other.start for one, other in pairwise(intervals))
    assert sum((one.end - one.start for one in intervals), ZERO) == working_time(calendar, start, end)


@given(any_calendar, any_calendar, near_moments, near_moments, st.lists(near_moments, max_size=20))
@settings(deadline=None)
def test_shared_intervals_are_when_both_are_open(ours, theirs, a, b, probes):
    start, end = sorted([a, b])
    shared = shared_intervals(ours, theirs, start, end)
    assert shared == shared_intervals(theirs, ours, start, end)
    assert all(interval.start < interval.end for interval in shared)
    for probe in [*probes, *(interval.start for interval in shared), *(interval.end for interval in shared)]:
        both = start <= probe < end and is_open(ours, probe) and is_open(theirs, probe)
        assert any(interval.start <= probe < interval.end for interval in shared) == both


# --- days that people remember ------------------------------------------------------------------------------------


def test_a_friday_afternoon_ask_is_answered_on_monday():
    assert add_working_time(BERLIN, berlin(2026, 3, 13, 16), hours(2)) == berlin(2026, 3, 16, 9)
    assert working_time(BERLIN, berlin(2026, 3, 13, 16), berlin(2026, 3, 16, 9)) == hours(2)


def test_what_fits_until_closing_ends_at_closing_and_not_the_next_morning():
    assert add_working_time(BERLIN, berlin(2026, 3, 13, 16), hours(1)) == berlin(2026, 3, 13, 17)


def test_an_amount_of_nothing_is_the_start_itself_even_when_closed():
    midnight = berlin(2026, 3, 14, 0)
    assert add_working_time(BERLIN, midnight, ZERO) == midnight
    assert next_open(BERLIN, midnight) == berlin(2026, 3, 16, 8)


def test_opening_time_is_open_and_closing_time_is_not():
    assert is_open(BERLIN, berlin(2026, 3, 13, 8))
    assert not is_open(BERLIN, berlin(2026, 3, 13, 12))
    assert next_open(BERLIN, berlin(2026, 3, 13, 12)) == berlin(2026, 3, 13, 13)


def test_the_autumn_night_has_an_hour_more_and_the_spring_night_one_less():
    night = Calendar("Europe/Berlin", NIGHTS)
    assert working_time(night, berlin(2026, 10, 24, 22), berlin(2026, 10, 25, 6)) == hours(9)
    assert working_time(night, berlin(2026, 3, 28, 22), berlin(2026, 3, 29, 6)) == hours(7)
    assert working_time(night, berlin(2026, 3, 27, 22), berlin(2026, 3, 28, 6)) == hours(8)


def test_hours_inside_the_repeated_hour_come_twice_and_inside_the_skipped_one_never():
    small = Calendar("Europe/Berlin", same_hours(EVERY_DAY, Hours.between("02:15", "02:45")))
    twice = working_intervals(small, berlin(2026, 10, 25, 0), berlin(2026, 10, 25, 12))
    quarter_past, quarter_to = (datetime(2026, 10, 25, 0, minute, tzinfo=UTC) for minute in (15, 45))
    assert twice == (Span(quarter_past, quarter_to), Span(quarter_past + hours(1), quarter_to + hours(1)))
    assert working_intervals(small, berlin(2026, 3, 29, 0), berlin(2026, 3, 29, 12)) == ()


def test_hours_that_the_spring_night_skips_begin_a_day_later():
    small = Calendar("Europe/Berlin", same_hours(EVERY_DAY, Hours.between("02:00", "03:00")))
    assert next_open(small, berlin(2026, 3, 29, 0)) == berlin(2026, 3, 30, 2)
    assert add_working_time(small, berlin(2026, 3, 29, 0), MINUTE) == berlin(2026, 3, 30, 2, 1)


def test_the_very_moment_at_which_clocks_change_belongs_to_the_time_after():
    change = datetime(2026, 10, 25, 1, tzinfo=UTC)  # 03:00 becomes 02:00
    assert is_open(Calendar("Europe/Berlin", same_hours(EVERY_DAY, Hours.between("02:00", "02:30"))), change)
    assert not is_open(Calendar("Europe/Berlin", same_hours(EVERY_DAY, Hours.between("03:00", "04:00"))), change)


def test_half_an_hour_of_summer_time():
    night = Calendar("Australia/Lord_Howe", NIGHTS)
    evening, morning = (in_zone(night.zone, 2026, 4, day, hour) for day, hour in [(4, 22), (5, 6)])
    assert working_time(night, evening, morning) == hours(8.5)


def test_a_day_that_the_zone_skipped_has_no_working_time():
    apia = Calendar("Pacific/Apia", AROUND_THE_CLOCK)
    assert working_time(apia, in_zone(apia.zone, 2011, 12, 29), in_zone(apia.zone, 2012, 1, 1)) == hours(48)
    office = Calendar("Pacific/Apia", OFFICE)
    assert add_working_time(office, in_zone(office.zone, 2011, 12, 29, 16), hours(2)) == in_zone(
        office.zone, 2012, 1, 2, 9
    )


def test_work_over_midnight_and_new_year_is_one_stretch():
    night = Calendar("Europe/Berlin", NIGHTS)
    assert working_intervals(night, berlin(2026, 12, 31, 12), berlin(2027, 1, 1, 12)) == (
        Span(berlin(2026, 12, 31, 22), berlin(2027, 1, 1, 6)),
    )


def test_a_day_off_has_no_work_and_an_opening_outranks_both_the_closure_and_the_week():
    christmas, saturday = date(2026, 12, 25), date(2026, 12, 19)
    morning = (Hours.between("09:00", "11:00"),)
    closed = Calendar("Europe/Berlin", OFFICE, frozenset({christmas}))
    assert working_time(closed, berlin(2026, 12, 25), berlin(2026, 12, 26)) == ZERO
    opened = Calendar(
        "Europe/Berlin",
        OFFICE,
        frozenset({christmas}),
        frozenset({Opening(christmas, morning), Opening(saturday, morning)}),
    )
    for day in (christmas, saturday):
        begin = berlin(day.year, day.month, day.day)
        assert working_intervals(opened, begin, begin + timedelta(days=1)) == (
            Span(begin.replace(hour=9), begin.replace(hour=11)),
        )


def test_the_zone_in_which_a_moment_is_said_does_not_matter():
    noon = berlin(2026, 7, 1, 12)
    said = [
        noon,
        noon.astimezone(UTC),
        noon.astimezone(timezone(timedelta(hours=-11))),
        noon.astimezone(ZoneInfo("Asia/Tokyo")),
    ]
    assert len({add_working_time(BERLIN, moment, hours(30)) for moment in said}) == 1


def test_a_reversed_span_counts_backwards_and_has_no_intervals():
    start, end = berlin(2026, 3, 13, 8), berlin(2026, 3, 13, 17)
    assert working_time(BERLIN, end, start) == -hours(8)
    assert working_intervals(BERLIN, end, start) == ()


def test_two_parties_in_different_zones_share_the_hours_that_overlap():
    new_york = Calendar("America/New_York", OFFICE)
    shared = shared_intervals(BERLIN, new_york, berlin(2026, 3, 13), berlin(2026, 3, 14))
    assert shared == (Span(berlin(2026, 3, 13, 13), berlin(2026, 3, 13, 17)),)  # New York changed its clocks first


def test_parties_whose_hours_only_touch_share_none():
    early, late = (
        Calendar("UTC", same_hours(EVERY_DAY, Hours.between(*day))) for day in [("6:00", "14:00"), ("14:00", "22:00")]
    )
    assert shared_intervals(early, late, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)) == ()


# --- what is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ask", [next_open, lambda calendar, at: add_working_time(calendar, at, MINUTE)])
def test_a_calendar_without_work_says_so_instead_of_searching_for_ever(ask):
    for empty in (
        Calendar("Europe/Berlin", NEVER),
        Calendar("Europe/Berlin", NEVER, openings=frozenset({Opening(date(2020, 1, 1), (Hours(0, 60),))})),
    ):
        with pytest.raises(NoWorkingTimeError, match=r"The 20 years from 2026-03-13 on do not hold .*weekly hours"):
            ask(empty, berlin(2026, 3, 13))


def test_an_amount_that_needs_more_than_twenty_years_is_named():
    with pytest.raises(NoWorkingTimeError, match="do not hold 1,000,000 hours of working time"):
        add_working_time(BERLIN, berlin(2026, 3, 13), hours(1_000_000))


def test_work_that_begins_years_from_now_is_found():
    late = Calendar("Europe/Berlin", NEVER, openings=frozenset({Opening(date(2040, 5, 6), (Hours(540, 600),))}))
    assert next_open(late, berlin(2026, 1, 1)) == berlin(2040, 5, 6, 9)
    assert add_working_time(late, berlin(2026, 1, 1), hours(1)) == berlin(2040, 5, 6, 10)


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        (datetime.fromisoformat("2026-03-13 08:00"), "add one"),
        (datetime(1899, 12, 31, 23, tzinfo=UTC), "1900 to 2199; 1899 is outside"),
        (datetime.max.replace(tzinfo=UTC), "9999 is outside"),
    ],
)
def test_moments_without_a_zone_or_out_of_all_bounds_are_refused(moment, reason):
    for ask in (next_open, is_open, lambda calendar, at: working_time(calendar, berlin(2026, 1, 1), at)):
        with pytest.raises(CalendarError, match=reason):
            ask(BERLIN, moment)


def test_a_negative_amount_is_refused():
    with pytest.raises(CalendarError, match="cannot be negative"):
        add_working_time(BERLIN, berlin(2026, 3, 13), -MINUTE)


@pytest.mark.parametrize("zone", ["", "Europe", "Europe/Berln", "../../etc/passwd", "/etc/passwd", "a\0b", "x" * 5000])
def test_an_unknown_zone_is_refused_with_an_example_and_no_path_of_this_computer(zone):
    with pytest.raises(CalendarError, match="use a region and a city as in Europe/Berlin") as refusal:
        Calendar(zone, OFFICE)
    assert "zoneinfo" not in str(refusal.value)
    assert len(str(refusal.value)) < 200


def with_monday(*stretches):
    return (tuple(Hours(*stretch) for stretch in stretches), *[()] * 6)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: Hours.between("17:00", "08:00"), "17:00–08:00 does not end after it starts.*two entries"),
        (lambda: Hours.between("08:00", "08:00"), "does not end after it starts"),
        (lambda: Hours(-1, 60), "between 00:00 and 24:00"),
        (lambda: Hours(0, 1441), "between 00:00 and 24:00"),
        (lambda: Hours.between("8", "17:00"), "“8” is not a time of day: write it like 08:30"),
        (lambda: Hours.between("08:60", "17:00"), "“08:60” is not a time of day"),
        (lambda: Hours.between("08:00", "24:01"), "“24:01” is not a time of day"),
        (lambda: Hours.between("٠٨:٠٠", "17:00"), "is not a time of day"),
        (lambda: Calendar("UTC", with_monday((480, 720), (700, 900))), "Monday: .*12:00 and 11:40.* overlap"),
        (lambda: Calendar("UTC", with_monday((780, 900), (480, 720))), "Monday: .*list the earlier hours first"),
        (lambda: Calendar("UTC", OFFICE[:5]), "A week has seven days.*these are 5"),
        (lambda: Calendar("UTC", OFFICE, openings=frozenset({Opening(date(2026, 1, 1), ())})), "has no hours"),
        (
            lambda: Calendar(
                "UTC",
                OFFICE,
                openings=frozenset(Opening(date(2026, 1, 1), (Hours(0, end),)) for end in (60, 120)),
            ),
            "listed twice",
        ),
    ],
)
def test_impossible_hours_are_refused_with_what_to_do(make, reason):
    with pytest.raises(CalendarError, match=reason):
        make()


def test_every_refusal_is_one_of_kept():
    assert issubclass(NoWorkingTimeError, CalendarError)
    assert issubclass(CalendarError, KeptError)


# --- as JSON ------------------------------------------------------------------------------------------------------

AS_JSON = {
    "zone": "Europe/Berlin",
    "week": {"monday": [["08:00", "12:00"], ["13:00", "24:00"]], "friday": [["08:30", "14:00"]]},
    "closures": ["2026-12-25", "2026-12-26"],
    "openings": {"2026-12-19": [["09:00", "13:00"]]},
}


@given(any_calendar)
@settings(deadline=None)
def test_a_calendar_survives_the_way_through_json(calendar):
    assert calendar_from_json(json.loads(json.dumps(calendar_to_json(calendar)))) == calendar


def test_json_reads_as_people_write_it():
    calendar = calendar_from_json(AS_JSON)
    assert calendar_to_json(calendar) == AS_JSON
    assert calendar.week[0] == (Hours(480, 720), Hours(780, 1440))
    assert calendar.week[1] == ()


def test_json_may_leave_out_days_off_and_list_hours_in_any_order():
    calendar = calendar_from_json({"zone": "UTC", "week": {"tuesday": [["13:00", "17:00"], ["8:00", "12:00"]]}})
    assert calendar == Calendar("UTC", same_hours([1], Hours(480, 720), Hours(780, 1020)))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"zone": None}, "needs its zone: a name such as Europe/Berlin"),
        ({"zone": "Mars/Olympus"}, "“Mars/Olympus” is not a time zone"),
        ({"week": []}, r"The week must be a set of named entries, not \[\]"),
        ({"week": {"Montag": []}}, "The week has no entry “Montag”: use monday, .* or sunday"),
        ({"week": {"monday": "08:00-12:00"}}, "Monday must be a list"),
        ({"week": {"monday": ["08:00", "12:00"]}}, r"Monday: '08:00' is not a pair of times: write it like \["),
        ({"week": {"monday": [["08:00"]]}}, "Monday: .* is not a pair of times"),
        ({"week": {"monday": [[8, 12]]}}, "Monday: .* is not a pair of times"),
        ({"week": {"monday": [["noon", "13:00"]]}}, "Monday: “noon” is not a time of day"),
        ({"week": {"monday": [["17:00", "08:00"]]}}, "Monday: 17:00–08:00 does not end after it starts"),
        ({"week": {"monday": [["08:00", "12:00"], ["11:00", "13:00"]]}}, "Monday: .* overlap: join them"),
        ({"closures": "2026-12-25"}, "The closures must be a list"),
        ({"closures": ["25.12.2026"]}, "'25.12.2026' is not a date: write it like 2026-12-25"),
        ({"closures": ["20261225"]}, "is not a date"),
        ({"closures": ["2026-02-29"]}, "is not a date"),
        ({"closures": [20261225]}, "is not a date"),
        ({"openings": ["2026-12-19"]}, "The openings must be a set of named entries"),
        ({"openings": {"Saturday": [["09:00", "13:00"]]}}, "'Saturday' is not a date"),
        ({"openings": {"2026-12-19": []}}, "2026-12-19 has no hours: list it among the closures"),
        ({"openings": {"2026-12-19": [["13:00", "09:00"]]}}, "2026-12-19: 13:00–09:00 does not end after"),
        ({"closure": []}, "A calendar has no entry “closure”: use zone, week, closures or openings"),
    ],
)
def test_json_that_makes_no_sense_is_refused_with_where_and_what_to_do(change, reason):
    with pytest.raises(CalendarError, match=reason):
        calendar_from_json(AS_JSON | change)


@pytest.mark.parametrize("data", [None, [], "Europe/Berlin", 7])
def test_json_that_is_no_calendar_at_all_is_refused(data):
    with pytest.raises(CalendarError, match="A calendar must be a set of named entries"):
        calendar_from_json(data)


def test_json_without_a_week_is_refused():
    with pytest.raises(CalendarError, match="needs its week"):
        calendar_from_json({"zone": "UTC"})


entry_names = st.sampled_from(["zone", "week", "closures", "openings", "monday", "2026-12-25"])
anything = st.recursive(
    st.sampled_from([None, True, 7, "UTC", "08:00", "17:00", "2026-12-25", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(entry_names, inner, max_size=4),
    max_leaves=12,
)


@given(
    st.fixed_dictionaries({"zone": anything, "week": anything}, optional={"closures": anything, "openings": anything})
)
@settings(deadline=None)
def test_json_is_either_a_calendar_or_refused_in_a_sentence(data):
    try:
        calendar = calendar_from_json(data)
    except CalendarError as refusal:
        sentence = str(refusal)
    else:
        sentence = f"{describe(calendar)}."
    assert sentence.endswith(".")


# --- in words -----------------------------------------------------------------------------------------------------

MORNING, LONG = (Hours(480, 720),), (Hours(480, 1020),)


@pytest.mark.parametrize(
    ("week", "words"),
    [
        (OFFICE, "Mon–Fri 08:00–12:00 and 13:00–17:00 (Europe/Berlin)"),
        ((*[LONG] * 4, MORNING, (), ()), "Mon–Thu 08:00–17:00, Fri 08:00–12:00 (Europe/Berlin)"),
        ((LONG, (), LONG, (), LONG, (), ()), "Mon, Wed and Fri 08:00–17:00 (Europe/Berlin)"),
        ((LONG, LONG, LONG, (), LONG, (), ()), "Mon–Wed and Fri 08:00–17:00 (Europe/Berlin)"),
        (((), (), (), (), (), LONG, LONG), "Sat and Sun 08:00–17:00 (Europe/Berlin)"),
        ([LONG] * 7, "Every day 08:00–17:00 (Europe/Berlin)"),
        (AROUND_THE_CLOCK, "Every day around the clock (Europe/Berlin)"),
        (NEVER, "No weekly hours (Europe/Berlin)"),
    ],
)
def test_a_week_in_words(week, words):
    assert describe(Calendar("Europe/Berlin", tuple(week))) == words


def test_closures_and_openings_in_words():
    christmas = date(2026, 12, 25)
    openings = [Opening(date(2026, 12, day), MORNING) for day in (19, 24, 30, 31)]
    closed = Calendar("UTC", [LONG] * 7, frozenset({christmas}))
    assert describe(closed) == "Every day 08:00–17:00 (UTC), closed on public holidays and other days off"
    assert describe(closed, closed_on="public holidays") == "Every day 08:00–17:00 (UTC), closed on public holidays"
    one, three, four = (
        describe(Calendar("UTC", [LONG] * 7, openings=frozenset(openings[:count]))) for count in (1, 3, 4)
    )
    assert one == "Every day 08:00–17:00 (UTC), other hours on 19 Dec 2026"
    assert three == "Every day 08:00–17:00 (UTC), other hours on 19 Dec 2026, 24 Dec 2026 and 30 Dec 2026"
    assert four == "Every day 08:00–17:00 (UTC), other hours on 4 days"


def test_equal_calendars_are_interchangeable():
    other = Calendar("Europe/Berlin", OFFICE, frozenset({date(2026, 1, 1), date(2026, 5, 1)}))
    same = Calendar("Europe/Berlin", OFFICE, frozenset({date(2026, 5, 1), date(2026, 1, 1)}))
    is_open(same, berlin(2026, 1, 1))  # having been asked something makes no difference
    assert other == same
    assert hash(other) == hash(same)
