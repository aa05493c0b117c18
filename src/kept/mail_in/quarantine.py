"""For those who keep this installation: the mails that wait for a look, letting them through, throwing them away."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from kept.core.errors import NotAllowed, NotFound
from kept.mail_in.models import Mail
from kept.people.models import Person

LATELY = 50
SHOWN = (Mail.Outcome.QUARANTINED, Mail.Outcome.ASIDE)
"""What those who keep the installation may look into."""


def waiting(actor: Person) -> QuerySet[Mail]:
    """The mails that wait for a look, the newest first. Raises `NotAllowed` for all but administrators."""
    _allowed(actor)
    return _rows().filter(outcome=Mail.Outcome.QUARANTINED)


def lately(actor: Person) -> list[Mail]:
    """What became of the last mails that need no look. Raises as `waiting`."""
    _allowed(actor)
    return list(_rows().exclude(outcome=Mail.Outcome.QUARANTINED)[:LATELY])


def raw(actor: Person, mail_id: int) -> Mail:
    """A mail with its content, as it came. Raises as `waiting`, and `NotFound` where it is gone.

    One that was done is not shown: what stands in it belongs to those who see the promise.
    """
    _allowed(actor)
    mail = Mail.objects.filter(pk=mail_id, outcome__in=SHOWN).first()
    if mail is None or not mail.content:
        raise NotFound("There is no such mail, or its content is not kept any more.")
    return mail


def let_through(actor: Person, mail_id: int, *, at: datetime) -> None:
    """`actor` vouches for its sender: it is looked at once more, and what they may not do stays refused. As `raw`."""
    mail = raw(actor, mail_id)
    Mail.objects.filter(pk=mail.pk, outcome__in=SHOWN).update(
        outcome=Mail.Outcome.WAITING, reason="", let_through_by=actor, done_at=None, gave_up_at=None, next_at=at,
        attempts=0,
    )  # fmt: skip


def throw_away(actor: Person, mail_id: int, *, at: datetime) -> None:
    """Nothing is to be done with it; its content goes after a while. Raises as `waiting`."""
    _allowed(actor)
    Mail.objects.filter(pk=mail_id, outcome=Mail.Outcome.QUARANTINED).update(
        outcome=Mail.Outcome.THROWN_AWAY, closed_by=actor, done_at=at
    )


def _rows() -> QuerySet[Mail]:
    return Mail.objects.select_related("let_through_by", "closed_by").defer("content").order_by("-pk")


def _allowed(actor: Person) -> None:
    if not actor.is_administrator:
        raise NotAllowed("Mails that came in are looked after by those who keep this installation; ask one of them.")
