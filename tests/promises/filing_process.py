"""A process that hands files in with notes without end, and says each aloud once its act is done. For test_files."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from itertools import count

import django


def main(database: str, home: str, provider: int, promise: int) -> None:
    """One line with the file's id on stdout for each note that is in the database."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "kept.config.settings"
    os.environ["KEPT_HOME"] = home
    from django.conf import settings  # noqa: PLC0415 this process stands alone

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from kept.core import acts  # noqa: PLC0415
    from kept.people.models import Person  # noqa: PLC0415
    from kept.promises import actions, files  # noqa: PLC0415

    maker = Person.objects.get(pk=provider)
    for number in count():
        handed_in = files.HandedIn(f"{number}.bin", "", [os.urandom(200_000)])
        file = files.take_in(maker, promise, handed_in, at=datetime.now(UTC))
        actions.do(maker, promise, acts.Note(words="With it.", files=(file.pk,)), at=datetime.now(UTC))
        print(file.pk, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
