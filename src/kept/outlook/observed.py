"""Bringing what the work shows to where people say who their customers are.

Each source of the history (Kept's own ledger, each imported log) is mapped by itself and handed to the customers' room
as a snapshot. What has not changed since the last time is not looked at again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from kept.customers.models import ObservedTie
from kept.customers.observing import Observed, forget_observed, match_names, take_in_observed
from kept.history.engine import Source, chosen_engine, engine_over_sources
from kept.history.home import history_folder
from kept.history.store import HistoryStore
from kept.insight.map import work_map
from kept.outlook.models import Looked, SourceSeen
from kept.promises.history import refresh

LOOK_EVERY = timedelta(minutes=10)
ROW = 1


def up_to_date(at: datetime) -> None:
    """See to it that the observed ties are of the last ten minutes; for the pages that show them."""
    if not Looked.objects.filter(pk=ROW, at__gt=at - LOOK_EVERY, at__lte=at).exists():
        Looked.objects.update_or_create(pk=ROW, defaults={"at": at})
        look_again()


def look_again() -> int:
    """Bring the observed ties up to date with the history; gives how many sources had changed.

    A log that is gone takes its ties with it. Names are matched again, since parties may have come meanwhile.
    """
    refresh()
    sources = {source.name: source for source in HistoryStore(history_folder()).sources()}
    known = dict(SourceSeen.objects.values_list("name", "files"))
    changed = [source for source in sources.values() if known.get(source.name) != _files(source)]
    gone = (set(known) | set(ObservedTie.objects.values_list("source", flat=True).distinct())) - set(sources)
    for source in changed:
        rows = list(_observed(source))
        with transaction.atomic():
            take_in_observed(source.name, rows)
            SourceSeen.objects.update_or_create(name=source.name, defaults={"files": _files(source)})
    for name in gone:
        with transaction.atomic():
            forget_observed(name)
            SourceSeen.objects.filter(name=name).delete()
    match_names()
    return len(changed) + len(gone)


def _files(source: Source) -> list[str]:
    """The files that a source is made of: never changed once written, so their names say which state it is."""
    return [str(path) for path in source.files]


def _observed(source: Source) -> Iterator[Observed]:
    with engine_over_sources([source], chosen_engine()) as engine:
        found = work_map(engine)
    for tie in found.ties:
        yield Observed(
            kind=tie.kind.value, provider=tie.provider, customer=tie.customer, count=tie.count, cases=tie.cases,
            first=tie.first, last=tie.last, median_wait_s=tie.median_wait_s, p90_wait_s=tie.p90_wait_s,
            returns=tie.returns,
        )  # fmt: skip
