"""How many queries opening a promise and acting in one cost, held to a file; also beside many other promises.

A number that went down, or up for a good reason, is written with KEPT_WRITE_QUERY_COUNTS=1.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cast import DAY, HOUR, START, Cast, terms
from kept.core import acts
from kept.core.terms import Answer
from kept.promises.help import LaterDate, open_conversations, too_much

pytestmark = pytest.mark.django_db
BASELINE = Path(__file__).with_name("query_counts.json")
LATER = START + 2 * HOUR


def two_promised(cast: Cast) -> int:
    """Two promises that stand, made one after the other; gives the id of the second."""
    cast.promised()
    return cast.promised()


def two_later(cast: Cast, second: int) -> None:
    """Propose a later date for both."""
    dates = [LaterDate(each, START + 5 * DAY, 2) for each in (second - 1, second)]
    open_conversations(cast.provider, dates, "It is too much.", at=LATER)


CASES: dict[str, tuple[Callable[[Cast], int], Callable[[Cast, int], object]]] = {
    "ask": (lambda cast: 0, lambda cast, _: cast.asked()),
    "ask between persons": (
        lambda cast: 0, lambda cast, _: cast.asked(customer=cast.customer, provider=cast.provider),
    ),
    "ask in private": (lambda cast: 0, lambda cast, _: cast.asked(private=True)),
    "promise": (Cast.asked, lambda cast, p: cast.do(cast.provider, p, acts.Promise(), at=LATER)),
    "note": (Cast.promised, lambda cast, p: cast.do(cast.customer, p, acts.Note(words="The door code."), at=LATER)),
    "update": (Cast.promised, lambda cast, p: cast.do(cast.provider, p, acts.Update(words="Half of it."), at=LATER)),
    "propose": (
        Cast.promised,
        lambda cast, p: cast.do(cast.provider, p, acts.Propose(terms=terms(due=START + 5 * DAY)), at=LATER),
    ),
    "hand over": (Cast.promised, lambda cast, p: cast.do(cast.provider, p, acts.HandOver(to=cast.lead.pk), at=LATER)),
    "pass on": (
        Cast.asked,
        lambda cast, p: cast.do(cast.provider, p, acts.PassOn(to=cast.billing.pk, words="Theirs."), at=LATER),
    ),
    "ask for help": (
        Cast.promised, lambda cast, p: cast.do(cast.provider, p, acts.AskHelp(words="Two hands."), at=LATER),
    ),
    "bring in": (
        Cast.promised,
        lambda cast, p: cast.do(cast.provider, p, acts.Escalate(to=cast.boss.pk, words="Please decide."), at=LATER),
    ),
    "renegotiate two": (two_promised, two_later),
    "look at what would have to give": (Cast.promised, lambda cast, _: too_much(cast.provider, LATER)),
    "deliver": (
        Cast.promised, lambda cast, p: cast.do(cast.provider, p, acts.Deliver(easier=Answer.EASIER), at=LATER),
    ),
    "accept": (
        Cast.delivered,
        lambda cast, p: cast.do(cast.customer, p, acts.Accept(answer=Answer.EASIER), at=START + 2 * DAY),
    ),
}  # fmt: skip


def counted(cast: Cast, case: str) -> int:
    """Queries without the savepoints of the test's own transaction, and without the locks that SQLite has none of."""
    lay, act = CASES[case]
    promise = lay(cast)
    with CaptureQueriesContext(connection) as captured:
        act(cast, promise)
    return sum("SAVEPOINT" not in query["sql"] and not query["sql"].endswith("FOR UPDATE") for query in captured)


def test_the_counts_are_those_of_the_file(cast: Cast) -> None:
    counts = {case: counted(cast, case) for case in CASES}
    if os.environ.get("KEPT_WRITE_QUERY_COUNTS"):
        BASELINE.write_text(json.dumps(counts, indent=2) + "\n")
    assert counts == json.loads(BASELINE.read_text())


def test_they_do_not_grow_with_the_promises(cast: Cast) -> None:
    before = {case: counted(cast, case) for case in CASES}
    for _ in range(30):
        cast.accepted()
    assert {case: counted(cast, case) for case in CASES} == before
