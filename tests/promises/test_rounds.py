"""Terms side by side: theirs, yours, what changed, from where the reader stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cast import DAY, HOUR, START, Cast, terms
from kept.core import acts
from kept.core.calendars import Calendar, Hours, same_hours
from kept.core.terms import Side
from kept.ledger import book
from kept.promises.models import Promise
from kept.promises.rounds import Beside, beside, date_moved, on_the_table

C, P = frozenset([Side.CUSTOMER]), frozenset([Side.PROVIDER])
OFFICE = Calendar("UTC", same_hours(range(5), Hours.between("09:00", "17:00")))
FRIDAY = datetime(2026, 5, 8, 12, tzinfo=UTC)


def look(promise: int, sides: frozenset[Side]) -> Beside | None:
    return beside(Promise.objects.get(pk=promise), book.read(promise), sides)


def titles(found: Beside | None) -> tuple[str, str] | None:
    return (found.old_title, found.new_title) if found else None


def test_a_first_ask_lies_beside_nothing(cast: Cast) -> None:
    assert look(cast.asked(), C) is None


def test_an_answer_with_other_terms_lies_beside_the_ask_from_either_side(cast: Cast) -> None:
    promise = cast.asked()
    cast.do(cast.provider, promise, acts.Counter(terms=terms("The route sheet, by mail")), at=START + HOUR)
    found = look(promise, C)
    assert titles(found) == ("Yours", "Theirs")
    assert titles(look(promise, P)) == ("Theirs", "Yours")
    assert titles(look(promise, frozenset())) == ("Dispatch's", "Workshop's")
    assert found is not None
    assert [(str(kind), text) for kind, text in found.what] == [("same", "The route sheet"), ("new", ", by mail")]
    assert (found.date, found.done_when) == ("", ())


def test_every_round_before_is_there(cast: Cast) -> None:
    promise = cast.asked()
    for place, actor in enumerate((cast.provider, cast.customer), start=1):
        act = acts.Counter(terms=terms(due=START + (2 + place) * DAY))
        cast.do(actor, promise, act, at=START + place * HOUR)
    cast.do(cast.provider, promise, acts.Counter(terms=terms(due=START + 5 * DAY)), at=START + 3 * HOUR)
    found = look(promise, P)
    assert found is not None
    assert [(one.by, one.terms.due) for one in found.earlier] == [
        ("Theirs", START + 2 * DAY), ("Yours", START + 3 * DAY), ("Theirs", START + 4 * DAY),
    ]  # fmt: skip
    assert (found.old.due, found.new.due) == (START + 4 * DAY, START + 5 * DAY)


def test_a_changed_ask_lies_beside_what_was_asked_before(cast: Cast) -> None:
    promise = cast.asked()
    cast.do(cast.customer, promise, acts.Amend(terms=terms(done_when="It fits.")), at=START + HOUR)
    assert titles(look(promise, P)) == ("Theirs, before", "Theirs")


def test_new_terms_lie_beside_those_in_force_until_they_are_answered(cast: Cast) -> None:
    promise = cast.promised()
    assert look(promise, C) is None
    cast.do(cast.provider, promise, acts.Propose(terms=terms(due=START + 3 * DAY)), at=START + 2 * HOUR)
    assert titles(look(promise, C)) == ("As agreed", "They propose")
    assert titles(look(promise, P)) == ("As agreed", "You propose")
    table = on_the_table(book.read(promise))
    assert table is not None
    assert table.due == START + 3 * DAY
    cast.do(cast.customer, promise, acts.Refuse(), at=START + 3 * HOUR)
    assert look(promise, C) is None


def test_a_date_that_moved_is_said_in_plain_words_and_in_working_time() -> None:
    def said(later: timedelta) -> str:
        return date_moved(FRIDAY, FRIDAY + later, OFFICE, "Workshop")

    assert said(timedelta(0)) == ""
    assert said(4 * DAY) == "4 days later: 2 working days more for Workshop"
    assert said(3 * HOUR) == "3 hours later: 3 hours of work more for Workshop"
    assert said(-2 * DAY) == "2 days earlier: 2 working days less for Workshop"
    saturday = FRIDAY + DAY
    assert date_moved(saturday, saturday + 5 * HOUR, OFFICE, "Workshop") == (
        "5 hours later, without any working time of Workshop in between"
    )
