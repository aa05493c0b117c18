"""Stories of customers, and what the customers' side said to having them told."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from kept.people.models import Party, Person
from kept.promises.models import Promise


class Story(models.Model):
    """What a customer could do with what was promised. Each change of its title or text is a new `version`."""

    promise = models.OneToOneField(Promise, on_delete=models.PROTECT, related_name="customer_story")
    customer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    text = models.TextField()
    version = models.PositiveIntegerField(default=1)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(title="") & ~models.Q(text=""), name="story_says_something"),
        ]

    def __str__(self) -> str:
        return self.title


class Consent(models.Model):
    """Somebody of the customer's side said whether one version of a story may be told: the newest of it holds.

    `by` may be the outside customer itself; who says it for an outside customer says in `how` they learned it.
    """

    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="consents")
    version = models.PositiveIntegerField()
    agreed = models.BooleanField()
    by = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=300, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["story", "version", "-id"], name="consent_newest")]

    def __str__(self) -> str:
        return f"{self.by}: {'agreed' if self.agreed else 'rather not'}"
