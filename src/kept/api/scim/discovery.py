"""What this SCIM server can do, told as RFC 7643 sections 5 to 7 have it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from kept.api.scim.errors import not_found
from kept.api.scim.http import ScimRequest, answer
from kept.api.scim.lists import MOST, listed
from kept.api.scim.names import CORE_GROUP, CORE_USER, ENTERPRISE, Resource

_META = "urn:ietf:params:scim:schemas:core:2.0"


def service_provider_config(request: ScimRequest) -> HttpResponse:
    """GET /ServiceProviderConfig."""
    return answer(
        {
            "schemas": [f"{_META}:ServiceProviderConfig"],
            "patch": {"supported": True},
            "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
            "filter": {"supported": True, "maxResults": MOST},
            "changePassword": {"supported": False},
            "sort": {"supported": False},
            "etag": {"supported": True},
            "authenticationSchemes": [
                {
                    "type": "oauthbearertoken",
                    "name": "Bearer key",
                    "description": "A key that an administrator made with `kept token`.",
                    "primary": True,
                }
            ],
            "meta": {
                "resourceType": "ServiceProviderConfig",
                "location": request.http.build_absolute_uri("/scim/v2/ServiceProviderConfig"),
            },
        }
    )


def resource_types(request: ScimRequest, key: str = "") -> HttpResponse:
    """GET /ResourceTypes, and one of them."""
    rows = [_type(request, "User", CORE_USER, [ENTERPRISE]), _type(request, "Group", CORE_GROUP, [])]
    return _one_or_all(rows, key, "resource type")


def schemas(request: ScimRequest, key: str = "") -> HttpResponse:
    """GET /Schemas, and one of them."""
    rows = [_schema(request, *row) for row in _SCHEMAS]
    return _one_or_all(rows, key, "schema")


def _one_or_all(rows: list[Resource], key: str, what: str) -> HttpResponse:
    if not key:
        return answer(listed(rows))
    found = next((row for row in rows if row["id"].lower() == key.lower()), None)
    if found is None:
        raise not_found(what)
    return answer(found)


def _type(request: ScimRequest, name: str, schema: str, extensions: list[str]) -> Resource:
    return {
        "schemas": [f"{_META}:ResourceType"],
        "id": name,
        "name": name,
        "endpoint": f"/{name}s",
        "description": "People who work here" if name == "User" else "Teams",
        "schema": schema,
        "schemaExtensions": [{"schema": each, "required": False} for each in extensions],
        "meta": {"resourceType": "ResourceType", "location": request.location("ResourceTypes", name)},
    }


def _schema(request: ScimRequest, key: str, name: str, attributes: list[Resource]) -> Resource:
    return {
        "schemas": [f"{_META}:Schema"],
        "id": key,
        "name": name,
        "attributes": attributes,
        "meta": {"resourceType": "Schema", "location": request.location("Schemas", key)},
    }


def _attribute(name: str, kind: str = "string", **more: Any) -> Resource:
    return {
        "name": name,
        "type": kind,
        "multiValued": False,
        "required": False,
        "caseExact": False,
        "mutability": "readWrite",
        "returned": "default",
        "uniqueness": "none",
    } | more


_REFERENCE = _attribute("$ref", "reference", mutability="readOnly", referenceTypes=["User", "Group"])
_SCHEMAS: list[tuple[str, str, list[Resource]]] = [
    (
        CORE_USER,
        "User",
        [
            _attribute("userName", required=True, uniqueness="server"),
            _attribute("externalId", caseExact=True),
            _attribute("displayName"),
            _attribute(
                "name",
                "complex",
                subAttributes=[_attribute("formatted"), _attribute("givenName"), _attribute("familyName")],
            ),
            _attribute("title"),
            _attribute("active", "boolean"),
            _attribute(
                "emails",
                "complex",
                multiValued=True,
                subAttributes=[_attribute("value"), _attribute("type"), _attribute("primary", "boolean")],
            ),
            _attribute(
                "groups",
                "complex",
                multiValued=True,
                mutability="readOnly",
                subAttributes=[_attribute("value"), _attribute("display"), _REFERENCE],
            ),
        ],
    ),
    (
        ENTERPRISE,
        "EnterpriseUser",
        [
            _attribute("employeeNumber"),
            _attribute(
                "manager",
                "complex",
                subAttributes=[_attribute("value"), _attribute("displayName", mutability="readOnly"), _REFERENCE],
            ),
        ],
    ),
    (
        CORE_GROUP,
        "Group",
        [
            _attribute("displayName", required=True, uniqueness="server"),
            _attribute("externalId", caseExact=True),
            _attribute(
                "members",
                "complex",
                multiValued=True,
                subAttributes=[_attribute("value"), _attribute("display"), _attribute("type"), _REFERENCE],
            ),
        ],
    ),
]
