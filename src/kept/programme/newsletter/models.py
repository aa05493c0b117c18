"""Issues of the newsletter, the mails in which one goes, and who wants none."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from kept.notify.models import Claimed
from kept.people.models import Person
from kept.programme.cases.models import Case


class Issue(models.Model):
    """The newsletter about the week that begins on `week`, a Monday. `text` is Markdown, in which the line `[[case]]`
    is where `case` stands: its words are always those that both sides have approved, else none.

    `version` counts the changes. It goes when `approved_at` is set. `last_person` was the newest person when it was
    drafted, so that the next issue knows who is new.
    """

    week = models.DateField(unique=True)
    subject = models.CharField(max_length=150)
    text = models.TextField()
    case = models.ForeignKey(Case, on_delete=models.SET_NULL, null=True, related_name="issues")
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    last_person = models.BigIntegerField()
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(approved_at__isnull=True, approved_by__isnull=True)
                | models.Q(approved_at__isnull=False, approved_by__isnull=False),
                name="issue_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_at__isnull=True) | models.Q(dropped_at__isnull=True),
                name="issue_gone_or_dropped",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class Copy(Claimed):
    """An issue on its way to one reader by mail."""

    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="copies")
    reader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["issue", "reader"], name="copy_once")]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], condition=models.Q(done_at=None, gave_up_at=None), name="copy_to_send")
        ]

    def __str__(self) -> str:
        return f"issue {self.issue_id} to {self.reader_id}"


class NoMore(models.Model):
    """`person` wants no newsletter by mail since `at`; on the page they still find it."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"no newsletter to {self.person_id}"
