"""The filters of RFC 7644 section 3.4.2.2: from text to a tree. What the attributes mean, `users` and `groups` say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from kept.api.scim.errors import ScimError
from kept.api.scim.names import canonical, is_text

LONGEST = 2_000
DEEPEST = 20
COMPARISONS = frozenset({"eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"})
NOBODY = Q(pk__in=[])
EVERYBODY = Q(pk__isnull=False)

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<mark>[()\[\]])|(?P<word>[^\s()\[\]"]+))""", re.VERBOSE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Compare:
    """`attribute operator value`, the attribute as a path such as `emails.value`; "pr" (present) has no value."""

    attribute: str
    operator: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Joined:
    """Both sides (`and`) or either (`or`)."""

    word: str
    left: Filter
    right: Filter


@dataclass(frozen=True, slots=True)
class Not:
    """All but."""

    inner: Filter


Filter = Compare | Joined | Not
Meaning = Callable[[Compare], Q]


def parsed(text: str) -> Filter:
    """The tree of a filter. Raises `ScimError` (invalidFilter)."""
    if len(text) > LONGEST:
        raise _bad(f"it is longer than {LONGEST} characters")
    if not is_text(text):
        raise _bad("it holds characters that are no text")
    return _Parser(text).all()


def as_query(tree: Filter, meaning: Meaning) -> Q:
    """The condition that a tree stands for; `meaning` says it of a single comparison."""
    match tree:
        case Compare():
            return meaning(tree)
        case Not(inner):
            return ~as_query(inner, meaning)
        case Joined("and", left, right):
            return as_query(left, meaning) & as_query(right, meaning)
        case Joined(_, left, right):
            return as_query(left, meaning) | as_query(right, meaning)


def holds(tree: Filter, item: dict[str, Any]) -> bool:
    """Whether a tree is true of one value of a multi-valued attribute, as in `members[value eq "7"]`."""
    match tree:
        case Not(inner):
            return not holds(inner, item)
        case Joined("and", left, right):
            return holds(left, item) and holds(right, item)
        case Joined(_, left, right):
            return holds(left, item) or holds(right, item)
        case Compare(attribute, operator, value):
            return _compares(item.get(attribute), operator, value)


def comparison(lookup: str, compare: Compare, *, exactly: bool = False) -> Q:
    """A comparison of a text column."""
    if compare.operator == "pr":
        return ~Q(**{lookup: ""}) & Q(**{f"{lookup}__isnull": False})
    if not isinstance(compare.value, str):
        raise _bad(f"“{compare.attribute}” is text: put its value in quotation marks")
    ways = {"eq": "exact" if exactly else "iexact", "co": "icontains", "sw": "istartswith", "ew": "iendswith"}
    if compare.operator == "ne":
        return ~Q(**{f"{lookup}__{ways['eq']}": compare.value})
    if compare.operator not in ways:
        raise _bad(f"“{compare.operator}” is not known for “{compare.attribute}”")
    return Q(**{f"{lookup}__{ways[compare.operator]}": compare.value})


def constant(compare: Compare, *, is_: Any) -> Q:
    """A comparison with something that is the same for all."""
    return EVERYBODY if _compares(is_, compare.operator, compare.value) else NOBODY


def unknown(compare: Compare) -> ScimError:
    """The refusal of an attribute that cannot be asked for."""
    return _bad(f"“{compare.attribute}” cannot be asked for")


def by_id(lookup: str, compare: Compare) -> Q:
    """A comparison of an id: equal or not."""
    if compare.operator == "pr":
        return Q(**{f"{lookup}__isnull": False})
    if compare.operator not in {"eq", "ne"}:
        raise _bad(f"“{compare.operator}” is not known for “{compare.attribute}”")
    number = id_of(compare.value)
    same = Q(**{lookup: number}) if number is not None else NOBODY
    return same if compare.operator == "eq" else ~same


def id_of(value: Any) -> int | None:
    """The id that a value stands for; `None` where it can be none."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def truth_of(value: Any) -> bool | None:
    """True or false, also where a client writes it as text; `None` where it is neither."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.strip().lower()) if isinstance(value, str) else None


