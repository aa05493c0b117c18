"""`kept sign-in-link PERSON`: a link that signs somebody in, for a machine that sends no mail."""

from __future__ import annotations

from typing import Annotated

import typer
from django.urls import reverse

from kept.cli import database
from kept.core.errors import NotFound
from kept.people.models import Person
from kept.people.sign_in_links import GOOD_FOR, token_for

AT = "http://127.0.0.1:8000"


def sign_in_link(
    person: Annotated[str, typer.Argument(help="The person's e-mail address.")],
    at: Annotated[str, typer.Option(help="Where people reach this installation.")] = AT,
) -> None:
    """Print a link that signs PERSON in, good for 12 hours. Whoever holds it can use it: give it to nobody else."""
    database.refuse_unready()
    found = Person.objects.filter(email__iexact=person.strip()).first()
    if found is None:
        raise NotFound(f"Nobody here has the address {person}. Look at the spelling, or import the people first.")
    typer.echo(link(found, at))
    hours = int(GOOD_FOR.total_seconds() // 3600)
    typer.echo(f"It signs {found.name} in for the next {hours} hours.", err=True)


def link(person: Person, at: str) -> str:
    """The whole address that signs `person` in at the installation reached under `at`."""
    return at.rstrip("/") + reverse("web:sign-in-link", args=[token_for(person)])
