"""Question files: one JSON object a line, as the contract defines them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Gold:
    """A file that answers the question, and the words in it that do."""

    path: str
    quote: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question with what a right answer needs; without `gold` it is unanswerable and right is to abstain.

    `script` is what a suggested script must hold, read like `must_include`; empty where none is expected.
    """

    id: str
    question: str
    lang: str
    kind: str
    gold: tuple[Gold, ...]
    must_include: tuple[str, ...]
    needs_all: bool = False
    script: tuple[str, ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether the documents hold an answer."""
        return bool(self.gold)


def load_questions(path: Path) -> list[Question]:
    """The questions of a file; raises `ConfigurationError` that names the line of the first broken one."""
    try:
        # Not splitlines(): JSON may hold U+2028 and its like unescaped.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path}: is not UTF-8; save it as UTF-8") from None
    questions = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            questions.append(_question(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            why = f"the key {error} is missing" if isinstance(error, KeyError) else str(error)
            raise ConfigurationError(f"{path}:{number}: no valid question: {why}") from None
    if not questions:
        raise ConfigurationError(f"{path}: holds no question; write one JSON object a line")
    return questions


def _question(data: Any) -> Question:
    if not isinstance(data, dict):
        raise TypeError("not an object")
    for name in ("gold", "must_include", "script"):
        if not isinstance(data.get(name, []), list):
            raise TypeError(f"{name} must be a list")
    for item in data.get("must_include", ()):
        if not all(part.strip() for part in str(item).split("|")):
            raise ValueError(f"must_include {item!r} has an empty alternative, which every answer includes")
    return Question(
        id=str(data["id"]),
        question=str(data["question"]),
        lang=str(data.get("lang", "en")),
        kind=str(data.get("kind", "")),
        gold=tuple(Gold(str(g["path"]), str(g.get("quote", ""))) for g in data.get("gold", ())),
        must_include=tuple(str(item) for item in data.get("must_include", ())),
        needs_all=data.get("need") == "all",
        script=tuple(str(item) for item in data.get("script", ())),
    )


def includes_all(answer: str, must_include: Sequence[str]) -> bool:
    """Whether every item occurs in `answer` (any of its `|` alternatives, case-insensitive).

    A purely numeric alternative must stand alone: `3` does not occur in `13` or in `3.5`.
    """
    low = answer.lower()
    return all(any(_occurs(part.strip().lower(), low) for part in item.split("|")) for item in must_include)


def _occurs(part: str, answer: str) -> bool:
    if re.fullmatch(r"\d+(?:\.\d+)?", part):
        return re.search(rf"(?<![\w.]){re.escape(part)}(?!\w|\.\d|,\d{{3}})", answer) is not None
    return part in answer
