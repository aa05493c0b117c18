"""What was looked at last; the forecasts that are kept of open promises, those of the past, and what is in danger; how
work flows; what somebody wanted to try.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from kept.core.warnings import THRESHOLDS
from kept.people.models import Party, Person, Team
from kept.promises.models import Promise


class Looked(models.Model):
    """When the history was looked at last. One row."""

    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"looked at {self.at}"


class SourceSeen(models.Model):
    """A source of the history as it was when its ties were taken in: the `files` that it was made of."""

    name = models.CharField(max_length=100, unique=True)
    files = models.JSONField()

    def __str__(self) -> str:
        return self.name


class Outlook(models.Model):
    """The forecast that is kept of an open promise, as it was last made, `made_at`, by the promise's `sequence`.

    `days` are the 99 quantiles of `odds.Forecast` as 32-bit numbers; `chance` are the odds of `due`, the date at that
    moment. `like`, `scope`, `since` and `until` say what it rests on.
    """

    promise = models.OneToOneField(Promise, on_delete=models.CASCADE, primary_key=True, related_name="outlook")
    sequence = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    due = models.DateTimeField()
    chance = models.FloatField()
    days = models.BinaryField()
    like = models.PositiveIntegerField()
    scope = models.CharField(max_length=8)
    since = models.DateTimeField()
    until = models.DateTimeField()
    slower = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"the outlook of {self.promise_id}, made at {self.made_at}"


class PastOutlook(models.Model):
    """What was once forecast of a promise, kept to be judged when it has ended: the last of each day.

    `days` are the quantiles at `keeping.KEPT_LEVELS` as 32-bit numbers: a hundred bytes.
    """

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="past_outlooks")
    day = models.DateField()
    made_at = models.DateTimeField()
    due = models.DateTimeField()
    chance = models.FloatField()
    days = models.BinaryField()
    like = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["promise", "day"], name="past_outlook_of_a_day")]
        indexes: ClassVar = [models.Index(fields=["day"], name="past_outlook_day")]

    def __str__(self) -> str:
        return f"what was forecast of {self.promise_id} on {self.day}"


class Wanted(models.Model):
    """When the forecast of an open promise is to be made anew. A worker claims rows until a moment."""

    promise = models.OneToOneField(Promise, on_delete=models.CASCADE, primary_key=True, related_name="forecast_wanted")
    at = models.DateTimeField(db_index=True)
    claim = models.CharField(max_length=32, blank=True, default="")
    claimed_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"forecast {self.promise_id} at {self.at}"


class Danger(models.Model):
    """The date `due` of a promise is, or was, likely to be missed; over since `over_at`.

    `chance` and `likely` are the odds of the date and the even date as they were seen last; no `likely` where nothing
    like it has taken so long. What the provider was told,
    and when, stands in `told_*`; what the customer and those down the line were told in `passed_on_*`. At `ring_at` it
    has to be looked at whether something is to be told, or taken back; never where that is null.
    """

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="dangers")
    due = models.DateTimeField()
    since = models.DateTimeField()
    over_at = models.DateTimeField(null=True)
    chance = models.FloatField()
    likely = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    told_chance = models.FloatField(null=True)
    passed_on_at = models.DateTimeField(null=True)
    passed_on_chance = models.FloatField(null=True)
    ring_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["promise", "due"], name="danger_of_a_date_once")]
        indexes: ClassVar = [
            models.Index(fields=["ring_at"], condition=models.Q(ring_at__isnull=False), name="danger_to_tell")
        ]

    def __str__(self) -> str:
        return f"{self.promise_id} may miss {self.due}"


class Threshold(models.Model):
    """Under which odds (%) of keeping a date the promises of `team`, and of the teams below it, are in danger."""

    team = models.OneToOneField(Team, on_delete=models.PROTECT, related_name="warned_under")
    percent = models.PositiveSmallIntegerField()
    said_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(percent__in=THRESHOLDS), name="threshold_known"),
        ]

    def __str__(self) -> str:
        return f"{self.team_id} is warned under {self.percent} %"


class Replayed(models.Model):
    """How well forecasts hold that are made at one moment of a promise (`replay.When`): the past played again.

    `levels` are the 99 levels (0 to 1) at which the next ones are to be read; `figures` is what `quality` makes of it.
    """

    when = models.CharField(max_length=8, unique=True)
    at = models.DateTimeField()
    levels = models.JSONField()
    figures = models.JSONField()

    def __str__(self) -> str:
        return f"forecasts made when {self.when}, played again at {self.at}"


class ChainsTaught(models.Model):
    """What chains that ended taught, as `chain.ChainCalibration` has it, as of `at`. One row.

    `ended` is how many had: too few of them teach nothing (`chains.FEWEST`).
    """

    at = models.DateTimeField()
    ended = models.PositiveIntegerField()
    together = models.FloatField()
    levels = models.JSONField()

    def __str__(self) -> str:
        return f"what {self.ended} chains taught by {self.at}"


class Judged(models.Model):
    """What was forecast of a provider's promises, and what came of each date: see `judging`.

    `points` are pairs of odds in thousandths and 1 where the date was kept, else 0; `real` of them had a kept forecast.
    """

    provider = models.OneToOneField(Party, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    points = models.JSONField(default=list)
    real = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"what warnings would have done for {self.provider_id}"


class Claimed(models.Model):
    """Something that takes a worker seconds or minutes: it has the row for itself until `claimed_until`."""

    claim = models.CharField(max_length=32, blank=True, default="")
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Studied(Claimed):
    """What the past of one log says, its `files` as they were at `at` (null before it was first looked at).

    `flow` is the flow as JSON, with `hours` by team (`insight.pattern`). `chain` is today's chain as a scenario, taken
    from `cases` since `since`; `stations` are its stations in short; `refused` says why there is none.
    """

    log = models.CharField(max_length=100, unique=True)
    files = models.JSONField(default=list)
    at = models.DateTimeField(null=True)
    flow = models.JSONField(null=True)
    chain = models.TextField(blank=True, default="")
    stations = models.JSONField(default=list)
    cases = models.PositiveIntegerField(null=True)
    since = models.DateTimeField(null=True)
    refused = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"what {self.log} says"


class WhatIf(Claimed):
    """What somebody wanted to try: a `scenario` as TOML, about `log` (empty: drawn by hand).

    A worker runs it: `share` of it is done, at `doing`; `answer` is what `kept whatif --json` says. It ended at
    `ended_at`: answered, `refused` with the reason, or stopped where both are empty.
    """

    log = models.CharField(max_length=100, blank=True, default="")
    title = models.CharField(max_length=200)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="what_ifs")
    asked_at = models.DateTimeField()
    scenario = models.TextField()
    attempts = models.PositiveSmallIntegerField(default=0)
    doing = models.CharField(max_length=200, blank=True, default="")
    share = models.FloatField(default=0.0)
    ended_at = models.DateTimeField(null=True)
    answer = models.JSONField(null=True)
    refused = models.TextField(blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["asked_at"], condition=models.Q(ended_at__isnull=True), name="what_if_to_do"),
        ]

    def __str__(self) -> str:
        return self.title
