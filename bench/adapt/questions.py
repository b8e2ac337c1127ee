"""The file of questions: what people would ask about a passage, and whether it answers that."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.adapt.passages import Passage
from bench.adapt.projects import DATA

QUESTIONS = DATA / "questions.jsonl.gz"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a passage. One that is not `answered` is a near miss: on the same thing, but not told there."""

    passage: Passage
    question: str
    answered: bool


def read_questions(file: Path = QUESTIONS) -> list[Asked]:
    """The questions of a file, in its order. Raises `ValueError` that names the line if one is malformed."""
    read: list[Asked] = []
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
                question, answered = row.pop("question"), row.pop("answered")
                read.append(Asked(Passage(**row), question, answered))
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"{file.name}, line {number}: {error}") from error
    return read


def write_questions(file: Path, asked: Iterable[Asked]) -> None:
    """Write the questions to a file; the same ones give the same bytes."""
    lines = [json.dumps(_row(one), ensure_ascii=False) + "\n" for one in asked]
    file.write_bytes(gzip.compress("".join(lines).encode(), compresslevel=9, mtime=0))


def _row(asked: Asked) -> dict[str, object]:
    p = asked.passage
    place = {"project": p.project, "file": p.file, "start": p.start, "length": p.length, "quote": p.quote}
    return {**place, "answered": asked.answered, "question": asked.question}
