"""The documentation leads where it says, and covers what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from house.files import PROJECT, tracked

PAGES = [path for path in tracked() if path.suffix == ".md"]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    """A page's headings as the fragments that lead to them."""
    headings = re.findall(r"^#+ +(.+?) *$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_links_lead_somewhere(page: Path) -> None:
    lost = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in target or target.startswith("mailto:"):
            continue
        name, _, fragment = target.partition("#")
        where = (page.parent / name).resolve() if name else page
        if not where.exists() or (fragment and where.suffix == ".md" and fragment not in anchors(where)):
            lost.append(target)
    assert not lost


def test_the_index_leads_to_every_page() -> None:
    docs = PROJECT / "docs"
    index = (docs / "index.md").read_text(encoding="utf-8")
    pages = {path.name for path in PAGES if path.parent == docs} - {"index.md"}
    assert not {name for name in pages if f"({name})" not in index}


def test_every_make_target_is_in_the_readme_and_says_what_it_does() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, flags=re.MULTILINE)
    assert phony
    targets = set(phony[1].split())
    assert {"setup", "run", "test", "check", "fix", "bench", "wheel"} <= targets
    assert not {name for name in targets - {"help"} if f"| `make {name}` |" not in readme}
    assert not {name for name in targets if not re.search(rf"^{name}:.*## \S", makefile, flags=re.MULTILINE)}


def test_the_readme_names_only_targets_that_exist() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"`?make ([a-z]+)`?", (PROJECT / "README.md").read_text(encoding="utf-8"))) - {"no"}
    assert not {name for name in named if not re.search(rf"^{name}:", makefile, flags=re.MULTILINE)}


def test_the_readme_draws_every_room() -> None:
    rooms = {path.parent.name for path in (PROJECT / "src" / "kept").glob("*/__init__.py")}
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert not {room for room in rooms if not re.search(rf"\b{room}/", readme)}


def test_decisions_are_numbered_once_and_say_why() -> None:
    decisions = sorted((PROJECT / "docs" / "decisions").glob("*.md"))
    numbers = [path.name[:4] for path in decisions]
    assert numbers == sorted(set(numbers))
    for path in decisions:
        assert re.match(r"\d{4}-[a-z0-9-]+\.md$", path.name), path.name
        assert "**Why" in path.read_text(encoding="utf-8"), path.name
