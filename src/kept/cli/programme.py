"""`kept programme make`: this week's newsletter, posters and a team's page for ten minutes, as files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import typer
from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from kept.cli import database
from kept.core.errors import KeptError, NotFound
from kept.people.models import Team
from kept.programme.campaign import typesetting
from kept.programme.campaign.posters import Poster, sheet_of
from kept.programme.meeting import sheet
from kept.programme.meeting.pack import pack_of
from kept.programme.newsletter import mails
from kept.programme.newsletter.actions import draft_issue
from kept.programme.newsletter.drafting import last_week
from kept.promises.models import OPEN, Promise

File = tuple[str, bytes]
POSTERS: Final = (Poster.CUSTOMERS, Poster.FIGURES, Poster.STEPS)
"""Those that need nobody's word first."""


class CannotWrite(KeptError):
    """The files can't be put where they should go."""


def make(
    to: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the files go; made where it is not there.")],
    team: Annotated[str, typer.Option(metavar="NAME", help="Whose page and posters (default: who owes most).")] = "",
) -> None:
    """Make this week's newsletter, posters and a team's page for ten minutes. Nothing is sent to anybody."""
    database.refuse_unready()
    chosen = _team(team)
    try:
        to.mkdir(parents=True, exist_ok=True)
        for name, content in (*_newsletter(), *_posters(chosen), *_meeting(chosen)):
            (to / name).write_bytes(content)
            typer.echo(to / name)
    except OSError as error:
        raise CannotWrite(f"{to} can't be written: {error.strerror or error}.") from None
    typer.echo("The newsletter goes to nobody before somebody lets it go, on its page.", err=True)


def _team(name: str) -> Team:
    if name:
        found = Team.objects.filter(name__iexact=name.strip()).first()
        if found is None:
            raise NotFound(f"There is no team called {name}. Look at the spelling: Teams lists them all.")
        return found
    owes = Count("owed", filter=Q(owed__state__in=OPEN, owed__private=False))
    most = Team.objects.annotate(owes=owes).order_by("-owes", "name").first()
    if most is None:
        raise NotFound("There is no team yet. `kept import people` brings teams in; `kept demo` lays an example.")
    return most


def _newsletter() -> Iterator[File]:
    now = timezone.now()
    said = mails.written(draft_issue(last_week(now), now), f"{settings.KEPT_ADDRESS}/newsletter/")
    yield "newsletter.html", said.html.encode()
    yield "newsletter.txt", said.text.encode()


def _posters(team: Team) -> Iterator[File]:
    for poster in POSTERS:
        made = sheet_of(poster, team, now=timezone.now(), zone=timezone.get_current_timezone())
        yield f"poster-{poster.value}.pdf", typesetting.pdf(made.template, made.data, typesetting.Size.A3)
        yield f"poster-{poster.value}.png", typesetting.png(made.template, made.data, typesetting.Size.A3)


def _meeting(team: Team) -> Iterator[File]:
    pack = pack_of(team, Promise.objects.all(), now=timezone.now(), zone=timezone.get_current_timezone())
    yield "meeting.pdf", sheet.pdf(pack)
    yield "meeting.png", sheet.png(pack)
