"""What somebody is told and what they chose about it, as the API takes and gives it."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, create_model

from kept.api.v1.shapes.base import Given, Id, Moment, Paged, Taken
from kept.notify.choices import Habits
from kept.notify.kinds import ByMail, Kind
from kept.notify.models import Notice

KindName = Annotated[str, Field(json_schema_extra={"enum": Kind.values})]
When = Literal["now", "digest", "never"]
TimeOfDay = Annotated[str, Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", description="Such as 08:00.")]


class NoticeOut(Given):
    """One thing that I was told: what it is about, what happened, whose words, and what it asks of me.

    It leads to `promise` or `agreement`, else to `page`. `read_at` is null as long as I have not read it.
    """

    id: Id
    kind: KindName
    subject: str
    says: str
    words: str
    needs: str
    promise: Id | None
    agreement: Id | None
    page: str
    at: Moment
    read_at: Moment | None

    @classmethod
    def of(cls, notice: Notice) -> NoticeOut:
        """The notice."""
        return cls(
            id=notice.pk, kind=notice.kind, subject=notice.subject, says=notice.says, words=notice.words,
            needs=notice.needs, promise=notice.promise_id, agreement=notice.agreement_id, page=notice.page,
            at=notice.at, read_at=notice.read_at,
        )  # fmt: skip


class NoticesWanted(Paged):
    """Which notices to list."""

    unread: Annotated[bool | None, Field(description="Only those that I have not read; false: only those I have.")] = (
        None
    )


class UnreadOut(Given):
    """How many notices I have not read. It counts up to `most`."""

    unread: int
    most: int


class ReadUpTo(Taken):
    """The newest notice that the reader saw: what came later stays unread."""

    up_to: Id


KINDS: dict[str, Any] = {kind.value: (When, Field(description=kind.label)) for kind in Kind}
"""A field for each kind of notice: a new kind needs no line here."""
BY_MAIL = "When each kind of notice comes by mail."
if TYPE_CHECKING:

    class ByMailOut(Given):
        """The same for the type checker, which cannot read a loop."""

    class ByMailIn(Taken):
        """As `ByMailOut`."""

else:
    ByMailOut = create_model("ByMailOut", __base__=Given, __doc__=BY_MAIL, **KINDS)
    ByMailIn = create_model("ByMailIn", __base__=Taken, __doc__=BY_MAIL, **KINDS)


class ChoicesOut(Given):
    """When mails reach me, and where: `stopped` means none at all, until I choose again. Times are those of my team."""

    by_mail: ByMailOut
    quiet: bool
    digest_at: TimeOfDay
    stopped: bool
    address: str

    @classmethod
    def of(cls, habits: Habits) -> ChoicesOut:
        """What was chosen, and what is usual where nothing was."""
        return cls(
            by_mail=ByMailOut(**habits.chosen_by_kind()), quiet=habits.quiet,
            digest_at=habits.digest_at.strftime("%H:%M"), stopped=habits.stopped, address=habits.address,
        )  # fmt: skip


class ChoicesIn(Taken):
    """For each kind of notice when it comes by mail (now, in the daily digest, never); when it is quiet."""

    by_mail: ByMailIn
    quiet: Annotated[bool, Field(description="No mail outside my team's working hours.")] = True
    digest_at: TimeOfDay = "08:00"

    def by_kind(self) -> dict[Kind, ByMail]:
        """What was chosen for each kind."""
        return {Kind(name): ByMail(when) for name, when in self.by_mail.model_dump().items()}

    def at(self) -> time:
        """When the daily mail comes."""
        return time.fromisoformat(self.digest_at)
