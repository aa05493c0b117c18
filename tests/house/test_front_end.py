"""Set-up brought the front-end files that the lock names, whole, and pages ask for no others."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import kept.web
from house.files import PROJECT

WEB = Path(kept.web.__file__).parent
VENDOR = WEB / "static" / "vendor"


def manifest() -> list[dict]:
    return json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))["packages"]


def test_every_file_of_the_manifest_is_there_as_it_was_copied() -> None:
    for package in manifest():
        for name, sha256 in package["files"].items():
            assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == sha256, name


def test_the_versions_are_those_of_the_lock() -> None:
    lock = json.loads((PROJECT / "frontend" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert {package["name"]: package["version"] for package in manifest()} == {
        name: lock[f"node_modules/{name}"]["version"] for name in lock[""]["dependencies"]
    }


def test_pages_ask_only_for_files_that_are_served_from_here() -> None:
    asked = set()
    for page in (WEB / "templates").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        asked |= set(re.findall(r"{% static ['\"]([^'\"]+)['\"] %}", text))
        assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", text), f"{page.name} fetches from elsewhere"
    missing = {name for name in asked if not (WEB / "static" / name).is_file()}
    assert not missing


def test_every_icon_that_pages_name_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (WEB / "static/kept/icons.svg").read_text(encoding="utf-8")))
    named = set()
    for page in (WEB / "templates").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        named |= set(re.findall(r"icons\.svg' %}#([a-z]+)", text)) | set(re.findall(r'icon="([a-z]+)"', text))
    assert named
    assert named <= drawn


def test_style_sheets_fetch_nothing_from_elsewhere() -> None:
    for sheet in (WEB / "static").rglob("*.css"):
        outside = re.findall(r"url\([\"']?(?!data:|#)([^)\"']+)|(@import)", sheet.read_text(encoding="utf-8"))
        assert not outside, f"{sheet.name} asks for {outside[:3]}"
