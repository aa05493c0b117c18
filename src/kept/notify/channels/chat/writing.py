"""A message as Slack and Microsoft Teams take it.

The words of a promise stand in elements that are shown as they are: nothing in them is ever a link, a mention of
everybody, or bold. Only in the line for programs that show no blocks are they escaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kept.notify.calling.endpoints import in_json
from kept.notify.models import Endpoint

LONGEST = 300
OPEN = "Open it in Kept"


@dataclass(frozen=True, slots=True)
class Message:
    """What is said: `what` it is about, one sentence, and the address that it leads to."""

    what: str
    says: str
    link: str


def body(kind: str, message: Message) -> str:
    """The message for one kind of chat, in JSON."""
    what, says = _short(message.what), _short(message.says)
    return in_json(
        _teams(what, says, message.link) if kind == Endpoint.Kind.TEAMS else _slack(what, says, message.link)
    )


def _slack(what: str, says: str, link: str) -> dict[str, Any]:
    elements = [
        {"type": "text", "text": what, "style": {"bold": True}},
        {"type": "text", "text": f"\n{says}\n"},
        {"type": "link", "url": link, "text": OPEN},
    ]
    return {
        "text": _escaped(f"{what}: {says}"),
        "mrkdwn": False,
        "unfurl_links": False,
        "blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}],
    }


def _escaped(words: str) -> str:
    """Slack's three signs; and no @ that calls somebody, in programs that take the same messages."""
    named = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return named.replace("@", "@\N{ZERO WIDTH SPACE}")


def _teams(what: str, says: str, link: str) -> dict[str, Any]:
    runs = [
        {"type": "TextRun", "text": what, "weight": "Bolder"},
        {"type": "TextRun", "text": f" {says}"},
    ]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [{"type": "RichTextBlock", "inlines": runs}],
        "actions": [{"type": "Action.OpenUrl", "title": OPEN, "url": link}],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _short(words: str) -> str:
    """One line, of at most `LONGEST` signs."""
    line = " ".join(words.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
