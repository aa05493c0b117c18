"""What happened, in order, for good; and what still has to follow from it.

The database refuses to change or delete events (see `seal`); everything else in Kept can be made again from them.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Stream(models.Model):
    """One story in the ledger: all events of a promise, an agreement, a complaint or thanks.

    Its row is what two who act at once lock.
    """

    class Kind(models.TextChoices):
        PROMISE = "promise", "promise"
        AGREEMENT = "agreement", "agreement"
        COMPLAINT = "complaint", "complaint"
        THANKS = "thanks", "thanks"

    kind = models.CharField(max_length=12, choices=Kind)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Event(models.Model):
    """Something that happened: `body` is the act as `core.codec` writes it, in the shape of version `schema`."""

    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    name = models.CharField(max_length=40)
    at = models.DateTimeField()
    actor = models.ForeignKey("people.Party", on_delete=models.PROTECT, related_name="acted")
    side = models.CharField(max_length=8)
    schema = models.PositiveSmallIntegerField()
    body = models.JSONField()

    class Meta:
        ordering: ClassVar = ["stream_id", "sequence"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stream", "sequence"], name="event_sequence_once"),
            models.CheckConstraint(condition=models.Q(sequence__gte=1), name="event_sequence_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.stream_id}/{self.sequence})"


class Outbox(models.Model):
    """An event from which something still has to follow (notices, webhooks). A worker claims rows until a moment."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True, related_name="outbox")
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["event"], condition=models.Q(done_at__isnull=True), name="outbox_pending")
        ]

    def __str__(self) -> str:
        return f"what follows from {self.event_id}"
