"""The calendar feed, read back by the icalendar parser: what is in it, what is not, and what programs rely on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from icalendar import Calendar, Event
from icalendar.cal.component import Component

from cast import DAY, HOUR, START, Cast, terms
from kept.core import acts
from kept.core.errors import NotFound
from kept.core.terms import Answer
from kept.people import actions as people
from kept.people.models import Person
from kept.promises import calendar_feed, leaving
from kept.promises.calendar_feed import LENGTH, end_feed, feed_of, in_calendar, make_feed, mark, written
from kept.promises.models import CalendarFeed

NOW = START + 3 * HOUR
HERE = "https://kept.example.com"
ODD = 'Müller, Söhne; "Räder"\\Co 🚲 & <b>'


def feed(person: Person, at: datetime = NOW) -> bytes:
    """The feed as a program gets it."""
    return written(person, in_calendar(person, at), HERE)


def events(person: Person, at: datetime = NOW) -> list[Component]:
    """Its events, as the parser understands them."""
    calendar = Calendar.from_ical(feed(person, at))
    assert not calendar.errors
    return calendar.walk("VEVENT")


def one(person: Person, at: datetime = NOW) -> Event:
    """The only event."""
    (event,) = events(person, at)
    assert isinstance(event, Event)
    return event


def test_an_event_ends_at_the_date(cast: Cast) -> None:
    promise = cast.promised()
    event = one(cast.provider)
    assert event["UID"] == f"promise-{promise}@kept.example.com"
    assert event.end == START + 2 * DAY
    assert event.start == START + 2 * DAY - LENGTH
    assert event["SUMMARY"] == "The route sheet (for Dispatch)"
    assert event["STATUS"] == "CONFIRMED"
    assert event["URL"] == f"{HERE}/promises/{promise}/"
    assert event["TRANSP"] == "TRANSPARENT"
    assert event.categories == ["Owed"]
    assert (event.DTSTAMP, event.LAST_MODIFIED, event["SEQUENCE"]) == (START + HOUR, START + HOUR, 2)


def test_who_asked_awaits_it(cast: Cast) -> None:
    cast.promised()
    event = one(cast.customer)
    assert (event["SUMMARY"], event.categories) == ("The route sheet (from Workshop)", ["Awaited"])


def test_those_who_neither_owe_nor_await_it_have_it_not(cast: Cast) -> None:
    cast.promised()
    for somebody in (cast.colleague, cast.lead, cast.boss, cast.outsider, cast.caretaker):
        assert events(somebody) == []


def test_the_calendar_says_what_it_is_and_how_often_to_ask(cast: Cast) -> None:
    text = feed(cast.provider).decode()
    for line in (
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kept//Promises//EN", "METHOD:PUBLISH", "CALSCALE:GREGORIAN",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H", "NAME:Promises of Provider",
        "X-WR-CALNAME:Promises of Provider",
    ):  # fmt: skip
        assert line in text.split("\r\n")


def test_a_date_that_moved_is_the_same_event_later(cast: Cast) -> None:
    promise = cast.promised()
    before = one(cast.provider)
    cast.do(cast.provider, promise, acts.Propose(terms=terms(due=START + 5 * DAY)), at=NOW)
    assert one(cast.provider)["STATUS"] == "TENTATIVE"
    cast.do(cast.customer, promise, acts.Agree(), at=NOW + HOUR)
    after = one(cast.provider, NOW + HOUR)
    assert after["UID"] == before["UID"]
    assert (after["SEQUENCE"], after.LAST_MODIFIED, after.end) == (4, NOW + HOUR, START + 5 * DAY)


def test_what_nobody_has_promised_yet_is_tentative(cast: Cast) -> None:
    cast.asked()
    assert one(cast.customer)["STATUS"] == "TENTATIVE"


def test_what_was_cancelled_says_so_and_goes_after_a_while(cast: Cast) -> None:
    promise = cast.promised()
    cast.do(cast.customer, promise, acts.Cancel(), at=NOW)
    assert one(cast.provider)["STATUS"] == "CANCELLED"
    assert one(cast.provider, NOW + 29 * DAY)["STATUS"] == "CANCELLED"
    assert events(cast.provider, NOW + 31 * DAY) == []


def test_what_was_kept_stays_for_a_while(cast: Cast) -> None:
    cast.accepted()
    assert one(cast.provider, NOW + 20 * DAY)["STATUS"] == "CONFIRMED"
    assert events(cast.provider, NOW + 40 * DAY) == []


def test_what_is_promised_and_late_stays_however_long(cast: Cast) -> None:
    cast.promised()
    assert len(events(cast.provider, NOW + 400 * DAY)) == 1


def test_a_private_one_has_no_words(cast: Cast) -> None:
    promise = cast.asked(private=True, provider=cast.provider, what=terms("My pay", done_when="More of it"))
    cast.do(cast.provider, promise, acts.Promise(words="Soon."), at=START + HOUR)
    event = one(cast.provider)
    assert (event["SUMMARY"], event["CLASS"]) == ("Private promise", "PRIVATE")
    assert "DESCRIPTION" not in event
    text = feed(cast.provider).decode()
    for word in ("pay", "More", "Dispatch", "Customer", "Soon"):
        assert word not in text.replace("X-WR-CALNAME", "")


@pytest.mark.parametrize("what", [ODD, "ü" * 200, "🚲" * 120, "a, b; c\\d: e", "X" * 73 + "é", "BEGIN:VALARM"])
def test_any_words_come_through_whole(cast: Cast, what: str) -> None:
    people.rename_team(cast.dispatch, "Spedition; “Nord”, 2\\3")
    done_when = f"{what}\nEND:VEVENT\r\nand a\tthird"
    promise = cast.asked(what=terms(what, done_when=done_when))
    cast.do(cast.provider, promise, acts.Promise(), at=START + HOUR)
    event = one(cast.provider)
    assert event["SUMMARY"] == f"{what} (for Spedition; “Nord”, 2\\3)"
    assert event["DESCRIPTION"].split("Done when: ")[1] == done_when.replace("\r\n", "\n")
    raw = feed(cast.provider)
    lines = raw.split(b"\r\n")
    assert [line for line in lines if line.startswith(b"BEGIN:")] == [b"BEGIN:VCALENDAR", b"BEGIN:VEVENT"]
    assert lines[-1] == b""
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    for line in lines:
        line.decode()  # folded between characters, never inside one


def test_control_characters_are_left_out(cast: Cast) -> None:
    cast.promised()
    people.change_person(cast.provider, name="Pro\x07vider")
    assert b"\x07" not in feed(cast.provider)


def test_the_order_of_words_is_stable(cast: Cast) -> None:
    cast.promised()
    cast.delivered()
    assert feed(cast.provider) == feed(cast.provider)


def test_the_mark_changes_with_the_feed_alone(cast: Cast) -> None:
    promise = cast.promised()
    cast.delivered()

    def marked() -> str:
        return mark(cast.provider, in_calendar(cast.provider, NOW))

    first = marked()
    assert marked() == first
    cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=NOW)
    second = marked()
    assert second != first
    people.rename_team(cast.dispatch, "Shipping")
    assert marked() != second


def test_moments_are_utc_and_whole(cast: Cast) -> None:
    cast.promised()
    event = one(cast.provider)
    for name in ("DTSTART", "DTEND", "DTSTAMP", "CREATED", "LAST-MODIFIED"):
        assert event[name].to_ical().endswith(b"Z")
        assert event[name].dt.tzinfo.utcoffset(None) == UTC.utcoffset(None)


def test_an_address_opens_one_calendar_until_there_is_a_new_one(cast: Cast) -> None:
    secret = make_feed(cast.provider, at=NOW)
    assert feed_of(secret, at=NOW).person == cast.provider
    assert CalendarFeed.objects.get().opened_at == NOW
    assert secret not in str(CalendarFeed.objects.values().get())
    new = make_feed(cast.provider, at=NOW)
    for gone in (secret, "", "\udcff", new[:-1]):
        with pytest.raises(NotFound):
            feed_of(gone, at=NOW)
    end_feed(cast.provider)
    with pytest.raises(NotFound):
        feed_of(new, at=NOW)


def test_who_has_left_has_no_calendar(cast: Cast) -> None:
    secret = make_feed(cast.provider, at=NOW)
    leaving.leave(cast.provider, successor=cast.colleague, at=NOW)
    with pytest.raises(NotFound):
        feed_of(secret, at=NOW)


def test_it_costs_one_question_however_many(cast: Cast, django_assert_num_queries: pytest.FixtureDef) -> None:
    for _ in range(20):
        cast.promised()
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(Calendar.from_ical(feed(cast.provider)).walk("VEVENT")) == 20
    assert calendar_feed.MOST == 2000
