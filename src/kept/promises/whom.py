"""Whom to ask, where the customer does not know: teams that such work may belong to, each with its reasons.

Ranked by naive Bayes over the words of the ask, each team's word frequencies smoothed with those of all teams together
(Dirichlet smoothing; Zhai and Lafferty, 2004, "A study of smoothing methods for language models applied to information
retrieval", ACM TOIS 22(2); teams as the documents: model 1 of Balog, Azzopardi and de Rijke, 2006, "Formal models for
expert finding in enterprise corpora", SIGIR). What speaks: work done before (`Practice`), the results that a team
lists, what it says of itself, and a tie or an agreement with the asker. What it said no to, or passed on, counts less.

Nobody learns of a promise that is not theirs to see: private ones are not counted, a word counts for a team only from
`FEWEST` promises on, and the reasons hold no words but the asker's own and what teams tell everybody.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from math import log

from django.db.models import Sum

from kept.core.agreement import Standing
from kept.customers.models import COUNTING, Agreement, ObservedTie, Result, Tie
from kept.people.models import Party, Person, Team
from kept.people.queries import acting_for
from kept.promises.models import Practice
from kept.promises.tally import ALL
from kept.promises.whom_reasons import Agreed, Did, Lists, Reason, SaidNo, Says, Seen, Tied
from kept.promises.wording import stems, typed

FEWEST = 5
"""Promises with a word, before it counts for a team: of fewer one could guess what a single promise says."""
MOST = 3
"""Teams that are proposed."""
MOST_LISTED = 2
"""Listed results that are told of one team: those that hold most of the words."""
MOST_ROWS = 4000
"""Counts that are read for one ask: those of the teams that did most with its words."""
LISTED, SAID = 4.0, 2.0
"""A word in a listed result, or in what a team says of itself, counts as much as so many promises. Chosen by hand."""
SMOOTHING = 10.0
"""As many promises' worth of what all teams together do is mixed into what one team did. Chosen by hand."""
AGREED, TIED = log(3), log(2)
"""What an agreement, or another tie, with the asker adds: three times, twice as likely. Chosen by hand."""
MORE_THAN_ITS_SHARE = 1.5
"""A word speaks for a team that has so many times its even share of the work with that word."""
FAR_BEHIND = log(20)
"""A team that is twenty times less likely than the first is not proposed."""

NOTHING = Practice()
_PAIR = ("customer_id", "provider_id")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A team to ask, and why, as of `at`: first its work and its words, one at least, then its ties to the asker."""

    party: Party
    reasons: tuple[Reason, ...]
    at: datetime

    @property
    def says(self) -> list[str]:
        """The reasons in plain sentences."""
        return [reason.says(self.at) for reason in self.reasons]


@dataclass(slots=True)
class _Team:
    """What is known of one team as to the words of the ask."""

    team: Team
    did: dict[str, Practice] = field(default_factory=dict)
    all_done: int = 0
    listed: list[tuple[str, str, frozenset[str]]] = field(default_factory=list)
    said: frozenset[str] = frozenset()
    ties: list[Reason] = field(default_factory=list)
    tie: float = 0.0

    def amount(self, word: str) -> float:
        """How much of its work has this word, in promises."""
        did = self.did.get(word, NOTHING)
        listed = LISTED if any(word in words for _, _, words in self.listed) else 0.0
        said = SAID if word in self.said else 0.0
        return did.done * (did.done + 1) / (did.done + did.away + 1) + listed + said

    @property
    def size(self) -> float:
        """All its work, in promises."""
        return self.all_done + LISTED + SAID


def propose(asker: Person, words: str, at: datetime, *, own: int | None = None) -> tuple[Proposal, ...]:
    """Up to three teams that may do what `words` ask for, the likeliest first; none where nothing speaks for any.

    `own` is the party that asks: one that `asker` may act for; all of those where it is none of them. `at` is the
    moment of asking. Nothing is recorded.
    """
    asked = {stem: word for word, stem in reversed(typed(words))}
    customers = {party.pk: party.name for party in acting_for(asker)}
    if own in customers:
        customers = {own: customers[own]}
    ground = _Ground.of(asked, without=own) if asked else None
    if ground is None or not ground.spoken_for:
        return ()
    _add_ties(ground.spoken_for, customers)
    scores = {key: ground.score(team) + team.tie for key, team in ground.spoken_for.items()}
    ranked = sorted(scores, key=lambda key: (-scores[key], ground.teams[key].team.name))
    near = [key for key in ranked if scores[key] >= scores[ranked[0]] - FAR_BEHIND]
    return tuple(Proposal(ground.teams[key].team, ground.reasons(ground.teams[key]), at) for key in near[:MOST])


@dataclass(frozen=True, slots=True)
class _Ground:
    """All that the proposals rest on: the words of the ask, each as it was typed, and every team that can be asked.

    `amounts` says by word how much work has it in all teams together; words that nobody ever used are not in it.
    """

    asked: dict[str, str]
    teams: dict[int, _Team]
    amounts: dict[str, float]
    size: float

    @classmethod
    def of(cls, asked: dict[str, str], *, without: int | None) -> _Ground:
        """What is known now."""
        teams = _teams(asked, without)
        amounts = {word: sum(team.amount(word) for team in teams.values()) for word in asked}
        used = {word: amount for word, amount in amounts.items() if amount}
        return cls(asked, teams, used, sum(team.size for team in teams.values()))

    @property
    def spoken_for(self) -> dict[int, _Team]:
        """The teams that at least one word speaks for."""
        return {key: team for key, team in self.teams.items() if self.words_for(team)}

    def words_for(self, team: _Team) -> list[str]:
        """The words of which the team has clearly more than its even share, those that say most first."""
        share = MORE_THAN_ITS_SHARE / len(self.teams)
        own = [word for word, amount in self.amounts.items() if team.amount(word) > share * amount]
        return sorted(own, key=lambda word: (-self._weight(team, word), word))

    def score(self, team: _Team) -> float:
        """The logarithm of how likely it is this team's, but for a constant."""
        return log(team.size) + sum(self._weight(team, word) for word in self.amounts)

    def _weight(self, team: _Team, word: str) -> float:
        usual = self.amounts[word] / self.size
        return log((team.amount(word) + SMOOTHING * usual) / (team.size + SMOOTHING) / usual)

    def reasons(self, team: _Team) -> tuple[Reason, ...]:
        """Why this team: its work first, then its words, then its ties."""
        words = self.words_for(team)
        found: list[Reason] = []
        word = next((each for each in words if team.did.get(each, NOTHING).done >= FEWEST), None)
        if word is not None:
            did = team.did[word]
            found.append(Did(self.asked[word], did.done, did.kept, did.came, did.last))
        listed = [(name, purpose, met) for name, purpose, met in team.listed if met & set(words)]
        for name, purpose, met in sorted(listed, key=lambda each: -len(each[2]))[:MOST_LISTED]:
            found.append(Lists(name, purpose, self._typed(met)))
        if team.said & set(words):
            found.append(Says(team.team.purpose, self._typed(team.said)))
        turned_away = max(team.did, key=lambda each: team.did[each].away, default=None)
        if turned_away is not None and team.did[turned_away].away >= FEWEST:
            found.append(SaidNo(self.asked[turned_away], team.did[turned_away].away))
        return (*found, *team.ties)

    def _typed(self, met: frozenset[str]) -> tuple[str, ...]:
        return tuple(word for stem, word in self.asked.items() if stem in met)


