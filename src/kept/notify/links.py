"""Where the links in a notice lead. None of them changes anything by being followed."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core import signing

from kept.core.errors import NotFound
from kept.notify.models import Notice
from kept.people.models import Party
from kept.promises.customer_links import link_in_mails

STOP_SALT = "kept.notify.stop"


def page_of(reader: Party, notice: Notice, at: datetime) -> str:
    """The page that a notice is about, as its reader reaches it; "" for an outside customer without a link."""
    if reader.kind == Party.Kind.OUTSIDE:
        secret = link_in_mails(notice.promise, at=at) if notice.promise else None
        return f"{settings.KEPT_ADDRESS}/for-you/{secret}/" if secret else ""
    if notice.promise_id is not None:
        return f"{settings.KEPT_ADDRESS}/promises/{notice.promise_id}/"
    if notice.agreement_id is not None:
        return f"{settings.KEPT_ADDRESS}/agreements/{notice.agreement_id}/"
    return f"{settings.KEPT_ADDRESS}{notice.page or '/'}"


def stop_link(reader: Party) -> str:
    """The page on which a reader stops their mails; also what a mail program posts to by itself (RFC 8058)."""
    return f"{settings.KEPT_ADDRESS}/notices/stop/{signing.dumps(reader.pk, salt=STOP_SALT, compress=False)}/"


def reader_of(token: str) -> Party:
    """Whose mails a stop link stops; `NotFound` where it is not whole."""
    try:
        key = signing.loads(token, salt=STOP_SALT)
    except signing.BadSignature as error:
        raise NotFound("This link is not whole. Copy all of it from the mail.") from error
    reader = Party.objects.filter(pk=key).first()
    if reader is None:
        raise NotFound("Whoever this link was made for is not here any more.")
    return reader
