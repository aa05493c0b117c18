"""Taking names out of a text: whoever is named becomes a role. docs/cases.md says what this can't know.

    redact("Maria's sheet (maria.santer@example.com)", names_of([Known("Maria Santer", "the driver")]))
    → "The driver's sheet (an e-mail address)"

Nothing here reads the database. Taking names out of what they were taken out of changes nothing more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from kept.programme.cases.folding import WORD, fold, spellings, words_of
from kept.programme.cases.ordinary import GENERIC, LITTLE, ORDINARY

SOMEBODY: Final = "a colleague"
ADDRESS, FILE, LINK = "an e-mail address", "a file", "a link"
ENDINGS: Final = (
    "csv|docx?|eml|gif|heic|html?|ics|jpe?g|json|md|mov|mp[34]|msg|ods|odt|pdf|png|pptx?|rtf|step|stl|svg|tiff?|txt"
    "|xlsx?|xml|zip"
)  # fmt: skip
_EMAIL: Final = re.compile(r"(?:mailto:)?[\w.!#$%&'*+=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)*", re.IGNORECASE)
_LINK: Final = re.compile(r"(?:https?://|www\.)[^\s<>\"“”]+", re.IGNORECASE)
_FILE: Final = re.compile(rf"[^\s/\\<>\"“”()\[\],;]+\.(?:{ENDINGS})\b", re.IGNORECASE)
_HANDLE: Final = re.compile(
    r"(?<![^\s(\[\"“,;:/])@?[a-zà-ÿ0-9]+(?:[._][a-zà-ÿ0-9]+)+(?![^\s)\]\"”.,;:!?/'’])|@\w+|\w*_\w*"
)
_BETWEEN: Final = re.compile(r"[\s.,\-–_'’+]{0,3}")
_INITIAL_BEFORE: Final = re.compile(r"(?<![^\W\d_])([^\W\d_])(?:\.\s{0,2}|[\s_-])$")
_INITIAL_AFTER: Final = re.compile(r",?\s{1,2}([^\W\d_])\.(?!\w)|[._-]([^\W\d_])(?![^\W\d_])")
_NUMBER_AFTER: Final = re.compile(r"_*\d+(?![^\W_])")
_TITLE: Final = re.compile(
    r"(?<!\w)(?:mr|mrs|ms|miss|mx|dr|prof|sir|madam|mme|monsieur|herrn?|frau|hr|fr|señora?|signora?)\.?\s{1,2}$",
    re.IGNORECASE,
)
_ARTICLE: Final = re.compile(r"(?<!\w)(?:the|an?)\s{1,2}$|@$", re.IGNORECASE)
_BEGINS: Final = re.compile(r"(?:^|[.!?:]\s+|\n\s*)[\"“(\[]?$")
ROUNDS: Final = 5
SHORT: Final = 3
"""A name of fewer letters is one with a capital only."""
NAME_INSIDE: Final = 4
"""Letters of a name that is looked for at the beginning of words with a capital."""
NAME_INSIDE_SMALL: Final = 6
"""The same of words without one."""
NAME_IN_FILE: Final = 4
"""Letters of a name that is looked for at both ends of words in the name of a file."""
TOGETHER: Final = 8
"""Letters that such a word has at least, so that Anton is not in antonym, nor Holm in holmium."""


@dataclass(frozen=True, slots=True)
class Known:
    """A name that is to be taken out, and what stands in its place. `outside`: of an outside customer."""

    name: str
    role: str
    outside: bool = False


@dataclass(slots=True)
class _Entry:
    """A word of names: whose (their places in the list), and whether it is one only with a capital."""

    whose: set[int] = field(default_factory=set)
    capital: bool = True


@dataclass(frozen=True, slots=True)
class Names:
    """Names, made ready to be looked for: single words, words run together, and whole names as rows of words."""

    known: tuple[Known, ...]
    words: dict[str, _Entry]
    joined: dict[str, set[int]]
    rows: dict[str, list[tuple[tuple[frozenset[str], ...], int]]]
    unspaced: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """A stretch of the text that names `whose`, from `start` to `end`; `role` stands in its place."""

    start: int
    end: int
    whose: frozenset[int]
    role: str


def names_of(known: Iterable[Known]) -> Names:
    """Make names ready. Where a word is part of several names, the role is that of the first in `known`."""
    every = tuple(known)
    names = Names(every, {}, {}, {}, tuple(_unspaced(every)))
    for place, one in enumerate(every):
        _add(names, place, one)
    return names


def redact(text: str, names: Names) -> str:
    """`text` without any of the names, and without e-mail addresses; what is not a name stays as it is."""
    text = unicodedata.normalize("NFC", text)
    for _ in range(ROUNDS):  # what stood beside a name may look like one once that is gone
        before, text = text, _once(text, names)
        if before == text:
            break
    return text


def _once(text: str, names: Names) -> str:
    found: list[_Found] = []
    taken = list(_wholes(text, names))
    words = [one for one in _words(text) if not any(start < one[1] and one[0] < end for start, end, _ in taken)]
    handles = [one.span() for one in _HANDLE.finditer(text)]
    place = 0
    while place < len(words):
        hit, used = _at(text, words, place, names, handles)
        if hit is not None:
            found.append(hit)
        place += used
    found += [_Found(start, end, frozenset(), role) for start, end, role in taken]
    return _replaced(text, _merged(text, sorted(found, key=lambda one: one.start)))


# --- making ready -------------------------------------------------------------------------------------------------


def _add(names: Names, place: int, one: Known) -> None:
    for word in _single(one):
        capital = one.outside or fold(word) in ORDINARY | LITTLE or len(word) < SHORT
        for spelt in spellings(word):
            entry = names.words.setdefault(spelt, _Entry())
            entry.whose.add(place)
            entry.capital = entry.capital and capital
    for row in _rows(one):
        for spelt in row[0]:
            names.rows.setdefault(spelt, []).append((row, place))
    if not one.outside:
        for joined in _joined(one.name):
            names.joined.setdefault(joined, set()).add(place)


def _single(one: Known) -> list[str]:
    """The words of a name that are one by themselves."""
    words = words_of(one.name.split(",")[0] if one.outside else one.name)
    real = [word for word in words if fold(word) not in LITTLE and len(fold(word)) > 1]
    if one.outside:
        return [word for word in real if fold(word) not in GENERIC | ORDINARY and len(word) >= NAME_IN_FILE]
    return real or words


def _rows(one: Known) -> Iterator[tuple[frozenset[str], ...]]:
    """The whole name, the surname first, each part with a hyphen in it; for an outside customer what stands before the
    comma, and each two words.
    """
    whole = words_of(one.name)
    short = words_of(one.name.split(",")[0])
    orders = [whole, short, *(words_of(part) for part in one.name.split())]
    if one.outside:
        pairs = pairwise(short)
        orders += [list(pair) for pair in pairs if not {fold(word) for word in pair} & LITTLE]
    elif len(whole) > 1:
        orders += [[whole[-1], *whole[:-1]], [whole[0], whole[-1]], [whole[-1], whole[0]]]
    for order in orders:
        if len(order) > 1:
            yield tuple(spellings(word) for word in order)


def _joined(name: str) -> Iterator[str]:
    """How programs run a name together: mariasanter, santermaria, msanter, marias, santerm, obrien."""
    parts = [part for part in name.split() if fold(part)]
    yield from ("".join(fold(word) for word in words_of(part)) for part in parts if len(words_of(part)) > 1)
    if len(parts) < 2:
        return
    yield fold(name)
    for one in spellings(parts[0]):
        for other in spellings(parts[-1]):
            yield from (one + other, other + one, one[0] + other, other + one[0])
            if len(one) >= NAME_IN_FILE:
                yield one + other[0]


def _unspaced(every: Iterable[Known]) -> Iterator[tuple[str, int]]:
    """Names in scripts that set no spaces, which are looked for anywhere."""
    for place, one in enumerate(every):
        name = "".join(words_of(one.name))
        if len(name) > 1 and all(_is_unspaced(letter) for letter in name):
            yield name, place


# --- looking ------------------------------------------------------------------------------------------------------

Span = tuple[int, int, str]


def _wholes(text: str, names: Names) -> Iterator[Span]:
    """E-mail addresses; links and names of files in which somebody is named; names in scripts without spaces.

    The first that begins wins.
    """
    every = [(one.start(), one.end(), ADDRESS) for one in _EMAIL.finditer(text)]
    for pattern, role in ((_LINK, LINK), (_FILE, FILE)):
        every += [(one.start(), one.end(), role) for one in pattern.finditer(text) if _names_somebody(one[0], names)]
    for name, somebody in names.unspaced:
        role = names.known[somebody].role
        every += [(one.start(), one.end(), role) for one in re.finditer(re.escape(name), text)]
    end = 0
    for span in sorted(every, key=lambda one: (one[0], -one[1])):
        if span[0] >= end:
            yield span
            end = span[1]


def _names_somebody(words: str, names: Names) -> bool:
    return any(
        _whose(part, names, loose=True) or _in_file(fold(part), names)
        for one in WORD.findall(words)
        for part in (one, *_camel(one))
    )


def _words(text: str) -> list[tuple[int, int]]:
    """The words of a text by their place, those like MariaSanter taken apart where a part has a capital."""
    found = []
    for one in WORD.finditer(text):
        start = one.start()
        for part in _camel(one[0]):
            found.append((start, start + len(part)))
            start += len(part)
    return found


def _camel(word: str) -> list[str]:
    """The parts of MariaSanter, and of letters of two kinds of scripts that run together."""
    turns = (one for one in range(1, len(word)) if _turns(word[one - 1], word[one]))
    return [word[start:end] for start, end in pairwise([0, *turns, len(word)])]


def _turns(before: str, after: str) -> bool:
    return (before.islower() and after.isupper()) or _is_unspaced(before) != _is_unspaced(after)


def _is_unspaced(letter: str) -> bool:
    """Whether it belongs to a script that sets no spaces between words, or often none."""
    return "\u3040" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7af"


def _at(
    text: str, words: list[tuple[int, int]], place: int, names: Names, handles: list[tuple[int, int]]
) -> tuple[_Found | None, int]:
    """Who is named by the words from `place` on, and how many words that are."""
    start, end = words[place]
    row = _row_at(text, words, place, names)
    if row is not None:
        somebody, count = row
        return _found(text, start, words[place + count - 1][1], {somebody}, names), count
    word = text[start:end]
    loose = any(begin <= start and end <= until for begin, until in handles)
    whose = _whose(word, names, loose=loose)
    if whose:
        return _found(text, start, end, whose, names), 1
    whose = _in_file(fold(word), names) if loose else _inside(word, names)
    if whose:
        return _found(text, start, end, whose, names), 1
    return None, 1


def _row_at(text: str, words: list[tuple[int, int]], place: int, names: Names) -> tuple[int, int] | None:
    rows = names.rows.get(fold(text[slice(*words[place])]), ())
    best: tuple[int, int] | None = None
    for row, whose in rows:
        stretch = words[place : place + len(row)]
        near = all(_BETWEEN.fullmatch(text, one[1], other[0]) for one, other in pairwise(stretch))
        if len(stretch) == len(row) and near and _spelt(text, stretch, row) and (not best or len(row) > best[1]):
            best = (whose, len(row))
    return best


def _spelt(text: str, stretch: list[tuple[int, int]], row: tuple[frozenset[str], ...]) -> bool:
    said = [fold(text[slice(*one)]) for one in stretch]
    last = said[-1] in row[-1] or said[-1].removesuffix("s") in row[-1]
    if not last or not all(word in spelt for word, spelt in zip(said[:-1], row[:-1], strict=True)):
        return False
    return any(text[one[0]].isupper() for one in stretch) or not all(word in ORDINARY | LITTLE for word in said)


def _whose(word: str, names: Names, *, loose: bool) -> set[int]:
    """Whose name a single word is, as it is written: "Marias" is Maria's."""
    said = fold(word)
    for one in (said, said.removesuffix("s"), said.removesuffix("es")):
        entry = names.words.get(one)
        if entry is not None and (not entry.capital or loose or word[:1].isupper()):
            return entry.whose
        if one in names.joined:
            return names.joined[one]
    return set()


