"""`kept manage …`: Django's own management commands."""

from __future__ import annotations

import os

import typer
from django.core.management import ManagementUtility

SETTINGS = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
"""What the command table gives Typer, so that every word and option goes through to Django."""


def manage(context: typer.Context) -> None:
    """Run one of Django's management commands, such as `kept manage shell`; without a name it lists them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kept.config.settings")
    ManagementUtility(["kept manage", *context.args]).execute()
