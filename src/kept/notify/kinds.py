"""The kinds of notices: what somebody can choose about."""

from __future__ import annotations

from django.db import models


class Kind(models.TextChoices):
    """Why somebody is told."""

    MY_TURN = "my_turn", "Something waits for my answer"
    WORD = "word", "Word about what I await or owe"
    SLIP = "slip", "Something slips: late, silent, expected later, given up"
    DANGER = "danger", "A date that I gave is likely to be missed"
    REMINDER = "reminder", "A word or an answer of mine is due soon"
    AGREEMENT = "agreement", "What we agree on with others"
    QUESTIONS = "questions", "The three questions, four times a year"
    PROGRAMS = "programs", "A webhook or a chat of mine was switched off"


class ByMail(models.TextChoices):
    """When a kind of notice goes out by mail; in the inbox all of them stand at once."""

    NOW = "now", "at once"
    DIGEST = "digest", "once a day, all in one mail"
    NEVER = "never", "never"


USUALLY: dict[Kind, ByMail] = {
    Kind.MY_TURN: ByMail.NOW,
    Kind.WORD: ByMail.NOW,
    Kind.SLIP: ByMail.NOW,
    Kind.DANGER: ByMail.NOW,
    Kind.REMINDER: ByMail.NOW,
    Kind.AGREEMENT: ByMail.NOW,
    Kind.QUESTIONS: ByMail.DIGEST,
    Kind.PROGRAMS: ByMail.NOW,
}
"""What holds until somebody chooses otherwise."""
