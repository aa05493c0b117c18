"""`kept administrator [PERSON]`: who keeps this installation: brings people in, gives programs their keys."""

from __future__ import annotations

from typing import Annotated

import typer

import kept.cli.with_django  # noqa: F401 first: everything below needs it
from kept.core.errors import NotFound
from kept.people.actions import set_administrator
from kept.people.models import Person


def administrator(
    person: Annotated[str | None, typer.Argument(help="The e-mail address of who becomes one.")] = None,
    *,
    no_longer: Annotated[bool, typer.Option("--no-longer", help="PERSON is one no longer.")] = False,
) -> None:
    """Make PERSON an administrator; without PERSON, say who is one."""
    if person is None:
        for each in Person.objects.filter(is_staff=True, is_active=True).order_by("name"):
            typer.echo(f"{each.name}  {each.email or ''}")
        return
    found = Person.objects.filter(email__iexact=person.strip()).first()
    if found is None:
        raise NotFound(f"Nobody here has the address {person}. Look at the spelling, or import the people first.")
    set_administrator(found, administrator=not no_longer)
    typer.echo(f"{found.name} is {'no longer' if no_longer else 'now'} an administrator.")
