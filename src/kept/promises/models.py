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
    """One promise as it stands. `what`, `due` and `done_when` are the terms in force, or those on the table before.

    `asker` speaks for the customer: a person, or an outside customer for itself. `answerable` and `answerable_person`
    passed an ask on at `passed_on_at` and answer for it until it is taken on there; `chases_passed` are the chases of
    such times.
    """

    stream = models.OneToOneField(Stream, on_delete=models.PROTECT, primary_key=True, related_name="promise")
    customer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="awaited")
    provider = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="owed")
    asker = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="asked")
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
    chases_passed = models.PositiveSmallIntegerField(default=0)
    answerable = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="passed_on")
    answerable_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="passed_on_by_me")
    passed_on_at = models.DateTimeField(null=True)
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
            models.CheckConstraint(
                condition=models.Q(answerable__isnull=True, answerable_person__isnull=True, passed_on_at__isnull=True)
                | models.Q(
                    answerable__isnull=False, answerable_person__isnull=False, passed_on_at__isnull=False, state="asked"
                ),
                name="promise_answerable_while_asked",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["provider", "state", "due"], name="promise_owed"),
            models.Index(fields=["customer", "state", "due"], name="promise_awaited"),
            models.Index(fields=["responsible", "state", "due"], name="promise_responsible"),
            models.Index(fields=["asker", "state", "due"], name="promise_asked"),
            models.Index(fields=["provider", "ended_at"], name="promise_ended"),
            models.Index(fields=["state"], condition=models.Q(needs_help=True), name="promise_needs_help"),
            models.Index(fields=["answerable"], condition=models.Q(answerable__isnull=False), name="promise_passed_on"),
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


class Likelihood(models.Model):
    """What the past says of an open promise: ready at `likely` with even odds; `chance` are those of the date `due`.

    No `likely`: nothing like it has taken this long (where it waits `through` another, nothing like that one has).
    It rests on `like` ended promises of the same two, and on others of that `scope`. It was made at `made_at`, about
    `due` as it stood then. `slower` says in sentences what makes it slower than its like; `through` is the promise that
    it waits for where that one decides. `in_danger`: the odds are under what its provider wants to be warned at.
    Replaying the ledger does not give it: whoever makes forecasts says it (`likelihoods.say`), and may take it back.
    """

    promise = models.OneToOneField(Promise, on_delete=models.CASCADE, primary_key=True, related_name="likelihood")
    likely = models.DateTimeField(null=True)
    chance = models.FloatField()
    due = models.DateTimeField()
    like = models.PositiveIntegerField()
    scope = models.CharField(max_length=8)
    slower = models.JSONField(default=list)
    through = models.ForeignKey(Promise, on_delete=models.SET_NULL, null=True, related_name="+")
    in_danger = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(chance__gte=0, chance__lte=1), name="likelihood_chance"),
        ]

    def __str__(self) -> str:
        return f"{round(self.chance * 100)} % by {self.due}, from {self.like} like it"


class Participant(models.Model):
    """A person named in a promise: who acted in it, has it, or was brought in. A private one is theirs alone to see."""

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="participants")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="takes_part_in")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["promise", "person"], name="participant_once")]

    def __str__(self) -> str:
        return f"{self.person_id} takes part in {self.promise_id}"


class Impression(models.Model):
    """The customer's answer at an acceptance: event `sequence` of the promise.

    It is final at `settles_at`; a promise that is reopened before then loses it. `author` is a person, or an outside
    customer. `own_side`: its author had acted for the provider in the same promise. `provider_answer` is what the
    provider said of that delivery. It `waits` until it lies in an `AnswerBlock`, or has proved to belong in none.
    """

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="impressions")
    sequence = models.PositiveIntegerField()
    author = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="impressions")
    answer = models.CharField(max_length=6, choices=[(str(one), str(one)) for one in Answer])
    signed = models.BooleanField(default=False)
    provider_answer = models.CharField(max_length=6, choices=[(str(one), str(one)) for one in Answer])
    own_side = models.BooleanField(default=False)
    at = models.DateTimeField()
    settles_at = models.DateTimeField()
    waits = models.BooleanField(default=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["promise"], condition=models.Q(waits=True), name="impression_waiting"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["promise", "sequence"], name="impression_once"),
            models.CheckConstraint(
                condition=models.Q(answer__in=[str(one) for one in Answer]), name="impression_answer_known"
            ),
            models.CheckConstraint(condition=models.Q(settles_at__gt=models.F("at")), name="impression_settles_later"),
        ]

    def __str__(self) -> str:
        return f"an answer about promise {self.promise_id}"


class CustomerLink(models.Model):
    """A private link with which an outside customer sees one promise and answers in it; only its hash is kept.

    It opens nothing once it has expired, was revoked, or the promise is another customer's.
    """

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="customer_links")
    customer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    hashed = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | models.Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="customer_link_revoked_by",
            )
        ]

    def __str__(self) -> str:
        return f"a link of {self.customer_id} to promise {self.promise_id}"