def _compares(there: Any, operator: str, value: Any) -> bool:
    if operator == "pr":
        return there not in (None, "", [], {})
    if isinstance(there, bool):
        same = truth_of(value) is there
    else:
        same = isinstance(there, str) and str(value).lower() == there.lower()
    if operator in {"eq", "ne"}:
        return same is (operator == "eq")
    text, part = str(there or "").lower(), str(value).lower()
    ways = {"co": part in text, "sw": text.startswith(part), "ew": text.endswith(part)}
    if operator not in ways:
        raise _bad(f"“{operator}” is not known here")
    return ways[operator]


def _bad(why: str) -> ScimError:
    return ScimError(f"The filter cannot be used: {why}.", kind="invalidFilter")


class _Parser:
    """`or` binds less than `and`, `and` less than `not`."""

    def __init__(self, text: str) -> None:
        self.tokens = self._tokens(text)
        self.place = 0
        self.depth = 0

    def all(self) -> Filter:
        """The whole filter."""
        tree = self._either("")
        if self.place < len(self.tokens):
            raise _bad(f"“{self.tokens[self.place]}” was not expected")
        return tree

    def _tokens(self, text: str) -> list[str]:
        tokens, place = [], 0
        while text[place:].strip():
            found = _TOKEN.match(text, place)
            if found is None:
                raise _bad("a quotation mark is not closed")
            tokens.append(found["text"] or found["mark"] or found["word"])
            place = found.end()
        return tokens

    def _next(self) -> str:
        if self.place >= len(self.tokens):
            raise _bad("it ends too early")
        self.place += 1
        return self.tokens[self.place - 1]

    def _is_next(self, *words: str) -> bool:
        return self.place < len(self.tokens) and self.tokens[self.place].lower() in words

    def _either(self, under: str) -> Filter:
        self.depth += 1
        if self.depth > DEEPEST:
            raise _bad("it is nested too deeply")
        tree = self._both(under)
        while self._is_next("or"):
            self._next()
            tree = Joined("or", tree, self._both(under))
        self.depth -= 1
        return tree

    def _both(self, under: str) -> Filter:
        tree = self._one(under)
        while self._is_next("and"):
            self._next()
            tree = Joined("and", tree, self._one(under))
        return tree

    def _one(self, under: str) -> Filter:
        if self._is_next("not"):
            self._next()
            self._expect("(")
            return Not(self._until(")", under))
        if self._is_next("("):
            self._next()
            return self._until(")", under)
        attribute = self._attribute(under)
        if self._is_next("["):
            self._next()
            inner = self._until("]", f"{attribute}.")
            if not (self.place < len(self.tokens) and self.tokens[self.place].startswith(".")):
                return inner
            return Joined("and", inner, self._comparison(path_of(attribute + self._next())))
        return self._comparison(attribute)

    def _comparison(self, attribute: str) -> Compare:
        operator = self._next().lower()
        if operator == "pr":
            return Compare(attribute, "pr")
        if operator not in COMPARISONS:
            raise _bad(f"“{operator}” is no comparison")
        return Compare(attribute, operator, self._value())

    def _until(self, mark: str, under: str) -> Filter:
        tree = self._either(under)
        self._expect(mark)
        return tree

    def _expect(self, mark: str) -> None:
        if self._next() != mark:
            raise _bad(f"“{mark}” is missing")

    def _attribute(self, under: str) -> str:
        word = self._next()
        if word in "()[]" or word.startswith('"'):
            raise _bad("an attribute was expected")
        return under + path_of(word)

    def _value(self) -> Any:
        word = self._next()
        if (truth := truth_of(word)) is not None:
            return truth
        try:
            value = json.loads(word, parse_constant=str)
        except ValueError as error:
            raise _bad(f"“{word}” is no value; text stands in quotation marks") from error
        if isinstance(value, str) and not is_text(value):
            raise _bad("it holds characters that are no text")
        return value


def path_of(word: str) -> str:
    """An attribute path such as `name.givenName`, each part as the standard writes it; a schema's prefix stays."""
    whole = canonical(word)
    schema, _, attribute = whole.rpartition(":")
    head = f"{canonical(schema)}:" if schema else ""
    return head + ".".join(canonical(part) for part in attribute.split("."))
