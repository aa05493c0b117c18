"""How the provider keeps the customer informed: tells of slips, passes on what it heard, answers who had to ask."""

from __future__ import annotations

from datetime import datetime, timedelta

from kept.core import acts
from kept.core.checks import in_force, on_the_table
from kept.core.state import State
from kept.core.terms import Side, Terms
from kept.example import company
from kept.example.conversation import Conversation
from kept.example.engine import Process, Wait
from kept.example.words import talk

A_SLIP = 3.0
"""Working hours past the date that nobody makes words about."""
SPARE_HOURS = 6.0
"""What an open team puts on top of a new date, so as not to move it twice."""
TWO_HOURS = timedelta(hours=2)
TEAM_NAMES = {row.key: row.name for row in (*company.DEPARTMENTS, *company.WORKSHOP_GROUPS)}


def foreseen(it: Conversation) -> datetime:
    """When it will be done, as far as the provider can know: from the queue, the work, and what others have said."""
    if it.finishing is not None:
        return max(it.finishing, it.stage.now)
    ready = max([it.stage.now, *(need.said for need in it.waits_for())])
    if it.state.reworks:
        return it.stage.clock.later(ready, it.hours, it.provider)
    if it.work.lead is not None:
        ready = max(ready, it.stage.clock.earlier(it.due, it.work.lead))
    floor = it.stage.floors.get(it.provider)
    queued = floor.queued_hours(it.due) if floor else 0.0
    return it.stage.clock.later(ready, queued + it.hours, it.provider)


def keeps_informed(it: Conversation) -> Process:
    """From the promise on: whenever there is something to answer or to tell."""
    heard, answered, look = it.said, it.state.chases, _next_look(it)
    while True:
        if not it.stands(State.PROMISED):
            yield Wait(signal=it.news)  # delivered or over; a return brings it back
            look = it.stage.after(3, it.provider)
        elif it.proposed_by(Side.CUSTOMER):
            yield from _answers_wish(it)
        elif it.state.chases > answered:
            answered = it.state.chases
            yield from _answers_chase(it)
        elif _heard(it) > heard:
            heard = _heard(it)
            yield from _passes_on(it)
        elif it.stage.now >= look:
            yield from _looks_ahead(it)
            look = _next_look(it)
        else:
            yield Wait(look, it.news)


def _next_look(it: Conversation) -> datetime:
    """People look at a promise half-way, shortly before its date, just after it, and then each day."""
    begun = it.state.promised_at or it.stage.now
    whole = it.due - begun
    moments = (begun + whole * 0.5, begun + whole * 0.85, it.due + timedelta(hours=1))
    coming = next((moment for moment in moments if moment > it.stage.now), None)
    return it.stage.clock.later(coming, 0.1) if coming else it.stage.after(9)


def _heard(it: Conversation) -> datetime:
    """The latest of the moments that it has been told to expect what it needs."""
    return max([it.state.opened_at, *(need.said for need in it.waits_for())])


def _expects(it: Conversation) -> datetime:
    """A moment that one can tell the customer: what is foreseen, rounded up to an hour that people promise."""
    spare = SPARE_HOURS * it.habits.openness
    safe = it.stage.clock.later(max(foreseen(it), it.stage.now + TWO_HOURS), spare, it.provider)
    return it.stage.clock.round_up(safe)


def _told(it: Conversation) -> datetime:
    """The latest date that the customer has heard from the provider, those that wait for an answer among them."""
    if it.proposed_by(Side.PROVIDER):
        return max(it.said, on_the_table(it.state).terms.due)
    return it.said


def _slips(it: Conversation) -> bool:
    """Whether it is going to be later than the customer has been told."""
    return it.stage.clock.hours(_told(it), foreseen(it)) > A_SLIP


def _passes_on(it: Conversation) -> Process:
    if _slips(it) and it.dice.chance(it.habits.openness):
        yield it.stage.sleep(it.dice.between(0.3, 3), it.provider)
        yield from _tells(it)


def _looks_ahead(it: Conversation) -> Process:
    late = it.stage.now > it.due
    if _slips(it) or (late and _told(it) <= it.stage.now):
        if it.dice.chance(it.habits.openness):
            yield from _tells(it)
    elif not late and it.work.hours > 3 and it.dice.chance(0.3):
        it.provider_does(acts.Update(words=it.draw(it.work.topic.progress)))


def _tells(it: Conversation) -> Process:
    """Say that it will be later and why; most people ask for a new date in the same breath."""
    if not it.stands(State.PROMISED) or (it.mending and it.state.reworks and not it.waits_for()):
        return  # whoever mends it in a way of their own also finds their own words
    expected = _expects(it)
    if expected <= _told(it):
        return
    if _short_of_hands(it, expected):
        it.provider_does(acts.AskHelp(words=it.draw(talk.ASKS_HELP)))
        yield it.stage.sleep(0.2, it.provider)
    way = it.dice.between(0, 1)
    if not it.stands(State.PROMISED):
        return
    if way < 0.6:
        it.provider_does(acts.Update(words=_reason(it, expected), expected=expected))
        yield it.stage.sleep(0.1, it.provider)
    if way > 0.3 and it.stands(State.PROMISED) and it.state.proposed is None:
        old = in_force(it.state)
        words = it.draw(talk.PROPOSES, expected) if way < 0.6 else _reason(it, expected)
        if expected != old.due:
            it.provider_does(acts.Propose(terms=Terms(old.what, expected, old.done_when), words=words))


def _short_of_hands(it: Conversation, expected: datetime) -> bool:
    own = not it.waits_for()
    return own and not it.state.needs_help and it.stage.clock.hours(it.due, expected) > 9 and it.dice.chance(0.3)


def _reason(it: Conversation, expected: datetime) -> str:
    missing = max(it.waits_for(), key=lambda need: need.said, default=None)
    if missing is None:
        cause = it.draw(it.work.topic.causes)
        return it.fill(it.stage.draw(talk.TELLS_OWN).replace("{reason}", cause), expected)
    words = it.stage.draw(talk.TELLS_OWN_CHAIN if missing.provider == it.provider else talk.TELLS_PASSED_ON)
    words = words.replace("{reason}", missing.fill(missing.work.topic.name))
    words = words.replace("{team}", TEAM_NAMES.get(missing.provider, "our colleague"))
    words = it.fill(words, expected)
    return words[:1].upper() + words[1:]


def _answers_chase(it: Conversation) -> Process:
    yield it.stage.sleep(it.dice.between(0.3, 3), it.provider)
    if it.stands(State.PROMISED):
        holds = foreseen(it) <= it.due
        expected = it.due if holds else _expects(it)
        words = it.draw(talk.STILL_HOLDS if holds else talk.ANSWERS_CHASE, expected)
        it.provider_does(acts.Update(words=words, expected=expected))


def _answers_wish(it: Conversation) -> Process:
    yield it.stage.sleep(it.dice.between(0.5, 4), it.provider)
    if not it.proposed_by(Side.CUSTOMER):
        return
    wish = on_the_table(it.state).terms.due
    if wish > it.stage.now and foreseen(it) <= wish:
        it.provider_does(acts.Agree(words=it.draw(talk.GRANTS)))
    else:
        it.provider_does(acts.Refuse(words=it.draw(talk.DENIES)))
