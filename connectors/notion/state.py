"""What a crawl of Notion remembers: of each item the least that tells whether it must be read again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Record:
    """One document as the last crawl saw it.

    `edited` is Notion's time of its last change ('' if that cannot be trusted: it is then read again), `around`
    a digest of what it shows of others: the titles above it and of what it links to (`links`). `children` are
    the pages and databases that stand in its blocks, `failures` what could not be read of it (reason, skipped).
    """

    edited: str
    around: str
    children: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    failures: tuple[tuple[str, bool], ...] = field(default=())

    def to_json(self) -> list[Any]:
        """Lists and strings from which `from_json` makes an equal record."""
        return [
            self.edited,
            self.around,
            list(self.children),
            list(self.links),
            [list(f) for f in self.failures],
        ]

    @classmethod
    def from_json(cls, data: list[Any]) -> Record:
        """The record that `to_json` described."""
        edited, around, children, links, failures = data
        return cls(edited, around, tuple(children), tuple(links), tuple((r, bool(s)) for r, s in failures))


def load(checkpoint: Mapping[str, Any] | None, settings: str) -> dict[str, Record]:
    """The records of a checkpoint by their ids; none if it was made with other settings."""
    if checkpoint is None or checkpoint.get("settings") != settings:
        return {}
    return {name: Record.from_json(data) for name, data in checkpoint.get("items", {}).items()}


def dump(records: Mapping[str, Record], settings: str, lacks: Iterable[str]) -> dict[str, Any]:
    """The checkpoint of these records, made without the rights `lacks`."""
    return {
        "settings": settings,
        "lacks": sorted(lacks),
        "items": {name: records[name].to_json() for name in sorted(records)},
    }


def digest(parts: Iterable[object]) -> str:
    """A short text that differs when the parts do."""
    return hashlib.sha256(json.dumps(list(parts), ensure_ascii=False).encode("utf-8", "replace")).hexdigest()[
        :20
    ]
