"""Which mails no person wrote: answering one could go round in a circle for ever."""

from __future__ import annotations

import re

from django.conf import settings

from kept.mail_in.parsing import Read
from kept.notify.channels.email.addresses import is_ours

_BULK = frozenset({"bulk", "list", "junk", "auto_reply"})
_OUT = re.compile(
    r"^\s*(?:out of (?:the )?office|automatic reply|auto(?:matic)?[- ]?(?:reply|response)|abwesenheit|"
    r"automatische antwort|réponse automatique|respuesta automática|risposta automatica|automatisch antwoord)\b",
    re.IGNORECASE,
)


def why_automatic(mail: Read) -> str:
    """Why a mail was written by a program, in a sentence; "" where a person may have written it."""
    headers = mail.headers
    submitted = headers.first("auto-submitted").partition(";")[0].strip().lower()
    if is_ours(mail.own_id) or mail.sender in _own_addresses() or headers.first("x-loop"):
        return "It is one of our own mails, come back."
    if submitted and submitted != "no":
        return "It says that a program sent it (Auto-Submitted)."
    if set(headers.first("precedence").lower().split()) & _BULK or headers.first("list-id"):
        return "It comes from a list, or was sent to many (Precedence, List-Id)."
    suppress = set(re.split(r"[\s,]+", headers.first("x-auto-response-suppress").lower()))
    if suppress & {"all", "oof", "autoreply"} or headers.first("x-autoreply") or headers.first("x-autorespond"):
        return "It says that no answer is wanted (X-Auto-Response-Suppress), as automatic answers do."
    if headers.first("return-path").strip() == "<>":
        return "It has no return path, as automatic answers and reports have none."
    if _OUT.match(mail.subject):
        return "It is an automatic answer: somebody is away."
    return ""


def _own_addresses() -> set[str]:
    found = re.findall(r"[^\s<>@]+@[^\s<>@]+", f"{settings.DEFAULT_FROM_EMAIL} {settings.KEPT_MAIL_IN}".lower())
    return set(found)
