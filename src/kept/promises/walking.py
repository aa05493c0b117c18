"""Walking along the links of promises: one query, however long the chain."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from django.db import connection

LEVELS = 12
"""How many links a walk goes."""
MOST = 12_000
"""How many links it meets at most, those nearest to its start first."""
Pairs = dict[int, list[int]]


class Way(StrEnum):
    """Which way a walk goes: `UP` to what a promise relies on, `DOWN` to those that rely on it."""

    UP = "up"
    DOWN = "down"


COLUMNS = {Way.UP: ("promise_id", "on_id"), Way.DOWN: ("on_id", "promise_id")}


def walk(start: Collection[int], way: Way, states: Collection[str] = ()) -> Pairs:
    """The links from the promises `start` on: for each promise those that it leads to, in order of their ids.

    With `states`, only links that lead to a promise in one of these, and what lies behind them.
    """
    if not start:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_query(way, len(start), len(states)), [*start, *states, LEVELS, *states, MOST])
        found = sorted(set(cursor.fetchall()))
    pairs: Pairs = {}
    for one, other in found:
        pairs.setdefault(one, []).append(other)
    return pairs


def _query(way: Way, starts: int, states: int) -> str:
    """One more link a round, from all promises of the round before; a link met twice in one round counts once."""
    here, there = COLUMNS[way]
    link = f"SELECT link.{here} AS here, link.{there} AS there"
    led_to, only = "", ""
    if states:
        led_to = f"JOIN promises_promise other ON other.stream_id = link.{there}"
        only = f"AND other.state IN ({_marks(states)})"
    return f"""
        WITH RECURSIVE walk (here, there, round) AS (
            {link}, 1 FROM promises_reliance link {led_to} WHERE link.{here} IN ({_marks(starts)}) {only}
            UNION
            {link}, walk.round + 1 FROM walk JOIN promises_reliance link ON link.{here} = walk.there {led_to}
            WHERE walk.round < %s {only}
        )
        SELECT here, there FROM walk LIMIT %s
    """  # noqa: S608 names of this room alone; values are parameters


def _marks(count: int) -> str:
    return ", ".join(["%s"] * count)
