"""Importing this module gives the tests a home that nobody lives in, and makes Django ready in it.

DATABASE_URL alone is taken from outside, so that the same tests run on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import atexit
import os
import tempfile
from pathlib import Path

import django
from django.conf import settings

_home = tempfile.TemporaryDirectory(prefix="kept-tests-")
atexit.register(_home.cleanup)
HOME = Path(_home.name)

_FROM_OUTSIDE = {
    "KEPT_ACTS",
    "KEPT_CHROMIUM",
    "KEPT_PICTURES",
    "KEPT_REQUIRE",
    "KEPT_SHARED",
    "KEPT_WRITE_EXAMPLES",
    "KEPT_WRITE_QUERY_COUNTS",
}
for _name in [name for name in os.environ if name.startswith("KEPT_") and name not in _FROM_OUTSIDE]:
    del os.environ[_name]
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "kept.config.settings",
    "KEPT_HOME": str(HOME),
    "KEPT_MAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
    # Playwright's loop runs in the tests' own thread for the whole session, and Django would take it for a mistake.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
}

if settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in an installation: several threads and processes can open it.
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(HOME / "test.sqlite3")
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one is slow on purpose
django.setup()
