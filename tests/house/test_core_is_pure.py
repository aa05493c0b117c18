"""core is the standard library without its clocks, dice and files: read from its own text."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import kept.core

FILES = sorted(Path(kept.core.__file__).parent.rglob("*.py"))
OUTSIDE_WORLD = frozenset({
    "asyncio", "builtins", "ctypes", "fileinput", "ftplib", "getpass", "glob", "http", "importlib", "io", "locale",
    "logging", "mmap", "multiprocessing", "os", "pathlib", "pickle", "platform", "queue", "random", "secrets",
    "select", "shelve", "shutil", "signal", "socket", "socketserver", "sqlite3", "ssl", "subprocess", "sys",
    "tempfile", "threading", "time", "timeit", "tkinter", "urllib", "uuid", "webbrowser",
})  # fmt: skip
CLOCKS = frozenset({"now", "utcnow", "today"})
CALLS = frozenset({"open", "print", "input", "exec", "eval", "compile", "__import__", "breakpoint"})


def impurities(text: str) -> list[str]:
    """Each import, clock or call in a module's text that core may not have, with its line."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found += [f"{node.lineno}: imports {name}" for name in imported(node) if not allowed(name)]
        elif isinstance(node, ast.Attribute) and node.attr in CLOCKS:
            found.append(f"{node.lineno}: asks the clock ({node.attr})")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            found.append(f"{node.lineno}: calls {node.func.id}")
    return found


def imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [f"{'.' * node.level}{node.module or ''}"]


def allowed(name: str) -> bool:
    if name == "kept.core" or name.startswith(("kept.core.", ".")):
        return not name.startswith("..")
    top = name.partition(".")[0]
    return top in sys.stdlib_module_names and top not in OUTSIDE_WORLD


def test_core_is_read() -> None:
    assert {"promise.py", "state.py", "errors.py"} <= {path.name for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_core_has_no_clock_no_dice_and_no_files(path: Path) -> None:
    assert not impurities(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        "import django", "from kept.ledger import models", "import time", "from pathlib import Path", "import random",
        "from datetime import datetime\nnow = datetime.now(None)", "from datetime import date\nd = date.today()",
        "text = open('x').read()", "print('hello')", "from .. import people", "clock = datetime.utcnow",
    ],
)  # fmt: skip
def test_the_reading_finds_what_it_looks_for(text: str) -> None:
    assert impurities(text)
