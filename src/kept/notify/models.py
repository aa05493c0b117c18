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
    same one is told to the same reader once. `promise` or `agreement` is where it leads, else `page` (a path).
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
    page = models.CharField(max_length=200, blank=True, default="")

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


class Endpoint(Claimed):
    """A server that Kept calls: a person's webhook, or the chat of a team (which `owner` is).

    Whoever claims it makes its calls, one after another; not before `next_at`. `attempts` counts the failures in a row,
    which began at `failing_since`. It is off since `gave_up_at`, and `last_error` says why. A webhook is told of the
    events named in `events`, of all where there are none; it is signed with `secret`, until `old_until` with
    `old_secret` too. Chats are not signed: their address is the secret.
    """

    class Kind(models.TextChoices):
        WEBHOOK = "webhook", "webhook"
        SLACK = "slack", "Slack"
        TEAMS = "teams", "Microsoft Teams"

    kind = models.CharField(max_length=7, choices=Kind)
    owner = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="endpoints")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    name = models.CharField(max_length=100)
    url = models.CharField(max_length=1000)
    events = models.JSONField(default=list)
    secret = models.CharField(max_length=100, blank=True, default="")
    old_secret = models.CharField(max_length=100, blank=True, default="")
    old_until = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["kind", "next_at"], condition=models.Q(gave_up_at=None), name="endpoint_on"),
            models.Index(fields=["owner", "kind"], name="endpoint_of"),
        ]

    def __str__(self) -> str:
        return self.name


class Call(Claimed):
    """One thing that an endpoint is told, once for each `key` (the matter); `number` is the same for every attempt.

    `name` is the event's. `body` is what is sent, as it was when it happened, whatever may be seen later.
    """

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="calls")
    key = models.CharField(max_length=120)
    number = models.CharField(max_length=60)
    name = models.CharField(max_length=40)
    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, null=True, related_name="+")
    body = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["endpoint", "key"], name="call_matter_once")]
        indexes: ClassVar = [
            models.Index(
                fields=["endpoint", "next_at"], condition=models.Q(done_at=None, gave_up_at=None), name="call_to_make"
            ),
            models.Index(fields=["made_at"], name="call_made"),
        ]

    def __str__(self) -> str:
        return f"{self.name} to {self.endpoint_id}"


class Try(models.Model):
    """One attempt at a call: when, the status that came back (None: none did), how long it took, and what it said."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    ms = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True, default="")
    error = models.CharField(max_length=600, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.error or f"It answered {self.status}."


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
