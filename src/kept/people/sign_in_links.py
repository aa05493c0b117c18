"""Links that sign one person in: signed, good for some hours, worth nothing once the person has left.

A link can be used more than once while it is good; whoever holds it can sign in, so it goes to that person alone.
"""

from __future__ import annotations

from datetime import timedelta

from django.core import signing

from kept.core.errors import NotFound, Refused
from kept.people.models import Person

GOOD_FOR = timedelta(hours=12)
_SALT = "kept.people.sign-in-link"


def token_for(person: Person) -> str:
    """The token that signs `person` in for `GOOD_FOR` from now. Refused for somebody who has left."""
    if not person.is_active:
        raise Refused(f"{person} has left, so there is no sign-in link for them.")
    return signing.dumps(person.pk, salt=_SALT)


def person_of(token: str) -> Person:
    """Whom a token signs in; `NotFound` where it was altered, is too old, or the person has left."""
    try:
        person_id = signing.loads(token, salt=_SALT, max_age=GOOD_FOR)
    except signing.BadSignature as error:
        raise NotFound("This sign-in link is not whole, or it is too old. Ask for a new one.") from error
    person = Person.objects.filter(pk=person_id, is_active=True).first()
    if person is None:
        raise NotFound("The person whom this link was made for no longer works here.")
    return person
