"""Plays the stories that are written by hand, through the same actions as everything else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from kept.core import acts
from kept.core.checks import in_force, on_the_table, required
from kept.core.promise import decide, replay
from kept.core.state import PromiseState, State
from kept.core.terms import By, Check, Side, Terms
from kept.example.engine import Process, Wait
from kept.example.stage import Stage
from kept.example.stories import Line, Story
from kept.promises import actions

Dates = Callable[[int, int], datetime]
"""From days and an hour to a moment."""


def in_the_half_year(stage: Stage, story: Story) -> Process:
    """A story that begins on a working day of the play; its dates are counted from each line."""
    yield Wait(stage.clock.day(stage.engine.start, int(story.starts), 8))
    yield from _tells(stage, story, lambda days, hour: stage.clock.day(stage.now, days, hour))


def before_the_end(stage: Stage, story: Story) -> Process:
    """A story that leads up to the end of the play, and stays open there; its dates are counted from that end."""
    until = stage.engine.until
    yield Wait(stage.clock.earlier(until, story.starts))
    yield from _tells(stage, story, partial(stage.clock.day, until))


def _tells(stage: Stage, story: Story, dates: Dates) -> Process:
    first, *others = story.lines
    people = stage.company.people
    yield stage.sleep(first.after)
    opening = _opening(stage, story, first, dates)
    opener = people[story.asker if first.side is Side.CUSTOMER else story.speaker]
    promise = actions.open_promise(opener, opening, at=stage.now)
    state = required(replay(decide(None, opening, By(opener.pk, first.side), stage.now)))
    for line in others:
        yield stage.sleep(line.after)
        usual = story.asker if line.side is Side.CUSTOMER else story.speaker
        act = _act(stage, story, state, line, dates)
        state = actions.do(people[line.by or usual], promise.pk, act, at=stage.now, side=line.side)


def _opening(stage: Stage, story: Story, line: Line, dates: Dates) -> acts.Ask | acts.Offer:
    kind = acts.Ask if line.act == "ask" else acts.Offer
    return kind(
        customer=stage.company.party(story.customer).pk,
        provider=stage.company.party(story.provider).pk,
        terms=Terms(story.what, dates(line.days or 0, line.hour), story.done_when),
        private=story.seen_by == "named persons",
        words=line.words,
    )


def _act(stage: Stage, story: Story, state: PromiseState, line: Line, dates: Dates) -> acts.Act:
    """The act that a line tells of."""
    kind, words = acts.BY_NAME[line.act], line.words
    moment = None if line.days is None else dates(line.days, line.hour)
    if issubclass(kind, acts.Counter | acts.Amend | acts.Propose):
        old = in_force(state) if state.terms else on_the_table(state).terms
        return kind(words=words, terms=Terms(old.what, moment or old.due, old.done_when))
    if issubclass(kind, acts.PassOn | acts.Escalate | acts.HandOver):
        return kind(words=words, to=stage.company.party(line.to).pk)
    if kind is acts.Acknowledge:
        return acts.Acknowledge(words=words, hear_by=moment or stage.after(1))
    if kind is acts.Update:
        return acts.Update(words=words, expected=moment)
    if kind is acts.Deliver:
        checklist = tuple(Check(item, item not in line.missing) for item in story.checklist)
        return acts.Deliver(words=words, easier=line.answer, checklist=checklist)
    if kind is acts.Return:
        return acts.Return(words=words, missing=line.missing)
    if kind is acts.Accept and state.state is State.DELIVERED:
        return acts.Accept(words=words, answer=line.answer)
    return kind(words=words)
