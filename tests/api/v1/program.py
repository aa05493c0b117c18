"""A program that calls the API with a person's key, as any client sends it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from kept.people.models import ApiToken, Person
from kept.people.tokens import make_token


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.raw)

    @property
    def problem(self) -> str:
        """The name of the problem; "" where it is none."""
        if self.headers.get("Content-Type") != "application/problem+json":
            return ""
        assert self.data["status"] == self.status
        return str(self.data["type"]).removeprefix("/api/v1/docs#problem-")

    @property
    def fields(self) -> list[str]:
        """The fields that a refusal names."""
        return [each["field"] for each in self.data.get("errors", [])]


@dataclass
class Program:
    """The client; `key` opens the door ("": none is sent)."""

    key: str
    http: Client = field(default_factory=Client)

    @classmethod
    def of(cls, person: Person, scope: ApiToken.Scope = ApiToken.Scope.WRITE) -> Program:
        _token, key = make_token(person, scope=scope, at=datetime.now(UTC))
        return cls(key)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.key:
            sent.setdefault("Authorization", f"Bearer {self.key}")
        content_type = sent.pop("Content-Type", "application/json")
        response = self.http.generic(method, f"/api/v1{path}", content, content_type=content_type, headers=sent)
        raw = b"".join(response.streaming_content) if response.streaming else response.content
        return Answer(response.status_code, dict(response.headers), raw)

    def get(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> Answer:
        return self.call("GET", f"{path}?{urlencode(query, doseq=True)}" if query else path, **(headers or {}))

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.call("POST", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.call("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Answer:
        return self.call("DELETE", path, **headers)

    def do(self, promise: int, act: str, **carries: Any) -> Answer:
        """One act in a promise."""
        return self.post(f"/promises/{promise}/acts", {"act": act, **carries})


def soon(days: float = 2) -> str:
    """A moment some days from now, as the API takes it."""
    return (datetime.now(UTC) + timedelta(days=days)).isoformat().replace("+00:00", "Z")
