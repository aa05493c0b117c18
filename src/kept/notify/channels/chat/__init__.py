"""The chat of a team, in Slack or Microsoft Teams: one short message a matter, with a link."""

from kept.notify.channels.chat.channel import CHANNEL

__all__ = ["CHANNEL"]
