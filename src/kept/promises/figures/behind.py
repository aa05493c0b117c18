"""The promises behind a figure: listed for those who may see them, counted for everybody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from kept.core.errors import NotFound
from kept.people.models import Person
from kept.promises.access import seen_in_full
from kept.promises.figures.periods import Period
from kept.promises.figures.scope import Scope
from kept.promises.figures.tally import CONDITIONS, counted, passed_and_chased
from kept.promises.models import Impression, Promise, WordOwed

MOST = 100
"""How many promises are listed; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Behind:
    """The promises that the viewer sees, at most `MOST`, newest date first; how many more of those, how many others."""

    promises: list[Promise]
    more: int
    unseen: int

    @property
    def all(self) -> int:
        """How many promises stand behind the figure."""
        return len(self.promises) + self.more + self.unseen


def behind(person: Person, scope: Scope, period: Period, figure: str, now: datetime) -> Behind:
    """The promises behind a figure of `FIGURES`. Raises `NotFound` for any other name."""
    if figure not in FIGURES:
        raise NotFound("There is no such figure.")
    rows = FIGURES[figure](scope, period, now)
    seen = rows.filter(seen_in_full(person))
    first = list(
        seen.select_related("customer", "provider", "asker", "responsible", "likelihood").order_by("-due", "-pk")[:MOST]
    )
    in_all, in_sight = rows.count(), seen.count()
    return Behind(first, in_sight - len(first), in_all - in_sight)


Rows = Callable[[Scope, Period, datetime], QuerySet[Promise]]


def _counted(*names: str) -> Rows:
    def rows(scope: Scope, period: Period, now: datetime) -> QuerySet[Promise]:
        condition = Q()
        for name in names:
            condition |= CONDITIONS[name](period, now)
        found: QuerySet[Promise] = counted(scope).filter(condition)
        return found

    return rows


def _chased(scope: Scope, period: Period, now: datetime) -> QuerySet[Promise]:
    own = _counted("ended")(scope, period, now).filter(chases__gt=F("chases_passed"))
    passed = passed_and_chased(scope, period).values("promise")
    return Promise.objects.filter(Q(pk__in=own.values("pk")) | Q(pk__in=passed))


def _owed_word(scope: Scope, period: Period, now: datetime) -> QuerySet[Promise]:
    owed = (
        WordOwed.objects.filter(scope.given_by("provider", "promise__"), promise=OuterRef("pk"))
        .filter(since__lt=min(period.end, now))
        .exclude(until__lte=period.start)
    )
    return Promise.objects.filter(scope.narrowed("")).filter(Exists(owed))


def _answered(scope: Scope, period: Period, _now: datetime) -> QuerySet[Promise]:
    """Deliveries accepted in the period; which answer belongs to which is for the customers alone."""
    given = Impression.objects.filter(promise=OuterRef("pk"), at__gte=period.start, at__lt=period.end)
    return Promise.objects.filter(scope.promises()).filter(Exists(given))


FIGURES: dict[str, Rows] = {
    "kept": _counted("kept", "broken"),
    "broken": _counted("broken"),
    "all-due": _counted("kept", "broken", "late_open", "cancelled_late"),
    "missed": _counted("late_open", "cancelled_late"),
    "own-word": _counted("own_word"),
    "returns": _counted("returned"),
    "chases": _chased,
    "hanging": _counted("left_hanging"),
    "silence": _owed_word,
    "answers": _answered,
}
"""The figures whose promises can be opened, by the name that an address gives them."""
