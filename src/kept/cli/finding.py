"""One line of `kept doctor`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at and what it says; `do` is what to do about it, empty where all is well."""

    about: str
    says: str
    do: str = ""

    @property
    def ok(self) -> bool:
        """Whether there is nothing to do."""
        return not self.do
