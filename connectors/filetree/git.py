"""When and by whom each file was last changed, where the folder is a git checkout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Commit:
    """The last commit that touched a file; empty where there is none."""

    id: str = ""
    date: datetime | None = None
    author: str = ""


class GitHistory:
    """The last commit of each of `paths` below `root`; empty commits outside a checkout."""

    def __init__(self, root: Path, paths: Sequence[str]) -> None:
        self._commits: dict[str, Commit] = {}

    def of(self, path: str) -> Commit:
        """The commit that last touched `path`."""
        return self._commits.get(path, Commit())
