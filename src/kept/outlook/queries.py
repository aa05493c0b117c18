"""What is forecast of open promises, for those who may see them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from kept.insight.forecast.odds import Forecast
from kept.outlook.keeping import forecast_of
from kept.outlook.models import Outlook
from kept.people.models import Person
from kept.promises.access import visible_to
from kept.promises.models import Likelihood


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody may know of the outlook of a promise.

    `likely` is the even date, None where so few are like it that nobody can say. The rest is for those who see the
    promise in full, else None or empty: the whole `forecast`, the `chance` (0 to 1) of the date `due`, whether that is
    `in_danger`, and `through`, the promise that decides it, where they see that one in full too.
    """

    likely: datetime | None
    forecast: Forecast | None = None
    chance: float | None = None
    due: datetime | None = None
    in_danger: bool = False
    through: int | None = None


def outlook_of(promise_ids: Collection[int], person: Person) -> dict[int, Seen]:
    """The kept outlook of each of these promises, by id, as far as `person` may know it; four queries at most.

    The ids are of promises that `person` may see at least in outline: of those not seen in full the even date alone is
    given, of a private one nothing.
    """
    keys = list(promise_ids)
    rows = {row.pk: row for row in Outlook.objects.filter(promise__in=keys).select_related("promise")}
    said = {row.pk: row for row in Likelihood.objects.filter(promise__in=list(rows))}
    through = {row.through_id for row in said.values() if row.through_id}
    full = set(visible_to(person).filter(pk__in=[*rows, *through]).values_list("pk", flat=True)) if rows else set()
    return {
        key: _seen(row, said.get(key), full)
        for key, row in rows.items() if key in full or not row.promise.private
    }  # fmt: skip


def _seen(row: Outlook, said: Likelihood | None, full: Collection[int]) -> Seen:
    likely = said.likely if said else None
    if row.pk not in full:
        return Seen(likely)
    through = said.through_id if said and said.through_id in full else None
    return Seen(likely, forecast_of(row), row.chance, row.due, bool(said and said.in_danger), through)
