"""Whom to ask: who did such work, what teams say, what speaks against; and that nobody learns what is not theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cast import DAY, HOUR, START, Cast, terms
from kept.core import acts
from kept.core.terms import Answer
from kept.customers import actions as customers
from kept.customers.models import ObservedTie, Result
from kept.ledger import verifying
from kept.people.models import Party, Person
from kept.promises.models import Practice, Promise
from kept.promises.tally import COUNTS
from kept.promises.whom import FEWEST, Proposal, propose
from kept.promises.whom_reasons import Agreed, Did, Lists, SaidNo, Says, Seen, Tied

pytestmark = pytest.mark.django_db
LATER = START + 60 * DAY


def does(
    cast: Cast, what: str, times: int = FEWEST, *, team: Party | None = None, by: Person | None = None,
    private: bool = False, late: int = 0,
) -> list[int]:  # fmt: skip
    """`team` (the workshop) does a piece of work for dispatch so many times, the first `late` of them late."""
    worker, done = by or cast.provider, []
    for number in range(times):
        at = START + number * HOUR
        promise = cast.asked(provider=team, what=terms(what, due=at + 2 * DAY), at=at, private=private)
        cast.do(worker, promise, acts.Promise(), at=at)
        delivered = at + (3 if number < late else 1) * DAY
        cast.do(worker, promise, acts.Deliver(easier=Answer.EASIER), at=delivered)
        cast.do(cast.customer, promise, acts.Accept(answer=Answer.EASIER), at=delivered + HOUR)
        done.append(promise)
    return done


def proposed(cast: Cast, words: str, *, asker: Person | None = None) -> dict[str, Proposal]:
    return {each.party.name: each for each in propose(asker or cast.customer, words, LATER)}


# --- what speaks for a team ---------------------------------------------------------------------------------------


def test_the_team_that_did_such_work_is_proposed_and_says_how_often(cast: Cast) -> None:
    does(cast, "Ladder mended", 6, late=2)
    does(cast, "Invoices printed", team=cast.billing, by=cast.outsider)
    found = proposed(cast, "Please mend our ladders")
    assert list(found) == ["Workshop"]
    (did,) = found["Workshop"].reasons
    assert isinstance(did, Did)
    assert (did.word, did.n, did.kept, did.came) == ("ladders", 6, 4, 0)
    assert found["Workshop"].says == ["They did 6 with “ladders”, the last in May; 4 of these were kept."]


def test_the_likelier_team_comes_first(cast: Cast) -> None:
    does(cast, "Ladder mended", 12)
    does(cast, "Ladder painted", 6, team=cast.billing, by=cast.outsider)
    assert list(proposed(cast, "mend the ladder")) == ["Workshop", "Billing"]
    assert list(proposed(cast, "paint the ladder")) == ["Billing", "Workshop"]


def test_a_listed_result_speaks_and_a_retired_one_does_not(cast: Cast) -> None:
    result = customers.add_result(
        cast.provider, owner=cast.workshop, kind="finished", name="Ladder", purpose="Lets people reach the top."
    )
    (reason,) = proposed(cast, "a new ladder")["Workshop"].reasons
    assert reason == Lists("Ladder", "Lets people reach the top.", ("ladder",))
    Result.objects.filter(pk=result.pk).update(retired_at=START)
    assert not proposed(cast, "a new ladder")


def test_what_a_team_says_of_itself_speaks(cast: Cast) -> None:
    type(cast.workshop).objects.filter(pk=cast.workshop.pk).update(purpose="We mend ladders, so that nobody falls.")
    (reason,) = proposed(cast, "Ladder broken")["Workshop"].reasons
    assert reason == Says("We mend ladders, so that nobody falls.", ("Ladder",))


def test_an_agreement_or_a_tie_comes_as_a_further_reason_never_as_the_only_one(cast: Cast) -> None:
    cast.agreed()
    assert not proposed(cast, "Ladder")
    does(cast, "Ladder mended")
    assert Agreed("Dispatch") in proposed(cast, "Ladder")["Workshop"].reasons


def test_a_tie_that_is_said_or_seen_speaks(cast: Cast) -> None:
    does(cast, "Ladder mended")
    customers.declare_tie(
        cast.customer, provider=cast.workshop, customer=cast.dispatch, kind="consumes", at=START
    )  # fmt: skip
    ObservedTie.objects.create(
        source="a log", kind="handoff", provider_name="Workshop", customer_name="Dispatch", provider=cast.workshop,
        customer=cast.dispatch, count=41, cases=40,
    )  # fmt: skip
    reasons = proposed(cast, "Ladder")["Workshop"].reasons
    assert {Tied("Dispatch"), Seen("Dispatch", 41)} < set(reasons)


def test_work_counts_where_it_was_passed_on_to_and_against_where_it_was_passed_away(cast: Cast) -> None:
    for number in range(FEWEST):
        at = START + number * HOUR
        promise = cast.asked(provider=cast.billing, what=terms("Ladder mended", due=at + 3 * DAY), at=at)
        passing = acts.PassOn(to=cast.workshop.pk, words="They mend ladders.")
        cast.do(cast.outsider, promise, passing, at=at)
        cast.do(cast.provider, promise, acts.Promise(), at=at)
        cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=at + DAY)
        cast.do(cast.customer, promise, acts.Accept(answer=Answer.EASIER), at=at + DAY)
    found = proposed(cast, "Ladder")
    assert list(found) == ["Workshop"]
    (did,) = found["Workshop"].reasons
    assert isinstance(did, Did)
    assert did.came == FEWEST
    assert Practice.objects.get(party=cast.billing, word="").away == FEWEST


def test_a_team_that_says_no_counts_less_and_it_is_said(cast: Cast) -> None:
    does(cast, "Ladder mended", 6)
    does(cast, "Ladder mended", 6, team=cast.billing, by=cast.outsider)
    for number in range(6):
        no = cast.asked(what=terms("Ladder mended"), at=START + number * HOUR)
        cast.do(cast.provider, no, acts.Decline(words="No hands."), at=START + number * HOUR)
    found = proposed(cast, "Ladder")
    assert list(found) == ["Billing", "Workshop"]
    assert SaidNo("Ladder", 6) in found["Workshop"].reasons


# --- what is never done -------------------------------------------------------------------------------------------


def test_nothing_is_proposed_from_nothing(cast: Cast) -> None:
    does(cast, "Ladder mended")
    for words in ("", "   ", "the of and", "4711", "Zeppelin", "please"):
        assert not propose(cast.customer, words, LATER)


def test_a_word_that_every_team_has_speaks_for_none(cast: Cast) -> None:
    for team, by in ((cast.workshop, cast.provider), (cast.billing, cast.outsider), (cast.sales, cast.caretaker)):
        does(cast, "Report", team=team, by=by)
    does(cast, "Report", team=cast.company, by=cast.boss)
    assert not propose(cast.customer, "Report", LATER, own=cast.dispatch.pk)


def test_who_asks_is_not_proposed_to_themselves(cast: Cast) -> None:
    does(cast, "Ladder mended")
    assert not propose(cast.provider, "Ladder", LATER, own=cast.workshop.pk)


def test_only_teams_are_proposed(cast: Cast) -> None:
    does(cast, "Ladder mended", team=cast.provider)
    assert not proposed(cast, "Ladder")


def test_private_promises_leave_no_trace(cast: Cast) -> None:
    does(cast, "Dismissal talk", 2 * FEWEST, by=cast.lead, private=True)
    assert not Practice.objects.exists()
    assert not proposed(cast, "Dismissal")


def test_one_more_promise_than_nobody_may_see_is_not_given_away(cast: Cast) -> None:
    does(cast, "Secret ladder", FEWEST - 1)
    assert not proposed(cast, "secret ladder", asker=cast.outsider)


def test_reasons_hold_no_words_or_names_of_promises(cast: Cast) -> None:
    does(cast, "Ladder for the merger with Grauwacke", 6)
    for proposal in proposed(cast, "a ladder", asker=cast.outsider).values():
        said = " ".join(proposal.says)
        assert "ladder" in said
        for hidden in ("merger", "Grauwacke", "Dispatch", "Customer", "Provider"):
            assert hidden not in said


def test_a_stranger_who_names_anothers_team_as_own_gains_nothing(cast: Cast) -> None:
    does(cast, "Ladder mended")
    cast.agreed()
    (proposal,) = propose(cast.outsider, "Ladder", LATER, own=cast.dispatch.pk)
    assert not any(isinstance(reason, Agreed) for reason in proposal.reasons)


def test_proposing_records_nothing(cast: Cast) -> None:
    does(cast, "Ladder mended")
    with CaptureQueriesContext(connection) as queries:
        assert proposed(cast, "Ladder")
    assert all(query["sql"].lstrip().upper().startswith("SELECT") for query in queries)


def test_it_asks_as_much_of_the_database_beside_many_promises(cast: Cast) -> None:
    does(cast, "Ladder mended")
    counts = []
    for times in (0, 30):
        does(cast, "Invoice and drawing printed again", times)
        with CaptureQueriesContext(connection) as queries:
            assert proposed(cast, "Ladder drawing")
        counts.append(len(queries))
    assert counts == [8, 8]


# --- what is counted is what the ledger gives ---------------------------------------------------------------------


def counts(cast: Cast, word: str = "") -> tuple[int, ...]:
    row = Practice.objects.get(party=cast.workshop, word=word)
    return tuple(getattr(row, name) for name in COUNTS)


def test_a_reopening_takes_it_back_and_a_second_acceptance_counts_as_it_ends(cast: Cast) -> None:
    (promise,) = does(cast, "Ladder mended", 1)
    assert counts(cast) == counts(cast, "ladd") == (1, 1, 0, 0)
    cast.do(cast.customer, promise, acts.Reopen(words="A rung is loose."), at=START + DAY + 2 * HOUR)
    assert counts(cast) == (0, 0, 0, 0)
    cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=START + 9 * DAY)
    cast.do(cast.customer, promise, acts.Accept(answer=Answer.EASIER), at=START + 9 * DAY)
    assert counts(cast) == (1, 0, 0, 0)
    assert verifying.verify().clean


def test_a_no_of_the_customer_and_a_withdrawal_count_for_nobody(cast: Cast) -> None:
    cancelled, withdrawn = cast.promised(), cast.asked()
    cast.do(cast.customer, cancelled, acts.Cancel(), at=START + DAY)
    cast.do(cast.customer, withdrawn, acts.Withdraw(), at=START + DAY)
    assert not Practice.objects.exists()


def test_a_promise_that_is_given_up_counts_against(cast: Cast) -> None:
    promise = cast.promised()
    cast.do(cast.provider, promise, acts.Renege(words="The saw broke."), at=START + DAY)
    assert counts(cast) == (0, 0, 0, 1)
    assert verifying.verify().clean


@pytest.mark.parametrize("damage", ["a count", "a moment", "a lost row", "a made-up row"])
def test_a_wrong_count_is_found(cast: Cast, damage: str) -> None:
    does(cast, "Ladder mended", 2)
    rows = Practice.objects.filter(word="ladd")
    if damage == "a count":
        rows.update(done=7)
    elif damage == "a moment":
        rows.update(last=START + timedelta(days=99))
    elif damage == "a lost row":
        rows.delete()
    else:
        Practice.objects.create(party=cast.billing, word="ladd")
    found = verifying.verify()
    assert (found.clean, found.count) == (False, 1)
    assert "with “ladd”" in found.differences[0].says


def test_a_sound_count_is_clean_after_every_kind_of_end(cast: Cast) -> None:
    does(cast, "Ladder mended", 3, late=1)
    no = cast.asked()
    cast.do(cast.provider, no, acts.Decline(words="No hands."), at=START)
    assert verifying.verify().clean
    assert Promise.objects.count() == 4
