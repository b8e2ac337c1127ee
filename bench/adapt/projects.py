"""The projects whose documentation the questions are about."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "data" / "adaptation"


@dataclass(frozen=True, slots=True)
class Project:
    """One sdist on PyPI. Its pages go to the source `source`; with `code`, its Terraform and YAML are taken too."""

    name: str
    version: str
    source: str
    sha256: str
    code: bool = False

    @property
    def folder(self) -> str:
        """The folder in the sdist that holds everything."""
        return f"{self.name}-{self.version}"

    @property
    def filename(self) -> str:
        """The name of the sdist."""
        return f"{self.folder}.tar.gz"


def projects(file: Path = DATA / "projects.jsonl") -> list[Project]:
    """The projects of the table, by name."""
    return [Project(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]
