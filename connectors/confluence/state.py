"""What a crawl of Confluence remembers, so that the next one reads only what is new."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors.confluence.findings import Unknown
from connectors.confluence.lookups import Space
from connectors.confluence.node import Node
from connectors.confluence.values import as_text


@dataclass(frozen=True, slots=True)
class Record:
    """One document as it was read.

    `digest` stands for all that it was made of, but its comments ('' if it must be read again); those are in
    `comments`, each with its version (`123.1`). `access` stands for its readers, `includes` are the space, kind and
    title of each page that it shows, `failures` what could not be read of it (reason, skipped). A file without any
    text is no document: there is only a failure to tell.
    """

    digest: str
    access: str
    comments: tuple[str, ...] = ()
    includes: tuple[tuple[str, str, str], ...] = ()
    failures: tuple[tuple[str, bool], ...] = ()
    is_document: bool = True

    def to_json(self) -> list[Any]:
        """Lists and strings from which `from_json` makes an equal record."""
        return [
            self.digest, self.access, list(self.comments), [list(i) for i in self.includes],
            [list(f) for f in self.failures], self.is_document,
        ]  # fmt: skip

    @property
    def comment_ids(self) -> list[str]:
        """The ids of the comments."""
        return [name.rpartition(".")[0] for name in self.comments]

    @classmethod
    def from_json(cls, data: list[Any]) -> Record:
        """The record that `to_json` described."""
        digest, access, comments, includes, failures, is_document = data
        return cls(
            digest,
            access,
            tuple(comments),
            tuple((space, kind, title) for space, kind, title in includes),
            tuple((reason, bool(skipped)) for reason, skipped in failures),
            bool(is_document),
        )


@dataclass(slots=True)
class Memory:
    """The site as the last crawl left it, or came to know it.

    `settings` stand for what the documents were made with, `kinds` are the types of content that could be listed.
    `seen` is when that began, `swept` when everything was last listed with its permissions; None: not wholly.
    `unknown` is what could not be looked up (`Findings`), `heavy` what has to be asked for alone (`Heavy`).
    """

    settings: str = ""
    kinds: tuple[str, ...] = ()
    seen: datetime | None = None
    swept: datetime | None = None
    spaces: dict[str, Space] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    unknown: dict[str, Unknown] = field(default_factory=dict)
    heavy: dict[str, int] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The checkpoint."""
        return {
            "settings": self.settings,
            "kinds": list(self.kinds),
            "seen": self.seen.isoformat() if self.seen else None,
            "swept": self.swept.isoformat() if self.swept else None,
            "spaces": [self.spaces[key].to_json() for key in sorted(self.spaces)],
            "nodes": [self.nodes[name].to_json() for name in sorted(self.nodes)],
            "heavy": self.heavy,
            "unknown": [[name, *one] for name, one in self.unknown.items()],
            "records": {name: self.records[name].to_json() for name in sorted(self.records)},
        }


def load(checkpoint: Mapping[str, Any] | None, settings: str) -> Memory:
    """What a checkpoint holds; nothing if it was made with other settings."""
    if checkpoint is None or checkpoint.get("settings") != settings:
        return Memory(settings)
    spaces = map(Space.from_json, checkpoint.get("spaces", ()))
    nodes = map(Node.from_json, checkpoint.get("nodes", ()))
    records, unknown = checkpoint.get("records", {}), checkpoint.get("unknown", ())
    return Memory(
        settings,
        tuple(checkpoint.get("kinds", ())),
        _moment(checkpoint.get("seen")),
        _moment(checkpoint.get("swept")),
        {space.key: space for space in spaces},
        {node.id: node for node in nodes},
        unknown={as_text(name): Unknown(*rest) for name, *rest in unknown},
        heavy=dict(checkpoint.get("heavy", {})),
        records={name: Record.from_json(data) for name, data in records.items()},
    )


def digest(parts: Iterable[object]) -> str:
    """A short text that differs when the parts do."""
    text = json.dumps(list(parts), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:20]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
