"""What changed between two wordings, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from enum import StrEnum


class Kind(StrEnum):
    """What became of a stretch of words."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


def changed(old: str, new: str) -> tuple[tuple[Kind, str], ...]:
    """The stretches of both wordings in order: those kept, those gone from `old`, those new in `new`.

    The kept and the gone, joined, give `old`; the kept and the new give `new`.
    """
    before, after = _words(old), _words(new)
    found: list[tuple[Kind, str]] = []
    for what, start, stop, begin, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            found.append((Kind.SAME, "".join(before[start:stop])))
            continue
        found += [(Kind.GONE, "".join(before[start:stop]))] if stop > start else []
        found += [(Kind.NEW, "".join(after[begin:end]))] if end > begin else []
    return tuple(found)


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", text)
