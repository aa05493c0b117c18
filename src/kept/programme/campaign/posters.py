"""What stands on each poster of a team, gathered for its template."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Final

from django.db.models import TextChoices

from kept.core.errors import NotAllowed, NotFound
from kept.core.network import Reached
from kept.core.statistics import Better, Share
from kept.customers import network
from kept.customers.line_of_sight import purposes_of
from kept.customers.network import Named, Node
from kept.people.models import Membership, Party, Person, Reach, Team
from kept.programme.campaign.models import Story
from kept.programme.campaign.stories import told
from kept.programme.campaign.typesetting import SHEETS
from kept.programme.goals.measuring import MEASURES
from kept.programme.goals.models import Figure, Goal
from kept.promises.figures import Figures, figures_of, periods
from kept.promises.figures.scope import Scope, with_teams_below
from kept.promises.queries import Between, depends_on

FEWEST: Final = 5
"""Of fewer promises than this no figure stands on a poster."""
TOO_WIDE: Final = 0.5
"""A range wider than this says nothing: then the count stands alone."""
MOST_NAMES: Final = 12
FARTHEST: Final = 4
"""How many ties away an indirect customer may be."""
MAKING: Final = (Reach.How.LEAD, Reach.How.MEMBER, Reach.How.SUCCESSOR, Reach.How.ABOVE)


class Poster(TextChoices):
    """Which poster."""

    CUSTOMERS = "customers", "Who would notice if we stopped tomorrow?"
    FIGURES = "figures", "How we keep our promises"
    STORY = "story", "A customer's story"
    STEPS = "steps", "Three steps that make a customer's day"
    WORD = "word", "Word before they wonder"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A template and its data; `missing` says in words what the team has to do before there is more on it ("": all)."""

    template: Path
    data: dict[str, Any]

    @property
    def missing(self) -> str:
        """What is missing, "" where nothing is."""
        return str(self.data["missing"])


def may_make(person: Person, team_id: int) -> bool:
    """Whether `person` makes posters of a team: those in it, those who lead it, and those above it."""
    return Reach.objects.filter(person=person, party=team_id, how__in=MAKING).exists()


def team_to_print(person: Person, team_id: int) -> Team:
    """A team of which `person` may make posters. Raises `NotFound`, `NotAllowed`."""
    team = Team.objects.filter(pk=team_id).first()
    if team is None:
        raise NotFound("There is no such team.")
    if not may_make(person, team_id):
        raise NotAllowed("Posters of a team are made by those in it, and by those above it.")
    return team


def stories_of(team: Team) -> list[Story]:
    """The stories that may stand on a poster of `team`: those that are told, of what it did; the newest first."""
    members = Membership.objects.filter(team=team).values("person")
    ours = told()
    return list(ours.filter(provider=team) | ours.filter(provider__in=members))


def sheet_of(poster: Poster, team: Team, *, now: datetime, zone: tzinfo, story: Story | None = None) -> Sheet:
    """The sheet of a poster. `story` is one of `stories_of(team)`."""
    data = _GATHER[poster](team, now, zone) if poster is not Poster.STORY else _story(story)
    day = now.astimezone(zone)
    head = {
        "title": poster.label,
        "team": team.name,
        "foot": f"{team.name} · {day:%-d %B %Y}{data.pop('rests_on', '')}",
    }
    template = SHEETS / (f"{poster.value}.typ" if poster not in (Poster.STEPS, Poster.WORD) else "steps.typ")
    return Sheet(template, {"missing": ""} | head | data)


# --- customers ----------------------------------------------------------------------------------------------------


def _customers(team: Team, now: datetime, _zone: tzinfo) -> dict[str, Any]:
    reached = [one for one in network.customers_of(team.pk, within=FARTHEST) if isinstance(one.party, int)]
    promised = depends_on(team.pk, now)
    rows = list(_rows(reached, promised, team))
    direct = [row for row in rows if row["steps"] == 1]
    indirect = [row for row in rows if row["steps"] > 1]
    kinds = {node: one.kind for node, one in network.named([one.party for one in reached]).items()}
    kinds |= {one.party_id: one.kind for one in promised}
    outside = sum(kind == Party.Kind.OUTSIDE for kind in kinds.values())
    missing = ""
    if not rows and not outside:
        missing = (
            f"Nobody has said yet who uses what {team.name} makes. Say it under “Who is the customer of {team.name}?”, "
            "or ask the next person who waits for us. This poster fills itself from there."
        )
    return {
        "direct": direct[:MOST_NAMES], "direct_more": _more(direct), "indirect": indirect[:MOST_NAMES],
        "indirect_more": _more(indirect), "end": _end(outside, alone=not rows), "missing": missing,
    }  # fmt: skip


def _rows(reached: Iterable[Reached[Node]], promised: Iterable[Between], team: Team) -> Iterator[dict[str, Any]]:
    """Teams by name, each once; of a person the team; outside customers are counted and not named.

    The direct ones are those with a tie, and those whom the team has promised something.
    """
    ways = network.ways(list(reached))
    given = [Named(one.party_id, one.name, one.kind) for one in promised]
    teams = _teams({one.node for way in ways for one in way.path} | {one.node for one in given})
    purposes = purposes_of({way.end.node for way in ways} | {one.node for one in given})
    near = [(way.end, "") for way in ways if way.steps == 1] + [(one, "") for one in given]
    far = [(way.end, _name(way.path[-2], teams)) for way in ways if way.steps > 1]
    met = {team.name}
    for steps, (end, via) in [*((1, one) for one in near), *((2, one) for one in far)]:
        name = _name(end, teams)
        if name and name not in met:
            met.add(name)
            through = f"by way of {via}" if via and via != name else ""
            yield {"name": name, "steps": steps, "through": through or purposes.get(end.node, "")}


