"""Writing blocks down changes no figure, whenever it is done; what is written is held to what was answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import product
from random import Random

import pytest
from django.db.models import Q

from cast import DAY, HOUR, START, Cast
from kept.core.anonymity import FLOOR
from kept.core.terms import Answer
from kept.ledger import verifying
from kept.promises.figures import shutting
from kept.promises.figures.answers import answers_about
from kept.promises.figures.periods import Period
from kept.promises.figures.scope import Scope
from kept.promises.models import AnswerBlock, Impression, Promise, PulseAnswer, PulseBlock

pytestmark = pytest.mark.django_db
EDGES = [START + days * DAY for days in (-400, 40, 100, 160, 1000)]
PERIODS = [Period(a, b, "", f"{a}{b}") for a, b in product(EDGES, EDGES) if a < b]
LAST = START + 500 * DAY
SAYS = ("yes", "partly", "no")


def answered(cast: Cast, chance: Random) -> None:
    """Many answers of some months about two teams, by two customers; a few signed, private or of their own side."""
    for number in range(60):
        promise = cast.accepted(at=START + number * HOUR)
        at = START + chance.randrange(150) * DAY
        Impression.objects.filter(promise=promise).update(
            answer=chance.choice(list(Answer)), provider_answer=chance.choice(list(Answer)), at=at,
            settles_at=at + chance.randrange(1, 20) * DAY, signed=chance.random() < 0.1, own_side=chance.random() < 0.1,
        )  # fmt: skip
        Promise.objects.filter(pk=promise).update(
            provider=chance.choice([cast.workshop, cast.billing]), private=chance.random() < 0.1,
            customer=chance.choice([cast.dispatch, cast.outside]),
        )  # fmt: skip
    persons = (cast.customer, cast.lead, cast.boss, cast.caretaker, cast.outsider, cast.provider)
    for quarter, (person, customer) in product(range(3), product(persons, (cast.dispatch, cast.outside))):
        PulseAnswer.objects.create(
            person=person, customer=customer, provider=chance.choice([cast.workshop, cast.billing]),
            quarter=(START + quarter * 91 * DAY).date(), at=START + chance.randrange(40, 160) * DAY,
            **{question: chance.choice(SAYS) for question in ("trust", "count_on", "care")},
        )  # fmt: skip


def published(cast: Cast, now: datetime) -> dict[object, object]:
    """Every figure of answers that anybody could ask for."""
    found: dict[object, object] = {}
    teams = [{cast.workshop.pk}, {cast.billing.pk}, {cast.workshop.pk, cast.billing.pk}]
    for providers, customer in product(map(frozenset, teams), (None, cast.dispatch.pk, cast.outside.pk)):
        read, scope = answers_about(providers, now), Scope(providers, customer)
        for period in PERIODS:
            found[providers, customer, period.key] = (read.told(scope, period), read.pulse(scope, period))
    return found


@pytest.mark.parametrize("seed", range(2))
def test_writing_down_changes_no_figure_whenever_it_is_done(cast: Cast, seed: int) -> None:
    answered(cast, Random(seed))
    moments = [START + days * DAY + 3 * HOUR for days in (61, 97, 131, 500)]
    before = {moment: published(cast, moment) for moment in moments}
    assert before[LAST + 3 * HOUR] != before[moments[0]]
    for moment in moments:
        shutting.shut(moment)
        assert published(cast, moment) == before[moment]
        assert list(shutting.differences()) == []
    assert {moment: published(cast, moment) for moment in moments} == before
    assert (AnswerBlock.objects.count() > FLOOR, PulseBlock.objects.count() > 1) == (True, True)


def test_what_is_shut_is_shut_once(cast: Cast) -> None:
    answered(cast, Random(7))
    assert shutting.shut(LAST) == AnswerBlock.objects.count() + PulseBlock.objects.count()
    assert shutting.shut(LAST) == 0
    assert not Impression.objects.filter(Q(signed=True) | Q(promise__private=True), waits=True).exists()


def test_what_became_final_just_now_waits_an_hour_more(cast: Cast) -> None:
    for number in range(FLOOR):
        cast.accepted(at=START + number * HOUR)
    last = Impression.objects.latest("settles_at").settles_at
    assert (shutting.shut(last + HOUR / 2), shutting.shut(last + 2 * HOUR)) == (0, 1)


SPOILED: dict[str, Callable[[], object]] = {
    "another sum": lambda: AnswerBlock.objects.update(easier=1),
    "another moment": lambda: AnswerBlock.objects.update(closed_at=START),
    "a block gone": lambda: AnswerBlock.objects.all().delete(),
    "one twice": lambda: AnswerBlock.objects.bulk_create([_again(AnswerBlock.objects.earliest("pk"))]),
    "an answer waits again": lambda: Impression.objects.update(waits=True),
    "one waits no longer": lambda: Impression.objects.update(waits=False),
}


def _again(block: AnswerBlock) -> AnswerBlock:
    block.pk = None
    return block


@pytest.mark.parametrize("how", SPOILED)
def test_the_ledgers_check_finds_a_block_that_the_answers_do_not_give(cast: Cast, how: str) -> None:
    for number in range(FLOOR + 5 if how == "one waits no longer" else FLOOR):
        cast.accepted(at=START + number * DAY)
    if how == "one waits no longer":
        Impression.objects.update(waits=True)
    else:
        shutting.shut(LAST)
    assert verifying.verify().differences == ()
    SPOILED[how]()
    (found,) = verifying.verify().differences
    assert f"the answers about party {cast.workshop.pk}" in found.says
