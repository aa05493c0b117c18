"""`kept mcp`: the server for assistants, over standard input and output."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from django.utils.module_loading import import_string

import kept.cli.with_django  # noqa: F401 first: everything below needs it
from kept.cli import database
from kept.core.errors import Refused

SERVE = "kept.api.mcp.stdio.serve"
"""What answers: another door, which this one starts and does not know."""


def mcp(
    *,
    token_file: Annotated[
        Path | None, typer.Option(help="The file that the key stands in (default: the setting KEPT_TOKEN).")
    ] = None,
) -> None:
    """Speak the Model Context Protocol over standard input and output, for the person whose key this is."""
    key = _key(token_file)
    database.refuse_unready()
    import_string(SERVE)(key)


def _key(token_file: Path | None) -> str:
    """The key; never from the command line, which every process on the machine can read."""
    if token_file is None:
        key = os.environ.get("KEPT_TOKEN", "").strip()
    else:
        try:
            key = token_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Refused(
                f"The key cannot be read from {token_file}. Look at the path and at who may read it."
            ) from error
    if not key:
        raise Refused("Give a key in the setting KEPT_TOKEN or in --token-file; one is made on the page “Your keys”.")
    return key
