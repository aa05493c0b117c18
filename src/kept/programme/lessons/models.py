"""The company's own editions of lessons, who tried which quiz, and which team was asked to learn what."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from kept.people.models import Person, Team


class Path(models.TextChoices):
    """A row of lessons, by what somebody does here."""

    EVERYONE = "everyone", "For everyone"
    PROVIDER = "provider", "For those who promise"
    LEAD = "lead", "For those who lead a team"
    LEADER = "leader", "For those who lead leaders"


class Edition(models.Model):
    """A lesson as the company wrote it. The newest of a `slug` holds; the number counts on from the one Kept brings."""

    slug = models.SlugField(max_length=60)
    number = models.PositiveIntegerField()
    text = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["slug", "number"], name="edition_once")]

    def __str__(self) -> str:
        return f"{self.slug}, version {self.number}"


class Try(models.Model):
    """Somebody answered the quiz of one version of a lesson: `right` of `of` questions. All right is passed."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="lesson_tries")
    slug = models.SlugField(max_length=60)
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    right = models.PositiveSmallIntegerField()
    of = models.PositiveSmallIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "slug"], name="try_of_person")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(right__lte=models.F("of"), of__gt=0), name="try_right_of_all")
        ]

    def __str__(self) -> str:
        return f"{self.right} of {self.of} in {self.slug}"


class Asked(models.Model):
    """A lead asked a team to learn a path by a day; until then, and for a while after, Kept reminds who has not."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="asked_to_learn")
    path = models.CharField(max_length=8, choices=Path)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["team", "path"], name="asked_once")]

    def __str__(self) -> str:
        return f"{self.team} learns {self.path} by {self.until}"
