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
    """Something went wrong for a customer, who hears about it by `hear_by` where that was agreed.

    `remedy` is the newest promise that is to make it good again.
    """

    hear_by = models.DateTimeField(null=True)
    remedy = models.ForeignKey(Promise, on_delete=models.PROTECT, null=True, related_name="makes_good")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["provider"], condition=models.Q(acknowledged_at=None), name="complaint_unheard"),
            models.Index(
                fields=["hear_by"],
                condition=models.Q(acknowledged_at=None, hear_by__isnull=False),
                name="complaint_due",
            ),
        ]
        constraints: ClassVar = [models.CheckConstraint(condition=~models.Q(words=""), name="complaint_says_what")]


class Thanks(Said):
    """Something went right for a customer."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["provider"], condition=models.Q(acknowledged_at=None), name="thanks_unheard")
        ]
        constraints: ClassVar = [models.CheckConstraint(condition=~models.Q(words=""), name="thanks_say_what")]


class Improvement(models.Model):
    """An ask that follows from a trace: `asked`, made by `by` at `at`, for what was found of the promise `traced`.

    It was found in the promise `at_promise`, of a miss of that `kind`, which is counted there between `provider` and
    `customer`; `complaint` is what led to it, where one did. Once `asked` is delivered, its effect is counted.
    """

    class Kind(models.TextChoices):
        """How a hand-off missed what its customer needed."""

        LATE = "late", "later than promised"
        RETURNED = "returned", "returned"
        SILENT = "silent", "without the word that was owed"
        MISSING = "missing", "with something missing"

    asked = models.OneToOneField(Promise, on_delete=models.PROTECT, related_name="improves")
    traced = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="improvements")
    at_promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="improvements_at")
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, null=True, related_name="improvements")
    kind = models.CharField(max_length=8, choices=Kind)
    provider = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["late", "returned", "silent", "missing"]), name="improvement_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.asked}"
