"""SQL text put together safely: every name, value and fragment that goes in is SQL already, never foreign text.

Column names and words of a work log can't be bound as parameters where a query is built around them. So whatever
comes from outside passes through `identifier` or `literal`, and the type checker sees to it.
"""

from __future__ import annotations

from collections.abc import Iterable


class Sql(str):
    """A piece of SQL that holds no foreign text but quoted."""

    __slots__ = ()


def identifier(name: str) -> Sql:
    """The name in double quotes, whatever characters it holds."""
    return Sql('"' + name.replace('"', '""') + '"')


def literal(text: str) -> Sql:
    """The text as an SQL string."""
    return Sql("'" + text.replace("'", "''") + "'")


def sql(template: str, **parts: Sql | int) -> Sql:
    """The template, a constant of our own, with its `{parts}` filled in."""
    return Sql(template.format(**parts))


def listed(parts: Iterable[Sql], between: str = ", ") -> Sql:
    """The parts one after another."""
    return Sql(between.join(parts))
