"""Somebody leaves, or comes back. What they did stays theirs; what they left open, `promises.leaving` hands on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from kept.core.errors import Refused
from kept.people.models import Leaving, Membership, Person, Team
from kept.people.reach import organisation_changing


def leave(person: Person, *, successor: Person | None, at: datetime, confirmed_by: Person | None = None) -> Leaving:
    """`person` works here no longer; `successor` speaks for them wherever they were a party in person.

    They are out of their teams, and can sign in no more. Those who reported to them report to their boss from now on;
    to the successor where there is none. Raises `Refused` where they have left already, where the successor cannot be
    one, and for the last administrator.
    """
    _refuse_leaving(person, successor)
    around = [person, *person.reports.all(), *([successor] if successor else [])]
    with organisation_changing(around) as change:
        memberships = [
            {"team": team, "leads": leads} for team, leads in person.memberships.values_list("team_id", "leads")
        ]
        leaving = Leaving.objects.create(
            person=person, at=at, successor=successor, confirmed_by=confirmed_by, memberships=memberships
        )
        person.memberships.all().delete()
        person.is_active = False
        person.save(update_fields=["is_active"])
        _move_reports(person, successor)
        change.widen([*around, *_heirs(person)])
    return leaving


def name_successor(person: Person, successor: Person) -> Leaving:
    """Somebody who left without a successor gets one now, with the reports that have nobody else. Raises `Refused`."""
    leaving = Leaving.objects.filter(person=person, returned_at=None).first()
    if leaving is None:
        raise Refused(f"{person} has not left.")
    _refuse_successor(person, successor)
    with organisation_changing([person, successor, *_heirs(person), *person.reports.all()]) as change:
        leaving.successor = successor
        leaving.save(update_fields=["successor"])
        _move_reports(person, successor)
        change.widen([successor, *_heirs(person)])
    return leaving


def come_back(person: Person, *, at: datetime) -> None:
    """`person` works here again, in the teams that they were in. What was handed on stays with the successor."""
    if person.is_active:
        return
    with organisation_changing([person, *_heirs(person)]) as change:
        leaving = Leaving.objects.filter(person=person, returned_at=None).first()
        if leaving is not None:
            _restore(person, leaving)
            leaving.returned_at = at
            leaving.save(update_fields=["returned_at"])
        person.is_active = True
        person.boss = next(_active_above(person), None)
        person.save(update_fields=["is_active", "boss"])
        change.widen([person])


def heir_of(person: Person) -> Person | None:
    """Who speaks now for somebody who has left: the successor, or the successor's own where that one left in turn."""
    return next((heir for heir in _heirs(person) if heir.is_active), None)


def usual_successor(person: Person) -> Person | None:
    """Who takes over where nobody was named: the boss, else somebody who leads one of the person's teams, by name."""
    boss = next(_active_above(person), None)
    if boss is not None:
        return boss
    led = Membership.objects.filter(team__memberships__person=person, leads=True, person__is_active=True)
    first = led.exclude(person=person).select_related("person").order_by("person__name", "person_id").first()
    return first.person if first else None


def _refuse_leaving(person: Person, successor: Person | None) -> None:
    if not person.is_active:
        raise Refused(f"{person} has left already.")
    others = Person.objects.filter(is_staff=True, is_active=True).exclude(pk=person.pk)
    if person.is_staff and not others.exists():
        raise Refused(f"{person} is the last administrator; make somebody else one first.")
    if successor is not None:
        _refuse_successor(person, successor)


def _refuse_successor(person: Person, successor: Person) -> None:
    if successor.pk == person.pk:
        raise Refused(f"{person} leaves, so somebody else has to take over.")
    if not successor.is_active:
        raise Refused(f"{successor} has left; name somebody who works here as the successor of {person}.")


def _move_reports(person: Person, successor: Person | None) -> None:
    above = next(_active_above(person), None)
    if above is None and successor is not None:
        if person.pk in {each.pk for each in _above(successor)}:
            Person.objects.filter(pk=successor.pk).update(boss=None)  # moves up; else they would be above themself
            successor.boss = None
        above = successor
    if above is not None:
        person.reports.filter(is_active=True).exclude(pk=above.pk).update(boss=above)


def _restore(person: Person, leaving: Leaving) -> None:
    there = set(Team.objects.filter(pk__in=[row["team"] for row in leaving.memberships]).values_list("pk", flat=True))
    rows = [
        Membership(person=person, team_id=row["team"], leads=row["leads"])
        for row in leaving.memberships
        if row["team"] in there
    ]
    Membership.objects.bulk_create(rows, ignore_conflicts=True)


def _above(person: Person) -> Iterator[Person]:
    boss, met = person.boss, {person.pk}
    while boss is not None and boss.pk not in met:
        met.add(boss.pk)
        yield boss
        boss = boss.boss


def _active_above(person: Person) -> Iterator[Person]:
    return (boss for boss in _above(person) if boss.is_active)


def _heirs(person: Person) -> Iterator[Person]:
    """The successor of somebody who left, the successor's own where that one left too, and so on."""
    met: set[int] = set()
    heir: Person | None = person
    while heir is not None and heir.pk not in met:
        met.add(heir.pk)
        leaving = Leaving.objects.filter(person=heir, returned_at=None).select_related("successor").first()
        heir = leaving.successor if leaving else None
        if heir is not None:
            yield heir
