"""The tables of docs/life-of-a-promise.md, made from the rules.

`python tests/core/life_tables.py` writes them into the page; a test fails where page and rules differ.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from kept.core import acts
from kept.core.checks import NEEDS_WORDS
from kept.core.state import TABLE, State
from kept.core.terms import DEFAULT_REOPEN_WINDOW, Side, Terms

PAGE = Path(__file__).resolve().parents[2] / "docs" / "life-of-a-promise.md"
LETTER = {Side.CUSTOMER: "C", Side.PROVIDER: "P"}
BY_EVERY_ACT = {"words", "files"}
KINDS: dict[type, str] = {
    bool: "yes or no",
    int: "an id",
    str: "text",
    datetime: "a moment",
    timedelta: "a stretch of time",
    Terms: "what, by when, done when",
}
DEFAULTS = {
    False: "no unless said",
    None: "may be left out",
    (): "may be left out",
    "": "may be left out",
    DEFAULT_REOPEN_WINDOW: f"{DEFAULT_REOPEN_WINDOW.days} days unless said",
}


def life() -> str:
    """Every state with the acts that move it and those that don't, by side."""
    lines = ["| state | acts that lead on | acts that leave it there |", "| --- | --- | --- |"]
    for state in (None, *State):
        leading, staying = [], dict[str, str]()
        for (where, side, kind), move in TABLE.items():
            if where is not state:
                continue
            if move.to is state:
                staying[kind.name] = staying.get(kind.name, "") + LETTER[side]
            else:
                leading.append(f"{LETTER[side]} {kind.name} → {move.to}")
        resting = [f"{' or '.join(who)} {name}" for name, who in staying.items()]
        lines.append(f"| {state or '—'} | {' · '.join(leading) or '—'} | {' · '.join(resting) or '—'} |")
    return "\n".join(lines)


def carried() -> str:
    """Every act: what it says, what it carries besides words and files, and the events that tell of it."""
    lines = ["| act | meaning | carries | event |", "| --- | --- | --- | --- |"]
    for kind in acts.EVERY_ACT:
        names = dict.fromkeys(move.event for (_, _, act), move in TABLE.items() if act is kind)
        meaning = (kind.__doc__ or "").split("\n")[0]
        events = ", ".join(f"`{name}`" for name in names)
        lines.append(f"| `{kind.name}` | {meaning} | {_fields(kind)} | {events} |")
    return "\n".join(lines)


def _fields(kind: type[acts.Act]) -> str:
    hints = typing.get_type_hints(kind)
    said = ["**words**"] if kind in NEEDS_WORDS else []
    for field in dataclasses.fields(kind):
        if field.name in BY_EVERY_ACT:
            continue
        optional = "" if field.default is dataclasses.MISSING else f", {DEFAULTS[field.default]}"
        said.append(f"{_name(field.name, optional)} ({_kind(hints[field.name])}{optional})")
    return "; ".join(said) or "—"


def _name(name: str, optional: str) -> str:
    return f"`{name}`" if optional else f"**`{name}`**"


def _kind(hint: typing.Any) -> str:
    if isinstance(hint, types.UnionType):
        return _kind(next(each for each in typing.get_args(hint) if each is not types.NoneType))
    if typing.get_origin(hint) is tuple:
        return f"a list: {_kind(typing.get_args(hint)[0])}"
    if dataclasses.is_dataclass(hint) and hint not in KINDS:
        return ", ".join(field.name for field in dataclasses.fields(hint))
    return ", ".join(hint) if issubclass(hint, StrEnum) else KINDS[hint]


BLOCKS = {"life": life, "acts": carried}


def written(page: str) -> str:
    """`page` with its blocks, between `<!-- NAME: … -->` and `<!-- /NAME -->`, made anew from the rules."""
    for name, make in BLOCKS.items():
        before, begin, rest = page.partition(f"<!-- {name}: made by tests/core/life_tables.py -->\n")
        _, end, after = rest.partition(f"<!-- /{name} -->")
        if not begin or not end:
            raise ValueError(f"The page lacks the markers of its block “{name}”.")
        page = f"{before}{begin}{make()}\n{end}{after}"
    return page


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
