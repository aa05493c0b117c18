"""The questions asked of history, each written once, in Ibis.

They are compiled ahead to the SQL of each engine by `python -m kept.insight.compile`, because loading Ibis takes longer
than answering; a test fails where the compiled text is not what stands here. Every query reads one table, `events`:
the columns of `kept.history.shape` and before them `log`, the name of the log an event comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import ibis
import ibis.expr.types as ir

SCHEMA: Final = {
    "log": "string",
    "case": "string",
    "at": "timestamp('UTC')",
    "order": "int64",
    "place": "int64",
    "activity": "string",
    "lifecycle": "string",
    "team": "string",
    "person": "string",
    "customer": "string",
    "due": "timestamp('UTC')",
    "ended": "timestamp('UTC')",
    "kept": "boolean",
}
EVENTS: Final = ibis.table(SCHEMA, name="events")
MICROSECONDS: Final = 1_000_000
LATER_THAN_ANY: Final = 2**63 - 1
"""In place of an `order` that is absent; those that are there have 18 digits at most."""


def in_order(table: ir.Table) -> tuple[ir.Value, ...]:
    """The order of events within a case: by `at`, then `order` (none comes last), then their place in the file."""
    return (table["at"].asc(), table["order"].asc(nulls_first=False), table["place"].asc())


def within_case(table: ir.Table) -> ir.Table:
    """The window over the events of one case, in order."""
    return ibis.window(group_by=[table["log"], table["case"]], order_by=in_order(table))


def _handoffs() -> ir.Table:
    """One row a hand-off: the teams on both sides, the wait between them, and whether the work went straight back."""
    with_team = EVENTS.filter(EVENTS["team"].notnull())
    before = with_team.mutate(
        provider=with_team["team"].lag().over(within_case(with_team)),
        left_at=with_team["at"].lag().over(within_case(with_team)),
    )
    moved = before.filter(before["provider"] != before["team"])
    return moved.select(
        "log",
        "case",
        "provider",
        customer=moved["team"],
        at=moved["at"],
        wait_s=moved["at"].delta(moved["left_at"], unit="microsecond") / MICROSECONDS,
        came_back=moved["provider"].lag().over(within_case(moved)) == moved["team"],
    )


def handoffs() -> ir.Table:
    """Provider, customer, hand-offs, cases, median and 90 % quantile of the wait (seconds), returns, first and last (in
    seconds since 1970): one row a pair.
    """
    moved = _handoffs()
    per_case = moved.group_by("provider", "customer", "log", "case").agg(
        first_of_case=moved.count(), waits=moved["wait_s"].min()
    )
    cases = per_case.group_by("provider", "customer").agg(cases=per_case.count())
    pairs = moved.group_by("provider", "customer").agg(
        handoffs=moved.count(),
        median_wait_s=moved["wait_s"].quantile(0.5),
        p90_wait_s=moved["wait_s"].quantile(0.9),
        returns=moved["came_back"].fill_null(False).cast("int64").sum(),  # noqa: FBT003
        first_s=moved["at"].min().epoch_seconds(),
        last_s=moved["at"].max().epoch_seconds(),
    )
    joined = pairs.join(cases, ["provider", "customer"])
    columns = (
        "provider", "customer", "handoffs", "cases", "median_wait_s", "p90_wait_s", "returns", "first_s", "last_s",
    )  # fmt: skip
    return joined.select(*columns).order_by(ibis.desc("handoffs"), "provider", "customer")


def serves() -> ir.Table:
    """Team, customer, cases, and when the first and the last of them was with that team to the end (in seconds since
    1970): one row a pair of a case's last team and the customer last named in it.
    """
    # The greatest of these is the last: a comparison a row, where a window would sort every case.
    position = ibis.struct(
        {"at": EVENTS["at"], "order": EVENTS["order"].fill_null(LATER_THAN_ANY), "place": EVENTS["place"]}
    )
    named, said = EVENTS["team"].notnull(), EVENTS["customer"].notnull()
    last = EVENTS.group_by("log", "case").agg(
        provider=EVENTS["team"].argmax(position, where=named),
        customer=EVENTS["customer"].argmax(position, where=said),
        at=EVENTS["at"].max(where=named),
    )
    both = last.filter(last["provider"].notnull() & last["customer"].notnull())
    pairs = both.group_by("provider", "customer").agg(
        cases=both.count(), first_s=both["at"].min().epoch_seconds(), last_s=both["at"].max().epoch_seconds()
    )
    return pairs.order_by(ibis.desc("cases"), "provider", "customer")


def totals() -> ir.Table:
    """Events and cases of the whole table: one row."""
    cases = EVENTS.select("log", "case").distinct()
    return EVENTS.aggregate(events=EVENTS.count()).cross_join(cases.aggregate(cases=cases.count()))


def teams() -> ir.Table:
    """Team, events, cases: one row a team."""
    with_team = EVENTS.filter(EVENTS["team"].notnull())
    per_case = with_team.group_by("team", "log", "case").agg(events=with_team.count())
    return per_case.group_by("team").agg(events=per_case["events"].sum(), cases=per_case.count()).order_by("team")


QUERIES: Final[Mapping[str, Callable[[], ir.Table]]] = {
    "handoffs": handoffs,
    "serves": serves,
    "teams": teams,
    "totals": totals,
}
