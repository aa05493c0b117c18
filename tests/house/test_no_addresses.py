"""Nothing in the project names a package registry's address or a place on somebody's machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from house.files import PROJECT, tracked

# In two pieces each, so that this file doesn't name them either.
REGISTRIES = tuple(
    "".join(pieces)
    for pieces in (
        ("pypi", ".org"),
        ("pythonhosted", ".org"),
        ("registry.npm", "js.org"),
        ("npmjs", ".com"),
        ("yarnpkg", ".com"),
        ("deb.debian", ".org"),
        ("jsdelivr", ".net"),
        ("unpkg", ".com"),
    )
)
PATTERNS = (
    re.compile("|".join(re.escape(name) for name in REGISTRIES)),
    re.compile('"reso' + 'lved": *"http'),
    re.compile("(?:index-url|registry) *= *[\"']?" + "http"),
)


def places() -> tuple[str, ...]:
    """This clone's own folder and its home's: written down by accident, they'd work on this machine alone."""
    roots = {PROJECT, Path.home()} | ({PROJECT.parent} if len(PROJECT.parent.parts) > 1 else set())
    too_short = {"/", "/tmp", "/home", "/usr", "/opt", "/var", "/srv"}
    return tuple(f"{root}/" for root in roots if str(root) not in too_short)


def offences(text: str) -> list[str]:
    """What a text says that the project must not say."""
    found = [match.group() for pattern in PATTERNS for match in pattern.finditer(text)]
    return found + [place for place in places() if place in text]


def test_no_tracked_file_names_a_registry_or_a_place_of_this_machine() -> None:
    found = {}
    for path in tracked():
        content = path.read_bytes()
        if b"\0" in content[:8192]:
            continue
        if said := offences(content.decode("utf-8", errors="replace")):
            found[str(path.relative_to(PROJECT))] = said
    assert not found


@pytest.mark.parametrize(
    "text",
    [
        f"see https://{REGISTRIES[0]}/simple",
        '"reso' + 'lved": "http' + 's://somewhere/x.tgz"',
        "registry=" + "https://mirror.example/",
        f"cd {PROJECT}/src",
    ],
)
def test_the_search_finds_what_it_looks_for(text: str) -> None:
    assert offences(text)
