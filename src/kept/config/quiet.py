"""Keeps what opens doors out of the logs: the secrets that stand in addresses."""

from __future__ import annotations

import logging
import re

SECRETS = re.compile(r"(/(?:for-you|calendar|sign-in|notices/stop)/)(?!(?:new|end)/)[^/\s\"?.]{12,}")


def without_secrets(words: str) -> str:
    """The same words; an address that holds a secret says "…" there."""
    return SECRETS.sub(r"\1…", words)


class WithoutSecrets(logging.Filter):
    """Lets every record pass, without the secrets that stand in the addresses that it names."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = without_secrets(record.getMessage())
        record.args = None
        return True
