"""What people are told, by mail and in their inbox, and what they chose about it; and when time itself has to tell.

Nothing here is the record of what happened: that is the ledger. Whoever is told stands as `reader`: a person, or an
outside customer, who has no inbox and is written to.
"""

from __future__ import annotations

from datetime import time
from typing import ClassVar

from django.db import models

from kept.customers.models import Agreement
from kept.notify.kinds import ByMail, Kind
from kept.people.models import Party, Person
from kept.promises.models import Promise


class Claimed(models.Model):
    """Work that a worker claims until a moment, does, and marks as done: see `claims`.

    It is due at `next_at`. `claim` is the mark of the worker that has it; past `claimed_until` another may take it.
    """

    next_at = models.DateTimeField()
    claim = models.CharField(max_length=32, blank=True, default="")
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    gave_up_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        abstract = True


class Letter(Claimed):
    """A mail to `reader`: about one promise, at once; or the digest of a day. Its notices say what stands in it."""

    reader = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="letters")
    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, null=True, related_name="letters")
    digest = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_at"], condition=models.Q(done_at=None, gave_up_at=None), name="letter_to_send"),
            models.Index(
                fields=["reader", "promise"], condition=models.Q(done_at=None, gave_up_at=None), name="letter_open"
            ),
        ]

    def __str__(self) -> str:
        return f"a mail to {self.reader_id}"


class Notice(models.Model):
    """One thing that `reader` is told: `subject` is what it is about, `says` what happened in one sentence.

    `words` are those of whoever did it, `needs` what it asks of the reader ("" where nothing). `key` is the matter: the
    same one is told to the same reader once. `promise` or `agreement` is where it leads.
    """

    reader = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=9, choices=Kind)
    key = models.CharField(max_length=120)
    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, null=True, related_name="notices")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, null=True, related_name="notices")
    subject = models.CharField(max_length=250)
    says = models.TextField()
    words = models.TextField(blank=True, default="")
    needs = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    letter = models.ForeignKey(Letter, on_delete=models.SET_NULL, null=True, related_name="notices")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reader", "key"], name="notice_matter_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["reader", "-at"], name="notice_inbox"),
            models.Index(fields=["reader"], condition=models.Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return self.says


class Choice(models.Model):
    """When `person` gets a kind of notice by mail, where that is not as usual."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notice_choices")
    kind = models.CharField(max_length=9, choices=Kind)
    by_mail = models.CharField(max_length=6, choices=ByMail)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "kind"], name="choice_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.by_mail}"


class Habit(models.Model):
    """When mails reach somebody: `quiet` outside the working hours of their team; the digest at `digest_at` there.

    `stopped_at`: no mails at all since then, whatever the choices say. Outside customers have this alone.
    """

    reader = models.OneToOneField(Party, on_delete=models.PROTECT, primary_key=True, related_name="habit")
    quiet = models.BooleanField(default=True)
    digest_at = models.TimeField(default=time(8))
    stopped_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"habits of {self.reader_id}"


class Wake(models.Model):
    """When a promise has to be looked at although nobody acted: its date passes, its next word is due."""

    promise = models.OneToOneField(Promise, on_delete=models.PROTECT, primary_key=True, related_name="wake")
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"look at {self.promise_id} at {self.at}"


class Chore(models.Model):
    """Something that is done every so often by one of the workers: whoever moves `next_at` on does it."""

    name = models.CharField(max_length=40, primary_key=True)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
