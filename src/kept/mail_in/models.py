"""Mails that came in, what was done because of them, and the mails that go back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from kept.notify.models import Claimed
from kept.people.models import Party, Person, Team
from kept.promises.models import Promise


class Mail(Claimed):
    """One message as it came. It is kept before anything is done with it, and handled by whoever claims its row.

    `sha256` is of `content`, so that the same bytes are one row. `content` is empty once a mail that was done with is
    older than `keeping.KEPT_FOR`, and where the message was too large to be taken (see `reason`). `let_through_by` is
    the administrator who vouches for its sender.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", "not looked at yet"
        DONE = "done", "done"
        ANSWERED = "answered", "answered with the reason why not"
        ASIDE = "aside", "nothing to do"
        QUARANTINED = "quarantined", "needs a look"
        THROWN_AWAY = "thrown_away", "thrown away"

    sha256 = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()
    size = models.PositiveBigIntegerField()
    kept_at = models.DateTimeField()
    sender = models.CharField(max_length=254, blank=True, default="", db_index=True)
    subject = models.CharField(max_length=250, blank=True, default="")
    outcome = models.CharField(max_length=11, choices=Outcome, default=Outcome.WAITING)
    reason = models.CharField(max_length=500, blank=True, default="")
    let_through_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_at"], condition=Q(done_at=None, gave_up_at=None), name="mail_to_handle"),
            models.Index(fields=["outcome", "-kept_at"], name="mail_by_outcome"),
        ]

    def __str__(self) -> str:
        return self.subject or "(no subject)"


class Deed(models.Model):
    """What a mail did, once: `key` is the message and whom it was for, written in one transaction with the act.

    `promise` is null for a complaint about nothing in particular.
    """

    mail = models.ForeignKey(Mail, on_delete=models.PROTECT, related_name="deeds")
    key = models.CharField(max_length=64, unique=True)
    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, null=True, related_name="+")
    act = models.CharField(max_length=40)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.act} in {self.promise_id}"


class Reply(Claimed):
    """A mail back to whoever sent one: a receipt, or why it could not be done (`refusal`)."""

    mail = models.ForeignKey(Mail, on_delete=models.PROTECT, related_name="replies")
    reader = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, null=True, related_name="+")
    to = models.EmailField()
    subject = models.CharField(max_length=250)
    body = models.TextField()
    answers = models.CharField(max_length=250, blank=True, default="")
    refusal = models.BooleanField()
    made_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_at"], condition=Q(done_at=None, gave_up_at=None), name="reply_to_send"),
            models.Index(fields=["to", "made_at"], name="reply_by_address"),
        ]

    def __str__(self) -> str:
        return self.subject


class TeamAddress(models.Model):
    """The name under which a team takes asks by mail: what stands behind the + in the address."""

    team = models.OneToOneField(Team, on_delete=models.PROTECT, primary_key=True, related_name="mail_address")
    name = models.CharField(max_length=40, unique=True)
    said_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class FailingAddress(models.Model):
    """An address that mails of ours came back from, and why."""

    reader = models.OneToOneField(Party, on_delete=models.PROTECT, primary_key=True, related_name="failing_address")
    address = models.EmailField()
    why = models.CharField(max_length=300)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.address
