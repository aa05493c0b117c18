"""Everything that changes who works here and who is served. Each brings the reach up to date with it."""

from __future__ import annotations

from django.contrib.auth.base_user import BaseUserManager

from kept.core.errors import Incomplete, Refused
from kept.people.models import Membership, OutsideCustomer, Party, Person, Team
from kept.people.reach import organisation_changing


def add_person(
    *, name: str, email: str | None = None, title: str = "", boss: Person | None = None, administrator: bool = False
) -> Person:
    """A new person, without a password: they sign in by a code in a mail. Raises `Incomplete`, `Refused`."""
    address = BaseUserManager.normalize_email(email) or None
    if address and Person.objects.filter(email__iexact=address).exists():
        raise Refused(f"Somebody with the address {address} is here already.")
    with organisation_changing():
        person = Person(
            kind=Party.Kind.PERSON, name=_named(name), email=address, title=title.strip(), boss=boss,
            is_staff=administrator,
        )  # fmt: skip
        person.set_unusable_password()
        person.save()
    return person


def set_boss(person: Person, boss: Person | None) -> None:
    """From now on `person` reports to `boss`. Refused where that would make somebody their own boss, however far up."""
    above = boss
    while above is not None:
        if above.pk == person.pk:
            raise Refused(f"{person} is above {boss} already; nobody can be their own boss.")
        above = above.boss
    with organisation_changing():
        person.boss = boss
        person.save(update_fields=["boss"])


def add_team(*, name: str, parent: Team | None = None, purpose: str = "") -> Team:
    """A new team, in the tree below `parent`. Raises `Incomplete`, `Refused`."""
    _refuse_second(name)
    with organisation_changing():
        return Team.objects.create(kind=Party.Kind.TEAM, name=_named(name), parent=parent, purpose=purpose.strip())


def join_team(person: Person, team: Team, *, leads: bool = False) -> Membership:
    """`person` is in `team` from now on; `leads` says whether as one of those who lead it."""
    with organisation_changing():
        membership, _ = Membership.objects.update_or_create(person=person, team=team, defaults={"leads": leads})
    return membership


def leave_team(person: Person, team: Team) -> None:
    """`person` is no longer in `team`; what they did there stays theirs."""
    with organisation_changing():
        Membership.objects.filter(person=person, team=team).delete()


def add_outside_customer(*, name: str, looked_after_by: Team, email: str = "") -> OutsideCustomer:
    """A new outside customer; the team that looks after them acts for them. Raises `Incomplete`, `Refused`."""
    _refuse_second(name)
    with organisation_changing():
        return OutsideCustomer.objects.create(
            kind=Party.Kind.OUTSIDE, name=_named(name), looked_after_by=looked_after_by, email=email
        )


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Incomplete("A name is needed.", field="name")
    if len(name) > 120:
        raise Incomplete("The name is longer than 120 characters; shorten it.", field="name")
    return name


def _refuse_second(name: str) -> None:
    """Teams and outside customers stand beside each other in lists and on the map: no two of them share a name."""
    named = Party.objects.filter(kind__in=[Party.Kind.TEAM, Party.Kind.OUTSIDE], name__iexact=" ".join(name.split()))
    if (there := named.first()) is not None:
        raise Refused(f"There is {_KINDS[there.kind]} called {there.name} already.")


_KINDS = {str(Party.Kind.TEAM): "a team", str(Party.Kind.OUTSIDE): "an outside customer"}
