"""What a directory wants a person to be, read from a resource: judged by its form alone."""

from __future__ import annotations

from dataclasses import dataclass

from kept.api.scim.errors import invalid_value
from kept.api.scim.filters import truth_of
from kept.api.scim.names import ENTERPRISE, Resource, is_text

LONGEST = 254


@dataclass(frozen=True, slots=True)
class Wish:
    """What a directory wants a person to be; `None` where it says nothing of it, "" where it takes something away.

    `boss` is the manager as the directory named them: an id or a user name.
    """

    user_name: str | None = None
    external_id: str | None = None
    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    email: str | None = None
    title: str | None = None
    number: str | None = None
    boss: str | None = None
    active: bool | None = None


def wish_of(resource: Resource, before: Resource | None = None) -> Wish:
    """The wish that a resource describes; beside `before`, what stands in that and no more here is taken away."""
    gone = before or {}
    name, name_gone = _object(resource, "name"), _object(gone, "name")
    enterprise, enterprise_gone = _object(resource, ENTERPRISE), _object(gone, ENTERPRISE)
    given, family = _text(name, "givenName", name_gone), _text(name, "familyName", name_gone)
    return Wish(
        user_name=_text(resource, "userName", {}),
        external_id=_text(resource, "externalId", gone),
        name=_name(resource, gone),
        given_name=given[:120] if given is not None else None,
        family_name=family[:120] if family is not None else None,
        email=_email(resource, gone),
        title=_text(resource, "title", gone),
        number=_text(enterprise, "employeeNumber", enterprise_gone),
        boss=_manager(enterprise, enterprise_gone),
        active=_truth(resource),
    )


def _text(holder: Resource, key: str, gone: Resource) -> str | None:
    if key not in holder:
        return "" if key in gone else None
    value = holder[key]
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not is_text(value) or len(value) > LONGEST:
        raise invalid_value(f"“{key}” is text of at most {LONGEST} characters.")
    return str(value).strip()


def _object(resource: Resource, key: str) -> Resource:
    value = resource.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise invalid_value(f"“{key}” is an object.")
    return value


def _name(resource: Resource, before: Resource) -> str | None:
    """What the person is called: of `displayName`, `name.formatted`, the two names together the first that is new."""
    parts, parts_before = _object(resource, "name"), _object(before, "name")
    ways = (
        (_text(resource, "displayName", {}), before.get("displayName")),
        (_text(parts, "formatted", {}), parts_before.get("formatted")),
        (_together(parts), _together(parts_before)),
    )
    return next((name[:120] for name, earlier in ways if name and name != earlier), None)


def _together(parts: Resource) -> str:
    names = (_text(parts, "givenName", {}), _text(parts, "familyName", {}))
    return " ".join(name for name in names if name)


def _email(resource: Resource, gone: Resource) -> str | None:
    """The work address, else the primary one, else the first."""
    if "emails" not in resource:
        return "" if "emails" in gone else None
    values = resource["emails"] or []
    if not isinstance(values, list):
        raise invalid_value("“emails” is a list.")
    rows = [each if isinstance(each, dict) else {"value": each} for each in values]
    rows.sort(key=lambda each: (str(each.get("type")).lower() != "work", truth_of(each.get("primary")) is not True))
    return next((text for each in rows if (text := _text(each, "value", {}))), "")


def _manager(enterprise: Resource, gone: Resource) -> str | None:
    """The manager: an object as the standard has it, a list with one, or the bare id as Entra ID sends it."""
    if "manager" not in enterprise:
        return "" if "manager" in gone else None
    value = enterprise["manager"]
    if isinstance(value, list):
        value = value[0] if value else None
    holder = value if isinstance(value, dict) else {"value": value}
    return _text(holder, "value", {}) or ""


def _truth(resource: Resource) -> bool | None:
    if resource.get("active") is None:
        return None
    truth = truth_of(resource["active"])
    if truth is None:
        raise invalid_value("“active” is true or false.")
    return truth
