"""Answering a quiz, writing an edition, asking a team to learn."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from kept.core.errors import Incomplete, NotAllowed, NotFound
from kept.people.models import Membership, Person, Team
from kept.programme.lessons.models import Asked, Edition, Path, Try
from kept.programme.lessons.reading import Lesson, brought, every_lesson, read


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a quiz: which questions were answered right, in their order."""

    lesson: Lesson
    right: tuple[bool, ...]

    @property
    def passed(self) -> bool:
        """All of them."""
        return all(self.right)


def answer(person: Person, slug: str, chosen: Sequence[Collection[int]], *, at: datetime) -> Outcome:
    """Answer the quiz of a lesson: for each question the answers chosen, counted from 1. It may be tried again.

    Raises `NotFound` where there is no such lesson, `Incomplete` where a question has no answer.
    """
    lesson = lesson_called(slug)
    for number, question in enumerate(lesson.quiz):
        if number >= len(chosen) or not chosen[number]:
            raise Incomplete(f"Answer this one too: “{question.question}”", field=f"q{number + 1}")
    right = tuple(
        frozenset(given) == question.right for given, question in zip(chosen, lesson.quiz, strict=True)
    )  # fmt: skip
    Try.objects.create(person=person, slug=slug, version=lesson.version, at=at, right=sum(right), of=len(right))
    return Outcome(lesson, right)


def lesson_called(slug: str) -> Lesson:
    """The newest version of a lesson. Raises `NotFound`."""
    lesson = every_lesson().get(slug)
    if lesson is None:
        raise NotFound("There is no such lesson. Lessons says which there are.")
    return lesson


def publish(actor: Person, text: str, *, slug: str = "", at: datetime) -> Edition:
    """Put a lesson as the company wrote it in force: a new version of `slug`, or a new lesson named after its title.

    Raises `NotAllowed` unless `actor` keeps the installation, `BadLesson` where the text can't be understood.
    """
    if not actor.is_administrator:
        raise NotAllowed("Only those who keep the installation write lessons.")
    written = read(text, slug, 0)
    with transaction.atomic():
        slug = slug or _free_slug(written.title)
        last = Edition.objects.filter(slug=slug).aggregate(last=Max("number"))["last"]
        own = brought().get(slug)
        number = max(last or 0, own.version if own else 0) + 1
        return Edition.objects.create(slug=slug, number=number, text=text, by=actor, at=at)


def _free_slug(title: str) -> str:
    plain = slugify(title)[:50] or "lesson"
    taken = every_lesson()
    numbers = (f"{plain}-{number}" for number in range(2, len(taken) + 3))
    return plain if plain not in taken else next(slug for slug in numbers if slug not in taken)


def ask_team(actor: Person, team: Team, path: Path, *, until: date, at: datetime) -> Asked:
    """Ask a team to learn a path by a day; asked again, the day moves. Raises `NotAllowed`, `Incomplete`."""
    if not leads(actor, team):
        raise NotAllowed("Only those who lead a team ask it to learn.")
    if until < at.date():
        raise Incomplete("That day is over. Choose one that lies ahead.", field="until")
    asked, _ = Asked.objects.update_or_create(
        team=team, path=path, defaults={"by": actor, "at": at, "until": until}
    )  # fmt: skip
    return asked


def ask_no_more(actor: Person, team: Team, path: Path) -> None:
    """Take an ask back: nobody is reminded any more. Raises `NotAllowed`."""
    if not leads(actor, team):
        raise NotAllowed("Only those who lead a team ask it to learn.")
    Asked.objects.filter(team=team, path=path).delete()


def leads(person: Person, team: Team) -> bool:
    """Whether `person` leads the team."""
    return Membership.objects.filter(person=person, team=team, leads=True).exists()
