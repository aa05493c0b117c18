"""Teams as SCIM groups: what a directory sees of a team, and what it may change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum

from kept.api.scim import filters
from kept.api.scim.errors import ScimError, invalid_value
from kept.api.scim.filters import Compare
from kept.api.scim.http import ScimRequest, version_of
from kept.api.scim.names import CORE_GROUP, Resource, is_text
from kept.people import actions, bulk
from kept.people.models import DirectoryLink, Membership, Person, Team
from kept.people.reach import organisation_changing

LONGEST = 120
MOST_MEMBERS = 60_000


def known() -> QuerySet[Team]:
    """Every team that the directory may see: all but those that it deleted."""
    rows = Team.objects.select_related("directory").annotate(
        how_many=Count("memberships"), together=Sum("memberships__pk"), newest=Max("memberships__pk")
    )
    return rows.filter(Q(directory__isnull=True) | Q(directory__deleted_at=None))


def found(key: str) -> Team | None:
    """The group with this id."""
    number = filters.id_of(key)
    return known().filter(pk=number).first() if number is not None else None


def resource_of(team: Team, request: ScimRequest, *, members: bool) -> Resource:
    """The group as SCIM writes it; without its members where the client does not want them."""
    link: DirectoryLink | None = getattr(team, "directory", None)
    resource: Resource = {"schemas": [CORE_GROUP], "id": str(team.pk), "displayName": team.name}
    if link and link.external_id:
        resource["externalId"] = link.external_id
    # How many members there are, and which, shows in their memberships' ids: those are never used again.
    counted = [str(getattr(team, name, None)) for name in ("how_many", "together", "newest")]
    meta: dict[str, Any] = {
        "resourceType": "Group",
        "location": request.location("Groups", team.pk),
        "version": version_of(resource | {"members": counted}),
    }
    if link is not None:
        meta |= {"created": link.created_at.isoformat(), "lastModified": link.changed_at.isoformat()}
    if members:
        resource["members"] = members_of(team, request)
    return resource | {"meta": meta}


def members_of(team: Team, request: ScimRequest) -> list[Resource]:
    """The members as SCIM writes them."""
    rows = Membership.objects.filter(team=team).order_by("person_id").values_list("person_id", "person__name")
    return [
        {"value": str(person), "display": name, "type": "User", "$ref": request.location("Users", person)}
        for person, name in rows
    ]


def meaning(compare: Compare) -> Q:
    """What a comparison in a filter asks of a team."""
    match compare.attribute:
        case "id":
            return filters.by_id("pk", compare)
        case "displayName":
            return filters.comparison("name", compare)
        case "externalId":
            return filters.comparison("directory__external_id", compare, exactly=True)
        case "members" | "members.value":
            return _member(compare)
        case "members.type":
            return filters.constant(compare, is_="User")
    raise filters.unknown(compare)


def _member(compare: Compare) -> Q:
    inner = filters.by_id("person", compare)
    return Q(pk__in=Membership.objects.filter(inner).values("team"))


def create(resource: Resource, request: ScimRequest) -> Team:
    """The team that the directory brings: new, or one that is here already and not yet linked to it."""
    name = _display_name(resource)
    if not name:
        raise invalid_value("“displayName” is needed.")
    with organisation_changing([]):
        team = Team.objects.select_related("directory").filter(name__iexact=name).first()
        if team is None:
            team = actions.add_team(name=name)
        elif (link := getattr(team, "directory", None)) is not None and link.deleted_at is None:
            raise ScimError(f"There is a group called {name} already.", status=409, kind="uniqueness")
        _link(team, request.at, deleted_at=None)
        change(team, resource, request)
    return team


def change(team: Team, resource: Resource, request: ScimRequest) -> None:
    """Make the team what the directory wishes; what the resource does not say stays."""
    with organisation_changing([]):
        values: dict[str, Any] = {}
        if (external := _text(resource, "externalId")) is not None:
            values["external_id"] = external
        _link(team, request.at, **values)
        name = _display_name(resource)
        if name is not None and name != team.name:
            actions.rename_team(team, name)
        if "members" in resource:
            actions.set_members(team, _members(resource["members"]))


def delete(team: Team, request: ScimRequest) -> None:
    """The directory knows the team no more: nobody is in it by it. The team, and what it promised, stay in Kept."""
    with organisation_changing([]):
        actions.set_members(team, {})
        _link(team, request.at, deleted_at=request.at)


def _members(values: Any) -> dict[int, Person]:
    """The persons that a list of members names; those who have left are in no team any more."""
    if values is None:
        return {}
    if not isinstance(values, list) or len(values) > MOST_MEMBERS:
        raise invalid_value(f"“members” is a list of at most {MOST_MEMBERS:,}.")
    ids = [_member_id(each) for each in values]
    persons = {person.pk: person for person in bulk.in_parts(ids, lambda part: Person.objects.filter(pk__in=part))}
    missing = next((one for one in ids if one not in persons), None)
    if missing is not None:
        raise invalid_value(f"There is no user {missing}: groups hold users alone, and those come first.")
    return {key: person for key, person in persons.items() if person.is_active}


def _member_id(item: Any) -> int:
    value = item.get("value") if isinstance(item, dict) else item
    number = filters.id_of(value)
    if number is None:
        raise invalid_value("Each member is {“value”: the id of a user}.")
    return number


def _display_name(resource: Resource) -> str | None:
    name = _text(resource, "displayName")
    if name is not None and not name:
        raise invalid_value("“displayName” cannot be taken away.")
    return name


def _text(resource: Resource, key: str) -> str | None:
    if key not in resource:
        return None
    value = resource[key] if resource[key] is not None else ""
    if not is_text(value) or len(value) > LONGEST:
        raise invalid_value(f"“{key}” is text of at most {LONGEST} characters.")
    return " ".join(value.split())


def _link(team: Team, at: datetime, **values: Any) -> None:
    defaults = {"changed_at": at, **values}
    DirectoryLink.objects.update_or_create(
        party_id=team.pk, defaults=defaults, create_defaults={"created_at": at, **defaults}
    )
