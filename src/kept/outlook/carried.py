"""What a provider team carries now, beside what it usually does and what it says that it can."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from kept.core.state import State
from kept.people.models import Capacity, Party
from kept.promises.models import Promise


@dataclass(frozen=True, slots=True)
class Carries:
    """Promises that a team has in work (private ones left out), and how many at once it says that it can carry."""

    team: str
    in_work: int
    at_once: int | None

    @property
    def over(self) -> int:
        """How many more are in work than the team says that it can carry."""
        return max(self.in_work - self.at_once, 0) if self.at_once is not None else 0

    @property
    def says(self) -> tuple[str, ...]:
        """This in sentences; nothing where nothing is in work and nothing was said."""
        if self.at_once is None and not self.in_work:
            return ()
        many = "1 promise" if self.in_work == 1 else f"{self.in_work} promises"
        can = f", and says that it can carry {self.at_once} at once" if self.at_once is not None else ""
        return (f"{self.team} has {many} in work{can}.",)


def carries_of(providers: Collection[int], at: datetime) -> dict[int, Carries]:
    """What each of these parties that is a team has in work at `at`, by its id. Three queries."""
    teams = dict(Party.objects.filter(pk__in=providers, kind=Party.Kind.TEAM).values_list("pk", "name"))
    rows = Promise.objects.filter(provider__in=teams, state=State.PROMISED, private=False, promised_at__lte=at)
    in_work = dict(rows.order_by().values_list("provider").annotate(Count("pk")))
    says = dict(Capacity.objects.filter(team__in=teams).values_list("team", "at_once"))
    return {key: Carries(name, in_work.get(key, 0), says.get(key)) for key, name in teams.items()}
