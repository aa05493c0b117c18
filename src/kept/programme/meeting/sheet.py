"""The page as a PDF or a picture, on one A4."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from kept.programme.campaign import typesetting
from kept.programme.meeting.pack import Pack

TEMPLATE: Final = Path(__file__).parent / "pack.typ"


def pdf(pack: Pack) -> bytes:
    """The page as a PDF. Raises `CannotSet`."""
    return typesetting.pdf(TEMPLATE, _data(pack))


def png(pack: Pack) -> bytes:
    """The page as a picture. Raises as `pdf`."""
    return typesetting.png(TEMPLATE, _data(pack))


def _data(pack: Pack) -> dict[str, Any]:
    foot = f"Counted: {pack.period}, with the teams below. Private promises are in no figure."
    return asdict(pack) | {"title": f"Ten minutes: {pack.team}", "foot": foot}
