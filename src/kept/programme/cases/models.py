"""Case studies, and who of which side has approved them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from kept.core.terms import Side
from kept.people.models import Party, Person
from kept.promises.models import Promise


class Case(models.Model):
    """What can be learned from a promise, in words without names. Each change of title or text is a new `version`.

    The two sides are those of the promise. `lesson` is the slug of the lesson that it became, "" while it is none.
    """

    class Kind(models.TextChoices):
        GOOD = "good", "What went well"
        BAD = "bad", "What went wrong"

    promise = models.OneToOneField(Promise, on_delete=models.PROTECT, related_name="case")
    customer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=4, choices=Kind)
    title = models.CharField(max_length=200)
    text = models.TextField()
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True)
    lesson = models.SlugField(max_length=60, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(kind__in=["good", "bad"]), name="case_kind_known"),
            models.CheckConstraint(condition=~models.Q(title="") & ~models.Q(text=""), name="case_says_something"),
        ]

    def __str__(self) -> str:
        return self.title


class Approval(models.Model):
    """Somebody who may act for a side lets others read one version of a case. Of an older version it counts no more."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="approvals")
    side = models.CharField(max_length=8, choices=[(str(side), str(side)) for side in Side])
    version = models.PositiveIntegerField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "side"], name="approval_once_a_side")]

    def __str__(self) -> str:
        return f"{self.by} for the {self.side}"