class CalendarFeed(models.Model):
    """The secret address of a person's calendar; only its hash is kept. A new one takes the place of the one before."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="calendar_feed")
    hashed = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"the calendar of {self.person_id}"


class ChasePassed(models.Model):
    """A chase (event `sequence`) while an ask lay untaken where `provider` had passed it on to: it counts for them."""

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="passed_chases")
    sequence = models.PositiveIntegerField()
    provider = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["promise", "sequence"], name="chase_passed_once")]

    def __str__(self) -> str:
        return f"a chase in promise {self.promise_id}, for {self.provider_id}"


class WordOwed(models.Model):
    """From `since` to `until` (null: still) `provider` owed word: by `hear_by`, or within `allowed` working time."""

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="words_owed")
    provider = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    hear_by = models.DateTimeField(null=True)
    allowed = models.DurationField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["promise"], condition=models.Q(until__isnull=True), name="word_owed_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(hear_by__isnull=False, allowed__isnull=True)
                | models.Q(hear_by__isnull=True, allowed__isnull=False),
                name="word_owed_by_when",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["provider", "until"], name="word_owed_by_provider")]

    def __str__(self) -> str:
        return f"word owed in promise {self.promise_id}"


class Practice(models.Model):
    """How much work with `word` in it `party` did ("": all its work), for proposing whom to ask. Made by `tally`.

    `done`: accepted by the customer; of these `kept` were kept and `came` had been asked of another party first.
    `away`: declined, passed on or given up. `last`: when a customer last accepted such work. Private ones: nowhere.
    """

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    word = models.CharField(max_length=40, blank=True)
    done = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    came = models.PositiveIntegerField(default=0)
    away = models.PositiveIntegerField(default=0)
    last = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party", "word"], name="practice_once"),
            models.CheckConstraint(
                condition=models.Q(kept__lte=models.F("done"), came__lte=models.F("done")), name="practice_of_done"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["word", "-done"], name="practice_by_word")]

    def __str__(self) -> str:
        return f"{self.party_id} with “{self.word}”: {self.done}"


class PulseAnswer(models.Model):
    """The three questions that a person on the customer's side answers once a quarter about a provider.

    `quarter` is its first day: can I trust them, can I count on them, do they care. It `waits` until it lies in a
    `PulseBlock`.
    """

    class Says(models.TextChoices):
        YES = "yes", "yes"
        PARTLY = "partly", "partly"
        NO = "no", "no"

    provider = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    quarter = models.DateField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="pulse_answers")
    trust = models.CharField(max_length=6, choices=Says)
    count_on = models.CharField(max_length=6, choices=Says)
    care = models.CharField(max_length=6, choices=Says)
    at = models.DateTimeField()
    waits = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "customer", "provider", "quarter"], name="pulse_once"),
            models.CheckConstraint(
                condition=models.Q(
                    trust__in=["yes", "partly", "no"],
                    count_on__in=["yes", "partly", "no"],
                    care__in=["yes", "partly", "no"],
                ),
                name="pulse_answers_known",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["provider", "customer"], name="pulse_of_tie"),
            models.Index(fields=["provider"], condition=models.Q(waits=True), name="pulse_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.quarter}: {self.customer_id} about {self.provider_id}"


class Shut(models.Model):
    """Five answers or more that were shut together for good (`core.anonymity`), and what they say, counted.

    `customer` and `result` are empty where the block lies no finer. Made by `figures.shutting`.
    """

    provider = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+")
    result = models.ForeignKey(Result, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"answers about {self.provider_id}, shut together"


class AnswerBlock(Shut):
    """Answers at acceptance: the customers', and the providers' `own` to the same deliveries."""

    easier = models.PositiveIntegerField()
    partly = models.PositiveIntegerField()
    no = models.PositiveIntegerField()
    own_easier = models.PositiveIntegerField()
    own_partly = models.PositiveIntegerField()
    own_no = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["provider", "closed_at"], name="answer_block_of_provider")]


class PulseBlock(Shut):
    """Answers to the three questions of a quarter."""

    trust_yes = models.PositiveIntegerField()
    trust_partly = models.PositiveIntegerField()
    trust_no = models.PositiveIntegerField()
    count_on_yes = models.PositiveIntegerField()
    count_on_partly = models.PositiveIntegerField()
    count_on_no = models.PositiveIntegerField()
    care_yes = models.PositiveIntegerField()
    care_partly = models.PositiveIntegerField()
    care_no = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["provider", "closed_at"], name="pulse_block_of_provider")]


class File(models.Model):
    """A file that was handed in; its content lies under its digest (see `contents`).

    It went with event `sequence` of the promise. Without one it is a draft of whoever uploaded it: for an act in
    `promise`, or, without a promise, for the ask or offer that opens one.
    """

    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=127)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, null=True, related_name="files")
    sequence = models.PositiveIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(sequence__isnull=True) | models.Q(promise__isnull=False), name="file_of_a_promise"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["sha256"], name="file_content"),
            models.Index(fields=["uploaded_at"], condition=models.Q(sequence__isnull=True), name="file_draft"),
        ]

    def __str__(self) -> str:
        return self.name
