"""Where it went wrong: the walk back along the chain of a promise of ours, with each stage's time and its share.

What is counted stands in docs/trace.md; here the chain comes from the ledger. It tells of work and of teams. The viewer
sees the promise in full; of those up its chain state and dates, and what is private to others is nobody's time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from kept.complaints.expecting import expected_of, similar
from kept.complaints.models import Improvement
from kept.complaints.stages import Doing, Ground, Sight, Stage, end_of, ground_of, stages_of
from kept.core.errors import NotAllowed
from kept.core.state import State
from kept.insight.trace.chain import Chain, ExpectedBy, Facts, Link
from kept.insight.trace.findings import evidence, in_words, verdict
from kept.insight.trace.tracing import ChainTrace, LinkTrace, SharedOver, trace
from kept.people.models import Membership, Party, Person
from kept.promises.access import View, promise_for_seeing
from kept.promises.models import Promise

ANOTHER: Final = "another team"
Kind = Improvement.Kind


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the chain, traced, as the viewer may know it.

    `promise` is None for time that is not the viewer's to know, which is nobody's; `named`: its subject may be read.
    The work had all that it needed at `ready`. Times in seconds: `own_s` from there to `end`, beside `expected_s`,
    which was promised or is usual of `like` pieces of work. `kinds` are the ways in which the hand-off missed.
    """

    key: str
    promise: Promise | None
    named: bool
    doing: Doing
    team: str
    ready: datetime
    end: datetime
    own_s: float
    expected_s: float
    by: ExpectedBy
    like: int
    share: float
    share_error: float
    alone_s: float
    evidence: tuple[str, ...]
    kinds: tuple[Kind, ...]
    facts: Facts

    @property
    def over_s(self) -> float:
        """By how much it took longer than expected."""
        return max(self.own_s - self.expected_s, 0.0)

    @property
    def hidden(self) -> bool:
        """Whether it is time of nobody's, of which nothing but its length is told."""
        return self.promise is None

    @property
    def took(self) -> str:
        """Its own time in words."""
        return in_words(self.own_s)

    @property
    def beside(self) -> str:
        """What was expected of it, in words, and by what."""
        if self.by is ExpectedBy.PROMISED:
            return f"{in_words(self.expected_s)} promised"
        if not self.like:
            return "nothing like it to compare with"
        if self.doing is Doing.REWORK:
            return "usually it does not come back"
        return f"{in_words(self.expected_s)} usual ({self.like:,} like it)"


@dataclass(frozen=True, slots=True)
class Trace:
    """What is found of `promise` at the moment `at`: its steps, in the order in which they ended.

    Where anything was wrong the shares of the steps sum to 1.0; `date` is the one that it is measured by (first
    promised, None where none was), `lost_s` what went beyond what was to be expected.
    """

    promise: Promise
    at: datetime
    begin: datetime
    end: datetime
    date: datetime | None
    late: bool
    verdict: str
    nothing_wrong: bool
    shared_over: SharedOver
    lost_s: float
    usual_until: datetime
    steps: tuple[Step, ...]

    @property
    def findings(self) -> tuple[Step, ...]:
        """The steps that have a share, the largest first, then those in which something else was amiss."""
        amiss = [step for step in self.steps if step.share > 0 or step.kinds]
        return tuple(sorted(amiss, key=lambda step: (-step.share, step.end)))

    @property
    def outside_share(self) -> float:
        """The share of the time that is nobody's."""
        return sum(step.share for step in self.steps if step.hidden)


def trace_of(viewer: Person, promise_id: int, *, now: datetime) -> Trace:
    """Trace a promise back. `NotFound` for a stranger, `NotAllowed` for those who see no more than state and dates."""
    seen = promise_for_seeing(viewer, promise_id)
    if seen.view is not View.FULL:
        raise NotAllowed("Only those who see the promise in full see where its time went.")
    ground = ground_of(seen.promise, viewer, now)
    stages = _in_time(stages_of(ground, now), seen.promise)
    labels = _labels(stages)
    chain = _chain(stages, ground, labels)
    date = seen.promise.first_due
    missed = True if _given_up(seen.promise) else None
    found = trace(chain, promised_end=date.timestamp() if date else None, missed=missed)
    late = bool(found.late) if found.late is not None else found.beyond_usual
    steps = [_step(stage, part, labels) for stage, part in zip(stages, found.links, strict=True)]
    end = end_of(seen.promise, now)
    return Trace(
        promise=seen.promise, at=now, begin=_moment(chain.begun), end=end, date=date, late=late,
        verdict=_verdict(found, seen.promise, late=late), nothing_wrong=found.nothing_wrong,
        shared_over=found.shared_over, lost_s=found.lost_s, usual_until=_moment(chain.begun + found.usual_until_s),
        steps=tuple(sorted(_merged(steps), key=lambda step: (step.end, step.key))),
    )  # fmt: skip