def _teams(asked: Collection[str], without: int | None) -> dict[int, _Team]:
    """Every team that can be asked, with what it did and says that has to do with the words."""
    rows = Team.objects.exclude(pk=without or 0).exclude(directory__deleted_at__isnull=False)
    teams = {team.pk: _Team(team, said=_in(team.purpose) & frozenset(asked)) for team in rows}
    for owner, name, purpose in Result.objects.filter(retired_at=None).values_list("owner_id", "name", "purpose"):
        if owner in teams and (met := _in(f"{name} {purpose}") & frozenset(asked)):
            teams[owner].listed.append((name, purpose, met))
    of_teams = Practice.objects.filter(party__kind=Party.Kind.TEAM)
    for row in of_teams.filter(word__in=list(asked)).order_by("-done")[:MOST_ROWS]:
        if row.party_id in teams and row.done + row.away >= FEWEST:
            teams[row.party_id].did[row.word] = row
    for party, done in of_teams.filter(word=ALL).values_list("party_id", "done"):
        if party in teams:
            teams[party].all_done = done
    return teams


def _add_ties(teams: dict[int, _Team], customers: dict[int, str]) -> None:
    """Beside each team, what binds it to those who ask: an agreement in force, else a tie that is said or seen."""
    between = {"customer__in": list(customers), "provider__in": list(teams)}
    agreed = Agreement.objects.filter(**between, standing=Standing.IN_FORCE)
    for customer, provider in agreed.values_list(*_PAIR).distinct():
        teams[provider].ties.append(Agreed(customers[customer]))
        teams[provider].tie = AGREED
    said = Tie.objects.filter(**between, state__in=COUNTING)
    seen = ObservedTie.objects.filter(**between).values_list(*_PAIR).annotate(n=Sum("count"))
    found: list[tuple[int, Reason]] = [
        *((provider, Tied(customers[customer])) for customer, provider in said.values_list(*_PAIR).distinct()),
        *((provider, Seen(customers[customer], n)) for customer, provider, n in seen if customer and provider),
    ]
    for provider, reason in found:
        if not teams[provider].tie:
            teams[provider].ties.append(reason)
    for team in teams.values():
        team.tie = team.tie or (TIED if team.ties else 0.0)


@lru_cache(maxsize=20_000)
def _in(text: str) -> frozenset[str]:
    return frozenset(stems(text))
