"""What is refused of a file of people as a whole; single rows are put aside instead."""

from __future__ import annotations

from kept.core.errors import KeptError


class BadPeopleFile(KeptError):
    """The file as a whole cannot be read, or says nothing of people; the text says what to do."""
