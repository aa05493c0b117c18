"""Importing this module makes Django ready. A command that needs the database imports it before any model."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kept.config.settings")
django.setup()
