"""Crawls of a folder that changes in between, held against crawls of everything."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from connectors.documents import Document, Failure, Unchanged
from connectors.filetree.connector import TreeConnector

Edit = tuple[str, Any]
"""A path and its new text, or what is done (`append`, `remove`, `move`) and the number of the file it is done to."""


class Crawls:
    """A folder, and what crawls of it by the connectors that `make` gives have said so far."""

    def __init__(self, root: Path, make: Callable[[Path], TreeConnector], folders: Sequence[str]) -> None:
        self.root = root
        self._make = make
        self._folders = folders
        self.documents: dict[str, Document] = {}
        self.checkpoint: Mapping[str, Any] | None = None
        self._clock = 1_600_000_000

    def write(self, path: str, text: str) -> None:
        """Write a file that is seen as changed."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        self._clock += 1
        os.utime(file, (self._clock, self._clock))

    def edit(self, edit: Edit) -> None:
        """Write a file, or append to, remove or move the file or folder of that number."""
        kind, what = edit
        if kind not in ("append", "remove", "move"):
            self.write(kind, what)
            return
        files = sorted(path for path in self.root.rglob("*") if path.is_file())
        if not files:
            return
        file = files[what % len(files)]
        if kind == "append":
            self.write(str(file.relative_to(self.root)), file.read_text() + "\n# again\n")
        elif kind == "remove":
            file.unlink()
        elif file.parent != self.root:
            target = self.root / self._folders[1 + what % (len(self._folders) - 1)]
            if not target.exists() and not target.is_relative_to(file.parent):
                target.parent.mkdir(parents=True, exist_ok=True)
                file.parent.rename(target)

    def crawl(self) -> list[str]:
        """Crawls on from the last checkpoint; the ids that were made anew."""
        items, checkpoint = _crawled(self._make(self.root), self.checkpoint)
        self.checkpoint = json.loads(json.dumps(checkpoint))
        made = {item.id: item for item in items if isinstance(item, Document)}
        kept = {id_ for item in items if isinstance(item, Unchanged) for id_ in item.ids}
        assert kept <= self.documents.keys()
        assert kept.isdisjoint(made)
        self.documents = {id_: self.documents[id_] for id_ in kept} | made
        self.failures = sorted((item.item, item.reason) for item in items if isinstance(item, Failure))
        return sorted(made)

    def is_right(self) -> None:
        """Fail unless all that was said is what a crawl of everything says."""
        items, _ = _crawled(self._make(self.root), None)
        assert self.documents == {item.id: item for item in items if isinstance(item, Document)}
        assert self.failures == sorted(
            (item.item, item.reason) for item in items if isinstance(item, Failure)
        )

    def stays_right(self, files: Iterable[Edit], steps: Iterable[Iterable[Edit]]) -> None:
        """Fail unless a crawl after `files`, and after each of `steps`, says what a crawl of everything says."""
        for path, text in files:
            self.write(path, text)
        self.crawl()
        for edits in steps:
            for edit in edits:
                self.edit(edit)
            self.crawl()
            self.is_right()


def _crawled(connector: TreeConnector, checkpoint: Mapping[str, Any] | None) -> tuple[list[Any], Any]:
    crawl = connector.crawl(checkpoint)
    items: list[Any] = []
    while True:
        try:
            items.append(next(crawl))
        except StopIteration as end:
            return items, end.value
