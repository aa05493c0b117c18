"""Results, ties between customers and providers, and agreements.

A tie is **declared** by people (`Tie`) or **observed** in the work (`ObservedTie`, a snapshot a source). Agreements are
rows made from the ledger: what stands in them, replaying the ledger gives again.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from kept.core.agreement import Standing
from kept.core.terms import Side
from kept.ledger.models import Stream
from kept.people.models import Party, Person

SIDES = [(str(side), str(side)) for side in Side]


class Result(models.Model):
    """What a party's work produces; `purpose` says in one sentence whom it helps to do what: "… so that …"."""

    class Kind(models.TextChoices):
        FINISHED = "finished", "finished"
        INTERMEDIATE = "intermediate", "intermediate"
        BY_PRODUCT = "by-product", "by-product"

    owner = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="results")
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=300)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["kind", "name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=["finished", "intermediate", "by-product"]), name="result_kind_known"
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(purpose=""), name="result_named_with_purpose"),
            models.UniqueConstraint(
                F("owner"), Lower("name"), condition=Q(retired_at__isnull=True), name="result_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Tie(models.Model):
    """A declared tie: `customer` pays for, consumes, adds to or depends on what `provider` does (or one result of it).

    One side declares it, the other confirms it or says no; either ends it. It counts while it is declared or confirmed.
    """

    class Kind(models.TextChoices):
        PAYS_FOR = "pays_for", "pays for"
        CONSUMES = "consumes", "consumes"
        ADDS_TO = "adds_to", "adds to"
        DEPENDS_ON = "depends_on", "depends on"

    class State(models.TextChoices):
        DECLARED = "declared", "declared, not confirmed yet"
        CONFIRMED = "confirmed", "confirmed by both sides"
        REFUSED = "refused", "the other side says no"
        ENDED = "ended", "ended"

    provider = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="ties_down")
    customer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="ties_up")
    result = models.ForeignKey(Result, on_delete=models.PROTECT, null=True, related_name="ties")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=9, choices=State, default=State.DECLARED)
    declared_side = models.CharField(max_length=8, choices=SIDES)
    declared_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    words = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(provider=F("customer")), name="tie_two_parties"),
            models.CheckConstraint(
                condition=Q(kind__in=["pays_for", "consumes", "adds_to", "depends_on"]), name="tie_kind_known"
            ),
            models.CheckConstraint(condition=Q(declared_side__in=["customer", "provider"]), name="tie_side_known"),
            models.CheckConstraint(
                condition=Q(state="declared", answered_at__isnull=True, ended_at__isnull=True)
                | Q(state__in=["confirmed", "refused"], answered_at__isnull=False, ended_at__isnull=True)
                | Q(state="ended", ended_at__isnull=False),
                name="tie_state_fits",
            ),
            models.UniqueConstraint(
                fields=["provider", "customer", "result", "kind"],
                condition=~Q(state="ended") & Q(result__isnull=False),
                name="tie_of_result_once",
            ),
            models.UniqueConstraint(
                fields=["provider", "customer", "kind"],
                condition=~Q(state="ended") & Q(result__isnull=True),
                name="tie_at_large_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["provider", "state"], name="tie_down"),
            models.Index(fields=["customer", "state"], name="tie_up"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.kind} {self.provider_id}"


COUNTING = (Tie.State.DECLARED, Tie.State.CONFIRMED)
"""The states in which a declared tie counts."""


class NotACustomer(models.Model):
    """One side looked at an observed tie and said: that is no customer of this provider, it only looks like one."""

    provider = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="marks_down")
    customer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="marks_up")
    side = models.CharField(max_length=8, choices=SIDES)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "customer"], name="mark_once"),
            models.CheckConstraint(condition=~Q(provider=F("customer")), name="mark_two_parties"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} is no customer of {self.provider_id}"


class ObservedTie(models.Model):
    """What the work of one source says: `source` is "kept" or a log's name. Waits are in seconds.

    `provider` and `customer` are the parties of those names, where there are such; the names stay in any case.
    """

    source = models.CharField(max_length=100)
    kind = models.CharField(max_length=7)
    provider_name = models.CharField(max_length=300)
    customer_name = models.CharField(max_length=300)
    provider = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="observed_down")
    customer = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="observed_up")
    count = models.PositiveIntegerField()
    cases = models.PositiveIntegerField()
    first = models.DateTimeField(null=True)
    last = models.DateTimeField(null=True)
    median_wait_s = models.FloatField(null=True)
    p90_wait_s = models.FloatField(null=True)
    returns = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "kind", "provider_name", "customer_name"], name="observed_tie_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=["handoff", "serves"]), name="observed_tie_kind_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["source", "provider_name"], name="observed_by_provider"),
            models.Index(fields=["source", "customer_name"], name="observed_by_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.provider_name} → {self.customer_name} ({self.source})"


class Stamp(models.Model):
    """A mark of the present state of all ties: it changes with every change of them. One row each for said and seen."""

    value = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.value


class Agreement(models.Model):
    """Where an agreement stands. `version` is the number in force; what a side has on the table is `…_expects`."""

    stream = models.OneToOneField(Stream, on_delete=models.PROTECT, primary_key=True, related_name="agreement")
    customer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="agreements_up")
    provider = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="agreements_down")
    result = models.ForeignKey(Result, on_delete=models.PROTECT, null=True, related_name="agreements")
    standing = models.CharField(max_length=8, choices=[(str(one), str(one)) for one in Standing])
    version = models.PositiveSmallIntegerField(null=True)
    review_on = models.DateField(null=True)
    customer_expects = models.JSONField(null=True)
    provider_expects = models.JSONField(null=True)
    last_at = models.DateTimeField()
    sequence = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(customer=F("provider")), name="agreement_two_parties"),
            models.CheckConstraint(
                condition=Q(standing="in force", version__isnull=False)
                | Q(standing__in=["proposed", "ended"], version__isnull=True),
                name="agreement_standing_fits",
            ),
            models.UniqueConstraint(
                fields=["customer", "provider", "result"],
                condition=Q(result__isnull=False),
                name="agreement_on_result_once",
            ),
            models.UniqueConstraint(
                fields=["customer", "provider"], condition=Q(result__isnull=True), name="agreement_at_large_once"
            ),
        ]

    def __str__(self) -> str:
        return f"agreement {self.stream_id}"


class AgreementVersion(models.Model):
    """What both sides agreed on, for good: `side` wrote it, the other agreed in event `sequence`."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    expectations = models.JSONField()
    side = models.CharField(max_length=8, choices=SIDES)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    agreed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField()
    sequence = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["agreement_id", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "number"], name="agreement_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="agreement_version_from_one"),
            models.CheckConstraint(condition=~Q(written_by=F("agreed_by")), name="agreement_version_two_persons"),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of agreement {self.agreement_id}"
