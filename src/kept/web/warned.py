"""What the forms begin with when they are opened from a warning: `?by=outlook` on the link to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest
from django.utils import timezone

from kept.core import acts
from kept.core.terms import Side
from kept.outlook.advising import advise
from kept.people.models import Person
from kept.promises import likelihoods
from kept.promises.access import Seen
from kept.promises.models import Likelihood, Promise
from kept.promises.standing import Standing
from kept.web.offering import Offered, address

FROM_A_WARNING: Final = "outlook"
HELP: Final = (acts.Update, acts.Propose, acts.AskHelp)
"""What a provider can do about a date that is likely to be missed."""
QUARTER: Final = timedelta(minutes=15)


def start(request: HttpRequest, person: Person, kind: type[acts.Act], promise: Promise) -> dict[str, object]:
    """What is filled in already: when it is likely, a date that is likely to hold, and why; {} otherwise."""
    past = likelihoods.told(promise, timezone.now()) if request.GET.get("by") == FROM_A_WARNING else None
    if past is None:
        return {}
    match kind:
        case acts.Update:
            return {"words": _why(past)} | _filled("expected", past.likely)
        case acts.Propose:
            return {"words": _why(past)} | _filled("due", _fair(person, promise) or past.likely)
        case acts.AskHelp:
            return {"words": f"{_why(past)} What would help: "}
        case _:
            return {}


def led(offered: Sequence[Offered], seen: Seen, standing: Standing) -> list[Offered]:
    """What the page offers; where the date is in danger, what helps its provider against that begins filled in."""
    promise = seen.promise
    if not standing.in_danger or Side.PROVIDER not in seen.sides:
        return list(offered)
    helps = {address(promise, kind): f"{address(promise, kind)}?by={FROM_A_WARNING}" for kind in HELP}
    return [replace(one, address=helps.get(one.address, one.address)) for one in offered]


def _fair(person: Person, promise: Promise) -> datetime | None:
    """The date that the form itself calls fair."""
    advice = advise(person, promise.customer, promise.provider, at=timezone.now(), promise=promise)
    return advice.fair if advice else None


def _why(past: Likelihood) -> str:
    """The reason to begin with; whoever sends it knows a better one."""
    return " ".join([likelihoods.how_late(past), *past.slower[:1]])


def _filled(name: str, moment: datetime | None) -> dict[str, object]:
    return {name: _rounded(moment)} if moment else {}


def _rounded(moment: datetime) -> datetime:
    """The next whole quarter of an hour."""
    local = timezone.localtime(moment)
    over = timedelta(minutes=local.minute % 15, seconds=local.second, microseconds=local.microsecond)
    return local + (QUARTER - over if over else timedelta(0))
