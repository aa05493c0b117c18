"""Reviews between two teams, what each side wants, and the promises that they left with."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from kept.people.models import Person, Team
from kept.promises.models import Promise


class Review(models.Model):
    """Two teams look back on the quarter that began on `quarter`. `one` is the team with the lower id.

    `one_wants` and `other_wants` are what each side wants of the other, in a sentence, until it was held.
    """

    one = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    quarter = models.DateField()
    one_wants = models.CharField(max_length=300, blank=True, default="")
    other_wants = models.CharField(max_length=300, blank=True, default="")
    prepared_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True)
    held_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    promises = models.ManyToManyField(Promise, related_name="reviews")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one", "other", "quarter"], name="review_once_a_quarter"),
            models.CheckConstraint(condition=models.Q(one__lt=models.F("other")), name="review_in_order"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["prepared_at"], condition=models.Q(held_at=None), name="review_to_hold"),
        ]

    def __str__(self) -> str:
        return f"{self.one} and {self.other}, {self.quarter}"
