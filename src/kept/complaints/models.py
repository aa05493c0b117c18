"""Complaints and thanks as they stand: a projection of the ledger, which replaying it gives again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from kept.ledger.models import Stream
from kept.people.models import Party, Person
from kept.promises.models import Promise


class Said(models.Model):
    """What a customer said of a provider, about a promise or about none; `by` is a person, or an outside customer.

    `acknowledged_at`, `acknowledged_by` and `answer` are there once somebody of the provider's side has heard it.
    """

    stream = models.OneToOneField(Stream, on_delete=models.PROTECT, primary_key=True, related_name="+")
    customer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, null=True, related_name="%(class)s_set")
    by = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.TextField(blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.words[:60]


class Complaint(Said):
    """Something went wrong for a customer, who hears about it by `hear_by` where that was agreed."""

    hear_by = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["provider"], condition=models.Q(acknowledged_at=None), name="complaint_unheard")
        ]
        constraints: ClassVar = [models.CheckConstraint(condition=~models.Q(words=""), name="complaint_says_what")]


class Thanks(Said):
    """Something went right for a customer."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["provider"], condition=models.Q(acknowledged_at=None), name="thanks_unheard")
        ]
        constraints: ClassVar = [models.CheckConstraint(condition=~models.Q(words=""), name="thanks_say_what")]
