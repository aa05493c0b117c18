"""Whom a case must not name (who works or worked here, every outside customer), and what they are called instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kept.people.models import ACTING, DirectoryLink, OutsideCustomer, Party, Person, Reach
from kept.programme.cases.redacting import SOMEBODY, Known, Names, names_of, redact

THE_CUSTOMER, A_CUSTOMER = "the customer", "a customer"


def names_for(customer: Party, provider: Party) -> Names:
    """All names, ready to be taken out of a case between the two. Those of its sides come first: where several have the
    same name, the role is theirs.
    """
    sides = {customer.pk, provider.pk}
    near = set(Reach.objects.filter(party__in=sides, how__in=ACTING).values_list("person", flat=True))
    every = sorted(_people(), key=lambda one: one[0] not in near)
    known = [one for _, one in every] + list(_outside(customer))
    first = names_of(known)
    clean = {role: redact(role, first) == role for role in {one.role for one in known}}
    return names_of(one if clean[one.role] else replace(one, role=SOMEBODY) for one in known)


def called(party: Party) -> str:
    """What a side is called in a case."""
    if party.kind == Party.Kind.OUTSIDE:
        return THE_CUSTOMER
    return party.name if party.kind == Party.Kind.TEAM else role_of(party.person.title)


def role_of(title: str) -> str:
    """A title as a role: "Dispatcher" is "the dispatcher"."""
    words = " ".join(title.split())
    if not words:
        return SOMEBODY
    small = words if words[:2].isupper() else words[0].lower() + words[1:]
    return f"the {small}"


def _people() -> Iterator[tuple[int, Known]]:
    for pk, name, title in Person.objects.order_by("name", "pk").values_list("pk", "name", "title"):
        yield pk, Known(name, role_of(title))
    links = DirectoryLink.objects.filter(party__kind=Party.Kind.PERSON).exclude(given_name="", family_name="")
    for pk, title, given, family in links.values_list("party", "party__person__title", "given_name", "family_name"):
        yield pk, Known(f"{given} {family}".strip(), role_of(title))


def _outside(customer: Party) -> Iterator[Known]:
    every = OutsideCustomer.objects.order_by("name", "pk").values_list("pk", "name")
    for pk, name in sorted(every, key=lambda one: one[0] != customer.pk):
        yield Known(name, THE_CUSTOMER if pk == customer.pk else A_CUSTOMER, outside=True)
