"""Reminding those who have not finished what their team was asked to learn, around the day that it was given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from kept.notify.kinds import Kind
from kept.notify.spreading import spread
from kept.notify.telling import Matter
from kept.notify.worker import Task
from kept.programme.lessons.models import Asked, Path
from kept.programme.lessons.queries import behind

REMIND_ON: Final = (-7, 0, 7, 14)
"""Days from the day that the team was given. After the last one nobody is reminded any more."""
PAGE: Final = "/lessons/"


def remind(now: datetime) -> None:
    """Remind everybody who is due a reminder; the same one comes once."""
    today = now.date()
    lately = Asked.objects.filter(until__gte=today - timedelta(days=REMIND_ON[-1] + 1))
    for asked in lately.select_related("team", "by"):
        step = _step(asked.until, today)
        if step is not None and asked.at.date() < today:
            spread(_matters(asked, step), now=now)


def _step(until: date, today: date) -> int | None:
    """Which reminder the day is at: the last one whose time has come; None before the first."""
    reached = [days for days in REMIND_ON if until + timedelta(days=days) <= today]
    return reached[-1] if reached else None


def _matters(asked: Asked, step: int) -> Iterator[Matter]:
    title = Path(asked.path).label
    for person in behind(asked):
        yield Matter(
            reader=person.pk,
            kind=Kind.REMINDER,
            key=f"lessons:{asked.pk}:{asked.until}:{step}",
            subject=f"Lessons: {title[0].lower()}{title[1:]}",
            says=f"{asked.by} asked {asked.team} to finish these lessons by {asked.until:%-d %B %Y}.",
            needs="Each takes a few minutes, and ends with three questions.",
            page=PAGE,
        )


TASKS: Final = (Task("reminders of lessons", timedelta(hours=12), remind),)
"""What one of the workers does every so often."""
