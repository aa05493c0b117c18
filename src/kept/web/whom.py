"""On the forms that ask: who may do this, for a person who does not know. Nothing here records anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, QueryDict

from kept.people.models import Party
from kept.promises.whom import Proposal, propose
from kept.web.fields import label_of
from kept.web.opening_forms import AskForm

FIND, CHOOSE = "whom", "choose"
"""The names of the two buttons: propose teams, and take one of them."""


@dataclass(frozen=True, slots=True)
class Whom:
    """What is shown: the proposals, or that nothing fits; and whether anything was typed to go by."""

    proposals: tuple[Proposal, ...]
    typed: bool


def pressed(request: HttpRequest) -> bool:
    """Whether the form came by one of the two buttons, which send no ask."""
    return request.method == "POST" and (FIND in request.POST or CHOOSE in request.POST)


def said(data: QueryDict) -> dict[str, str]:
    """What was typed so far, for a form that shows it again; with the name of the team where one was chosen."""
    chosen = data.get(CHOOSE, "")
    party = Party.objects.filter(pk=chosen, kind=Party.Kind.TEAM).first() if chosen.isdecimal() else None
    return {key: str(value) for key, value in data.items()} | ({"other": label_of(party)} if party else {})


def who_may(form: AskForm, at: datetime) -> Whom:
    """The teams that may do what the form asks for, as far as it is typed."""
    words = f"{form.said('what')} {form.said('done_when')}".strip()
    own = form.said("own")
    return Whom(propose(form.person, words, at, own=int(own) if own.isdecimal() else None), bool(words))


def left_open(form: AskForm, at: datetime) -> Whom | None:
    """The same where the form does not say whom; None where it does, or nothing is typed yet."""
    if form.said("other").strip() or not form.said("what").strip():
        return None
    return who_may(form, at)
