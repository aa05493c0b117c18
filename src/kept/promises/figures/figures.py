"""The figures of a scope in a period, each share with its n and its interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kept.core.statistics import Share, wilson
from kept.promises.figures.answers import Answers, Pulse, Told, answers_about
from kept.promises.figures.periods import Period
from kept.promises.figures.quiet import Quiet, quiet
from kept.promises.figures.scope import Scope
from kept.promises.figures.tally import Tally, tally

NO_COUNTS, NO_SILENCE, NOTHING_TOLD, NO_PULSE = Tally(), Quiet(), Told(), Pulse()


@dataclass(frozen=True, slots=True)
class Figures:
    """What is measured of some promises; docs/figures.md has the formula of each."""

    counts: Tally = NO_COUNTS
    quiet: Quiet = NO_SILENCE
    told: Told = NOTHING_TOLD
    pulse: Pulse = NO_PULSE

    @property
    def kept(self) -> Share:
        """Kept, of those that were kept or broken."""
        return wilson(self.counts.kept, self.counts.kept + self.counts.broken)

    @property
    def first(self) -> Share:
        """Kept as first promised, of the same."""
        return wilson(self.counts.first, self.counts.kept + self.counts.broken)

    @property
    def of_all_due(self) -> Share:
        """Kept, of all whose date came: those still open past it, or cancelled after it, too."""
        missed = self.counts.broken + self.counts.late_open + self.counts.cancelled_late
        return wilson(self.counts.kept, self.counts.kept + missed)

    @property
    def returned(self) -> Share:
        """Came back at least once, of those delivered."""
        return wilson(self.counts.returned, self.counts.delivered)

    @property
    def unchased(self) -> Share:
        """Ended without the customer having to ask; asks passed on in which they had to count as well."""
        return wilson(self.counts.unchased, self.asked_about)

    @property
    def chases_each(self) -> float | None:
        """Chases a promise; `None` of none."""
        return self.counts.chases / self.asked_about if self.asked_about else None

    @property
    def asked_about(self) -> int:
        """The promises that a chase could count in."""
        return self.counts.ended + self.counts.chased_passed

    @property
    def left_hanging(self) -> Share:
        """Left without a no until the date asked for had passed, of the asks that came to nothing."""
        return wilson(self.counts.left_hanging, self.counts.fruitless)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to measure."""
        return self == Figures()


def figures_of(scope: Scope, period: Period, now: datetime, answers: Answers | None = None) -> Figures:
    """The figures of one scope; `answers` are those about its providers, where somebody has read them already."""
    counts = sum(tally(scope, period, now).values(), NO_COUNTS)
    silence = sum(quiet(scope, period, now).values(), NO_SILENCE)
    answers = answers or answers_about(scope.providers, now)
    return Figures(counts, silence, answers.told(scope, period), answers.pulse(scope, period))


def figures_by_provider(scope: Scope, period: Period, now: datetime) -> dict[int, Figures]:
    """The figures of each provider of a scope by itself; as many queries as for one."""
    read = _Read(tally(scope, period, now), quiet(scope, period, now), answers_about(scope.providers, now))
    one = {each: Scope(frozenset([each]), scope.customer, scope.result) for each in scope.providers}
    return {each: read.figures(each, one[each], period) for each in scope.providers}


def figures_by_customer(
    scope: Scope, period: Period, now: datetime, answers: Answers | None = None
) -> dict[int, Figures]:
    """The figures of each customer of a scope's providers; as many queries as for one."""
    counts, silence = tally(scope, period, now, by="customer"), quiet(scope, period, now, by="customer")
    read = _Read(counts, silence, answers or answers_about(scope.providers, now))
    one = {each: Scope(scope.providers, each, scope.result) for each in counts.keys() | silence.keys()}
    return {each: read.figures(each, one[each], period) for each in one}


def of_all_customers(each: Mapping[int, Figures], scope: Scope, period: Period, answers: Answers) -> Figures:
    """The figures of a scope from those of its customers: a promise has one. Answers are added up anew, since a block
    may lie in no single customer's."""
    counts = sum((one.counts for one in each.values()), NO_COUNTS)
    silence = sum((one.quiet for one in each.values()), NO_SILENCE)
    return Figures(counts, silence, answers.told(scope, period), answers.pulse(scope, period))


def total(each: Mapping[int, Figures], providers: frozenset[int]) -> Figures:
    """The figures of several providers as one: counts and answers add up, shares are taken of the sums."""
    chosen = [each[provider] for provider in sorted(providers) if provider in each]
    return Figures(
        sum((one.counts for one in chosen), NO_COUNTS),
        sum((one.quiet for one in chosen), NO_SILENCE),
        sum((one.told for one in chosen), NOTHING_TOLD),
        sum((one.pulse for one in chosen), NO_PULSE),
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read for several parties at once."""

    counts: dict[int, Tally]
    silence: dict[int, Quiet]
    answers: Answers

    def figures(self, party: int, scope: Scope, period: Period) -> Figures:
        """The figures of one of them."""
        return Figures(
            self.counts.get(party, NO_COUNTS),
            self.silence.get(party, NO_SILENCE),
            self.answers.told(scope, period),
            self.answers.pulse(scope, period),
        )
