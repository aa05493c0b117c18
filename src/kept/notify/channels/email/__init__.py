"""Mails: one a promise and matter, at once or as the digest of a day, never twice."""

from kept.notify.channels.email.channel import CHANNEL

__all__ = ["CHANNEL"]
