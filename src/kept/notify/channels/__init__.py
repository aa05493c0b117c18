"""The ways in which people and programs are told, one folder each; to add one, write its folder and its line here.

What stands in everybody's inbox are the notices themselves, so the inbox is no channel.
"""

from __future__ import annotations

from typing import Final

from kept.notify.channels import chat, email, webhooks
from kept.notify.channels.base import Channel

CHANNELS: Final[tuple[Channel, ...]] = (email.CHANNEL, webhooks.CHANNEL, chat.CHANNEL)
