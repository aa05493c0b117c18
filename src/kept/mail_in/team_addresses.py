"""The address at which a team takes asks by mail: `kept+warehouse@in.example.com`."""

from __future__ import annotations

import re
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from kept.core.errors import Incomplete, Refused
from kept.mail_in.models import TeamAddress
from kept.people.calendars import refuse_stranger
from kept.people.models import Person, Team

_NAME = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")


def say_address(actor: Person, team: Team, name: str, *, at: datetime) -> None:
    """From now on `team` takes asks under this name; under none where it is "".

    Raises `NotAllowed` for those who do not lead it, `Incomplete` for the field "name" where it cannot be one or is
    another team's, `Refused` where this installation takes no mails in.
    """
    refuse_stranger(actor, team)
    if not settings.KEPT_MAIL_IN:
        raise Refused("This installation takes no mails in yet; whoever keeps it sets KEPT_MAIL_IN.")
    wanted = name.strip().lower()
    if not wanted:
        TeamAddress.objects.filter(team=team).delete()
        return
    if not _NAME.fullmatch(wanted):
        raise Incomplete("3 to 40 small letters, digits and hyphens; a letter first.", field="name")
    try:
        with transaction.atomic():
            TeamAddress.objects.update_or_create(team=team, defaults={"name": wanted, "said_by": actor, "said_at": at})
    except IntegrityError as error:
        raise Incomplete("Another team has that name already; choose another.", field="name") from error


def address_of_team(team: Team) -> str:
    """Where the team takes asks by mail; "" where it does not."""
    row = TeamAddress.objects.filter(team=team).first()
    return full_address(row.name) if row and settings.KEPT_MAIL_IN else ""


def full_address(name: str) -> str:
    """The whole address for a team's name."""
    local, _, domain = settings.KEPT_MAIL_IN.partition("@")
    return f"{local}+{name}@{domain}"


def teams_of(names: list[str]) -> list[Team]:
    """The teams that take asks under these names, in the order of the names."""
    found = {row.name: row.team for row in TeamAddress.objects.filter(name__in=names).select_related("team")}
    return [found[name] for name in dict.fromkeys(names) if name in found]
