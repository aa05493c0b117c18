"""A process that acts in promises without end, and says each act aloud once it is in the database. For test_crash."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from itertools import count

import django


def main(database: str, customer: int, provider: int, customer_team: int, provider_team: int) -> None:
    """Ask, promise, tell, deliver, accept, in an endless row; one line `promise sequence` on stdout an act."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "kept.config.settings"
    from django.conf import settings  # noqa: PLC0415 this process stands alone

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from kept.core import acts  # noqa: PLC0415
    from kept.core.terms import Answer, Terms  # noqa: PLC0415
    from kept.people.models import Person  # noqa: PLC0415
    from kept.promises import actions  # noqa: PLC0415

    asker, maker = Person.objects.get(pk=customer), Person.objects.get(pk=provider)
    for number in count():
        now = datetime.now(UTC)
        ask = acts.Ask(
            customer=customer_team, provider=provider_team, terms=Terms(f"Part {number}", now + timedelta(days=1))
        )
        promise = actions.open_promise(asker, ask, at=now).pk
        print(promise, 1, flush=True)
        for person, act in (
            (maker, acts.Promise()),
            (maker, acts.Update(words="Half of it.")),
            (maker, acts.Deliver(easier=Answer.EASIER)),
            (asker, acts.Accept(answer=Answer.EASIER)),
        ):
            print(promise, actions.do(person, promise, act, at=datetime.now(UTC)).sequence, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
