"""What a crawl of Notion remembers: of each item the least that tells whether it must be read again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors.notion.node import Node


@dataclass(frozen=True, slots=True)
class Record:
    """One document as it was read.

    `edited` is Notion's time of its last change then ('' if that cannot be trusted: it is read again), of a database
    a digest of its rows. `around` is a digest of what it shows of others: the titles above it and of what it links
    to (`links`); '' if it was never read. `children` are the pages and databases that stand in its blocks, `failures`
    what could not be read of it (reason, skipped). `blocks` is how many blocks it has that may have comments, `asked`
    when each was asked for them ('': never), `commented` are those that had some.
    """

    edited: str
    around: str
    children: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    failures: tuple[tuple[str, bool], ...] = field(default=())
    blocks: int = 0
    asked: str = ""
    commented: tuple[str, ...] = ()

    def to_json(self) -> list[Any]:
        """Lists and strings from which `from_json` makes an equal record."""
        return [
            self.edited,
            self.around,
            list(self.children),
            list(self.links),
            [list(f) for f in self.failures],
            self.blocks,
            self.asked,
            list(self.commented),
        ]

    @classmethod
    def from_json(cls, data: list[Any]) -> Record:
        """The record that `to_json` described."""
        edited, around, children, links, failures, blocks, asked, commented = data
        return cls(
            edited,
            around,
            tuple(children),
            tuple(links),
            tuple((reason, bool(skipped)) for reason, skipped in failures),
            blocks,
            asked,
            tuple(commented),
        )


@dataclass(slots=True)
class Memory:
    """The workspace as the last crawl left it, or came to know it.

    `settings` stand for what the documents were made with, `lacks` are the rights they were made without. `seen` is
    when that crawl began, `swept` when the last one did that looked at everything; None: not to its end. `nodes` are
    those of `records`, `names` the titles of others that are linked to, `absent` what is above and is not shared.
    """

    settings: str = ""
    lacks: tuple[str, ...] = ()
    seen: datetime | None = None
    swept: datetime | None = None
    nodes: dict[str, Node] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    records: dict[str, Record] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The checkpoint."""
        return {
            "settings": self.settings,
            "lacks": sorted(self.lacks),
            "seen": self.seen.isoformat() if self.seen else None,
            "swept": self.swept.isoformat() if self.swept else None,
            "nodes": [self.nodes[name].to_json() for name in sorted(self.nodes)],
            "names": {name: self.names[name] for name in sorted(self.names)},
            "absent": sorted(self.absent),
            "items": {name: self.records[name].to_json() for name in sorted(self.records)},
        }


def load(checkpoint: Mapping[str, Any] | None, settings: str) -> Memory:
    """What a checkpoint holds; nothing if it was made with other settings."""
    if checkpoint is None or checkpoint.get("settings") != settings:
        return Memory(settings)
    nodes = map(Node.from_json, checkpoint.get("nodes", ()))
    return Memory(
        settings,
        tuple(checkpoint.get("lacks", ())),
        _moment(checkpoint.get("seen")),
        _moment(checkpoint.get("swept")),
        {node.id: node for node in nodes},
        dict(checkpoint.get("names", {})),
        tuple(checkpoint.get("absent", ())),
        {name: Record.from_json(data) for name, data in checkpoint.get("items", {}).items()},
    )


def digest(parts: Iterable[object]) -> str:
    """A short text that differs when the parts do."""
    text = json.dumps(list(parts), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:20]


def minute(moment: datetime) -> str:
    """A moment of UTC as Notion writes it, down to the minute, to be compared with its times."""
    return moment.strftime("%Y-%m-%dT%H:%M")


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
