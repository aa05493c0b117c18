"""What chains that ended taught: how far their links are late together, and at which levels a chain holds what it says.

The past is played again (see `replay`): each promise that relied on others is forecast as it would have been once it
was promised and all that it relies on was asked for, or, every second one, halfway from there to its date, for
forecasts are made all along. It is made from what was known then alone, and laid beside what came. A worker works it
out each night and keeps it in a row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from kept.insight.forecast.chain import NO_CHAINS, ChainCalibration, PastChain, combined, learned_from
from kept.insight.forecast.odds import Forecast
from kept.insight.forecast.pooled import outlived
from kept.outlook.models import ChainsTaught
from kept.outlook.own import own_work
from kept.outlook.past import Row, Table
from kept.outlook.quality import levels_now
from kept.outlook.reckoning import DAY, Reckoner, Work
from kept.outlook.replay import When, read_again, whole_past
from kept.promises.models import Reliance

EVERY: Final = timedelta(days=1)
FEWEST: Final = 20
"""So many chains have to have ended before anything is learned of them: with fewer, chance alone brings rank
correlations past .23 in one of three cases. Until then the later of "together" and "each by itself" holds
(`NO_CHAINS`)."""
MOST: Final = 400
"""How many chains are played again at most: the newest."""
ROW: Final = 1


def taught() -> ChainCalibration:
    """What holds for chains now. One query."""
    row = ChainsTaught.objects.filter(pk=ROW, ended__gte=FEWEST).first()
    return ChainCalibration(row.ended, row.together, tuple(row.levels)) if row else NO_CHAINS


def work_out(at: datetime) -> None:
    """Learn from the chains that ended by `at`, and keep it."""
    found = learned_from(played_again(whole_past(), at)[-MOST:])
    kept = {"at": at, "ended": found.ended, "together": found.together, "levels": list(found.levels)}
    ChainsTaught.objects.update_or_create(pk=ROW, defaults=kept)


def played_again(table: Table, until: datetime) -> list[PastChain]:
    """The chains of `table` as they would have been forecast, and what had become of them at `until`; oldest first."""
    rows = {row.key: row for row in table.rows}
    links, levels = _links(rows), levels_now()
    chains = [(_moment(rows[key], [rows[on] for on in on_], until), key) for key, on_ in links.items()]
    found: list[PastChain] = []
    for moment, key in sorted((moment, key) for moment, key in chains if moment is not None)[-MOST:]:
        found.extend(_At(table, rows, links, levels, moment).chain(key, until))
    return found


def _links(rows: Mapping[int, Row]) -> dict[int, list[int]]:
    """What each of the promises relies on, as far as it is one of them."""
    found: dict[int, list[int]] = defaultdict(list)
    for one, on in Reliance.objects.order_by("promise_id", "on_id").values_list("promise_id", "on_id"):
        if one in rows and on in rows:
            found[one].append(on)
    return found


def _moment(row: Row, links: Sequence[Row], until: datetime) -> float | None:
    """When it is forecast: once it had been promised and all that it relies on had been asked for, or halfway from
    there to its date; None where it was not awaited then.
    """
    if np.isnan(row.promised) or np.isnan(row.first_due):
        return None
    moment = max(row.promised, *(link.opened for link in links))
    if row.key % 2:
        moment = (moment + max(row.first_due, moment)) / 2
    return moment if moment < until.timestamp() and not _end(row) <= moment else None


def _end(row: Row) -> float:
    return float(np.fmin(row.delivered, row.over))


class _At:
    """What was known of chains at one moment."""

    def __init__(
        self, table: Table, rows: Mapping[int, Row], links: Mapping[int, Sequence[int]],
        levels: Mapping[str, tuple[float, ...]], moment: float,
    ) -> None:  # fmt: skip
        self._rows, self._links, self._levels, self._moment = rows, links, levels, moment
        self._now = datetime.fromtimestamp(moment, UTC)
        self._reckoner = Reckoner(table.known_at(self._now))

    def chain(self, key: int, until: datetime) -> Iterator[PastChain]:
        """The chain of a promise and what came of it; nothing where too little was known, or it waited for nothing."""
        own, links = self._parts(key)
        if own is None or not links:
            return
        row, last = self._rows[key], until.timestamp()
        ended = row.delivered <= last
        waited = max(min(np.fmin(_end(self._rows[on]), last), last) for on in links)
        took = row.delivered if ended else np.fmin(row.over, last)
        yield PastChain(own, tuple(links.values()), self._days(waited), self._days(took), bool(ended))

    def _days(self, moment: float) -> float:
        return (float(moment) - self._moment) / DAY

    def _parts(self, key: int) -> tuple[Forecast | None, dict[int, Forecast]]:
        """A promise's own work, and what it waits for; where it waits for nothing, its own is the whole of it."""
        row, whole = self._rows[key], self._alone(key)
        awaited = [on for on in self._links.get(key, ()) if self._is_awaited(self._rows[on])]
        links = {on: said for on in awaited if (said := self._forecast(on)) is not None}
        if whole is None or not links or np.isnan(row.first_due):
            return whole, links
        dues = [self._rows[on].first_due for on in links if self._rows[on].promised <= self._moment]
        moments = [datetime.fromtimestamp(due, UTC) for due in dues]
        return own_work(whole, datetime.fromtimestamp(row.first_due, UTC), moments), links

    def _forecast(self, key: int) -> Forecast | None:
        own, links = self._parts(key)
        return combined(own, list(links.values()), NO_CHAINS) if own is not None else None

    def _alone(self, key: int) -> Forecast | None:
        row = self._rows[key]
        promised = row.promised <= self._moment
        work = Work(
            row.customer, row.provider, row.what, row.opened, (row.promised, row.first_due) if promised else None
        )
        plain = self._reckoner.forecast(work)
        if plain is None or outlived(plain):
            return None
        return read_again(plain, self._levels.get(When.HALFWAY if promised else When.GIVEN, ()))

    def _is_awaited(self, row: Row) -> bool:
        return row.opened <= self._moment and not _end(row) <= self._moment
