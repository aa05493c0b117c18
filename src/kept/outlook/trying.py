"""What-ifs that somebody asked for: a row each, which a worker claims, runs and answers; each can be stopped."""

from __future__ import annotations

import logging
import math
import time
from datetime import datetime, timedelta
from threading import Event
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from kept.core.errors import KeptError, NotAllowed, NotFound
from kept.insight.whatif.compare import what_if
from kept.insight.whatif.errors import BadScenario
from kept.insight.whatif.said import as_json
from kept.insight.whatif.scenario_file import LARGEST_FILE_BYTES, scenario_from_toml
from kept.outlook.claiming import LEASE, NOBODYS, claim, mine
from kept.outlook.models import WhatIf
from kept.people.models import Person
from kept.people.queries import may_import

UNDER_WAY: Final = 3
"""How many of one person may wait or run at a time."""
KEPT_OF_EACH: Final = 50
"""How many of one person are kept: the newest."""
ATTEMPTS: Final = 3
"""After so many workers that did not come back from it, no other is sent."""
TELL_EVERY_S: Final = 0.3

log = logging.getLogger(__name__)


class TooManyUnderWay(KeptError):
    """Somebody has several what-ifs under way already; the text says what to do."""


class _Ended(Exception):
    """It was stopped, or is another worker's by now: go no further."""


# --- asking -------------------------------------------------------------------------------------------------------


def refuse_others(person: Person) -> None:
    """What-ifs are for those who lead a team and for administrators. Raises NotAllowed."""
    if not may_import(person):
        raise NotAllowed(
            "What-ifs are for those who lead a team or keep this installation: costs and prices can stand in them. Ask "
            "one of them."
        )


def checked(content: bytes, *, origin: str) -> str:
    """The text of a scenario that somebody hands in. Raises BadScenario with what to put right, and in which line."""
    if len(content) > LARGEST_FILE_BYTES:
        raise BadScenario(f"{origin} is too large to be a scenario. Is it a work log? Then import it.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadScenario(f"The scenario {origin} is not UTF-8 text. Save it as UTF-8 and try again.") from None
    scenario_from_toml(text, origin=origin)
    return text


def ask(person: Person, scenario: str, *, title: str, log_name: str = "", at: datetime) -> WhatIf:
    """Have a scenario (text that was checked) run. Raises NotAllowed, TooManyUnderWay."""
    refuse_others(person)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        if WhatIf.objects.filter(asked_by=person, ended_at=None).count() >= UNDER_WAY:
            raise TooManyUnderWay(f"{UNDER_WAY} of yours are under way already. Wait for one, or stop it.")
        old = WhatIf.objects.filter(asked_by=person).exclude(ended_at=None).order_by("-pk")
        WhatIf.objects.filter(pk__in=list(old.values_list("pk", flat=True)[KEPT_OF_EACH - 1 :])).delete()
        return WhatIf.objects.create(asked_by=person, asked_at=at, scenario=scenario, title=title[:200], log=log_name)


def asked(person: Person) -> QuerySet[WhatIf]:
    """All that were asked for, the newest first, without what is long. Raises NotAllowed."""
    refuse_others(person)
    return WhatIf.objects.select_related("asked_by").defer("scenario", "answer").order_by("-pk")


def found(person: Person, what_if_id: int) -> WhatIf:
    """One of them. Raises NotAllowed, NotFound."""
    refuse_others(person)
    row = WhatIf.objects.select_related("asked_by").filter(pk=what_if_id).first()
    if row is None:
        raise NotFound("This what-if is no longer kept.")
    return row


def stop(person: Person, what_if_id: int, *, at: datetime) -> WhatIf:
    """Go no further with one of one's own; where it has ended, nothing happens. Raises NotAllowed, NotFound."""
    row = _own(person, what_if_id)
    WhatIf.objects.filter(pk=row.pk, ended_at=None).update(ended_at=at, **NOBODYS)
    return row


def forget(person: Person, what_if_id: int) -> None:
    """Keep one of one's own no longer. Raises NotAllowed, NotFound."""
    _own(person, what_if_id).delete()


def _own(person: Person, what_if_id: int) -> WhatIf:
    row = found(person, what_if_id)
    if not may_end(person, row):
        raise NotAllowed("Somebody else asked for this; only they, or an administrator, can end it.")
    return row


def may_end(person: Person, row: WhatIf) -> bool:
    """Whether `person` may stop it, or have it forgotten."""
    return row.asked_by_id == person.pk or person.is_administrator


# --- answering ----------------------------------------------------------------------------------------------------


def answer_next(now: datetime, stopping: Event) -> int:
    """Run the one that waits longest; gives how many were run, 0 or 1. Goes no further once `stopping` is set."""
    row = claim(WhatIf.objects.filter(ended_at=None).order_by("asked_at", "pk"), now)
    if row is None:
        return 0
    telling = _Telling(row, now, stopping)
    try:
        answer = _answer(row, telling)
    except _Ended:
        if stopping.is_set():
            mine(row).update(**NOBODYS, attempts=row.attempts)  # another worker begins it anew
    except KeptError as error:
        mine(row).update(refused=str(error), ended_at=telling.now(), **NOBODYS)
    except Exception:
        log.exception("What-if %s could not be answered.", row.pk)
        sorry = "Something went wrong here, and it is in the server's log. Try it once more, or with fewer days."
        mine(row).update(refused=sorry, ended_at=telling.now(), **NOBODYS)
    else:
        mine(row).update(answer=answer, share=1.0, ended_at=telling.now(), **NOBODYS)
    return 1


def _answer(row: WhatIf, telling: _Telling) -> Any:
    if row.attempts >= ATTEMPTS:
        raise BadScenario("It was begun several times and never came to its end: try it with fewer days or stations.")
    mine(row).update(attempts=row.attempts + 1)
    return _plain(as_json(what_if(scenario_from_toml(row.scenario), telling)))


class _Telling:
    """Says in the row how far it is, which keeps the claim alive; raises `_Ended` where it is to go no further."""

    def __init__(self, row: WhatIf, began: datetime, stopping: Event) -> None:
        self._row, self._began, self._stopping = row, began, stopping
        self._since = self._last = time.monotonic()

    def now(self) -> datetime:
        """The moment: when it began, and what has passed since."""
        return self._began + timedelta(seconds=time.monotonic() - self._since)

    def __call__(self, what: str, share: float) -> None:
        if self._stopping.is_set():
            raise _Ended
        if time.monotonic() - self._last < TELL_EVERY_S and share > 0:
            return
        self._last = time.monotonic()
        if not mine(self._row).update(doing=what, share=share, claimed_until=self.now() + LEASE):
            raise _Ended


def _plain(value: Any) -> Any:
    """The same without numbers that JSON has no word for."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
