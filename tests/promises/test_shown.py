"""What was shown of the odds as a date was given is kept with the act, replays, and stands in the story."""

from __future__ import annotations

import pytest

from cast import HOUR, START, Cast
from kept.core import acts, codec
from kept.core.terms import Shown, Side
from kept.ledger import book
from kept.ledger.verifying import verify
from kept.promises.models import Promise
from kept.promises.story import story

pytestmark = pytest.mark.django_db


def test_a_tight_date_is_recorded_as_such(cast: Cast) -> None:
    promise = cast.asked()
    cast.do(cast.provider, promise, acts.Promise(shown=Shown(percent=55, like=31, word="tight")), at=START + HOUR)
    (_, event) = book.read(promise)
    assert codec.act_to_dict(event.act) == {"act": "promise", "shown": {"percent": 55, "like": 31, "word": "tight"}}
    lines = story(Promise.objects.get(pk=promise), cast.customer, frozenset({Side.CUSTOMER}))
    assert [line.shown for line in lines] == ["", "A tight date as it was given: 55 %, from 31 like it."]
    assert not verify().count


def test_without_odds_nothing_is_said(cast: Cast) -> None:
    promise = cast.promised()
    assert codec.act_to_dict(book.read(promise)[1].act) == {"act": "promise"}
    lines = story(Promise.objects.get(pk=promise), cast.customer, frozenset({Side.CUSTOMER}))
    assert [line.shown for line in lines] == ["", ""]
