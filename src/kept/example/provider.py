"""How the provider's side of a promise behaves: answers, waits, works, tells, hands off, puts right."""

from __future__ import annotations

from datetime import timedelta

from kept.core import acts
from kept.core.checks import on_the_table
from kept.core.state import State
from kept.core.terms import Answer, Check, Terms
from kept.example.conversation import Conversation
from kept.example.engine import Process, Wait
from kept.example.informing import foreseen, keeps_informed
from kept.example.stage import speakers_of
from kept.example.words import talk

OPEN_QUESTION = (State.ASKED, State.COUNTERED)
SOON = timedelta(hours=1)


def provides(conversation: Conversation) -> Process:
    """The whole of it, from the ask to the end."""
    yield from answers(conversation)
    if conversation.stands(State.PROMISED):
        conversation.stage.engine.spawn(keeps_informed(conversation))
        yield from carries_out(conversation)


# --- the answer to the ask ----------------------------------------------------------------------------------------


def answers(it: Conversation) -> Process:
    """Promise, or name another date, until both agree or one side lets it be."""
    if it.dice.chance(0.14):
        yield from _acknowledges(it)
    rounds = 0
    while it.stands(*OPEN_QUESTION):
        if it.stands(State.COUNTERED):
            yield Wait(signal=it.news)
            continue
        yield it.stage.sleep(it.dice.between(*it.habits.answers), it.provider)
        if it.stands(State.ASKED):
            rounds += 1
            _answers_once(it, rounds)


def _acknowledges(it: Conversation) -> Process:
    yield it.stage.sleep(it.dice.between(0.2, 1.5), it.provider)
    if it.stands(State.ASKED):
        hear_by = it.stage.clock.day(it.stage.now, 1, 12)
        it.provider_does(acts.Acknowledge(hear_by=hear_by, words=it.draw(talk.ACKNOWLEDGES, hear_by)))


def _answers_once(it: Conversation, rounds: int) -> None:
    wanted = on_the_table(it.state).terms
    honest = wanted.due
    if it.dice.chance(it.habits.looks_ahead) and rounds < 3:
        honest = max(honest, it.stage.clock.round_up(foreseen(it)))
    if rounds == 1 and it.dice.chance(it.habits.counters):
        honest = it.stage.clock.day(honest, 1 + int(it.dice.between(0, 2)))
    if wanted.due <= it.stage.now + SOON:
        honest = max(honest, it.stage.clock.day(it.stage.now, 1))
    if honest == wanted.due:
        it.provider_does(acts.Promise(words=it.draw(talk.PROMISES if rounds == 1 else talk.GIVES_IN)))
    else:
        terms = Terms(wanted.what, honest, wanted.done_when)
        it.provider_does(acts.Counter(terms=terms, words=it.draw(talk.COUNTERS, honest)))


# --- the work -----------------------------------------------------------------------------------------------------


def carries_out(it: Conversation) -> Process:
    """Wait for what it needs, do it, hand it off; and again where it comes back."""
    yield from _until_possible(it)
    if it.stands(State.PROMISED):
        yield from _works(it, it.work.hours)
    if not it.stands(State.PROMISED):
        return
    faults = it.work.topic.faults
    if it.fault is None and faults and it.dice.chance(it.habits.flaws):
        it.fault = it.stage.draw(faults)
    it.provider_does(_hand_off(it, it.draw(it.work.topic.delivers)))
    while True:
        yield Wait(signal=it.news)
        if it.stands(State.PROMISED):
            yield from (it.mending or _mends)(it)
            if it.stands(State.PROMISED):
                words = it.fill(it.fault.mended if it.fault else it.stage.draw(it.work.topic.delivers))
                it.fault = None
                it.provider_does(_hand_off(it, words))


def _until_possible(it: Conversation) -> Process:
    while it.stands(State.PROMISED):
        if it.unnamed or it.waits_for():
            yield Wait(signal=it.news)
            continue
        begin = it.stage.clock.earlier(it.due, it.work.lead) if it.work.lead is not None else it.stage.now
        if begin <= it.stage.now:
            return
        yield Wait(begin, it.news)


def _works(it: Conversation, hours: float) -> Process:
    floor = it.stage.floors.get(it.provider)
    if floor is not None:
        yield from floor.takes_place(it.due, hours)
    if it.stands(State.PROMISED):
        yield from _one_job(it, hours)
    if floor is not None:
        floor.leaves()


def _one_job(it: Conversation, hours: float) -> Process:
    taken = hours * it.dice.usual(0.7, 1.0, 1.9)
    it.finishing = it.stage.clock.later(it.stage.now, taken, it.provider)
    if hours > 4 and it.dice.chance(0.07):
        yield from _hands_over(it)
    while it.stands(State.PROMISED) and it.stage.now < it.finishing:
        yield Wait(it.finishing, it.news)
    it.finishing = None


def _hands_over(it: Conversation) -> Process:
    yield it.stage.sleep(it.dice.between(0.5, 2), it.provider)
    others = [name for name in speakers_of(it.provider) if name not in (it.speaker, it.asker)]
    if others and it.stands(State.PROMISED):
        to = it.dice.pick(others)
        it.provider_does(acts.HandOver(to=it.stage.company.people[to].pk, words=it.draw(talk.HANDS_OVER)))
        it.speaker = to


def _hand_off(it: Conversation, words: str) -> acts.Deliver:
    """A hand-off as its maker sees it: nearly always a help, and nearly always complete."""
    honest = it.fault is not None and it.dice.chance(0.3)
    lacks = it.fault.missing if it.fault is not None and honest else ""
    lists = tuple(Check(item, item != lacks) for item in it.work.topic.checklist)
    late = it.stage.clock.hours(it.due, it.stage.now) > 9
    modest = (late and it.dice.chance(0.35)) or honest
    return acts.Deliver(easier=Answer.PARTLY if modest else Answer.EASIER, checklist=lists, words=words)


def _mends(it: Conversation) -> Process:
    """What comes back is put right in between, without queueing again."""
    it.hours = max(0.5, it.work.hours * it.dice.between(0.08, 0.25))
    yield it.stage.sleep(it.dice.between(0.5, 3), it.provider)
    if it.stands(State.PROMISED):
        yield from _one_job(it, it.hours)
