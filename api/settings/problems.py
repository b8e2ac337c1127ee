"""What is wrong with a configuration, one problem at a time, each with its line and its remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from connectors.errors import ConfigurationError


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to correct: `place` is the dotted key ('' where it is not about one key)."""

    line: int
    place: str
    text: str
    remedy: str

    def __str__(self) -> str:
        """`sources[0].path: /x does not exist; correct the path` without file and line."""
        start = f"{self.place}: " if self.place else ""
        return f"{start}{self.text}; {self.remedy}"


class SettingsError(ConfigurationError):
    """Everything that is wrong with one configuration file; `str()` has a line a problem."""

    def __init__(self, path: Path, problems: Sequence[Problem]) -> None:
        self.path = path
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(f"{path}:{p.line}: {p}" for p in self.problems))
