"""A mail that begins with “Complaint” is one: about the promise that it answers, or about nothing in particular."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from kept.complaints import actions
from kept.complaints.models import Complaint
from kept.core.errors import KeptError
from kept.mail_in import replies
from kept.mail_in.plain import own_words, plain_subject
from kept.mail_in.verdict import Came, Doing, Verdict, answered, aside, done
from kept.mail_in.words import wish_of
from kept.people.models import Party, Team
from kept.promises.models import CustomerLink, Promise

NAME = "complain"


def complaint_in(came: Came) -> str | None:
    """The words of a mail whose text or subject begins with “Complaint”; None of any other."""
    text, subject = own_words(came.read.text), plain_subject(came.read.subject)
    wish = wish_of(text)
    if wish.complains:
        return wish.words or subject
    wish = wish_of(subject)
    return f"{wish.words}\n\n{text}".strip() if wish.complains else None


def about(came: Came, promise: Promise, words: str, link: CustomerLink | None) -> str:
    """Complain about a promise, by whoever wrote (an outside customer: with its link); gives the name of the deed."""
    if link is not None:
        actions.complain_with(link, words, at=came.at)
    else:
        actions.complain(came.who.person, promise.pk, words, at=came.at)
    return NAME


def to_team(came: Came, team: Team, customer: int, words: str) -> Doing:
    """What is to be done with a complaint of `came.who`, for the party `customer`, in a mail to the team's address."""
    return lambda: _do(came, team, customer, words)


def _do(came: Came, team: Team, customer: int, words: str) -> Verdict:
    what = f"c{team.pk}"
    if came.done_before(what):
        return aside("The same message was here before, and was done then.")
    try:
        with transaction.atomic():
            said = _said(came, team, customer, _with_names(came, words))
            came.did(what, None, NAME)
    except KeptError as error:
        told = replies.refuse(
            came.row, came.read, came.who, f"Your complaint to {team.name} was not kept.\n\n{error}", promise=None,
            at=came.at,
        )  # fmt: skip
        return answered(str(error), told=told)
    _receipt(came, team, said)
    return done(f"{came.who.name} complained to {team.name}.")


def _said(came: Came, team: Team, customer: int, words: str) -> Complaint:
    if came.who.kind != Party.Kind.PERSON:
        return actions.complain_for_itself(came.who.outsidecustomer, team, words, at=came.at)
    own = Party.objects.get(pk=customer)
    return actions.complain_to(came.who.person, team, words, customer=own, at=came.at)


def _with_names(came: Came, words: str) -> str:
    """The words, with the names of the files that came along: a complaint carries none itself."""
    names = [one.name for one in came.read.attached]
    return f"{words}\n\n(Files came with the mail: {', '.join(names)}.)" if names else words


def _receipt(came: Came, team: Team, said: Complaint) -> None:
    here = f"{settings.KEPT_ADDRESS}/complaints/{said.pk}/" if came.who.kind == Party.Kind.PERSON else ""
    by = f"You hear from them by {said.hear_by:%A, %-d %B %Y, %H:%M} (UTC)." if said.hear_by else ""
    says = [
        f"{team.name} has your complaint, and answers it.", by,
        f"Which promise was it about? Kept proposes some here: {here}" if here else "",
    ]  # fmt: skip
    body = "\n\n".join(one for one in says if one)
    replies.receipt(came.row, came.read, came.who, body, promise=None, at=came.at)
