"""People as SCIM users: what a directory sees of a person, and what it may change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from kept.api.scim import filters
from kept.api.scim.errors import ScimError, invalid_value
from kept.api.scim.filters import Compare, truth_of
from kept.api.scim.http import ScimRequest, version_of
from kept.api.scim.names import CORE_USER, ENTERPRISE, Resource
from kept.api.scim.wishes import Wish
from kept.core.errors import Refused
from kept.people import actions
from kept.people.leaving import come_back, usual_successor
from kept.people.models import DirectoryLink, Person
from kept.people.reach import organisation_changing
from kept.promises.leaving import leave


def known() -> QuerySet[Person]:
    """Everybody whom the directory may see: all but those whom it deleted."""
    rows = Person.objects.select_related("directory", "boss").prefetch_related("memberships__team")
    return rows.filter(Q(directory__isnull=True) | Q(directory__deleted_at=None))


def found(key: str) -> Person | None:
    """The user with this id."""
    number = filters.id_of(key)
    return known().filter(pk=number).first() if number is not None else None


# --- what a directory sees ----------------------------------------------------------------------------------------


def resource_of(person: Person, request: ScimRequest) -> Resource:
    """The user as SCIM writes it."""
    link = link_of(person)
    name = {"formatted": person.name}
    if link and link.given_name:
        name["givenName"] = link.given_name
    if link and link.family_name:
        name["familyName"] = link.family_name
    resource: Resource = {
        "schemas": [CORE_USER, ENTERPRISE],
        "id": str(person.pk),
        "userName": user_name(person),
        "name": name,
        "displayName": person.name,
        "active": person.is_active,
    }
    if link and link.external_id:
        resource["externalId"] = link.external_id
    if person.title:
        resource["title"] = person.title
    if person.email:
        resource["emails"] = [{"value": person.email, "type": "work", "primary": True}]
    if enterprise := _enterprise(person, request):
        resource[ENTERPRISE] = enterprise
    else:
        resource["schemas"] = [CORE_USER]
    resource["groups"] = [
        {"value": str(each.team_id), "display": each.team.name, "$ref": request.location("Groups", each.team_id)}
        for each in person.memberships.all()
    ]
    return resource | {"meta": _meta(person, link, resource, request)}


def user_name(person: Person) -> str:
    """What the directory calls the person: as it said, else by address, number or id."""
    link = link_of(person)
    return (link.user_name if link else "") or person.email or person.number or f"person-{person.pk}"


def link_of(person: Person) -> DirectoryLink | None:
    """How the directory knows the person, where it does."""
    return getattr(person, "directory", None)


def _enterprise(person: Person, request: ScimRequest) -> Resource:
    said: Resource = {"employeeNumber": person.number} if person.number else {}
    if person.boss is not None:
        said["manager"] = {
            "value": str(person.boss_id),
            "displayName": person.boss.name,
            "$ref": request.location("Users", person.boss.pk),
        }
    return said


def _meta(person: Person, link: DirectoryLink | None, resource: Resource, request: ScimRequest) -> Resource:
    meta = {
        "resourceType": "User",
        "location": request.location("Users", person.pk),
        "version": version_of(resource),
    }
    if link is not None:
        meta |= {"created": link.created_at.isoformat(), "lastModified": link.changed_at.isoformat()}
    return meta


def meaning(compare: Compare) -> Q:
    """What a comparison in a filter asks of a person."""
    attribute = compare.attribute.removeprefix(f"{ENTERPRISE}:")
    if attribute in _TEXTS:
        return filters.comparison(_TEXTS[attribute], compare)
    match attribute:
        case "id":
            return filters.by_id("pk", compare)
        case "manager" | "manager.value":
            return filters.by_id("boss", compare)
        case "userName" if compare.operator == "ne":
            return ~meaning(Compare("userName", "eq", compare.value))
        case "userName":
            named = Q(directory__user_name="") | Q(directory__isnull=True)
            return filters.comparison("directory__user_name", compare) | named & filters.comparison("email", compare)
        case "externalId":
            return filters.comparison("directory__external_id", compare, exactly=True)
        case "emails.type":
            return filters.constant(compare, is_="work")
        case "emails.primary":
            return filters.constant(compare, is_=True)
        case "active":
            return _active(compare)
    raise filters.unknown(compare)


_TEXTS = {
    "displayName": "name",
    "name": "name",
    "name.formatted": "name",
    "name.givenName": "directory__given_name",
    "name.familyName": "directory__family_name",
    "title": "title",
    "emails": "email",
    "emails.value": "email",
    "employeeNumber": "number",
}


def _active(compare: Compare) -> Q:
    truth = truth_of(compare.value)
    if compare.operator == "pr":
        return filters.EVERYBODY
    if truth is None or compare.operator not in {"eq", "ne"}:
        raise invalid_value("“active” is true or false.")
    return Q(is_active=truth if compare.operator == "eq" else not truth)


# --- what a directory may change ----------------------------------------------------------------------------------


def create(wish: Wish, request: ScimRequest) -> Person:
    """The person whom the directory brings: new, or one who is here already and not yet linked to it."""
    if not wish.user_name:
        raise invalid_value("“userName” is needed.")
    _refuse_second(wish.user_name, None)
    with organisation_changing([]):
        person = _adopted(wish)
        if person is None:
            name = wish.name or wish.user_name
            email = wish.email if wish.email is not None else _as_address(wish.user_name)
            person = actions.add_person(name=name[:120], email=email, number=wish.number or "")
        elif not person.is_active and wish.active is not False:
            come_back(person, at=request.at)
        _link(person, request.at, deleted_at=None)
    change(person, wish, request)
    return person


def change(person: Person, wish: Wish, request: ScimRequest) -> None:
    """Make the person what the directory wishes. Raises `ScimError` and the refusals of the people room."""
    if wish.user_name is not None:
        if not wish.user_name:
            raise invalid_value("“userName” cannot be taken away.")
        _refuse_second(wish.user_name, person)
    with organisation_changing([]):
        link = _link(person, request.at)
        for field in ("user_name", "external_id", "given_name", "family_name"):
            value = getattr(wish, field)
            if value is not None:
                setattr(link, field, value)
        link.save()
        actions.change_person(person, name=wish.name or None, email=wish.email, title=wish.title, number=wish.number)
        if wish.boss is not None:
            _set_boss(person, wish.boss)
    if wish.active is not None and wish.active is not person.is_active:
        _set_active(person, request, active=wish.active)


def delete(person: Person, request: ScimRequest) -> None:
    """The directory knows the person no more: they leave, and what they did stays."""
    if person.is_active:
        _set_active(person, request, active=False)
    _link(person, request.at, deleted_at=request.at)


def _set_active(person: Person, request: ScimRequest, *, active: bool) -> None:
    if active:
        come_back(person, at=request.at)
        return
    if person.pk == request.person.pk:
        raise Refused(f"This key is {person}'s: without them nothing would come in any more. Use another's key first.")
    leave(person, successor=usual_successor(person), at=request.at)


def _set_boss(person: Person, named: str) -> None:
    if not named:
        actions.set_boss(person, None)
        return
    boss = found(named) or known().filter(meaning(Compare("userName", "eq", named))).first()
    if boss is None:
        raise invalid_value(f"The manager “{named}” is nobody here; bring them first.")
    try:
        actions.set_boss(person, boss)
    except Refused as error:
        raise invalid_value(str(error)) from error


def _adopted(wish: Wish) -> Person | None:
    """Who is here already, though the directory does not know it: deleted there before, or brought by a file."""
    deleted = Person.objects.filter(directory__user_name__iexact=wish.user_name, directory__deleted_at__isnull=False)
    unlinked = Person.objects.filter(directory__isnull=True)
    email = wish.email or _as_address(wish.user_name or "")
    return (
        deleted.first()
        or (unlinked.filter(number=wish.number).first() if wish.number else None)
        or (unlinked.filter(email__iexact=email).first() if email else None)
    )


def _refuse_second(name: str, own: Person | None) -> None:
    same = known().filter(directory__user_name__iexact=name)
    if (same.exclude(pk=own.pk) if own else same).exists():
        raise ScimError(f"There is a user called {name} already.", status=409, kind="uniqueness")


def _link(person: Person, at: datetime, **values: Any) -> DirectoryLink:
    defaults = {"changed_at": at, **values}
    link, _made = DirectoryLink.objects.update_or_create(
        party_id=person.pk, defaults=defaults, create_defaults={"created_at": at, **defaults}
    )
    return link


def _as_address(user_name: str) -> str | None:
    return user_name if "@" in user_name else None
