"""How to read a work log: the mapping that a person writes as TOML, understood and checked.

    [read]        missing, at_format, timezone, separator, encoding
    [columns]     case, at, order, activity, lifecycle, team, person, customer, due, ended, kept
    [attributes]  case, event

See docs/work-logs.md for the words of the format.
"""

from __future__ import annotations

import codecs
import difflib
import json
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kept.history.errors import BadMapping
from kept.history.shape import REQUIRED_ROLES, ROLES

READ_KEYS: Final = ("missing", "at_format", "timezone", "separator", "encoding")
ATTRIBUTE_KEYS: Final = ("case", "event")
SECTIONS: Final[dict[str, tuple[str, ...]]] = {"read": READ_KEYS, "columns": ROLES, "attributes": ATTRIBUTE_KEYS}
LARGEST_MAPPING_BYTES: Final = 1_000_000
NAMED_SEPARATORS: Final = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}


@dataclass(frozen=True)
class LogMapping:
    """How to read one work log.

    `columns` says for each role of the shape which source column holds it; `missing` are the words that mean "no
    value" besides the empty cell; `at_format` is a strptime pattern, "unix" or "unix_ms" (None: found out); naive
    times are local to `timezone`; `separator` and `encoding` are None where they are to be found out.
    """

    columns: Mapping[str, str]
    case_attributes: tuple[str, ...] = ()
    event_attributes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ("",)
    at_format: str | None = None
    timezone: str = "UTC"
    separator: str | None = None
    encoding: str | None = None
    origin: str = field(default="mapping", compare=False)

    def wanted(self) -> tuple[str, ...]:
        """Every source column that this mapping names, once each, in the order of first mention."""
        return tuple(dict.fromkeys((*self.columns.values(), *self.case_attributes, *self.event_attributes)))

    def without_attributes(self) -> LogMapping:
        """The same mapping for questions that need the shape's own columns only (quicker to read)."""
        return replace(self, case_attributes=(), event_attributes=())

    def canonical_text(self) -> str:
        """The mapping as one line of JSON that is equal for equal mappings (the log's fingerprint holds it)."""
        return json.dumps(_as_sections(self), sort_keys=True, ensure_ascii=False)

    def to_toml(self) -> str:
        """The mapping as a person would write it, to be saved beside the log and refined."""
        lines = []
        for section, entries in _as_sections(self).items():
            stated = {key: value for key, value in entries.items() if value not in (None, [], ())}
            if stated:
                lines.append(f"[{section}]")
                lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in stated.items()]
                lines.append("")
        return "\n".join(lines)


def _as_sections(mapping: LogMapping) -> dict[str, dict[str, Any]]:
    return {
        "read": {
            "missing": list(mapping.missing),
            "at_format": mapping.at_format,
            "timezone": mapping.timezone,
            "separator": mapping.separator,
            "encoding": mapping.encoding,
        },
        "columns": {role: mapping.columns[role] for role in ROLES if role in mapping.columns},
        "attributes": {"case": list(mapping.case_attributes), "event": list(mapping.event_attributes)},
    }


def load_mapping(path: Path) -> LogMapping:
    """Read a mapping file. Raises BadMapping with a sentence that says what to put right."""
    try:
        if path.is_file() and path.stat().st_size > LARGEST_MAPPING_BYTES:
            raise BadMapping(f"{path} is too large to be a mapping. Is it perhaps the log itself?")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadMapping(f"The mapping {path} is not UTF-8 text. Save it as UTF-8 and try again.") from None
    except OSError as error:
        raise BadMapping(f"The mapping {path} can't be opened: {error.strerror or error}.") from None
    return mapping_from_toml(text, origin=path.name)


