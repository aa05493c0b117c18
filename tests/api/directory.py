"""A directory that talks SCIM to Kept: real requests with a real key, as a client sends them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from api.v1.program import Answer
from kept.people import actions
from kept.people.models import ApiToken, Person
from kept.people.tokens import make_token

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


@dataclass
class Directory:
    """The client; `key` opens the door."""

    key: str
    http: Client = field(default_factory=lambda: Client(raise_request_exception=True))

    @classmethod
    def of(cls, administrator: Person) -> Directory:
        _token, key = make_token(administrator, scope=ApiToken.Scope.SCIM, at=datetime.now(UTC))
        return cls(key)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        response = self.http.generic(
            method,
            f"/scim/v2/{path}",
            content,
            content_type="application/scim+json",
            headers={"Authorization": f"Bearer {self.key}", **{k.replace("_", "-"): v for k, v in headers.items()}},
        )
        return Answer(response.status_code, dict(response.headers), response.content)

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, **headers)

    def ask(self, kind: str, filter_: str, **more: str) -> Answer:
        """A list of users or groups by a filter."""
        return self.get(f"{kind}?{urlencode({'filter': filter_, **more})}")

    def post(self, path: str, body: Any) -> Answer:
        return self.call("POST", path, body)

    def put(self, path: str, body: Any, **headers: str) -> Answer:
        return self.call("PUT", path, body, **headers)

    def patch(self, path: str, *operations: dict[str, Any], **headers: str) -> Answer:
        return self.call("PATCH", path, {"schemas": [PATCH], "Operations": list(operations)}, **headers)

    def delete(self, path: str) -> Answer:
        return self.call("DELETE", path)

    def user(self, user_name: str, **more: Any) -> str:
        """Bring a user; gives its id."""
        made = self.post("Users", {"schemas": [USER], "userName": user_name, **more})
        assert made.status == 201, made.raw
        return str(made.data["id"])

    def group(self, name: str, *members: str) -> str:
        """Bring a group; gives its id."""
        body = {"schemas": [GROUP], "displayName": name, "members": [{"value": each} for each in members]}
        made = self.post("Groups", body)
        assert made.status == 201, made.raw
        return str(made.data["id"])


def administrator(name: str = "Administrator") -> Person:
    """Somebody whose key a directory may use."""
    return actions.add_person(name=name, email=f"{name.lower()}@example.com", administrator=True)
