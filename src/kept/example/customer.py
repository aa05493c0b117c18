"""How the customer's side of a promise behaves: answers new dates, asks how it stands, accepts or sends back."""

from __future__ import annotations

from datetime import datetime, timedelta

from kept.core import acts
from kept.core.checks import in_force, on_the_table
from kept.core.state import State
from kept.core.terms import Answer, Side, Terms
from kept.example import company
from kept.example.conversation import Conversation
from kept.example.engine import Process, Wait
from kept.example.words import talk

SOON = timedelta(hours=1)
A_LONG_SILENCE = (100, 260)
"""The working hours without a word after which a customer outside asks, though the date has not come."""
MOST_CHASES = 3
A_LITTLE_LATE, LATE = 2.0, 18.0
LEADS = {team: row.key for row in company.PEOPLE for team in row.leads}


def awaits(it: Conversation) -> Process:
    """The whole of it, from just after the ask to the end."""
    if it.dice.chance(0.04):
        yield from _amends(it)
    wishes = it.dice.chance(0.05)
    while not it.stands(State.DECLINED, State.WITHDRAWN, State.CANCELLED, State.BROKEN):
        if it.stands(State.COUNTERED):
            yield from _answers_counter(it)
        elif it.proposed_by(Side.PROVIDER):
            yield from _answers_proposal(it)
        elif it.stands(State.DELIVERED):
            yield from _looks_at_it(it)
        elif wishes and it.stands(State.PROMISED):
            wishes = False
            yield from _wishes(it)
        elif it.stands(State.PROMISED):
            yield from _waits_and_asks(it)
        else:
            yield Wait(signal=it.news)


def _amends(it: Conversation) -> Process:
    yield it.stage.sleep(it.dice.between(0.1, 1), it.customer)
    if it.stands(State.ASKED):
        terms = on_the_table(it.state).terms
        due = it.stage.clock.day(terms.due, 1 + int(it.dice.between(0, 3)))
        it.customer_does(acts.Amend(terms=Terms(terms.what, due, terms.done_when), words=it.draw(talk.AMENDS, due)))


def _answers_counter(it: Conversation) -> Process:
    yield it.stage.sleep(it.dice.between(0.5, 9 if it.outside else 4), it.customer)
    if not it.stands(State.COUNTERED):
        return
    terms = on_the_table(it.state).terms
    middle = it.stage.clock.day(terms.due, -1)
    stubborn = it.dice.chance(0.2) and middle > it.stage.now + timedelta(days=1)
    if stubborn or terms.due <= it.stage.now + SOON:
        due = middle if stubborn else it.stage.clock.day(it.stage.now, 1)
        it.customer_does(
            acts.Counter(terms=Terms(terms.what, due, terms.done_when), words=it.draw(talk.PULLS_BACK, due))
        )
    else:
        it.customer_does(acts.Accept(words=it.draw(talk.TAKES_COUNTER, terms.due)))


def _answers_proposal(it: Conversation) -> Process:
    yield it.stage.sleep(it.dice.between(0.5, 8 if it.outside else 4), it.customer)
    if not it.proposed_by(Side.PROVIDER):
        return
    proposed = on_the_table(it.state).terms.due
    late = it.stage.now > it.due
    if proposed <= it.stage.now or (not late and it.dice.chance(0.12)):
        it.customer_does(acts.Refuse(words=it.draw(talk.REFUSES, proposed)))
    else:
        it.customer_does(acts.Agree(words=it.draw(talk.AGREES_LATE if late else talk.AGREES, proposed)))


def _wishes(it: Conversation) -> Process:
    yield it.stage.sleep(it.dice.between(3, 12), it.customer)
    if it.stands(State.PROMISED) and it.state.proposed is None:
        old = in_force(it.state)
        due = it.stage.clock.day(old.due, -1, 12)
        if due > it.stage.now + SOON and due != old.due:
            terms = Terms(old.what, due, old.done_when)
            it.customer_does(acts.Propose(terms=terms, words=it.draw(talk.WISHES_EARLIER, due)))


# --- asking how it stands -----------------------------------------------------------------------------------------


def _waits_and_asks(it: Conversation) -> Process:
    """Wait for news until patience ends; then ask, and the second time perhaps ask somebody above."""
    patience = it.dice.between(1, 8) * (1 + it.state.chases)
    ends = it.stage.clock.later(max(it.said, it.state.last_at), patience, it.customer)
    if it.outside:
        ends = min(ends, it.stage.clock.later(it.state.last_at, it.dice.between(*A_LONG_SILENCE), it.customer))
    if it.stage.now < ends:
        yield Wait(ends, it.news)
        if it.stage.now < ends:
            return
    if it.state.chases < MOST_CHASES:
        deck = talk.CHASES_OUTSIDE if it.outside else talk.CHASES_INSIDE
        it.customer_does(acts.Chase(words=it.draw(deck)))
        yield from _asks_above(it)
    else:
        yield Wait(it.stage.after(9, it.customer), it.news)


def _asks_above(it: Conversation) -> Process:
    yield it.stage.sleep(it.dice.between(2, 5), it.customer)
    above = LEADS.get(it.provider)
    above = LEADS["company"] if above == it.speaker else above
    late = it.stage.now > it.due and it.state.chases >= 2
    if above and late and it.stands(State.PROMISED) and it.dice.chance(0.5):
        person = it.stage.company.people[above]
        it.customer_does(acts.Escalate(to=person.pk, words=it.draw(talk.ESCALATES)))


# --- the hand-off -------------------------------------------------------------------------------------------------


def _looks_at_it(it: Conversation) -> Process:
    yield it.stage.sleep(it.dice.usual(0.3, 1.5, 8), it.customer)
    if not it.stands(State.DELIVERED):
        return
    if it.fault is not None:
        missing = (it.fault.missing,) if it.fault.missing else ()
        it.customer_does(acts.Return(words=it.fill(it.fault.words), missing=missing))
        return
    answer = _answer(it)
    it.customer_does(acts.Accept(answer=answer, signed=it.dice.chance(0.25), words=it.draw(_thanks(it, answer))))


def _answer(it: Conversation) -> Answer:
    """Did it make it easier? The later and the bumpier, the less likely."""
    late = it.stage.clock.hours(_first_due(it), it.state.delivered_at or it.stage.now)
    trouble = (
        0.05
        + 0.2 * (late > A_LITTLE_LATE)
        + 0.2 * (late > LATE)
        + 0.12 * it.state.reworks
        + 0.12 * min(it.state.chases, 2)
    )
    drawn = it.dice.between(0, 1)
    if drawn < trouble * 0.35:
        return Answer.NO
    return Answer.PARTLY if drawn < trouble else Answer.EASIER


def _first_due(it: Conversation) -> datetime:
    return it.state.first_terms.due if it.state.first_terms else it.due


def _thanks(it: Conversation, answer: Answer) -> tuple[str, ...]:
    if it.work.topic.thanks:
        return it.work.topic.thanks if answer is Answer.EASIER else talk.BUMPY
    if answer is Answer.EASIER:
        return talk.OUTSIDE_EASIER if it.outside else talk.THANKS_EASIER
    if it.stage.clock.hours(_first_due(it), it.state.delivered_at or it.stage.now) <= A_LITTLE_LATE:
        return talk.BUMPY
    if it.outside:
        return talk.OUTSIDE_PARTLY if answer is Answer.PARTLY else talk.OUTSIDE_NO
    return talk.THANKS_PARTLY if answer is Answer.PARTLY else talk.THANKS_NO
