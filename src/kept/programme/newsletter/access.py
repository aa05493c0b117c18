"""Who reads which issue, and who writes and sends them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from kept.core.errors import NotAllowed, NotFound
from kept.people.models import Person
from kept.programme.goals.actions import may_set
from kept.programme.newsletter.models import Issue


def edits(person: Person) -> bool:
    """Whether `person` edits the newsletter: those who lead the company, and those who keep the installation."""
    return may_set(person, None)


def editors() -> list[Person]:
    """Everybody who does."""
    chosen = Q(is_staff=True) | Q(memberships__leads=True, memberships__team__parent=None)
    return list(Person.objects.filter(chosen, is_active=True).distinct().order_by("pk"))


def issues_for(person: Person) -> QuerySet[Issue]:
    """The issues that `person` reads, the newest first: those that have gone, and for an editor the drafts too."""
    there = Issue.objects.filter(dropped_at=None).select_related("case", "approved_by").order_by("-week")
    return there if edits(person) else there.exclude(approved_at=None)


def issue_for(person: Person, issue_id: int) -> Issue:
    """One of them. Raises `NotFound`."""
    found = issues_for(person).filter(pk=issue_id).first()
    if found is None:
        raise NotFound("There is no such issue of the newsletter, or it is not for you to read yet.")
    return found


def draft_for(person: Person, issue_id: int) -> Issue:
    """An issue that `person` may change. Raises `NotAllowed`, `NotFound`."""
    if not edits(person):
        raise NotAllowed("The newsletter is edited by those who lead the company, and those who keep Kept.")
    return issue_for(person, issue_id)
