"""The trace of one case of a log: its stays as a chain, the time that the record doesn't show as a link of nobody's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from kept.insight.trace.chain import Chain, Facts, Link, line
from kept.insight.trace.findings import Finding, findings, verdict
from kept.insight.trace.record import CaseRecord, Past, Stay
from kept.insight.trace.tracing import ChainTrace, SharedOver, trace

OUTSIDE: Final = "outside"
PLACES: Final = 6


class LateBy(StrEnum):
    """What says whether a case was late."""

    KEPT = "kept"
    DUE = "due"
    USUAL = "usual"


@dataclass(frozen=True, slots=True)
class Step:
    """One stay of the case, traced: how long it waited there and was in hand, what is usual for both together
    (seconds), how many comparable stays say so, its share, and by how much earlier the case would have ended, had
    this stay alone taken no longer.
    """

    stay: Stay
    wait_s: float
    held_s: float
    expected_s: float
    like: int
    share: float
    alone_s: float

    def to_json(self) -> dict[str, Any]:
        """The step as `kept trace --json` says it."""
        return {
            "team": self.stay.team,
            "activity": self.stay.activity,
            "at": _iso(self.stay.came),
            "wait_s": round(self.wait_s, PLACES),
            "held_s": round(self.held_s, PLACES),
            "expected_s": round(self.expected_s, PLACES),
            "like": self.like,
            "share": self.share,
            "alone_s": round(self.alone_s, PLACES),
            "came_back": self.stay.came_back,
        }


@dataclass(frozen=True, slots=True)
class CaseTrace:
    """What is found of one case; times in seconds.

    `late` by what `late_by` says. Where anything was wrong, the steps' shares and `outside_share` sum to 1.0 within
    1e-9; else all are 0.0. `outside_s` is the time that the record shows with no team, `outside_expected_s` what is
    usual of it.
    """

    case: CaseRecord
    late: bool
    late_by: LateBy
    steps: tuple[Step, ...]
    outside_s: float
    outside_expected_s: float
    outside_share: float
    found: ChainTrace | None
    findings: tuple[Finding, ...]
    verdict: str

    def to_json(self) -> dict[str, Any]:
        """The trace as `kept trace --json` says it."""
        found, case = self.found, self.case
        return {
            "case": case.case,
            "log": case.log,
            "late": self.late,
            "late_by": self.late_by.value,
            "verdict": self.verdict,
            "begin": _iso(case.first),
            "end": _iso(case.end),
            "due": None if case.due is None else _iso(case.due),
            "took_s": round(case.end - case.first, PLACES),
            "expected_s": None if found is None else round(found.expected_s, PLACES),
            "usual_until_s": None if found is None else round(found.usual_until_s, PLACES),
            "lost_s": 0.0 if found is None else round(found.lost_s, PLACES),
            "shared_over": (SharedOver.NOTHING if found is None else found.shared_over).value,
            "steps": [step.to_json() for step in self.steps],
            "outside_s": round(self.outside_s, PLACES),
            "outside_expected_s": round(self.outside_expected_s, PLACES),
            "outside_share": self.outside_share,
            "findings": [finding.to_json() for finding in self.findings],
        }


def trace_case(past: Past, name: str) -> CaseTrace:
    """Trace the case of that name. Raises NotFound, naming near ones, or Refused where several logs hold one."""
    return _traced(past, past.case(name))


def traces(past: Past, cases: Iterable[CaseRecord] | None = None) -> Iterator[CaseTrace]:
    """Trace these cases (None: all), one after another."""
    for case in past.cases.values() if cases is None else cases:
        yield _traced(past, case)


def _traced(past: Past, case: CaseRecord) -> CaseTrace:
    chain = _chain(past, case)
    missed, late_by = _missed(case)
    found = trace(chain, promised_end=case.due, missed=missed) if chain else None
    late = bool(found and found.beyond_usual) if missed is None else missed
    shares = {part.link.key: part for part in found.links} if found else {}
    steps = []
    for n, stay in enumerate(case.stays):
        part = shares[str(n)]
        began, left = min(stay.began, case.end), min(stay.left, case.end)
        steps.append(
            Step(
                stay,
                max(began - stay.came, 0.0),
                max(left - max(began, stay.came), 0.0),
                part.expected_s,
                part.link.expected.like,
                part.share,
                part.alone_s,
            )
        )
    unseen = shares.get(OUTSIDE)
    outside_share = unseen.share if unseen else 0.0
    if late and (found is None or found.nothing_wrong):
        # Late, and yet no time on the record at all: all of it lies outside.
        outside_share = 1.0
    return CaseTrace(
        case, late, late_by, tuple(steps), case.outside_s, unseen.expected_s if unseen else 0.0, outside_share,
        found, findings(found, late=late), verdict(found, late=late, by_date=late_by is LateBy.DUE),
    )  # fmt: skip


def _missed(case: CaseRecord) -> tuple[bool | None, LateBy]:
    """Whether the promise was missed, and what says so: the log's own word, else its date; else it is not known."""
    if case.kept is not None:
        return not case.kept, LateBy.KEPT
    if case.due is not None:
        ended = case.last if case.ended is None else case.ended
        return ended > case.due, LateBy.DUE
    return None, LateBy.USUAL


def _chain(past: Past, case: CaseRecord) -> Chain | None:
    """The stays one after another, and the time with no team at the end; None where the record shows neither."""
    clock, links = case.first, []
    for n, stay in enumerate(case.stays):
        clock += max(min(stay.left, case.end) - stay.came, 0.0)
        facts = Facts(came_back=stay.came_from or "" if stay.came_back else "", again=stay.visit > 0)
        links.append(Link(key=str(n), team=stay.team, end=clock, expected=past.usual.of_stay(case, stay), facts=facts))
    if case.outside_s > 0:
        expected = past.usual.of_outside(case)
        links.append(Link(key=OUTSIDE, team=None, end=clock + case.outside_s, expected=expected))
    return line(case.first, links) if links else None


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