def _given_up(promise: Promise) -> bool:
    return promise.state == State.BROKEN and promise.delivered_at is None


# --- the chain ----------------------------------------------------------------------------------------------------


def _in_time(stages: Sequence[Stage], promise: Promise) -> list[Stage]:
    """The stages that the end can have waited for: those that ended before what relies on them did."""
    by_key = {stage.key: stage for stage in stages}
    own = [stage for stage in stages if stage.promise.pk == promise.pk]
    waiting, kept = [own[-1].key], set[str]()
    while waiting:
        stage = by_key[waiting.pop()]
        if stage.key not in kept:
            kept.add(stage.key)
            waiting += [key for key in stage.relies_on if by_key[key].end <= stage.end]
    return [stage for stage in stages if stage.key in kept]


def _chain(stages: Sequence[Stage], ground: Ground, labels: Mapping[str, str]) -> Chain:
    like = similar(ground)
    ends = {stage.key: stage.end for stage in stages}
    links = []
    for stage in stages:
        on = tuple(key for key in stage.relies_on if key in ends and ends[key] <= stage.end)
        ready = max([*(ends[key] for key in on)] if stage.follows and on else [stage.asked, *(ends[key] for key in on)])
        links.append(
            Link(
                key=stage.key,
                team=None if stage.sight is Sight.HIDDEN else labels[stage.key],
                end=stage.end.timestamp(),
                expected=expected_of(stage, ground, like, min(ready, stage.end)),
                relies_on=on,
                released=None if stage.follows and on else stage.asked.timestamp(),
                facts=stage.facts,
            )
        )
    return Chain(min(stage.asked for stage in stages).timestamp(), tuple(links))


# --- in words -----------------------------------------------------------------------------------------------------


def _labels(stages: Iterable[Stage]) -> dict[str, str]:
    """Each stage's team in words that the viewer may read: of a person's work the team is named, where there is one."""
    parties = {stage.key: _who(stage) for stage in stages if stage.sight is Sight.FULL}
    persons = {party.pk for party in parties.values() if party.kind == Party.Kind.PERSON}
    member = Membership.objects.filter(person__in=persons).order_by("-team__name") if persons else None
    teams = dict(member.values_list("person_id", "team__name")) if member is not None else {}
    labels = {key: teams.get(party.pk, party.name) for key, party in parties.items()}
    return {stage.key: labels.get(stage.key, ANOTHER) for stage in stages}


def _who(stage: Stage) -> Party:
    return stage.promise.customer if stage.doing is Doing.CHECK else stage.promise.provider


def _step(stage: Stage, part: LinkTrace, labels: Mapping[str, str]) -> Step:
    hidden, named = stage.sight is Sight.HIDDEN, stage.sight is Sight.FULL
    return Step(
        key=stage.key,
        promise=None if hidden else stage.promise,
        named=named,
        doing=stage.doing,
        team="" if hidden else labels[stage.key],
        ready=_moment(min(part.link.end - part.own_s, part.link.end)),
        end=stage.end,
        own_s=part.own_s,
        expected_s=part.expected_s,
        by=part.link.expected.by,
        like=part.link.expected.like,
        share=part.share,
        share_error=part.share_error,
        alone_s=part.alone_s,
        evidence=() if hidden else evidence(part),
        kinds=_kinds(stage, part) if named else (),
        facts=stage.facts,
    )


def _kinds(stage: Stage, part: LinkTrace) -> tuple[Kind, ...]:
    found = []
    if stage.doing is Doing.WORK and part.share > 0:
        found.append(Kind.LATE)
    if stage.doing is Doing.REWORK:
        found.append(Kind.RETURNED)
    if stage.facts.missing:
        found.append(Kind.MISSING)
    if stage.facts.silent_s > 0:
        found.append(Kind.SILENT)
    return tuple(found)


def _merged(steps: Iterable[Step]) -> list[Step]:
    """The steps, with all that is hidden as one: neither how many there are nor what each took is told."""
    every = list(steps)
    hidden = [step for step in every if step.hidden]
    if not hidden:
        return every
    one = Step(
        key="outside", promise=None, named=False, doing=Doing.WORK, team="",
        ready=min(step.ready for step in hidden), end=max(step.end for step in hidden),
        own_s=sum(step.own_s for step in hidden), expected_s=sum(step.expected_s for step in hidden),
        by=ExpectedBy.USUAL, like=0, share=sum(step.share for step in hidden), share_error=0.0,
        alone_s=0.0, evidence=(), kinds=(), facts=Facts(),
    )  # fmt: skip
    return [*(step for step in every if not step.hidden), one]


def _verdict(found: ChainTrace, promise: Promise, *, late: bool) -> str:
    return verdict(found, late=late, by_date=promise.first_due is not None and not _given_up(promise))


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
