"""Everything that changes who works here and who is served. Each brings the reach up to date with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from django.contrib.auth.base_user import BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet

from kept.core.errors import Incomplete, Refused
from kept.people.errors import Taken
from kept.people.models import Membership, OutsideCustomer, Party, Person, Team
from kept.people.reach import organisation_changing

P = TypeVar("P", bound=Party)


def add_person(
    *,
    name: str,
    email: str | None = None,
    title: str = "",
    boss: Person | None = None,
    administrator: bool = False,
    number: str = "",
) -> Person:
    """A new person, without a password: they sign in by a code in a mail. Raises `Incomplete`, `Refused`."""
    with organisation_changing([boss] if boss else []) as change:
        person = Person(
            kind=Party.Kind.PERSON, name=_named(name), email=_address(email, None), title=_short(title, "title", 120),
            boss=boss, is_staff=administrator, number=_number(number, Party.Kind.PERSON, None),
        )  # fmt: skip
        person.set_unusable_password()
        person.save()
        change.widen([person])
    return person


def change_person(
    person: Person,
    *,
    name: str | None = None,
    email: str | None = None,
    title: str | None = None,
    number: str | None = None,
) -> None:
    """Change what is given of `person`; an empty e-mail address or number takes it away. Raises as `add_person`."""
    with organisation_changing([]):
        if name is not None:
            person.name = _named(name)
        if email is not None:
            person.email = _address(email, person)
        if title is not None:
            person.title = _short(title, "title", 120)
        if number is not None:
            person.number = _number(number, Party.Kind.PERSON, person)
        person.save(update_fields=["name", "email", "title", "number"])


def set_administrator(person: Person, *, administrator: bool) -> None:
    """`person` keeps this installation from now on, or no longer does. Refused for the last one, and who has left."""
    if administrator and not person.is_active:
        raise Refused(f"{person} has left; choose somebody who works here.")
    others = Person.objects.filter(is_staff=True, is_active=True).exclude(pk=person.pk)
    if not administrator and person.is_administrator and not others.exists():
        raise Refused(f"{person} is the last administrator; make somebody else one first.")
    person.is_staff = administrator
    person.save(update_fields=["is_staff"])


def set_boss(person: Person, boss: Person | None) -> None:
    """From now on `person` reports to `boss`. Refused where that would make somebody their own boss, however far up."""
    if boss is not None and not boss.is_active:
        raise Refused(f"{boss} has left; choose somebody who works here.")
    above = boss
    while above is not None:
        if above.pk == person.pk:
            raise Refused(f"{person} is above {boss} already; nobody can be their own boss.")
        above = above.boss
    with organisation_changing([person]) as change:
        person.boss = boss
        person.save(update_fields=["boss"])
        change.widen([person])


def add_team(*, name: str, parent: Team | None = None, purpose: str = "", number: str = "") -> Team:
    """A new team, in the tree below `parent`. Raises `Incomplete`, `Refused`."""
    with organisation_changing(None if parent else []):
        return Team.objects.create(
            kind=Party.Kind.TEAM, name=_only_one(name, None), parent=parent, purpose=purpose.strip(),
            number=_number(number, Party.Kind.TEAM, None),
        )  # fmt: skip


def rename_team(team: Team, name: str) -> None:
    """The team is called `name` from now on; its story stays its own. Raises `Incomplete`, `Refused`."""
    with organisation_changing([]):
        team.name = _only_one(name, team)
        team.save(update_fields=["name"])


def join_team(person: Person, team: Team, *, leads: bool = False) -> Membership:
    """`person` is in `team` from now on; `leads` says whether as one of those who lead it."""
    with organisation_changing([person]):
        membership, _ = Membership.objects.update_or_create(person=person, team=team, defaults={"leads": leads})
    return membership


def leave_team(person: Person, team: Team) -> None:
    """`person` is no longer in `team`; what they did there stays theirs."""
    with organisation_changing([person]):
        Membership.objects.filter(person=person, team=team).delete()


def set_members(team: Team, wanted: Mapping[int, Person]) -> None:
    """`team` is made up of the persons `wanted` (by id) from now on; who led it and stays, leads it still."""
    present = {each.person_id: each for each in Membership.objects.filter(team=team).select_related("person")}
    gone = [each for person, each in present.items() if person not in wanted]
    new = [person for key, person in wanted.items() if key not in present]
    if not gone and not new:
        return
    with organisation_changing([*new, *(each.person for each in gone)]):
        for each in gone:
            each.delete()
        Membership.objects.bulk_create([Membership(team=team, person=person) for person in new])


def add_outside_customer(*, name: str, looked_after_by: Team, email: str = "", number: str = "") -> OutsideCustomer:
    """A new outside customer; the team that looks after them acts for them. Raises `Incomplete`, `Refused`."""
    with organisation_changing():
        return OutsideCustomer.objects.create(
            kind=Party.Kind.OUTSIDE, name=_only_one(name, None), looked_after_by=looked_after_by,
            email=email, number=_number(number, Party.Kind.OUTSIDE, None),
        )  # fmt: skip


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Incomplete("A name is needed.", field="name")
    return _short(name, "name", 120)


def _short(words: str, what: str, most: int) -> str:
    if len(words.strip()) > most:
        raise Incomplete(f"The {what} is longer than {most} characters; shorten it.", field=what)
    if "\x00" in words:
        raise Incomplete(f"The {what} holds a character that is no text.", field=what)
    return words.strip()


def _address(email: str | None, own: Person | None) -> str | None:
    address = BaseUserManager.normalize_email((email or "").strip()) or None
    if address is None:
        return None
    try:
        validate_email(address)
    except ValidationError as error:
        raise Incomplete(f"“{address}” is not an e-mail address.", field="email") from error
    if len(address) > 254:
        raise Incomplete("The e-mail address is longer than 254 characters.", field="email")
    if _others(Person.objects.filter(email__iexact=address), own).exists():
        raise Taken(f"Somebody with the address {address} is here already.")
    return address


def _number(number: str, kind: str, own: Party | None) -> str:
    number = _short(number, "number", 64)
    if number and _others(Party.objects.filter(kind=kind, number=number), own).exists():
        raise Taken(f"The number {number} belongs to somebody else already.")
    return number


def _only_one(name: str, own: Party | None) -> str:
    """Teams and outside customers stand beside each other in lists and on the map: no two of them share a name."""
    name = _named(name)
    named = Party.objects.filter(kind__in=[Party.Kind.TEAM, Party.Kind.OUTSIDE], name__iexact=name)
    if (there := _others(named, own).first()) is not None:
        raise Taken(f"There is {_KINDS[there.kind]} called {there.name} already.")
    return name


def _others(rows: QuerySet[P], own: Party | None) -> QuerySet[P]:
    return rows.exclude(pk=own.pk) if own else rows


_KINDS = {str(Party.Kind.TEAM): "a team", str(Party.Kind.OUTSIDE): "an outside customer"}
