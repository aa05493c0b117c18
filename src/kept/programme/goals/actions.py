"""Setting a goal, dropping it, looking at it; saying when the programme began; bringing a series in."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from kept.core.errors import Incomplete, KeptError, NotAllowed
from kept.people.models import Membership, Party, Person, Reach, Team
from kept.programme.goals.measuring import LOOK_EVERY, MEASURES, compared, looks, scope_of
from kept.programme.goals.models import Begun, Figure, Goal, Measurement, Series

LONGEST = timedelta(days=3 * 366)
SERIES_BYTES = 1_000_000
SERIES_ROWS = 5_000


class BadSeries(KeptError):
    """A file of numbers can't be used at all; says what to put right."""


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What became of a file: how many rows are in, and those that are not, with their line and the reason."""

    series: Series
    rows: int
    rejected: tuple[tuple[int, str], ...]


def set_goal(
    actor: Person, figure: Figure, target: float, *, until: datetime, owner: Person, team: Team | None = None,
    customer: Party | None = None, baseline_days: int = 90, at: datetime,
) -> Goal:  # fmt: skip
    """Set a goal that counts from now; the baseline is what was before. Raises `NotAllowed`, `Incomplete`."""
    if not may_set(actor, team):
        raise NotAllowed("Goals of a team are set by those who lead it or are above it; the company's at the top.")
    if MEASURES[figure].shares is not None and not 0 <= target <= 1:
        raise Incomplete("A share lies between 0 and 100 %.", field="target")
    if not math.isfinite(target) or target < 0:
        raise Incomplete("Give a number that is not below nought.", field="target")
    if not timedelta(days=1) <= until - at <= LONGEST:
        raise Incomplete("Choose a day that lies ahead, within three years.", field="until")
    if not owner.is_active:
        raise Incomplete(f"{owner} has left. Choose somebody who works here.", field="owner")
    return Goal.objects.create(
        figure=figure, target=target, until=until, owner=owner, team=team, customer=customer,
        baseline_days=baseline_days, since=at, set_by=actor, set_at=at,
    )  # fmt: skip


def drop_goal(actor: Person, goal: Goal, *, at: datetime) -> None:
    """It is no goal any more; what was measured stays. Raises `NotAllowed`."""
    if actor.pk != goal.owner_id and not may_set(actor, goal.team):
        raise NotAllowed("Its owner drops a goal, or those who may set it.")
    Goal.objects.filter(pk=goal.pk, dropped_at=None).update(dropped_at=at)


def may_set(person: Person, team: Team | None) -> bool:
    """Whether `person` may set goals: for a team, who leads it or is above it; for the company, who leads its top."""
    if team is None:
        return person.is_administrator or Membership.objects.filter(
            person=person, leads=True, team__parent=None
        ).exists()  # fmt: skip
    return Reach.objects.filter(person=person, party=team, how__in=[Reach.How.LEAD, Reach.How.ABOVE]).exists()


def measure_due(now: datetime) -> None:
    """Look at every goal whose next look is due; each look is kept once, whoever does it."""
    for goal in Goal.objects.filter(dropped_at=None, since__lt=now).prefetch_related("measurements"):
        planned = looks(goal.since, goal.until)
        done = max((one.number for one in goal.measurements.all()), default=0)
        reached = planned if now >= goal.until else int((now - goal.since) / LOOK_EVERY)
        if done < reached:
            measure(goal, min(reached, planned), now)


def measure(goal: Goal, number: int, now: datetime) -> Measurement:
    """Look at a goal as it stands at `now` (at its end, once that is over) and keep what was seen as look `number`."""
    figure = Figure(goal.figure)
    found = compared(
        [figure], scope_of(goal), since=goal.since, baseline=timedelta(days=goal.baseline_days),
        now=min(now, goal.until), looks=looks(goal.since, goal.until),
    )[figure]  # fmt: skip
    seen = {
        "at": now, "before": found.before, "after": found.after, "n_before": found.n_before, "n_after": found.n_after,
        "low": found.low, "high": found.high, "verdict": found.verdict,
    }  # fmt: skip
    return Measurement.objects.get_or_create(goal=goal, number=number, defaults=seen)[0]


def say_begun(actor: Person, on: date, *, at: datetime) -> Begun:
    """Say when the programme began. Raises `NotAllowed`, `Incomplete`."""
    if not may_set(actor, None):
        raise NotAllowed("Those who lead the company say when the programme began.")
    if on > timezone.localtime(at).date():
        raise Incomplete("It can't have begun in the future.", field="on")
    return Begun.objects.update_or_create(pk=1, defaults={"on": on, "by": actor, "at": at})[0]


def bring_in(actor: Person, name: str, content: bytes, *, at: datetime) -> BroughtIn:
    """Take a CSV of days and numbers in, as the series `name` (anew where there is one): its good rows, and the rest
    is handed back. Raises `NotAllowed`, `Incomplete`, `BadSeries`."""
    if not may_set(actor, None):
        raise NotAllowed("Those who lead the company bring such numbers in.")
    if not name.strip():
        raise Incomplete("Say what the numbers are.", field="name")
    points, rejected = _read(content)
    with transaction.atomic():
        series, _ = Series.objects.update_or_create(
            name=name.strip()[:100], defaults={"points": sorted(points.items()), "by": actor, "at": at}
        )
    return BroughtIn(series, len(points), tuple(rejected))


def _read(content: bytes) -> tuple[dict[str, float], list[tuple[int, str]]]:
    if len(content) > SERIES_BYTES:
        raise BadSeries("That file is too large: one line a day, week or month is enough.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadSeries("That file is not UTF-8 text. Save it as CSV (UTF-8) and try again.") from None
    separator = ";" if text.split("\n", 1)[0].count(";") else ","
    points: dict[str, float] = {}
    rejected: list[tuple[int, str]] = []
    for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=separator), 1):
        if not any(cell.strip() for cell in row):
            continue
        if number > SERIES_ROWS:
            raise BadSeries(f"That file has more than {SERIES_ROWS:,} lines. Sum it up by week or month first.")
        try:
            day, value = _point(row)
        except ValueError as error:
            if number > 1:  # the first line may be a heading
                rejected.append((number, str(error)))
            continue
        if day in points:
            rejected.append((number, f"{day} stands there twice; the first one counts."))
        else:
            points[day] = value
    if not points:
        raise BadSeries("No line could be used. Each says a day and a number, such as: 2026-03-01,125000")
    return points, rejected


def _point(row: list[str]) -> tuple[str, float]:
    if len(row) < 2:
        raise ValueError("It needs a day and a number.")
    try:
        day = date.fromisoformat(row[0].strip())
    except ValueError:
        raise ValueError(f"“{row[0].strip()[:40]}” is not a day. Write it as 2026-03-01.") from None
    said = row[1].strip().replace("\u00a0", "").replace(" ", "")
    try:
        value = float(said)
    except ValueError:
        raise ValueError(f"“{row[1].strip()[:40]}” is not a number. Write it as 125000 or 0.93.") from None
    if not math.isfinite(value):
        raise ValueError(f"“{said}” is not a number that can be drawn.")
    return day.isoformat(), value