def _teams(nodes: set[Node]) -> dict[Node, str]:
    persons = [node for node in nodes if isinstance(node, int)]
    rows = Membership.objects.filter(person__in=persons).order_by("-team__name")
    return dict(rows.values_list("person_id", "team__name"))


def _name(one: Named, teams: dict[Node, str]) -> str:
    return one.name if one.kind == Party.Kind.TEAM else teams.get(one.node, "")


def _more(rows: list[dict[str, Any]]) -> str:
    return f"and {len(rows) - MOST_NAMES} more" if len(rows) > MOST_NAMES else ""


def _end(outside: int, *, alone: bool) -> str:
    """How many customers there are outside; `alone`: nobody stands before them on the poster."""
    if not outside:
        return ""
    count = "one customer" if outside == 1 else f"{outside:,} customers"
    return f"{count[0].upper()}{count[1:]} outside." if alone else f"And at the end of the line: {count} outside."


# --- figures ------------------------------------------------------------------------------------------------------


def _figures(team: Team, now: datetime, zone: tzinfo) -> dict[str, Any]:
    period = periods.lately(now, zone)
    found = figures_of(Scope(with_teams_below({team.pk})[team.pk]), period, now)
    goal = Goal.objects.filter(team=team, dropped_at=None, until__gte=now).order_by("until", "pk").first()
    shown = found.kept.n >= FEWEST
    missing = (
        ""
        if shown
        else f"{_counted(found.kept.n)} of ours came to an end in the last three months. From {FEWEST} on, this poster "
        "says how many we kept. Ask and promise in Kept, and it fills itself."
    )
    return {
        "missing": missing,
        "big": _big(found.kept) if shown else "",
        "kept": _kept(found.kept) if shown else "",
        "sure": _sure(found.kept) if shown else "",
        "lines": list(_lines(found)) if shown else [],
        "goal": _goal(goal, zone) if goal else "",
        "no_goal": "" if goal else "We have set ourselves no goal yet. Which one would our customers choose?",
        "rests_on": f" · {period.name.lower()}",
    }


def _counted(number: int) -> str:
    return {0: "No promise", 1: "One promise"}.get(number, f"{number} promises")


def _big(share: Share) -> str:
    if share.value is None or share.high - share.low > TOO_WIDE:
        return f"{share.count} of {share.n}"
    return f"{round(share.value * 100)}\u00a0%"


def _kept(share: Share) -> str:
    return f"We kept {share.count:,} of {share.n:,} promises."


def _sure(share: Share) -> str:
    if share.high - share.low > TOO_WIDE:
        return "Too few to say more than that."
    return f"In the long run most likely between {round(share.low * 100)} and {round(share.high * 100)}\u00a0%."


def _lines(found: Figures) -> Iterator[dict[str, str]]:
    if (never := found.unchased).n >= FEWEST:
        yield {"big": f"{never.count:,} of {never.n:,}", "said": "times nobody had to ask us how it stands"}
    if (easier := found.told.customers.share).n >= FEWEST:  # closed answers alone, five or more together
        yield {"big": f"{easier.count:,} of {easier.n:,}", "said": "customers who answered said: easier"}
    if (back := found.returned).n >= FEWEST:
        yield {"big": f"{back.count:,} of {back.n:,}", "said": "deliveries came back"}


def _goal(goal: Goal, zone: tzinfo) -> str:
    figure = Figure(goal.figure)
    measure = MEASURES[figure]
    target = f"{100 * goal.target:.0f} %" if measure.unit == "%" else f"{goal.target:.1f} {measure.unit}"
    word = "at least" if measure.better is Better.MORE else "at most"
    return f"Our goal: {figure.label.lower()}, {word} {target} by {goal.until.astimezone(zone):%-d %B %Y}."


# --- a story, and what is always true -----------------------------------------------------------------------------


def _story(story: Story | None) -> dict[str, Any]:
    if story is None:
        return {
            "heading": "Whose day did we make?", "paragraphs": [], "who": "",
            "missing": "There is no customer's story to tell yet. When a customer says thanks, write down what they "
            "could do then, and ask them whether it may be told.",
        }  # fmt: skip
    paragraphs = [" ".join(one.split()) for one in story.text.split("\n\n")]
    return {"heading": story.title, "paragraphs": [one for one in paragraphs if one], "who": str(story.customer)}


def _steps(_team: Team, _now: datetime, _zone: tzinfo) -> dict[str, Any]:
    return {
        "heading": Poster.STEPS.label,
        "steps": [
            {"name": "What matters to them?", "said": "What will they do with it, and what would spoil it?"},
            {"name": "Set the expectation", "said": "What, by when, and how they can tell that it is done."},
            {"name": "Deliver, and ask", "said": "Did I make it easier for them to succeed?"},
        ],
        "end": "Who is the customer in this situation, and what do they need from us?",
    }


def _word(_team: Team, _now: datetime, _zone: tzinfo) -> dict[str, Any]:
    return {
        "heading": Poster.WORD.label,
        "steps": [
            {"name": "Where it stands", "said": "Half done, not begun, waiting for somebody."},
            {"name": "Whether the date holds", "said": "And if not, which one does."},
            {"name": "What it means for them", "said": "Something to decide, or nothing to do."},
        ],
        "end": "The customer hears before they have to ask.",
    }


_GATHER: Final[dict[Poster, Callable[[Team, datetime, tzinfo], dict[str, Any]]]] = {
    Poster.CUSTOMERS: _customers, Poster.FIGURES: _figures, Poster.STEPS: _steps, Poster.WORD: _word,
}  # fmt: skip
