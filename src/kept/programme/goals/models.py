"""Goals, what was measured of them, when the programme began, and series of numbers from elsewhere."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from kept.core.statistics import Verdict
from kept.people.models import Party, Person, Team


class Figure(models.TextChoices):
    """What a goal is about."""

    KEPT = "kept", "Promises kept"
    CHASED = "chased", "Promises in which the customer had to ask"
    SILENCE = "silence", "Hours of silence a promise"
    EASIER = "easier", "Customers who say “easier”"
    RETURNED = "returned", "Deliveries that came back"
    LEAD_TIME = "lead_time", "Days from promise to delivery"
    COMPLAINTS = "complaints", "Promises with a complaint"


class Goal(models.Model):
    """`figure` is to reach `target` by `until`: of a `team` with the teams below it (None: the company), to one
    `customer` where it is about a tie. Shares are 0 to 1. The baseline are the `baseline_days` before `since`.
    """

    figure = models.CharField(max_length=10, choices=Figure)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="goals")
    customer = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+")
    target = models.FloatField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    baseline_days = models.PositiveSmallIntegerField(default=90)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="goals")
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(until__gt=models.F("since")), name="goal_ends_later"),
            models.CheckConstraint(condition=models.Q(target__gte=0), name="goal_target_ge_0"),
            models.CheckConstraint(
                condition=models.Q(customer__isnull=True) | models.Q(team__isnull=False), name="goal_tie_has_team"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["until"], condition=models.Q(dropped_at=None), name="goal_running"),
        ]

    def __str__(self) -> str:
        return f"{self.get_figure_display()}: {self.target} by {self.until:%Y-%m-%d}"


class Measurement(models.Model):
    """One look at a goal, the `number`-th of those planned. `before` and `after` are the figure, None of nothing."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="measurements")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    before = models.FloatField(null=True)
    after = models.FloatField(null=True)
    n_before = models.PositiveIntegerField()
    n_after = models.PositiveIntegerField()
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    verdict = models.CharField(max_length=14, choices=[(str(one), str(one)) for one in Verdict])

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["goal", "number"], name="measured_once")]

    def __str__(self) -> str:
        return self.verdict


class Begun(models.Model):
    """When the programme began, as whoever leads the company said. One row."""

    on = models.DateField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"begun on {self.on}"


class Series(models.Model):
    """Numbers from elsewhere (revenue, customers who stayed) to set beside the figures: `points` are [day, value]."""

    name = models.CharField(max_length=100, unique=True)
    points = models.JSONField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
