"""What the two sides are told and how they answer: JSON files, as each runs in a process of its own."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.measure import recall


@dataclass(frozen=True, slots=True)
class Query:
    """A search, and the files (`source/path`) that answer it, if they are known."""

    text: str
    gold: tuple[str, ...] = ()
    needs_all: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """One side's work: `files` (`source/path`) below `corpus`; everything it writes goes to `state`."""

    corpus: Path
    state: Path
    types: dict[str, str]
    files: tuple[str, ...]
    changes: dict[str, str]
    """For each source the file that is changed."""
    queries: tuple[Query, ...]

    def write(self, path: Path) -> None:
        """Keep the task for the other process."""
        path.write_text(json.dumps(asdict(self), default=str))

    @classmethod
    def read(cls, path: Path) -> Task:
        """The task that `write` kept."""
        data = json.loads(path.read_text())
        queries = [Query(q["text"], tuple(q["gold"]), q["needs_all"]) for q in data["queries"]]
        return cls(
            corpus=Path(data["corpus"]),
            state=Path(data["state"]),
            types=data["types"],
            files=tuple(data["files"]),
            changes=data["changes"],
            queries=tuple(queries),
        )


def recall_figures(task: Task, files_for: Callable[[str], list[str]]) -> dict[str, float]:
    """Mean recall over the queries with known answers; {} if there are none."""
    asked = [query for query in task.queries if query.gold]
    if not asked:
        return {}
    found = {query.text: files_for(query.text) for query in asked}
    return {
        f"recall@{depth}": round(
            sum(recall(found[q.text], q.gold, depth, q.needs_all) for q in asked) / len(asked), 4
        )
        for depth in (5, 10)
    }


def run_side(measure: Callable[[Task], dict[str, Any]]) -> None:
    """The main program of a side: `python -m bench.SIDE TASK.json RESULT.json`."""
    result = measure(Task.read(Path(sys.argv[1])))
    Path(sys.argv[2]).write_text(json.dumps(result))
