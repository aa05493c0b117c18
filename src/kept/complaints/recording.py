"""Writing what follows in a complaint or in thanks: lock, decide, append, project, in one transaction."""

from __future__ import annotations

import functools
from datetime import datetime

from django.db import transaction

from kept.complaints import projection
from kept.complaints.models import Complaint
from kept.core import complaints as rules
from kept.core.acts import Act
from kept.core.errors import NotFound
from kept.core.terms import By
from kept.ledger import book


def record(said_id: int, act: Act, by: By, at: datetime) -> None:
    """Do `act` in what was said before. Raises any `Refused` of the rules."""
    with transaction.atomic():
        book.lock(said_id)
        state = rules.replay(book.read(said_id, rules.BY_NAME))
        if state is None:
            raise NotFound("There is no such word, or it is not for you to see.")
        events = rules.decide(state, act, by, at)
        book.append(said_id, events, after=state.sequence)
        projection.project(said_id, state, functools.reduce(rules.evolve, events, state))


def add(said_id: int, act: Act, by: By, at: datetime) -> Complaint:
    """Do `act` in a complaint; gives it as it stands then. Raises as `record`."""
    record(said_id, act, by, at)
    return Complaint.objects.get(pk=said_id)
