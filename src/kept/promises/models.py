"""Promises as they stand: a projection of the ledger, which replaying it gives again, column for column."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from kept.core.keeping import Outcome
from kept.core.state import State
from kept.core.terms import Answer
from kept.customers.models import Agreement, Result
from kept.ledger.models import Stream
from kept.people.models import Party, Person

OPEN = tuple(str(state) for state in State if not state.ended)


class Promise(models.Model):
    """One promise as it stands. `what`, `due` and `done_when` are the terms in force, or those on the table before."""

    stream = models.OneToOneField(Stream, on_delete=models.PROTECT, primary_key=True, related_name="promise")
    customer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="awaited")
    provider = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="owed")
    asker = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="asked")
    responsible = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="responsible_for")
    state = models.CharField(max_length=9, choices=[(str(state), str(state)) for state in State])
    private = models.BooleanField(default=False)
    result = models.ForeignKey(Result, on_delete=models.PROTECT, null=True, related_name="promises")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, null=True, related_name="promises")
    agreement_version = models.PositiveSmallIntegerField(null=True)
    what = models.CharField(max_length=200)
    done_when = models.TextField(blank=True)
    due = models.DateTimeField()
    first_due = models.DateTimeField(null=True)
    proposed_by = models.CharField(max_length=8, blank=True)
    opened_at = models.DateTimeField()
    promised_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    hear_by = models.DateTimeField(null=True)
    expected = models.DateTimeField(null=True)
    dated_at = models.DateTimeField(null=True)
    reworks = models.PositiveSmallIntegerField(default=0)
    chases = models.PositiveSmallIntegerField(default=0)
    needs_help = models.BooleanField(default=False)
    outcome = models.CharField(max_length=6, blank=True, choices=[(str(one), str(one)) for one in Outcome])
    kept_as_first_promised = models.BooleanField(null=True)
    provider_answer = models.CharField(max_length=6, blank=True, choices=[(str(one), str(one)) for one in Answer])
    sequence = models.PositiveIntegerField()
    relies_on = models.ManyToManyField(
        "self", through="Reliance", through_fields=("promise", "on"), symmetrical=False, related_name="relied_on_by"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=[str(state) for state in State]), name="promise_state_known"
            ),
            models.CheckConstraint(condition=~models.Q(customer=models.F("provider")), name="promise_two_parties"),
            models.CheckConstraint(
                condition=models.Q(agreement__isnull=True, agreement_version__isnull=True)
                | models.Q(agreement__isnull=False, agreement_version__isnull=False),
                name="promise_agreement_with_version",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["provider", "state", "due"], name="promise_owed"),
            models.Index(fields=["customer", "state", "due"], name="promise_awaited"),
            models.Index(fields=["responsible", "state", "due"], name="promise_responsible"),
            models.Index(fields=["asker", "state", "due"], name="promise_asked"),
        ]

    def __str__(self) -> str:
        return self.what


class Reliance(models.Model):
    """One link of a chain: `promise` relies on `on`."""

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="links_up")
    on = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="links_down")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["promise", "on"], name="reliance_once"),
            models.CheckConstraint(condition=~models.Q(promise=models.F("on")), name="reliance_not_self"),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id} relies on {self.on_id}"


class Participant(models.Model):
    """A person named in a promise: who acted in it, has it, or was brought in. A private one is theirs alone to see."""

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="participants")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="takes_part_in")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["promise", "person"], name="participant_once")]

    def __str__(self) -> str:
        return f"{self.person_id} takes part in {self.promise_id}"