def mapping_from_toml(text: str, *, origin: str = "mapping") -> LogMapping:
    """Understand a mapping's text; `origin` names it in errors. Raises BadMapping."""
    try:
        sections = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadMapping(f"The mapping {origin} is not valid TOML: {error}.") from None
    _refuse_unknown(sections, SECTIONS, f"the mapping {origin}")
    for name, known in SECTIONS.items():
        section = sections.get(name, {})
        if not isinstance(section, dict):
            raise BadMapping(f"In the mapping {origin}, {name} must be a section: write [{name}] on a line of its own.")
        _refuse_unknown(section, known, f"[{name}] of the mapping {origin}")
    return _built(sections.get("read", {}), sections.get("columns", {}), sections.get("attributes", {}), origin)


def _refuse_unknown(given: Iterable[str], known: Iterable[str], where: str) -> None:
    known = tuple(known)
    for key in given:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f' Did you mean "{near[0]}"?' if near else ""
            raise BadMapping(f'Unknown key "{key}" in {where}.{hint} Known there: {", ".join(known)}.')


def _built(read: dict[str, Any], columns: dict[str, Any], attributes: dict[str, Any], origin: str) -> LogMapping:
    for role in columns:
        columns[role] = _text(columns, role, f"[columns] of the mapping {origin}")
    absent = [role for role in REQUIRED_ROLES if role not in columns]
    if absent:
        raise BadMapping(
            f"The mapping {origin} must say under [columns] which column is "
            f"{' and which is '.join(absent)} (case: the piece of work; at: when the event happened)."
        )
    where = f"[read] of the mapping {origin}"
    listed = f"[attributes] of the mapping {origin}"
    return LogMapping(
        columns=dict(columns),
        case_attributes=_texts(attributes, "case", listed),
        event_attributes=_texts(attributes, "event", listed),
        missing=_texts(read, "missing", where) if "missing" in read else ("",),
        at_format=_checked(read, "at_format", where, _at_format),
        timezone=_checked(read, "timezone", where, _timezone) or "UTC",
        separator=_checked(read, "separator", where, _separator),
        encoding=_checked(read, "encoding", where, _encoding),
        origin=origin,
    )


def _text(section: dict[str, Any], key: str, where: str) -> str:
    value = section[key]
    if not isinstance(value, str) or not value.strip():
        raise BadMapping(f'"{key}" in {where} must be a text in quotes, not {value!r}.')
    return value


def _texts(section: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
    values = section.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise BadMapping(f'"{key}" in {where} must be a list of texts, such as ["one", "two"], not {values!r}.')
    return tuple(dict.fromkeys(values))


def _checked(section: dict[str, Any], key: str, where: str, check: Callable[[str, str], str]) -> str | None:
    if key not in section:
        return None
    value = section[key]
    if not isinstance(value, str) or value == "":
        raise BadMapping(f'"{key}" in {where} must be a text in quotes, not {value!r}.')
    return check(value, where)


def _at_format(value: str, where: str) -> str:
    if value not in ("unix", "unix_ms") and "%" not in value:
        raise BadMapping(
            f'at_format = "{value}" in {where} is not a time format. Write it like "%d/%m/%Y %H:%M" '
            f'(day, month, year, hour, minute), or "unix" or "unix_ms" for counted seconds or milliseconds.'
        )
    return value


def _timezone(value: str, where: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadMapping(
            f'timezone = "{value}" in {where} is not a known time zone. Write one like "Europe/Rome".'
        ) from None
    return value


def _separator(value: str, where: str) -> str:
    value = NAMED_SEPARATORS.get(value.lower(), value)
    if len(value) != 1 or value in '"\r\n\0' or not value.isascii():
        raise BadMapping(f'separator = "{value}" in {where} must be one sign, such as "," or ";" or "\\t", or "tab".')
    return value


def _encoding(value: str, where: str) -> str:
    try:
        codec = codecs.lookup(value)
        "a".encode(codec.name)
    except (LookupError, UnicodeError):
        raise BadMapping(f'encoding = "{value}" in {where} is not known. Write one like "utf-8" or "cp1252".') from None
    return codec.name
