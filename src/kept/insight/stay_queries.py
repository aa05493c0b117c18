"""The questions about stays: how long work lies with which team, waiting and in hand. Written once, as those of the
map.

A **stay** is a run of consecutive events of a case with one team; events without a team are skipped. What an event
marks is told from its log (docs/flow.md): in a log of things done (lifecycle start and complete; Kept's own) the time
before an event is its team's, in a log of states the time after it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import ibis
import ibis.expr.types as ir

from kept.insight.queries import EVENTS, LATER_THAN_ANY, MICROSECONDS, within_case

DONE_WORDS: Final = ("start", "complete")
"""The phases of XES that say: this was begun, this was done. In a log of states the lifecycle holds other words."""
OWN_LOG: Final = "kept"
SLOT_S: Final = 21_600
HOUR_S: Final = 3_600
HOURS_A_WEEK: Final = 168
THURSDAY: Final = 72
"""1970 began on a Thursday: so many hours after the Monday of that week."""
"""Work in progress is counted every six hours."""
STAYS_SCHEMA: Final = {
    "log": "string",
    "case": "string",
    "team": "string",
    "activity": "string",
    "number": "int64",
    "came_from": "string",
    "came_back": "boolean",
    "again": "boolean",
    "closing": "boolean",
    "came": "timestamp('UTC')",
    "began": "timestamp('UTC')",
    "left": "timestamp('UTC')",
}
STAYS: Final = ibis.table(STAYS_SCHEMA, name="stays")
"""What `stays` gives, laid as a table by the engine."""


def stays() -> ir.Table:
    """One row a stay: it came to the team at `came`, was first seen in hand at `began`, and left it at `left`."""
    runs = _runs()
    known = runs.join(_ends(), ["log", "case"]).join(_done(), "log")
    done = known["done"]
    came = ibis.ifelse(done, known["before_at"].fill_null(known["case_begin"]), known["first_at"])
    left = ibis.ifelse(
        done, known["last_at"].fill_null(known["case_seen"]), known["next_at"].fill_null(known["case_last"])
    )
    return known.select(
        "log",
        "case",
        "team",
        "activity",
        "number",
        "came_from",
        "came_back",
        "again",
        closing=known["next_at"].isnull(),
        came=came,
        began=ibis.ifelse(done, known["first_at"], known["second_at"].fill_null(left)),
        left=left,
    )


def _runs() -> ir.Table:
    """One row a stay: its first and second event, its last (None for the case's last), and the next one's first."""
    with_team = EVENTS.filter(EVENTS["team"].notnull())
    near = within_case(with_team)
    marked = with_team.select(
        "log",
        "case",
        "at",
        "order",
        "place",
        "activity",
        "team",
        came_from=with_team["team"].lag().over(near),
        before_at=with_team["at"].lag().over(near),
        after=with_team["team"].lead().over(near),
        after_at=with_team["at"].lead().over(near),
    )
    firsts = marked.filter(marked["came_from"].isnull() | (marked["came_from"] != marked["team"]))
    along = within_case(firsts)
    came_back = (firsts["came_from"].lag().over(along) == firsts["team"]).fill_null(False)  # noqa: FBT003
    before_too = (firsts["came_from"].lag(2).over(along) == firsts["came_from"]).fill_null(False)  # noqa: FBT003
    return firsts.select(
        "log",
        "case",
        "team",
        "activity",
        "came_from",
        "before_at",
        first_at=firsts["at"],
        second_at=ibis.ifelse(firsts["after"] == firsts["team"], firsts["after_at"], ibis.null("timestamp('UTC')")),
        last_at=firsts["before_at"].lead().over(along),
        next_at=firsts["at"].lead().over(along),
        number=ibis.row_number().over(along),
        came_back=came_back,
        again=came_back & before_too,
    )


def _ends() -> ir.Table:
    """The first and the last event of each case, and the last one with a team."""
    return EVENTS.group_by("log", "case").agg(
        case_begin=EVENTS["at"].min(),
        case_last=EVENTS["at"].max(),
        case_seen=EVENTS["at"].max(where=EVENTS["team"].notnull()),
    )


def _done() -> ir.Table:
    """Whether the events of a log mark things done: more than half of them are said to be a start or a completion."""
    said = EVENTS["lifecycle"].lower().isin(DONE_WORDS).fill_null(False).cast("int64")  # noqa: FBT003
    return EVENTS.group_by("log").agg(done=(said.sum() * 2 > EVENTS.count()) | (EVENTS["log"].max() == OWN_LOG))


def _since_1970(moment: ir.TimestampValue) -> ir.Value:
    """The moment in seconds since 1970, to the microsecond."""
    return moment.delta(ibis.timestamp("1970-01-01 00:00:00", timezone="UTC"), unit="microsecond") / MICROSECONDS


def traced_stays() -> ir.Table:
    """Every stay with its moments in seconds since 1970, case by case in order."""
    found = STAYS.select(
        "log",
        "case",
        "team",
        "activity",
        "number",
        "came_from",
        "came_back",
        "closing",
        came=_since_1970(STAYS["came"]),
        began=_since_1970(STAYS["began"]),
        left=_since_1970(STAYS["left"]),
    )
    return found.order_by("log", "case", "number")


def traced_cases() -> ir.Table:
    """Every case: events, first and last (seconds since 1970); the date, end and word that its events state last."""
    position = ibis.struct(
        {"at": EVENTS["at"], "order": EVENTS["order"].fill_null(LATER_THAN_ANY), "place": EVENTS["place"]}
    )
    due, ended, kept = EVENTS["due"], EVENTS["ended"], EVENTS["kept"]
    last = EVENTS.group_by("log", "case").agg(
        events=EVENTS.count(),
        first=EVENTS["at"].min(),
        last=EVENTS["at"].max(),
        due=due.argmax(position, where=due.notnull()),
        ended=ended.argmax(position, where=ended.notnull()),
        kept=kept.argmax(position, where=kept.notnull()),
    )
    moments = {name: _since_1970(last[name]) for name in ("first", "last", "due", "ended")}
    return last.select("log", "case", "events", **moments, kept=last["kept"]).order_by("log", "case")


def _times(table: ir.Table) -> dict[str, ir.Value]:
    return {
        "wait_s": table["began"].delta(table["came"], unit="microsecond") / MICROSECONDS,
        "held_s": table["left"].delta(table["began"], unit="microsecond") / MICROSECONDS,
    }


def flow_teams() -> ir.Table:
    """Team, stays, cases, medians and sums of waiting and handling (seconds), returns, ping-pongs: one row a team.

    A return is a stay that came straight back from where the team had given it; a ping-pong one right after another.
    """
    timed = STAYS.select("log", "case", "team", "came_back", "again", **_times(STAYS))
    per_case = timed.group_by("team", "log", "case").agg(here=timed.count())
    cases = per_case.group_by("team").agg(cases=per_case.count())
    found = timed.group_by("team").agg(
        stays=timed.count(),
        median_handling_s=timed["held_s"].quantile(0.5),
        median_wait_s=timed["wait_s"].quantile(0.5),
        handling_s=timed["held_s"].sum(),
        waiting_s=timed["wait_s"].sum(),
        returns=timed["came_back"].cast("int64").sum(),
        ping_pongs=timed["again"].cast("int64").sum(),
    )
    columns = (
        "team", "stays", "cases", "median_handling_s", "median_wait_s", "handling_s", "waiting_s", "returns",
        "ping_pongs",
    )  # fmt: skip
    return found.join(cases, "team").select(*columns).order_by(ibis.desc("stays"), "team")


def flow_slots() -> ir.Table:
    """Team, six hours (whole ones since 1970), how many stays came and how many left in them: one row where any did."""
    came = STAYS.select("team", slot=_slot(STAYS["came"]), came=1, left=0)
    left = STAYS.select("team", slot=_slot(STAYS["left"]), came=0, left=1)
    both = came.union(left)
    found = both.group_by("team", "slot").agg(came=both["came"].sum(), left=both["left"].sum())
    return found.order_by("team", "slot")


def _slot(moment: ir.TimestampValue) -> ir.Value:
    return (moment.epoch_seconds() / SLOT_S).floor().cast("int64")


def flow_months() -> ir.Table:
    """Team, month of leaving (twelve times the year, plus the month from 0), stays that left, median times."""
    timed = STAYS.select("team", month=STAYS["left"].year() * 12 + STAYS["left"].month() - 1, **_times(STAYS))
    found = timed.group_by("team", "month").agg(
        stays=timed.count(),
        median_handling_s=timed["held_s"].quantile(0.5),
        median_wait_s=timed["wait_s"].quantile(0.5),
    )
    return found.order_by("team", "month")


def flow_hours() -> ir.Table:
    """Team, hour of the week (from 0, Monday 0:00 UTC), how many stays came in it: one row where any did."""
    hour = (STAYS["came"].epoch_seconds() / HOUR_S).floor().cast("int64")
    came = STAYS.select("team", hour=(hour + THURSDAY) % HOURS_A_WEEK)
    return came.group_by("team", "hour").agg(came=came.count()).order_by("team", "hour")


STAY_QUERIES: Final[Mapping[str, Callable[[], ir.Table]]] = {
    "stays": stays,
    "traced_stays": traced_stays,
    "traced_cases": traced_cases,
    "flow_teams": flow_teams,
    "flow_slots": flow_slots,
    "flow_months": flow_months,
    "flow_hours": flow_hours,
}
