"""What the people room refuses besides what `core.errors` draws."""

from __future__ import annotations

from kept.core.errors import Refused


class Taken(Refused):
    """A name, an address or a number that only one can have belongs to somebody else."""
