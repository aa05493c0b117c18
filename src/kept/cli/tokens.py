"""`kept token PERSON`: keys with which other programs act as that person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

import kept.cli.with_django  # noqa: F401 first: everything below needs it
from kept.cli.words import day
from kept.core.errors import NotFound
from kept.people.models import ApiToken, Person
from kept.people.tokens import make_token, revoke


def token(
    person: Annotated[str, typer.Argument(help="The person's e-mail address.")],
    *,
    scope: Annotated[ApiToken.Scope, typer.Option(help="What the key is for.")] = ApiToken.Scope.SCIM,
    name: Annotated[str, typer.Option(help="What to call it, such as the program that uses it.")] = "",
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="How long it is good (default: until revoked).")
    ] = None,
    list_them: Annotated[bool, typer.Option("--list", help="List the person's keys instead.")] = False,
    revoke_id: Annotated[int | None, typer.Option("--revoke", help="Revoke the key with this number instead.")] = None,
) -> None:
    """Print a new key for a program that acts as PERSON. It is shown this once; only a hash of it is kept."""
    owner = Person.objects.filter(email__iexact=person.strip()).first()
    if owner is None:
        raise NotFound(f"Nobody here has the address {person}. Look at the spelling, or import the people first.")
    if list_them:
        _list(owner)
    elif revoke_id is not None:
        _revoke(owner, revoke_id)
    else:
        lasts = timedelta(days=days) if days else None
        made, key = make_token(owner, scope=scope, at=datetime.now(UTC), name=name, lasts=lasts)
        typer.echo(key)
        typer.echo(f"Key {made.pk} of {owner}: {made.get_scope_display()}. It is not shown again.", err=True)


def _list(owner: Person) -> None:
    for one in owner.api_tokens.all():
        state = f"revoked {day(one.revoked_at)}" if one.revoked_at else "good"
        if not one.revoked_at and one.expires_at:
            state = f"good until {day(one.expires_at)}"
        used = f"last used {day(one.last_used_at)}" if one.last_used_at else "never used"
        typer.echo(f"{one.pk}  {one.hint}…  {one.scope}  {one.name or '(no name)'}  {state}, {used}")
    if not owner.api_tokens.exists():
        typer.echo(f"{owner} has no keys.")


def _revoke(owner: Person, key_id: int) -> None:
    found = owner.api_tokens.filter(pk=key_id).first()
    if found is None:
        raise NotFound(f"{owner} has no key {key_id}; see them with --list.")
    revoke(found, at=datetime.now(UTC))
    typer.echo(f"Key {key_id} of {owner} opens nothing any more.")
