"""The names of SCIM: attributes are written as the standard writes them, however a client writes their capitals."""

from __future__ import annotations

import re
from typing import Any, Final

CORE_USER: Final = "urn:ietf:params:scim:schemas:core:2.0:User"
CORE_GROUP: Final = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE: Final = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
LIST: Final = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
PATCH: Final = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ERROR: Final = "urn:ietf:params:scim:api:messages:2.0:Error"

Resource = dict[str, Any]

READ_ONLY: Final = frozenset({"id", "meta", "groups", "schemas"})
MULTI_VALUED: Final = frozenset({"emails", "members"})
COMPLEX: Final = frozenset({"name", ENTERPRISE, "manager"})

_ATTRIBUTES: Final = (
    "schemas", "id", "externalId", "meta", "userName", "name", "displayName", "title", "active", "emails", "groups",
    "members", "formatted", "familyName", "givenName", "value", "type", "primary", "display", "$ref", "manager",
    "employeeNumber", "Operations", "op", "path", ENTERPRISE,
)  # fmt: skip
_CANONICAL: Final = {name.lower(): name for name in _ATTRIBUTES}
_NO_TEXT: Final = re.compile(r"[\x00\ud800-\udfff]")


def canonical(name: str) -> str:
    """The attribute's name as the standard writes it; the core schemas' own prefix is left out."""
    for schema in (CORE_USER, CORE_GROUP):
        if name.lower().startswith(f"{schema.lower()}:"):
            name = name[len(schema) + 1 :]
    return _CANONICAL.get(name.lower(), name)


def canonical_resource(value: Any, depth: int = 0) -> Any:
    """A resource with the names of its attributes as the standard writes them, sub-attributes too."""
    if depth > 4:
        return value
    if isinstance(value, dict):
        return {canonical(str(key)): canonical_resource(each, depth + 1) for key, each in value.items()}
    if isinstance(value, list):
        return [canonical_resource(each, depth + 1) for each in value]
    return value


def is_text(value: Any) -> bool:
    """Whether the value is text that every database keeps."""
    return isinstance(value, str) and not _NO_TEXT.search(value)
