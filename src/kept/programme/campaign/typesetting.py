"""Setting a sheet with Typst: a template of the programme and data make a PDF or a picture.

The data reach the template as JSON, never as code, so that nothing in a name is read as anything but text. No network,
no files but the templates; of fonts those inside Typst, and for other scripts what the machine has.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import typst

from kept.core.errors import KeptError

ROOT: Final = Path(__file__).parent.parent
"""The folder of the programme: no template reads outside it. `/campaign/sheets/kept.typ` holds what all share."""
SHEETS: Final = Path(__file__).parent / "sheets"
PRINT_PPI: Final = 144.0
PREVIEW_PIXELS: Final = 640


class CannotSet(KeptError):
    """A sheet can't be set; says what went wrong."""


@dataclass(frozen=True, slots=True)
class Format:
    """A sheet's width and height in millimetres."""

    width: int
    height: int


class Size(Enum):
    """How large a sheet is."""

    A4 = Format(210, 297)
    A3 = Format(297, 420)
    A2 = Format(420, 594)
    BANNER = Format(1200, 400)

    @property
    def key(self) -> str:
        """Its name in addresses and file names."""
        return self.name.lower()


def pdf(template: Path, data: Mapping[str, Any], size: Size = Size.A4) -> bytes:
    """A PDF of `template`, a .typ file inside `ROOT`, with `data` (what JSON can say) on it. Raises `CannotSet`."""
    return _set(template, data, size, "pdf", None)[0]


def png(template: Path, data: Mapping[str, Any], size: Size = Size.A4, *, ppi: float = PRINT_PPI) -> bytes:
    """A picture of the first page, with `ppi` pixels an inch. Raises as `pdf`."""
    return _set(template, data, size, "png", ppi)[0]


def pages(template: Path, data: Mapping[str, Any], size: Size = Size.A4, *, ppi: float = PRINT_PPI) -> list[bytes]:
    """A picture of each page. Raises as `pdf`."""
    return _set(template, data, size, "png", ppi)


def preview(template: Path, data: Mapping[str, Any], size: Size = Size.A4) -> bytes:
    """A small picture, for a page. Raises as `pdf`."""
    return png(template, data, size, ppi=PREVIEW_PIXELS * 25.4 / size.value.width)


def _set(
    template: Path, data: Mapping[str, Any], size: Size, kind: Literal["pdf", "png"], ppi: float | None
) -> list[bytes]:
    inputs = {
        "data": json.dumps(data, ensure_ascii=False),
        "width": str(size.value.width),
        "height": str(size.value.height),
    }
    compiler = typst.Compiler(str(template), root=str(ROOT), font_paths=_fonts(), sys_inputs=inputs)
    try:
        made = compiler.compile(format=kind, ppi=ppi)
    except (typst.TypstError, RuntimeError) as error:
        raise CannotSet(f"The sheet could not be set: {error}") from error
    if made is None:
        raise CannotSet("The sheet could not be set: nothing came of it.")
    return made if isinstance(made, list) else [made]


@cache
def _fonts() -> Any:
    """The fonts, looked up once: those inside Typst come first in every template."""
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=True)
