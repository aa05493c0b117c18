"""The answer to a what-if as a page says it: from what `kept whatif --json` says, which a worker kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kept.insight.whatif.advice import number


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure: today, then, and by how much it changes; `bars` are the two as shares (0 to 100) of the larger."""

    name: str
    today: str
    then: str
    change: str
    bars: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Helps:
    """What one station a fifth faster would do."""

    station: str
    helps: bool
    more: str
    sooner: str


@dataclass(frozen=True, slots=True)
class StationLine:
    """One station as it would be then; `part` is its share (0 to 100) of all that lies anywhere."""

    name: str
    done: str
    could: str
    used: str
    waiting: str
    lies: str
    grows: str
    part: str


def headline(answer: Mapping[str, Any], *, changes: bool) -> str:
    """What came out, in one sentence; where nothing was to change: where going faster would help."""
    if not changes:
        good = [each["station"] for each in answer["where_faster_helps"] if each["helps"]]
        where = " and at ".join(good[:2])
        return (
            f"Going faster would help at {where}." if good else "Going faster at one station alone would help nowhere."
        )
    against = answer["compared_to_today"]
    parts = [_more(against["throughput_pct"]), _sooner(against["intervals"]["lead_time_pct"])]
    remains = against["intervals"]["margin_per_day"]
    if remains["mean"] and _certain(remains):
        parts.append(f"{number(abs(remains['mean']))} {'more' if remains['mean'] > 0 else 'less'} a day remain")
    first, *others = parts
    return first + (", " + " and ".join(others) if others else "") + "."


def _more(pct: float) -> str:
    if not pct:
        return "No more is done than today"
    return f"{number(abs(pct))} % {'more' if pct > 0 else 'less'} is done"


def _sooner(change: Mapping[str, Any]) -> str:
    if change["mean"] is None or not change["mean"] or not _certain(change):
        return "it takes as long as today"
    return f"half of it is done {number(abs(change['mean']))} % {'later' if change['mean'] > 0 else 'sooner'}"


def _certain(value: Mapping[str, Any]) -> bool:
    """Whether the range of a difference leaves zero out, or there is none."""
    return not value["n"] or (value["low"] is not None and not value["low"] <= 0 <= value["high"])


def compared(answer: Mapping[str, Any]) -> list[Compared]:
    """Today beside then; money only where something has a price."""
    today, against = answer["today"], answer["compared_to_today"]
    ranges = against["intervals"]
    before, after = (_exactly(each["throughput_per_day"]) for each in (today, answer))
    rows = [_row("Done a day", before, after, f"{_signed(against['throughput_pct'])} %")]
    for key, name, change in (
        ("p50", "Half is done within, days", ranges["lead_time_pct"]),
        ("p85", "85 of 100 are done within, days", ranges["lead_time_p85_pct"]),
    ):
        rows.append(_row(name, _times(today)[key], _times(answer)[key], _change(change)))
    if any(each["cost_per_day"] or each["revenue_per_day"] for each in (today, answer)):
        for key, name in (("cost", "Cost a day"), ("revenue", "Revenue a day")):
            before, after = (each["intervals"][f"{key}_per_day"] for each in (today, answer))
            rows.append(_row(name, before, after, _change(ranges[f"{key}_pct"])))
        before, after = (_exactly(each["margin_per_day"]) for each in (today, answer))
        rows.append(_row("What remains a day", before, after, _money_change(ranges["margin_per_day"])))
    return rows


def helps(answer: Mapping[str, Any]) -> list[Helps]:
    """The stations that were tried faster, the most helpful first."""
    return [
        Helps(
            station=each["station"],
            helps=each["helps"],
            more=f"{number(each['throughput_pct'])} %" if each["throughput_pct"] else "nothing",
            sooner=_change(each["lead_time_pct"]),
        )
        for each in answer["where_faster_helps"]
    ]


def stations(answer: Mapping[str, Any]) -> list[StationLine]:
    """The stations as they would be then, those with most work lying there first."""
    found = sorted(answer["stations"], key=lambda each: -(each["stock_mean"] or 0.0))
    everywhere = sum(each["stock_mean"] or 0.0 for each in found) or 1.0
    return [_station(each, everywhere) for each in found]


def _station(each: Mapping[str, Any], everywhere: float) -> StationLine:
    could, used, grows = each["capacity_per_day"], each["utilisation"], each["growth_per_day"]
    return StationLine(
        name=each["name"],
        done=number(each["throughput_per_day"]),
        could="not counted" if could is None else number(could),
        used="–" if used is None else f"{number(100 * used)} %",
        waiting=_said(each["queue_mean"]),
        lies=_said(each["stock_mean"]),
        grows=number(grows) if grows else "–",
        part=f"{100 * (each['stock_mean'] or 0.0) / everywhere:.1f}",
    )


def _row(name: str, before: Mapping[str, Any], after: Mapping[str, Any], change: str) -> Compared:
    values = (before["mean"], after["mean"])
    top = max((value for value in values if value is not None), default=0.0)
    bars = None
    if top > 0 and all(value is not None and value >= 0 for value in values):
        bars = (f"{100 * values[0] / top:.1f}", f"{100 * values[1] / top:.1f}")
    return Compared(name, _ranged(before), _ranged(after), change, bars)


def _times(figures: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = figures["intervals"]["lead_time_days"]
    return found


def _exactly(value: float) -> dict[str, Any]:
    return {"mean": value, "low": value, "high": value, "n": 0}


def _ranged(value: Mapping[str, Any]) -> str:
    """ "5.02 (4.9 to 5.1)"; "5.02" where it is exact, "–" where it is not known."""
    if value["mean"] is None:
        return "–"
    said = number(value["mean"])
    exact = not value["n"] or value["low"] is None
    return said if exact else f"{said} ({number(value['low'])} to {number(value['high'])})"


def _change(value: Mapping[str, Any]) -> str:
    """ "-12 % (-14 to -10)"; "no measurable change" where its range holds zero."""
    if value["mean"] is None:
        return "–"
    if not value["n"]:
        return f"{_signed(value['mean'])} %"
    if not _certain(value):
        return "no measurable change"
    return f"{_signed(value['mean'])} % ({_signed(value['low'])} to {_signed(value['high'])})"


def _money_change(value: Mapping[str, Any]) -> str:
    return _signed(value["mean"]) if _certain(value) else "no measurable change"


def _signed(value: float) -> str:
    return f"+{number(value)}" if value > 0 else number(value).replace("-", "−")


def _said(value: float | None) -> str:
    return "–" if value is None else number(value)
