"""What is refused over SCIM, as RFC 7644 section 3.12 has it."""

from __future__ import annotations

from kept.core.errors import KeptError


class ScimError(KeptError):
    """A refusal with its HTTP status and, where the standard has one, the kind of error (`scimType`)."""

    def __init__(self, detail: str, *, status: int = 400, kind: str = "") -> None:
        super().__init__(detail)
        self.status, self.kind = status, kind


def invalid_value(detail: str) -> ScimError:
    """A value is missing or cannot be."""
    return ScimError(detail, kind="invalidValue")


def invalid_syntax(detail: str) -> ScimError:
    """The body is not what the standard describes."""
    return ScimError(detail, kind="invalidSyntax")


def not_found(what: str) -> ScimError:
    """There is no such resource."""
    return ScimError(f"There is no such {what}.", status=404)
