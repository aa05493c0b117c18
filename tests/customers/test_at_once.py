"""Two people at the same moment: one wins, the other is told; nothing is lost and nothing stands there twice."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from cast import HOUR, START, Cast
from kept.core.agreement import Between
from kept.core.errors import Refused
from kept.core.expectations import Expectations
from kept.customers import actions, agreeing
from kept.customers.models import Agreement, AgreementVersion, Tie
from kept.ledger.models import Event
from kept.ledger.verifying import verify

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What came of each: what it gave, or the refusal. Anything else that went wrong is raised."""
    start = threading.Barrier(len(acts))
    came: list[object] = [None] * len(acts)

    def do(place: int) -> None:
        try:
            start.wait(timeout=10)
            came[place] = acts[place]()
        except BaseException as error:
            came[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    for each in came:
        if isinstance(each, BaseException) and not isinstance(each, Refused):
            raise each
    return came


@pytest.mark.parametrize("attempt", range(3))
def test_both_sides_begin_the_same_agreement(cast: Cast, attempt: int) -> None:
    pair = Between(cast.dispatch.pk, cast.workshop.pk)
    came = at_once(
        lambda: agreeing.expect(cast.customer, pair, Expectations(share=10), at=START),
        lambda: agreeing.expect(cast.provider, pair, Expectations(share=20), at=START),
    )
    said = sum(not isinstance(each, Refused) for each in came)
    assert said >= 1
    assert Agreement.objects.count() == 1
    assert Event.objects.count() == said
    assert verify().clean


@pytest.mark.parametrize("attempt", range(3))
def test_two_of_one_side_agree(cast: Cast, attempt: int) -> None:
    agreement = agreeing.expect(
        cast.customer, Between(cast.dispatch.pk, cast.workshop.pk), Expectations(share=10), at=START
    )
    came = at_once(
        lambda: agreeing.agree(cast.provider, agreement.pk, to=1, at=START + HOUR),
        lambda: agreeing.agree(cast.colleague, agreement.pk, to=1, at=START + HOUR),
    )
    assert sum(isinstance(each, Refused) for each in came) == 1
    assert AgreementVersion.objects.count() == 1
    assert verify().clean


@pytest.mark.parametrize("attempt", range(3))
def test_both_sides_declare_the_same_tie(cast: Cast, attempt: int) -> None:
    came = at_once(
        *[
            lambda actor=actor: actions.declare_tie(
                actor, provider=cast.workshop, customer=cast.dispatch, kind="depends_on", at=START
            )
            for actor in (cast.provider, cast.customer)
        ]
    )
    assert not any(isinstance(each, Refused) for each in came)
    assert Tie.objects.get().state == Tie.State.CONFIRMED
