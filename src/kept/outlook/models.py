"""What was looked at last."""

from __future__ import annotations

from django.db import models


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
