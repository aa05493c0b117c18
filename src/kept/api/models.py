"""What the API keeps for itself: answers that are given again to a repeated call, and how often a key was used."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from kept.people.models import ApiToken


class GivenAnswer(models.Model):
    """The answer to a call that carried an `Idempotency-Key`, written in the same transaction as what the call did.

    `asked` is a hash of the call: the same key with another call is refused. Kept for a day.
    """

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="given_answers")
    key = models.CharField(max_length=255)
    asked = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField()
    body = models.BinaryField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["token", "key"], name="given_answer_once")]

    def __str__(self) -> str:
        return f"the answer to {self.key}"


class Used(models.Model):
    """How many calls of a key's minute are taken: by every process together. `minute` counts from the epoch."""

    token = models.OneToOneField(ApiToken, on_delete=models.CASCADE, primary_key=True, related_name="used")
    minute = models.PositiveBigIntegerField()
    calls = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.calls} calls in minute {self.minute}"
