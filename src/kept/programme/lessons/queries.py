"""Which lessons are for whom, who has passed what, and how far a team is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from kept.core.errors import NotAllowed
from kept.people.models import Membership, Person, Team
from kept.programme.lessons.actions import leads
from kept.programme.lessons.models import Asked, Path, Try
from kept.programme.lessons.reading import Lesson, every_lesson

ORDER = (
    "who-is-my-customer", "three-steps", "saying-no", "updates-before-confusion", "the-hand-off",
    "the-boss-as-customer", "the-customers-success", "the-question-on-top",
)  # fmt: skip
"""The order in which to read the lessons that Kept brings; those of the company follow, by title."""


@dataclass(frozen=True, slots=True)
class Step:
    """A lesson in a path: when it was passed, in which version (None: not yet)."""

    lesson: Lesson
    passed_at: datetime | None = None
    version: int | None = None

    @property
    def newer(self) -> bool:
        """Whether the lesson has changed since it was passed."""
        return self.version is not None and self.version < self.lesson.version


@dataclass(frozen=True, slots=True)
class Progress:
    """How far somebody is in a path; `asked` where a team of theirs was asked to learn it."""

    path: Path
    steps: tuple[Step, ...]
    asked: Asked | None = None

    @property
    def passed(self) -> int:
        """How many lessons were passed."""
        return sum(step.passed_at is not None for step in self.steps)

    @property
    def finished_at(self) -> datetime | None:
        """When the last lesson was passed; None while any is not."""
        moments = [step.passed_at for step in self.steps]
        return max(one for one in moments if one) if moments and all(moments) else None


@dataclass(frozen=True, slots=True)
class Learner:
    """One member of a team, and how far in the path that the team was asked to learn."""

    person: Person
    passed: int
    of: int


def in_path(path: Path, lessons: Iterable[Lesson]) -> list[Lesson]:
    """The lessons of a path in the order in which to read them."""
    known = {slug: place for place, slug in enumerate(ORDER)}
    chosen = [lesson for lesson in lessons if path in lesson.paths]
    return sorted(chosen, key=lambda one: (known.get(one.slug, len(known)), one.title.lower(), one.slug))


def paths_of(person: Person) -> list[Path]:
    """The paths for what `person` does here."""
    places = list(person.memberships.values_list("leads", "team"))
    led = [team for does_lead, team in places if does_lead]
    above = bool(led) and (
        Team.objects.filter(parent__in=led).exists()
        or Membership.objects.filter(person__boss=person, leads=True).exists()
    )
    roles = {Path.EVERYONE: True, Path.PROVIDER: bool(places), Path.LEAD: bool(led), Path.LEADER: above}
    return [path for path, holds in roles.items() if holds]


def progress_of(person: Person) -> list[Progress]:
    """How far `person` is in each of their paths, and in those that a team of theirs was asked to learn."""
    lessons = every_lesson().values()
    passed = _passed([person.pk])[person.pk]
    asked = {one.path: one for one in Asked.objects.filter(team__members=person).order_by("-until")}
    mine = paths_of(person)
    wanted = [path for path in Path if path in mine or path in asked]
    return [
        Progress(path, tuple(_step(lesson, passed) for lesson in in_path(path, lessons)), asked.get(path))
        for path in wanted
    ]


def certificate(person: Person, path: Path) -> Progress | None:
    """What a certificate of `person` for the path says; None while a quiz of it has not been passed."""
    found = next((one for one in progress_of(person) if one.path == path), None)
    return found if found and found.finished_at else None


def team_state(viewer: Person, team: Team) -> list[tuple[Asked, list[Learner]]]:
    """How far the members of a team are in each path that it was asked to learn, by name. Raises `NotAllowed`.

    It is for those who lead the team: to help, and for nobody to be ranked by.
    """
    if not leads(viewer, team):
        raise NotAllowed("How far each is in the lessons is shown to those who lead the team.")
    asked = list(team.asked_to_learn.order_by("until", "path"))
    people = list(team.members.filter(is_active=True).order_by("name", "pk"))
    passed = _passed([one.pk for one in people])
    lessons = every_lesson().values()
    return [(one, [_learner(person, in_path(Path(one.path), lessons), passed[person.pk]) for person in people])
            for one in asked]  # fmt: skip


def behind(asked: Asked) -> list[Person]:
    """The active members of the team who have not finished what it was asked to learn."""
    lessons = in_path(Path(asked.path), every_lesson().values())
    people = list(asked.team.members.filter(is_active=True).order_by("pk"))
    passed = _passed([one.pk for one in people])
    return [one for one in people if any(lesson.slug not in passed[one.pk] for lesson in lessons)]


Passed = dict[str, tuple[datetime, int]]
"""By slug: when it was first passed in the newest version that was passed, and that version."""


def _passed(people: Collection[int]) -> dict[int, Passed]:
    found: dict[int, Passed] = defaultdict(dict)
    tries = Try.objects.filter(person__in=people, right=F("of")).order_by("version", "-at")
    for person, slug, version, at in tries.values_list("person_id", "slug", "version", "at"):
        found[person][slug] = (at, version)
    return found


def _step(lesson: Lesson, passed: Passed) -> Step:
    return Step(lesson, *passed.get(lesson.slug, (None, None)))


def _learner(person: Person, lessons: Collection[Lesson], passed: Passed) -> Learner:
    return Learner(person, sum(lesson.slug in passed for lesson in lessons), len(lessons))
