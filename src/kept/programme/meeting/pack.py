"""What stands on a team's page: three figures with what they rest on, one question, the promises that come next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from django.db.models import Q, QuerySet

from kept.core.moments import on_the_day
from kept.core.state import State
from kept.core.statistics import Share, wilson
from kept.people.models import Team
from kept.promises.figures import Figures, Scope, figures_of, periods
from kept.promises.figures.scope import with_teams_below
from kept.promises.models import Promise

STANDING_QUESTION: Final = "Who is the customer in this situation, and what do they need from us?"
OWED: Final = 5
"""How many promises stand on the page."""
TOO_WIDE: Final = 0.5
"""A range wider than this says nothing."""
WORTH_ASKING: Final = 0.1
"""A figure asks its own question once at least this share went wrong, as sure as its range is."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One figure in words: its name, the share ("86 %", or "3 of 4" of few), and what it rests on."""

    name: str
    share: str
    rests_on: str


@dataclass(frozen=True, slots=True)
class Owed:
    """One promise that comes next: what, for whom, and when in words; `late` where the date has passed."""

    what: str
    customer: str
    when: str
    late: bool


@dataclass(frozen=True, slots=True)
class Pack:
    """One page. `more` is how many promises are owed beyond those of `owed`; `period` is what the figures are of.

    `unseen`: there are others that the reader may not see.
    """

    team: str
    day: str
    period: str
    figures: tuple[Shown, ...]
    question: str
    why: str
    owed: tuple[Owed, ...]
    more: int
    unseen: bool


def pack_of(team: Team, among: QuerySet[Promise], *, now: datetime, zone: tzinfo) -> Pack:
    """The page of a team with the teams below it, as of `now`. Of what it owes only what is in `among`, and nothing
    that is private: the page lies open on a table.
    """
    teams = with_teams_below({team.pk})[team.pk]
    period = periods.lately(now, zone)
    found = figures_of(Scope(teams), period, now)
    every = Q(provider__in=teams, private=False, state=State.PROMISED)
    owed = among.filter(every).order_by("due", "pk")
    total = owed.count()
    question, why = _question(found)
    return Pack(
        team=team.name,
        day=f"{now.astimezone(zone):%-d %B %Y}",
        period=period.name.lower(),
        figures=tuple(_figures(found)),
        question=question,
        why=why,
        owed=tuple(_owed(one, now, zone) for one in owed.select_related("customer")[:OWED]),
        more=max(total - OWED, 0),
        unseen=Promise.objects.filter(every).count() > total,
    )


def _figures(found: Figures) -> Sequence[Shown]:
    answers = found.told.customers.share
    third = (
        ("Customers say “easier”", answers, "answers")
        if answers.n
        else ("Right the first time", _not(found.returned), "deliveries")
    )
    named = (
        ("Promises kept", found.kept, "promises"),
        ("Nobody had to ask", found.unchased, "promises"),
        third,
    )
    return [_shown(*one) for one in named]


def _shown(name: str, share: Share, of: str) -> Shown:
    if not share.n or share.value is None:
        return Shown(name, "none yet", f"No {of} to count yet.")
    if share.high - share.low > TOO_WIDE:
        return Shown(name, f"{share.count:,} of {share.n:,}", "Too few to say more.")
    likely = f"in the long run most likely {_percent(share.low)} to {_percent(share.high)}"
    return Shown(name, _percent(share.value), f"{share.count:,} of {share.n:,} {of}; {likely}")


def _percent(number: float) -> str:
    return f"{100 * number:.0f} %"


def _not(share: Share) -> Share:
    return wilson(share.n - share.count, share.n)


def _question(found: Figures) -> tuple[str, str]:
    """The question of what goes wrong most surely, with the reason; where nothing does, the one that always fits."""
    asked = (
        (_not(found.unchased), "Which word did a customer have to ask us for, and when could we have said it first?",
         "they had to ask in"),
        (_not(found.kept), "Which date did we believe in least as we gave it, and what would we say today?",
         "we did not keep"),
        (found.returned, "What came back to us, and what would have shown it before it left?", "came back:"),
    )  # fmt: skip
    share, question, what = max(asked, key=lambda one: one[0].low)
    if share.low < WORTH_ASKING:
        return STANDING_QUESTION, ""
    return question, f"Asked because {what} {share.count:,} of {share.n:,}."


def _owed(promise: Promise, now: datetime, zone: tzinfo) -> Owed:
    return Owed(promise.what, promise.customer.name, on_the_day(promise.due, zone), promise.due < now)
