"""A lesson's text: TOML between two lines of `+++` (title, minutes, paths, the quiz), then Markdown."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from kept.core.errors import KeptError
from kept.programme.lessons.models import Edition, Path

FENCE: Final = "+++"
LONGEST: Final = 40_000
"""Characters of a lesson's text."""


class BadLesson(KeptError):
    """A lesson's text can't be understood; says what to put right."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its answers in order, which of them are right (counted from 1), and why."""

    question: str
    answers: tuple[str, ...]
    right: frozenset[int]
    why: str

    @property
    def several(self) -> bool:
        """Whether more than one answer is right."""
        return len(self.right) > 1


@dataclass(frozen=True, slots=True)
class Lesson:
    """One version of a lesson: `body` is Markdown, `minutes` how long reading it takes."""

    slug: str
    version: int
    title: str
    minutes: int
    paths: tuple[Path, ...]
    body: str
    quiz: tuple[Question, ...]


def read(text: str, slug: str, version: int) -> Lesson:
    """Understand a lesson's text. Raises BadLesson with a sentence that says what to put right."""
    if len(text) > LONGEST:
        raise BadLesson(f"That is longer than {LONGEST:,} characters. A lesson is read in five minutes: split it.")
    before, fence, rest = text.replace("\r\n", "\n").lstrip("\ufeff \n").partition(f"{FENCE}\n")
    head, second, body = rest.partition(f"\n{FENCE}\n")
    if before or not fence or not second:
        raise BadLesson("A lesson begins with a line +++, its title and quiz as TOML, and another line +++.")
    try:
        said = tomllib.loads(head)
    except tomllib.TOMLDecodeError as error:
        raise BadLesson(f"What stands between the lines +++ is not valid TOML: {error}.") from None
    if not body.strip():
        raise BadLesson("The lesson has no text. Write it below the second line +++.")
    quiz = tuple(_question(one, number) for number, one in enumerate(_quiz(said), 1))
    return Lesson(slug, version, _words(said, "title", "the lesson"), _minutes(said), _paths(said), body.strip(), quiz)


def _quiz(said: dict[str, Any]) -> list[dict[str, Any]]:
    quiz = said.get("quiz")
    if not isinstance(quiz, list) or not quiz or not all(isinstance(one, dict) for one in quiz):
        raise BadLesson("A lesson ends with a quiz: add at least one [[quiz]] with question, answers, right and why.")
    return quiz


def _words(said: dict[str, Any], key: str, where: str) -> str:
    value = said.get(key)
    if not isinstance(value, str) or not value.strip():
        raise BadLesson(f'Say {key} = "…" of {where}.')
    return value.strip()


def _minutes(said: dict[str, Any]) -> int:
    value = said.get("minutes", 5)
    if not isinstance(value, int) or not 1 <= value <= 60:
        raise BadLesson("minutes is a whole number from 1 to 60: how long reading it takes.")
    return value


def _paths(said: dict[str, Any]) -> tuple[Path, ...]:
    value = said.get("paths", [])
    if not isinstance(value, list) or not value or not all(one in Path.values for one in value):
        raise BadLesson(f"paths says whom it is for: a list of one or more of {', '.join(Path.values)}.")
    return tuple(path for path in Path if path in value)


def _question(said: dict[str, Any], number: int) -> Question:
    where = f"question {number}"
    answers, right = said.get("answers"), said.get("right")
    if not isinstance(answers, list) or not all(isinstance(one, str) and one.strip() for one in answers):
        raise BadLesson(f'Say answers = ["…", "…"] of {where}.')
    if len(answers) < 2:
        raise BadLesson(f"There must be two answers or more to {where}.")
    numbers = range(1, len(answers) + 1)
    if not isinstance(right, list) or not right or not all(one in numbers for one in right):
        raise BadLesson(f"right of {where} lists the right answers by their number, from 1 to {len(answers)}.")
    words = (_words(said, "question", where), tuple(answers), frozenset(right), _words(said, "why", where))
    return Question(*words)


@cache
def brought() -> dict[str, Lesson]:
    """The lessons that Kept brings, by slug."""
    folder = files("kept.programme.lessons") / "content"
    texts = {
        one.name.removesuffix(".md"): one.read_text("utf-8") for one in folder.iterdir() if one.name.endswith(".md")
    }
    return {slug: read(text, slug, _version(text)) for slug, text in sorted(texts.items())}


def _version(text: str) -> int:
    return int(tomllib.loads(text.split(FENCE)[1])["version"])


def brought_text(slug: str) -> str | None:
    """The text of a lesson that Kept brings."""
    path = files("kept.programme.lessons") / "content" / f"{slug}.md"
    return path.read_text("utf-8") if slug in brought() else None


def every_lesson() -> dict[str, Lesson]:
    """Every lesson in its newest version, by slug: the company's own edition where there is one."""
    newest: dict[str, Edition] = {}
    for edition in Edition.objects.order_by("slug", "number"):
        newest[edition.slug] = edition
    return brought() | {slug: read(one.text, slug, one.number) for slug, one in newest.items()}
