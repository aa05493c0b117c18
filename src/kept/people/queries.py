"""Reading the organisation."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from kept.people.models import ACTING, Party, Person, Reach


def acting_for(person: Person) -> QuerySet[Party]:
    """The parties that `person` may speak for in something new, by name; those who have left begin nothing any more."""
    reached = Party.objects.filter(reached_by__person=person, reached_by__how__in=ACTING)
    return reached.filter(Q(person__isnull=True) | Q(person__is_active=True))


def acting_ids(person: Person) -> QuerySet[Reach, int]:
    """The ids of those parties, as a subquery."""
    return Reach.objects.filter(person=person, how__in=ACTING).values_list("party_id", flat=True)


def may_act_for(person: Person, party_id: int) -> bool:
    """Whether `person` may speak for the party."""
    return Reach.objects.filter(person=person, party_id=party_id, how__in=ACTING).exists()


def parties_like(words: str) -> QuerySet[Party]:
    """Parties whose name holds `words`; people who have left are left out."""
    return Party.objects.filter(name__icontains=words.strip()).filter(
        Q(person__isnull=True) | Q(person__is_active=True)
    )


def may_import(person: Person) -> bool:
    """Whether `person` may bring in work logs: those who lead a team, and those who keep the installation."""
    return person.is_administrator or person.memberships.filter(leads=True).exists()
