"""An issue writes itself: what was kept in a week, thanks and credits, one case, who is new, goals, one lesson."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from kept.complaints.credits.chain import behind, within
from kept.complaints.models import Thanks
from kept.core.statistics import Better, Share
from kept.people.models import Party, Person
from kept.programme.cases import access as cases
from kept.programme.cases.models import Case
from kept.programme.goals.measuring import MEASURES, company
from kept.programme.goals.models import Figure, Goal
from kept.programme.lessons.models import Path
from kept.programme.lessons.queries import in_path
from kept.programme.lessons.reading import every_lesson
from kept.programme.newsletter.models import Issue
from kept.promises.figures import Period, figures_of, periods

CASE_HERE = "[[case]]"
"""The line of an issue's text where its case stands."""
WEEK = timedelta(days=7)
TOO_WIDE = 0.5
"""A range wider than this says nothing."""
MOST_THANKS, MOST_NEW, MOST_GOALS = 6, 12, 5


@dataclass(frozen=True, slots=True)
class Draft:
    """What an issue says before anybody edits it: `text` is Markdown, `case` what stands at `CASE_HERE`."""

    week: date
    subject: str
    text: str
    case: Case | None


def last_week(now: datetime) -> date:
    """The Monday on which the last week that is over at `now` began."""
    today = now.astimezone(timezone.get_current_timezone()).date()
    return today - timedelta(days=today.weekday()) - WEEK


def draft(week: date, now: datetime) -> Draft:
    """The issue about the week that begins on the Monday `week`, as far as it is known at `now`."""
    period = periods.days(week, week + timedelta(days=6), timezone.get_current_timezone())
    kept = figures_of(company(), period, now).kept
    case = _case()
    sections = (_kept(kept), _thanks(period), _case_here(case), _new(week), _goals(now), _lesson(week))
    return Draft(week, _subject(week, kept), "\n\n".join(one for one in sections if one) + "\n", case)


def _subject(week: date, kept: Share) -> str:
    said = f"{kept.count:,} of {kept.n:,} promises kept" if kept.n else "what we can learn"
    return f"Week {week.isocalendar().week}: {said}"


def _kept(kept: Share) -> str:
    if not kept.n or kept.value is None:
        return "## What we kept\n\nNo promise ended this week that could be kept or broken."
    said = f"Of {kept.n:,} promise{'s' if kept.n > 1 else ''} that ended this week, we kept **{kept.count:,}**"
    if kept.high - kept.low > TOO_WIDE:
        return f"## What we kept\n\n{said}; too few to say more."
    low, high = _value(kept.low, "%"), _value(kept.high, "%")
    sure = f"With so many, the share in the long run lies most likely between {low} and {high}."
    return f"## What we kept\n\n{said}: {_value(kept.value, '%')}. {sure}"


def _thanks(period: Period) -> str:
    """Teams alone, and no words: those are between the two sides."""
    said = Thanks.objects.filter(at__gte=period.start, at__lt=period.end, promise__private=False)
    lines = list(dict.fromkeys(_thanked(said.select_related("promise", "customer", "provider").order_by("at"))))
    if not lines:
        return ""
    more = [f"- and {len(lines) - MOST_THANKS:,} more"] if len(lines) > MOST_THANKS else []
    return "\n".join(["## Thanks", "", *lines[:MOST_THANKS], *more])


def _thanked(said: Iterable[Thanks]) -> Iterator[str]:
    for one in said:
        who, whom = _team_of(one.customer), _team_of(one.provider)
        helped = [name for name in _credits(one) if name not in (who, whom)]
        yield f"- **{plain(who)}** thanked **{plain(whom)}**.{_made_it_happen(helped)}"


def _made_it_happen(teams: list[str]) -> str:
    if not teams:
        return ""
    named = [plain(one) for one in teams]
    listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    return f" {listed} made it happen too."


def _credits(thanks: Thanks) -> list[str]:
    """The teams whose kept promises it relied on by then, nearest first; what is private is not there, nor what only
    that leads to.
    """
    if thanks.promise is None:
        return []
    known, pairs = behind(thanks.promise, thanks.at)
    steps = within(thanks.promise.pk, pairs, {key for key, one in known.items() if not one.private})
    nearest = sorted(steps, key=lambda key: (steps[key], key))
    return list(dict.fromkeys(_team_of(known[key].provider) for key in nearest if known[key].outcome == "kept"))


def _team_of(party: Party) -> str:
    """How a party is called in an issue: a person by the team, an outside customer not by name."""
    if party.kind == Party.Kind.OUTSIDE:
        return "A customer of ours"
    if party.kind == Party.Kind.TEAM:
        return party.name
    team = party.person.teams.order_by("name").first()
    return team.name if team else "A colleague"


def _case() -> Case | None:
    """The newest approved case that no issue has told yet."""
    told = Issue.objects.filter(dropped_at=None).exclude(case=None).values("case")
    return cases.approved().exclude(pk__in=told).first()


def _case_here(case: Case | None) -> str:
    return CASE_HERE if case else ""


def _new(week: date) -> str:
    """Who has come since the issue before; of the first issue nobody is new."""
    before = Issue.objects.filter(week__lt=week).order_by("-week").first()
    if before is None:
        return ""
    came = Person.objects.filter(pk__gt=before.last_person, is_active=True).order_by("name")
    lines = [_newcomer(one) for one in came.prefetch_related("teams")[:MOST_NEW]]
    return "\n".join(["## Who is new", "", *lines]) if lines else ""


def _newcomer(person: Person) -> str:
    teams = " and ".join(plain(one.name) for one in person.teams.all())
    return f"- **{plain(person.name)}**" + (f", {plain(person.title)}" if person.title else "") + (
        f", in {teams}" if teams else ""
    )  # fmt: skip


def _goals(now: datetime) -> str:
    running = Goal.objects.filter(team=None, dropped_at=None, until__gte=now).order_by("until", "pk")
    lines = [_goal(one) for one in running.prefetch_related("measurements")[:MOST_GOALS]]
    return "\n".join(["## Our goals", "", *lines]) if lines else ""


def _goal(goal: Goal) -> str:
    measure = MEASURES[Figure(goal.figure)]
    word = "at least" if measure.better is Better.MORE else "at most"
    day = timezone.localtime(goal.until)
    said = f"- {goal.get_figure_display()}: {word} {_value(goal.target, measure.unit)} by {day:%-d %B %Y}."
    last = max(goal.measurements.all(), key=lambda one: one.number, default=None)
    if last is None or last.after is None:
        return f"{said} Not measured yet."
    return f"{said} Now {_value(last.after, measure.unit)} (n = {last.n_after:,}): {last.verdict}."


def _value(number: float, unit: str) -> str:
    return f"{100 * number:.0f} %" if unit == "%" else f"{number:.1f} {unit}"


def _lesson(week: date) -> str:
    """One a week, each in turn."""
    lessons = in_path(Path.EVERYONE, every_lesson().values()) or list(every_lesson().values())
    if not lessons:
        return ""
    one = lessons[week.toordinal() // 7 % len(lessons)]
    return f"## One lesson\n\n[{plain(one.title)}](/lessons/{one.slug}/) takes {one.minutes} minutes."


def plain(words: str) -> str:
    """Words that are to be read as they are, in Markdown."""
    return "".join(f"\\{one}" if one in "\\`*_[]<>#!&|~" else one for one in " ".join(words.split()))
