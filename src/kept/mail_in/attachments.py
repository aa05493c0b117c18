"""The files that came with a mail, handed in as drafts of whoever sent it; those that cannot go are named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from kept.core.errors import Incomplete
from kept.core.terms import LONGEST_WORDS
from kept.mail_in.parsing import Attached
from kept.people.models import OutsideCustomer, Person
from kept.promises import files
from kept.promises.files import HandedIn

REST = "the-whole-mail.txt"


def with_files(
    by: Person | OutsideCustomer, promise_id: int | None, words: str, attached: Sequence[Attached], *, at: datetime
) -> tuple[str, tuple[int, ...], list[str]]:
    """The words as they fit into an act, the ids of the files that go with it, and a sentence for each left out."""
    wanted = list(attached)
    if len(words) > LONGEST_WORDS:
        wanted.insert(0, Attached(REST, "text/plain", words.encode()))
        words = words[: LONGEST_WORDS - 60].rstrip() + f"\n… (all of it is in “{REST}”)"
    taken, left = [], []
    for each in wanted[: settings.KEPT_MOST_FILES]:
        try:
            taken.append(_take_in(by, promise_id, HandedIn(each.name, each.media_type, [each.content]), at))
        except Incomplete as error:
            left.append(str(error))
    left += [f"“{each.name}” was left out: at most {settings.KEPT_MOST_FILES} files go with one act."
             for each in wanted[settings.KEPT_MOST_FILES :][:50]]  # fmt: skip
    return words, tuple(taken), left


def _take_in(by: Person | OutsideCustomer, promise_id: int | None, file: HandedIn, at: datetime) -> int:
    take_in = files.take_in if isinstance(by, Person) else files.take_in_for_itself
    return take_in(by, promise_id, file, at=at).pk  # type: ignore[arg-type]