def _inside(word: str, names: Names) -> set[int]:
    """Whose name a word begins with, as in Santerbrief."""
    said = fold(word)
    shortest = NAME_INSIDE if word[:1].isupper() else NAME_INSIDE_SMALL
    for length in range(len(said) - 3, shortest - 1, -1) if len(said) >= TOGETHER else ():
        entry = names.words.get(said[:length])
        if entry is not None and not entry.capital:
            return entry.whose
    return set()


def _in_file(said: str, names: Names) -> set[int]:
    """Whose name a word in the name of a file begins or ends with, as in angebotsanter.pdf."""
    for length in range(len(said) - 1, NAME_IN_FILE - 1, -1):
        for part in (said[:length], said[-length:]):
            entry = names.words.get(part)
            if entry is not None and not entry.capital:
                return entry.whose
    return set()


# --- replacing ----------------------------------------------------------------------------------------------------


def _found(text: str, start: int, end: int, whose: Iterable[int], names: Names) -> _Found:
    """The stretch with the title and the initial that belong to the name."""
    people = sorted(whose)
    initials = {fold(word)[:1] for one in people for word in words_of(names.known[one].name)}
    before = _INITIAL_BEFORE.search(text, 0, start)
    if before is not None and fold(before[1]) in initials:
        start = before.start()
    after = _INITIAL_AFTER.match(text, end)
    if after is not None and fold(after[1] or after[2]) in initials:
        end = after.end()
    number = _NUMBER_AFTER.match(text, end)
    end = number.end() if number else end
    for pattern in (_TITLE, _ARTICLE):
        found = pattern.search(text, 0, start)
        start = found.start() if found else start
    return _Found(start, end, frozenset(people), names.known[people[0]].role)


def _merged(text: str, found: list[_Found]) -> Iterator[_Found]:
    """Parts of one name that stand beside each other are one: "Maria K. Santer"."""
    last: _Found | None = None
    for one in found:
        if last is None:
            last = one
        elif one.start < last.end or (last.whose & one.whose and _beside(text[last.end : one.start])):
            both = last.whose & one.whose or last.whose
            last = _Found(last.start, max(last.end, one.end), both, last.role)
        else:
            yield last
            last = one
    if last is not None:
        yield last


def _beside(between: str) -> bool:
    return re.fullmatch(r"[\s.\-_'’]{0,2}(?:[^\W\d_]\.?[\s.\-_]{1,2})?", between) is not None


def _replaced(text: str, found: Iterable[_Found]) -> str:
    parts, done = [], 0
    for one in found:
        parts.append(text[done : one.start])
        begins = _BEGINS.search(text, 0, one.start) is not None
        parts.append(one.role[:1].upper() + one.role[1:] if begins else one.role)
        done = one.end
    return "".join([*parts, text[done:]])
