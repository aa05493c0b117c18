"""One section of a scenario file, read key by key; every refusal names the line, the key and what to write instead."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar

from kept.insight.whatif.errors import BadScenario

HEADING: Final = re.compile(r"^\s*\[\[?\s*([\w.]+)\s*\]\]?\s*(?:#.*)?$")
KEY: Final = re.compile(r"^\s*\"?([\w-]+)\"?\s*=")
SHARES_MAY_MISS: Final = 1e-9
Choice = TypeVar("Choice", bound=StrEnum)


class Lines:
    """Where in the file each key stands, to the line: TOML's own reader forgets it."""

    def __init__(self, text: str) -> None:
        self._at: dict[tuple[str, int, str], int] = {}
        heading, seen = "", dict[str, int]()
        for number, line in enumerate(text.splitlines(), start=1):
            if found := HEADING.match(line):
                heading = found[1]
                seen[heading] = seen.get(heading, -1) + 1
                self._at[heading, seen[heading], ""] = number
            elif found := KEY.match(line):
                self._at.setdefault((heading, seen.get(heading, 0), found[1]), number)

    def of(self, heading: str, nth: int, key: str = "") -> int | None:
        """The line of a key of the nth section of that heading, else the section's own; None where neither is found."""
        if not heading:
            nth, heading, key = 0, key, ""
        return self._at.get((heading, nth, key)) or self._at.get((heading, nth, ""))


@dataclass(frozen=True)
class Section:
    """One section: its `values`, its `heading` and number, and the file it is of."""

    values: dict[str, Any]
    heading: str
    nth: int
    origin: str
    lines: Lines

    def refuse(self, problem: str, key: str = "") -> BadScenario:
        """The refusal of a key (or of the whole section), to be raised."""
        line = self.lines.of(self.heading, self.nth, key)
        return BadScenario(f"{self.origin}{f', line {line}' if line else ''}: {problem}")

    def only(self, known: Iterable[str]) -> Section:
        """Refuse every key that is not known here; gives the section itself."""
        known = tuple(known)
        for key in self.values:
            if key not in known:
                where = f"[{self.heading}]" if self.heading else "the file"
                raise self.refuse(
                    f'Unknown key "{key}" in {where}.{near(key, known)} Known there: {", ".join(known)}.', key
                )
        return self

    def has(self, key: str) -> bool:
        """Whether the key is stated."""
        return key in self.values

    def number(self, key: str, low: float, high: float = math.inf, *, above: bool = False) -> float:
        """A number from `low` to `high`; with `above` it must be greater than `low`."""
        return self.as_number(key, self.values[key], low, high, above=above)

    def as_number(self, key: str, value: Any, low: float, high: float = math.inf, *, above: bool = False) -> float:
        """The value of a key, or one of its values, as such a number."""
        fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not fits or not low <= value <= high or (above and value == low):
            least = f"greater than {low:g}" if above else f"{low:g} or more"
            most = "" if math.isinf(high) else f", at most {high:g}"
            raise self.refuse(f'"{key}" must be a number, {least}{most}, not {said(value)}.', key)
        return float(value)

    def whole(self, key: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        value = self.values[key]
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.refuse(f'"{key}" must be a whole number from {low:,} to {high:,}, not {said(value)}.', key)
        return value

    def text(self, key: str) -> str:
        """A text that is not empty."""
        value = self.values[key]
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(f'"{key}" must be a text in quotes, not {said(value)}.', key)
        return value

    def choice(self, key: str, among: type[Choice]) -> Choice:
        """One of the words."""
        value = self.values[key]
        words = [word.value for word in among]
        if value not in words:
            raise self.refuse(
                f'"{key}" must be one of {", ".join(map(said, words))}, not {said(value)}.{near(value, words)}', key
            )
        return among(value)

    def shares(self, key: str, stations: Iterable[str]) -> dict[str, float]:
        """Shares by station, each from 0 to 1 and together at most 1."""
        value = self.values[key]
        if not isinstance(value, dict):
            raise self.refuse(f'"{key}" must say shares by station, such as {{ "{next(iter(stations))}" = 0.9 }}.', key)
        for name in value:
            self.known(name, stations, key)
        shares = {name: self.as_number(key, share, 0.0, 1.0) for name, share in value.items()}
        if sum(shares.values()) > 1 + SHARES_MAY_MISS:
            raise self.refuse(f'The shares of "{key}" add up to {sum(shares.values()):g}: they may not exceed 1.', key)
        return shares

    def known(self, name: Any, stations: Iterable[str], key: str) -> str:
        """The name of a station that there is."""
        stations = tuple(stations)
        if name not in stations:
            raise self.refuse(f"There is no station {said(name)}.{near(name, stations)}", key)
        return str(name)


def near(word: Any, known: Iterable[str]) -> str:
    """ " Did you mean "…"?" where a known word is near, else nothing."""
    matches = difflib.get_close_matches(str(word), tuple(known), n=1)
    return f' Did you mean "{matches[0]}"?' if matches else ""


def said(value: Any) -> str:
    """A value as the file says it."""
    return f'"{value}"' if isinstance(value, str) else repr(value)
