"""The links of a newsletter. None of them changes anything by being followed."""

from __future__ import annotations

from django.conf import settings
from django.core import signing

from kept.core.errors import NotFound
from kept.people.models import Person
from kept.programme.newsletter.models import Issue

SALT = "kept.programme.newsletter"


def page_of(issue: Issue) -> str:
    """Where an issue is read as a page."""
    return f"{settings.KEPT_ADDRESS}/newsletter/{issue.pk}/"


def stop_link(reader: Person) -> str:
    """The page on which a reader ends the newsletter; also what a mail program posts to by itself (RFC 8058)."""
    return f"{settings.KEPT_ADDRESS}/newsletter/stop/{signing.dumps(reader.pk, salt=SALT, compress=False)}/"


def reader_of(token: str) -> Person:
    """Whose newsletter a stop link ends; `NotFound` where it is not whole."""
    try:
        key = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise NotFound("This link is not whole. Copy all of it from the mail.") from error
    person = Person.objects.filter(pk=key).first()
    if person is None:
        raise NotFound("Whoever this link was made for is not here any more.")
    return person
