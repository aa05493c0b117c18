"""The locks pin everything by hash and name no address to fetch it from."""

from __future__ import annotations

import json
import re
import tomllib

import pytest

from house.files import PROJECT

LOCKS = sorted((PROJECT / "requirements").glob("*.txt"))
PINNED = re.compile(r"^([a-zA-Z0-9._-]+)==(\S+)")


def requirements(text: str) -> list[str]:
    """A lock's requirements, each with its continuation lines."""
    return [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]


def test_the_locks_are_there() -> None:
    assert {lock.name for lock in LOCKS} == {"uv.txt", "run.txt", "setup.txt", "dev.txt", "spark.txt", "client.txt"}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_requirement_is_one_version_with_its_hashes(lock) -> None:
    loose = [
        line[:80]
        for line in requirements(lock.read_text(encoding="utf-8"))
        if not (PINNED.match(line) and re.search(r"--hash=sha256:[0-9a-f]{64}", line))
    ]
    assert not loose


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_no_lock_names_an_address(lock) -> None:
    assert "://" not in lock.read_text(encoding="utf-8")


def test_what_is_declared_is_locked() -> None:
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    wanted = {re.split(r"[\[<>=!~ ;]", need)[0].lower().replace("_", "-") for need in declared}
    for name in ("run.txt", "setup.txt", "dev.txt", "spark.txt"):
        text = (PROJECT / "requirements" / name).read_text(encoding="utf-8")
        locked = {found[1].lower() for line in requirements(text) if (found := PINNED.match(line))}
        assert wanted <= locked, name


def test_one_version_in_all_locks() -> None:
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        if lock.name == "client.txt":
            continue  # an environment of its own, because its versions are others
        found: dict[str, set[str]] = {}
        for line in requirements(lock.read_text(encoding="utf-8")):
            if pinned := PINNED.match(line):
                found.setdefault(pinned[1], set()).add(pinned[2])
        for name, here in found.items():
            assert versions.setdefault(name, here) == here, f"{name} in {lock.name}"


def test_the_front_end_lock_pins_by_hash_and_names_no_address() -> None:
    text = (PROJECT / "frontend" / "package-lock.json").read_text(encoding="utf-8")
    packages = {name: package for name, package in json.loads(text)["packages"].items() if name}
    assert packages
    assert not [name for name, package in packages.items() if "integrity" not in package]
    assert '"resolved"' not in text


def test_the_front_end_asks_for_exact_versions() -> None:
    wanted = json.loads((PROJECT / "frontend" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
