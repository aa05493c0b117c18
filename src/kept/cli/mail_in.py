"""`kept mail-in`: take one mail from a pipe, or fetch what is new from a mailbox."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer
from django.conf import settings

from kept.cli import database
from kept.core.errors import Refused
from kept.mail_in import mailbox
from kept.mail_in.chores import handle
from kept.mail_in.keeping import TooLarge, keep

NOT_TAKEN = 69
"""EX_UNAVAILABLE of sysexits.h: the mail server sends it back to the sender, with what stands on stderr."""
LATER = 75
"""EX_TEMPFAIL: the mail server keeps it and tries again."""


def mail_in(
    *,
    imap: Annotated[bool, typer.Option("--imap", help="Fetch what is new from the mailbox of the settings.")] = False,
) -> None:
    """Take one mail from standard input; a mail server pipes into it. It ends with 0 as soon as the mail is kept."""
    if imap:
        database.refuse_unready()
        _from_mailbox()
    else:
        _from_pipe()


def _from_pipe() -> None:
    now = datetime.now(UTC)
    try:
        raw = sys.stdin.buffer.read(settings.KEPT_LARGEST_MAIL + 1)
        database.refuse_unready()
        kept = bool(raw.strip()) and keep(raw, at=now)
    except TooLarge as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(NOT_TAKEN) from error
    except Exception as error:  # whatever it is: the mail server has the mail still, and tries again
        typer.echo(f"The mail could not be kept now: {type(error).__name__}: {error}", err=True)
        raise typer.Exit(LATER) from error
    if not kept:
        raise Refused("There is no mail on standard input.")
    try:
        handle(now)
    except Exception as error:  # the mail is kept, and a worker handles it
        typer.echo(f"The mail is kept; a worker takes it up: {type(error).__name__}: {error}", err=True)


def _from_mailbox() -> None:
    if not mailbox.is_configured():
        raise Refused("No mailbox is configured: set KEPT_IMAP_HOST, KEPT_IMAP_USER and KEPT_IMAP_PASSWORD.")
    now = datetime.now(UTC)
    looked = mailbox.fetch(now=now)
    handle(now)
    typer.echo(f"{looked.kept} mails taken in." + (f" {looked.too_large} were too large." if looked.too_large else ""))
