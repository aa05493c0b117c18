"""`kept ledger verify` looks at agreements as well, and says in words what their events would not give."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cast import HOUR, START, Cast
from kept.core.agreement import Between, replay
from kept.core.expectations import Expectations
from kept.customers import agreeing, projection
from kept.customers.agreements import standing_of
from kept.customers.models import Agreement, AgreementVersion
from kept.customers.verify import COLUMNS, VERSION
from kept.ledger import seal
from kept.ledger.models import Event, Stream
from kept.ledger.verifying import verify

pytestmark = pytest.mark.django_db


def talk(cast: Cast) -> int:
    """Two versions, and a change on the table."""
    agreement = cast.agreed()
    between = Between(cast.dispatch.pk, cast.workshop.pk)
    agreeing.expect(cast.provider, between, Expectations(share=40), at=START + 2 * HOUR)
    agreeing.agree(cast.customer, agreement, to=3, at=START + 3 * HOUR)
    agreeing.expect(cast.customer, between, Expectations(share=50), at=START + 4 * HOUR)
    return agreement


def test_sound_agreements_are_clean_beside_promises(cast: Cast) -> None:
    talk(cast)
    cast.accepted()
    found = verify()
    assert found.clean, found.differences
    assert found.stories == {"agreement": 1, "promise": 1, "complaint": 0, "thanks": 0}
    assert found.events == Event.objects.count()


def test_every_column_is_compared(cast: Cast) -> None:
    state, events = standing_of(talk(cast))
    assert state is not None
    assert state == replay(events)
    assert set(COLUMNS) == set(projection.columns(state))
    assert set(VERSION) == set(projection.version_columns(state.versions[0]))


ROWS: dict[str, tuple[Callable[[Cast, int], object], str]] = {
    "a party": (lambda cast, a: Agreement.objects.update(customer=cast.sales), "“customer” is stored as"),
    "the version in force": (lambda cast, a: Agreement.objects.update(version=1), "“version” is stored as “1”"),
    "what is on the table": (lambda cast, a: Agreement.objects.update(customer_expects=None), "“customer expects”"),
    "what was agreed": (
        lambda cast, a: AgreementVersion.objects.filter(number=1).update(expectations={"share": 90}),
        "in version 1 “expectations” is stored as",
    ),
    "a lost version": (
        lambda cast, a: AgreementVersion.objects.filter(number=2).delete(),
        "1 versions are stored; its events give 2.",
    ),
}


@pytest.mark.parametrize("damage", ROWS)
def test_a_damaged_row_is_found(cast: Cast, damage: str) -> None:
    agreement = talk(cast)
    harm, words = ROWS[damage]
    harm(cast, agreement)
    (difference,) = verify().differences
    assert (difference.kind, difference.story) == ("agreement", agreement)
    assert words in difference.says


EVENTS: dict[str, tuple[dict[str, object], int, str]] = {
    "another act": ({"body": {"act": "end", "words": "x"}}, 2, "but what it holds is “agreement.ended”"),
    "an act of a promise": ({"body": {"act": "deliver", "easier": "no"}}, 2, "cannot be read or was not possible"),
    "yes to nothing": ({"body": {"act": "agree", "to": 9}}, 2, "cannot be read or was not possible"),
    "a team as the actor": ({"actor_id": "dispatch"}, 2, "which is no person"),
}


@pytest.mark.parametrize("damage", EVENTS)
def test_a_damaged_event_is_found(cast: Cast, damage: str) -> None:
    agreement = talk(cast)
    changes, sequence, words = EVENTS[damage]
    changes = {name: getattr(cast, value).pk if name == "actor_id" else value for name, value in changes.items()}
    seal.lift()
    Event.objects.filter(stream=agreement, sequence=sequence).update(**changes)
    seal.lay()
    (difference,) = verify().differences
    assert words in difference.says


def test_rows_of_another_kind_of_story_are_found(cast: Cast) -> None:
    agreement, promise = talk(cast), cast.promised()
    seal.lift()
    Stream.objects.filter(pk=agreement).update(kind="promise")
    seal.lay()
    said = [(difference.story, difference.says) for difference in verify().differences]
    assert promise not in {story for story, _ in said}
    assert (agreement, "rows tell of it as if it were one of another kind: “agreement”.") in said
