"""Webhooks: the programs that somebody named are told of each event that this person may see."""

from kept.notify.channels.webhooks.channel import CHANNEL

__all__ = ["CHANNEL"]
