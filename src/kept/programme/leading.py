"""The leader's page: where customers wait, where there is silence, who asked for help and got none, what got better.

It looks over the promises that those whom a person leads have given, down the line, as far as that person sees them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from kept.core.state import State
from kept.core.statistics import Verdict
from kept.insight.change import Change
from kept.people.models import Person, Reach
from kept.programme.goals.measuring import compared
from kept.programme.goals.models import Figure
from kept.promises.access import visible_to
from kept.promises.asked_for_help import HelpAsked, help_asked_in
from kept.promises.desk import in_order_of_need
from kept.promises.figures.scope import Scope
from kept.promises.models import Promise, WordOwed
from kept.promises.queries import Item, Listing, found
from kept.promises.standing import Standing, standings

LATELY = timedelta(days=91)
"""What got better is asked of this much time, beside as much before it."""
SHOWN = 8
"""How many a list of this page shows; what lies beyond is counted."""


@dataclass(frozen=True, slots=True)
class Over:
    """What a leader looks at. `own` are my own promises in the order of what matters next; `late` and `unanswered` are
    customers who wait, `silent` those who hear nothing, `unhelped` who asked for help and got none yet.
    """

    own: Listing
    late: Listing
    unanswered: Listing
    silent: Listing
    unhelped: tuple[HelpAsked, ...]
    changed: tuple[tuple[Figure, Change], ...]

    @property
    def waiting(self) -> int:
        """How many customers' promises wait."""
        return self.late.total + self.unanswered.total

    @property
    def better(self) -> list[tuple[Figure, Change]]:
        """The figures that moved the right way."""
        return [(figure, change) for figure, change in self.changed if change.verdict is Verdict.MOVED]


def leads_somebody(person: Person) -> bool:
    """Whether there is anything to lead: a team, or people who report."""
    return Reach.objects.filter(person=person, how__in=_OVER).exists()


def over(person: Person, now: datetime) -> Over:
    """What `person` leads, as it stands at `now`. The number of queries doesn't depend on how much that is."""
    led = list(Reach.objects.filter(person=person, how__in=_OVER).values_list("party_id", flat=True))
    theirs = visible_to(person).filter(provider__in=led)
    own = found(visible_to(person).filter(responsible=person, state=State.PROMISED))
    late = found(theirs.filter(state=State.PROMISED, due__lt=now))
    unanswered = found(theirs.filter(state=State.ASKED), "opened_at")
    heard = found(_owing_word(theirs), "heard_at")
    stands = standings([one for each in (own, late, unanswered, heard) for one in each.first], person, now)
    silent = [one for one in heard.first if any(sign.word == "silent" for sign in stands[one.pk].signs)]
    scope = Scope(frozenset(led))
    return Over(
        own=_first(in_order_of_need(own, stands, person, now)),
        late=_listed(late.first, late.total, stands),
        unanswered=_listed(unanswered.first, unanswered.total, stands),
        silent=_listed(silent, len(silent), stands),
        unhelped=tuple(one for one in help_asked_in(theirs, person) if one.answered_at is None),
        changed=tuple(compared(Figure, scope, since=now - LATELY, baseline=LATELY, now=now, looks=len(Figure)).items()),
    )


_OVER = (Reach.How.LEAD, Reach.How.ABOVE)


def _owing_word(theirs: QuerySet[Promise]) -> QuerySet[Promise]:
    owed = WordOwed.objects.filter(promise=OuterRef("pk"), until=None, allowed__isnull=False)
    return theirs.filter(Exists(owed), state=State.PROMISED)


def _listed(first: Sequence[Promise], total: int, stands: dict[int, Standing]) -> Listing:
    return Listing([Item(one, stands[one.pk]) for one in first[:SHOWN]], total)


def _first(listing: Listing) -> Listing:
    return Listing(listing.items[:SHOWN], listing.total)
