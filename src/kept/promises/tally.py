"""Who did which work, by its words: what each event of a promise adds to `Practice`, the ground for proposing teams.

Work counts for the party that did it in the end, once its customer accepted it; a reopening takes it back. A no, a
passing on and a giving up count against. Private promises leave no trace here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import F

from kept.core import acts
from kept.core.checks import on_the_table
from kept.core.keeping import Outcome, outcome
from kept.core.promise import evolve
from kept.core.state import Event, PromiseState, State
from kept.core.terms import Side
from kept.promises.models import Practice
from kept.promises.wording import stems

ALL = ""
"""The word under which all work of a party is counted."""
COUNTS = ("done", "kept", "came", "away")


@dataclass(frozen=True, slots=True)
class Change:
    """What one event changes for `party`, under each of `words`: counts to be added, and when it did such work."""

    party: int
    words: tuple[str, ...]
    done: int = 0
    kept: int = 0
    came: int = 0
    away: int = 0
    last: datetime | None = None


def change(before: PromiseState | None, event: Event, after: PromiseState) -> Change | None:
    """What `event` changes; most change nothing."""
    if before is None or before.private:
        return None
    match event.act:
        case acts.PassOn():
            return Change(before.provider, _words(before), away=1)
        case acts.Reopen():
            return _did(before, -1, None)
        case acts.Accept() if after.state is State.ACCEPTED:
            return _did(after, 1, event.at)
        case _ if after.state in {State.DECLINED, State.BROKEN} and event.by.side is Side.PROVIDER:
            return None if before.state is after.state else Change(before.provider, _words(before), away=1)
        case _:
            return None


def _did(state: PromiseState, by: int, at: datetime | None) -> Change:
    kept, came = outcome(state) is Outcome.KEPT, bool(state.passed_on_by)
    return Change(state.provider, _words(state), done=by, kept=by * kept, came=by * came, last=at)


def _words(state: PromiseState) -> tuple[str, ...]:
    terms = state.terms or on_the_table(state).terms
    return (ALL, *stems(f"{terms.what} {terms.done_when}"))


def record(found: Change) -> None:
    """Write it. Rows are made and locked in one order, that of all work first: nobody waits in a circle, and whoever
    writes next for this party waits there."""
    if min(getattr(found, name) for name in COUNTS) < 0:
        _take_back(found)
    else:
        _add(found)


def _add(found: Change) -> None:
    """In one query: a new row for a new word, more in the row that is there."""
    last = connection.ops.adapt_datetimefield_value(found.last) if found.last else None
    values = [getattr(found, name) for name in COUNTS]
    rows = [[found.party, word, *values, last] for word in sorted(found.words)]  # that of all work has the first name
    with connection.cursor() as cursor:
        cursor.execute(_ADD.format(rows=", ".join([_ROW] * len(rows))), [value for row in rows for value in row])


def _take_back(found: Change) -> None:
    """The rows are there: what is taken back was added once. When the party last did such work stays."""
    counts = {name: F(name) + getattr(found, name) for name in COUNTS if getattr(found, name)}
    for words in (found.words[:1], found.words[1:]):
        Practice.objects.filter(party=found.party, word__in=words).update(**counts)


_ROW = "(%s, %s, %s, %s, %s, %s, %s)"
_ADD = """
    INSERT INTO promises_practice (party_id, word, done, kept, came, away, last) VALUES {rows}
    ON CONFLICT (party_id, word) DO UPDATE SET
        done = promises_practice.done + excluded.done, kept = promises_practice.kept + excluded.kept,
        came = promises_practice.came + excluded.came, away = promises_practice.away + excluded.away,
        last = CASE WHEN promises_practice.last > excluded.last OR excluded.last IS NULL
            THEN promises_practice.last ELSE excluded.last END
"""


class Sum:
    """Adds changes up as the table does: what must stand in `Practice` once all events are read."""

    def __init__(self) -> None:
        self._counts: dict[tuple[int, str], Counter[str]] = {}
        self._last: dict[tuple[int, str], datetime] = {}

    def add(self, found: Change) -> None:
        """One more change."""
        for word in found.words:
            key = found.party, word
            counts = self._counts.setdefault(key, Counter())
            for name in COUNTS:
                counts[name] += getattr(found, name)
            if found.last:
                self._last[key] = max(found.last, self._last.get(key, found.last))

    def rows(self) -> dict[tuple[int, str], tuple[int, int, int, int, datetime | None]]:
        """By party and word: done, kept, came, away, and when last."""
        return {
            key: (counts["done"], counts["kept"], counts["came"], counts["away"], self._last.get(key))
            for key, counts in self._counts.items()
        }


def differences(wanted: Sum, stored: Iterable[tuple[int, str, tuple[object, ...]]]) -> Iterator[str]:
    """Where the rows (party, word, the values as `Sum.rows` gives them) are not what the events give, in sentences."""
    rows = wanted.rows()
    for party, word, values in stored:
        if rows.pop((party, word), None) != values:
            yield f"of the work of party {party} {_under(word)} another count is stored than its events give."
    for party, word in sorted(rows):
        yield f"of the work of party {party} {_under(word)} nothing is stored; its events give something."


def _under(word: str) -> str:
    return f"with “{word}”" if word else "at large"


def changes(events: Iterable[Event]) -> Iterator[Change]:
    """What the events of one promise change, in order."""
    state: PromiseState | None = None
    for event in events:
        before, state = state, evolve(state, event)
        if found := change(before, event, state):
            yield found
