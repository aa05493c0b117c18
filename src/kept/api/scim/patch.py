"""PATCH (RFC 7644 section 3.5.2) on a resource as a dictionary, with what Entra ID and Okta make of it.

Kept takes from them: `op` in any capitals, no path but paths as keys of the value, simple values wrapped in a list or
in `{"value": …}`, removing members by path "members" with a value, and replacing a value that is not there yet.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kept.api.scim.errors import ScimError, invalid_syntax, invalid_value
from kept.api.scim.filters import Compare, Filter, Joined, holds, parsed
from kept.api.scim.names import COMPLEX, ENTERPRISE, MULTI_VALUED, READ_ONLY, Resource, canonical, canonical_resource

MOST_OPERATIONS = 1_000
VERBS = frozenset({"add", "replace", "remove"})
_PATH = re.compile(r"^(?P<head>[^\[\]]+?)(?:\[(?P<filter>.*)\](?:\.(?P<sub>[\w$]+))?)?$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Path:
    """Where an operation works: an attribute (of an extension), its values that a filter chooses, a part of it."""

    attribute: str
    chosen: Filter | None = None
    part: str = ""
    extension: str = ""


def patched(resource: Resource, body: Any) -> Resource:
    """The resource after the operations of a PATCH body. Raises `ScimError`."""
    operations = body.get("Operations") if isinstance(body, dict) else None
    if not isinstance(operations, list) or not operations:
        raise invalid_syntax("A PATCH holds “Operations”: a list of what to add, replace and remove.")
    if len(operations) > MOST_OPERATIONS:
        raise invalid_syntax(f"At most {MOST_OPERATIONS} operations in one PATCH.")
    after = copy.deepcopy(resource)
    for operation in operations:
        for verb, path, value in _steps(operation):
            if path.attribute not in READ_ONLY:
                _do(after, verb, path, value)
    return after


def asserted(before: Resource, after: Resource) -> Resource:
    """What is another in `after` than in `before`; what is there no more is `None`."""
    changed = {name: value for name, value in after.items() if value != before.get(name)}
    return changed | {name: None for name in before if name not in after}


def _steps(operation: Any) -> Iterator[tuple[str, Path, Any]]:
    """An operation as steps of one path each."""
    if not isinstance(operation, dict) or not isinstance(operation.get("op"), str):
        raise invalid_syntax("Each operation is an object with “op”.")
    verb = operation["op"].lower()
    if verb not in VERBS:
        raise invalid_syntax("“op” is add, replace or remove.")
    path, value = operation.get("path"), canonical_resource(operation.get("value"))
    if path is not None and not isinstance(path, str):
        raise _bad_path("it is no text")
    if path:
        yield verb, path_from(path), value
    elif verb == "remove":
        raise ScimError("To remove something, say in “path” what.", kind="noTarget")
    elif isinstance(value, dict):
        for key, each in value.items():
            yield verb, path_from(key), each
    else:
        raise invalid_value("Without “path” the value is an object.")


def path_from(text: str) -> Path:
    """A path, read. Raises `ScimError` (invalidPath)."""
    found = _PATH.match(text.strip())
    if found is None or len(text) > 1_000:
        raise _bad_path(f"“{text[:80]}” is none")
    head, extension = canonical(found["head"]), ""
    if head.lower().startswith(ENTERPRISE.lower() + ":"):
        extension, head = ENTERPRISE, head[len(ENTERPRISE) + 1 :]
    attribute, _, part = head.partition(".") if head != ENTERPRISE else (head, "", "")
    chosen = parsed(found["filter"]) if found["filter"] is not None else None
    return Path(canonical(attribute), chosen, canonical(found["sub"] or part), extension)


def _do(resource: Resource, verb: str, path: Path, value: Any) -> None:
    holder = resource
    if path.extension:
        holder = resource.setdefault(path.extension, {})
        if not isinstance(holder, dict):
            raise invalid_value("An extension is an object.")
    if path.attribute in MULTI_VALUED:
        holder[path.attribute] = _values(_list(holder.get(path.attribute)), verb, path, value)
    elif path.part:
        _part(holder, verb, path, value)
    elif verb == "remove":
        holder.pop(path.attribute, None)
    elif path.attribute in COMPLEX:
        _merge(holder, path.attribute, value)
    else:
        holder[path.attribute] = _plain(value)


def _part(holder: Resource, verb: str, path: Path, value: Any) -> None:
    there = holder.get(path.attribute)
    inner = there if isinstance(there, dict) else {}
    if verb == "remove":
        inner.pop(path.part, None)
    else:
        inner[path.part] = _plain(value)
    holder[path.attribute] = inner


def _merge(holder: Resource, attribute: str, value: Any) -> None:
    """A complex value: its parts are set beside those that are there. A manager may come as the bare id."""
    if attribute == "manager" or not isinstance(value, dict):
        holder[attribute] = value
        return
    there = holder.get(attribute)
    inner = dict(there) if isinstance(there, dict) else {}
    for key, each in value.items():
        name, _, part = key.partition(".")
        if part:
            _part(inner, "replace", Path(canonical(name), part=canonical(part)), each)
        else:
            inner[key] = each
    holder[attribute] = inner


def _values(there: list[Any], verb: str, path: Path, value: Any) -> list[Any]:
    """The values of a multi-valued attribute after one step."""
    if path.chosen is not None:
        return _chosen(there, verb, path, value)
    given = _list(value)
    if verb == "replace":
        return given
    if verb == "remove":
        gone = {_mark(each) for each in given}
        return [each for each in there if _mark(each) not in gone] if given else []
    marks = {_mark(each) for each in there}
    return there + [each for each in given if _mark(each) not in marks]


def _chosen(there: list[Any], verb: str, path: Path, value: Any) -> list[Any]:
    chosen = path.chosen
    if chosen is None:
        return there
    matching = [each for each in there if isinstance(each, dict) and holds(chosen, each)]
    if verb == "remove":
        if not path.part:
            return [each for each in there if each not in matching]
        for each in matching:
            each.pop(path.part, None)
        return there
    if not matching:  # Entra ID replaces what is not there yet
        matching = [dict(_equals(chosen))]
        there = [*there, *matching]
    for each in matching:
        if path.part:
            each[path.part] = _plain(value)
        elif isinstance(value, dict):
            each.update(value)
        else:
            raise invalid_value("The new value is an object.")
    return there


def _equals(tree: Filter) -> Iterator[tuple[str, Any]]:
    """What a filter says a value is: that is how it is made where there is none."""
    match tree:
        case Compare(attribute, "eq", value):
            yield attribute, value
        case Joined("and", left, right):
            yield from _equals(left)
            yield from _equals(right)


def _mark(item: Any) -> str:
    """What makes two values the same."""
    value = item.get("value") if isinstance(item, dict) else item
    return str(value).lower()


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _plain(value: Any) -> Any:
    """A simple value out of the wrapping that some clients put around it."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value["value"] if isinstance(value, dict) and "value" in value else value


def _bad_path(why: str) -> ScimError:
    return ScimError(f"The path cannot be used: {why}.", kind="invalidPath")
