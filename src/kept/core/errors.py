"""Everything that Kept refuses, drawn in one place.

KeptError                    what a person can put right; its text says how
├── Refused                  an act that the rules do not allow; nothing changed
│   ├── WrongState           the promise is not where this act makes sense
│   ├── WrongSide            only the other side may do this
│   ├── Incomplete           the act lacks a word, a date or a reason
│   ├── Overtaken            someone else was faster; carries what changed
│   └── NotAllowed           this person may see, but not do, this
├── NotFound                 no such thing, or none that this person may see
├── CorruptLedger            replaying the ledger does not give what is stored
└── (history, calendars …)   each room adds its own below KeptError
"""

from __future__ import annotations

from typing import Any


class KeptError(Exception):
    """The root: a refusal whose text is a plain sentence for the person who asked."""


class Refused(KeptError):
    """An act was refused and changed nothing."""


class WrongState(Refused):
    """The promise is not in a state in which this act makes sense."""


class WrongSide(Refused):
    """The act belongs to the other side of the promise."""


class Incomplete(Refused):
    """The act lacks something; `field` names the form field that it belongs to, where there is one."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class NotAllowed(Refused):
    """The person may see this, but may not do it."""


class Overtaken(Refused):
    """Someone else acted in between; `changes` are the events that the actor had not seen."""

    def __init__(self, message: str, *, changes: tuple[Any, ...] = ()) -> None:
        super().__init__(message)
        self.changes = changes


class NotFound(KeptError):
    """There is no such thing, or none that this person may see: both look the same from outside."""


class CorruptLedger(KeptError):
    """What is stored is not what replaying the ledger gives."""
