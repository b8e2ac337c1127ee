"""The base of every source that is a folder of files: `files`, `terraform` and `kubernetes` with a path."""

from __future__ import annotations

import hashlib
import json
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, NamedTuple
from urllib.parse import quote

from connectors.base import Crawl
from connectors.documents import PUBLIC, Checkpoint, CheckReport, Document, Failure, Unchanged
from connectors.errors import TemporaryError, UnreachableError
from connectors.filetree.git import GitHistory, head
from connectors.filetree.reading import Texts
from connectors.filetree.versions import FileChange, file_changes
from connectors.filetree.walk import FileEntry, FileTree, TextFile
from connectors.redaction import redact
from connectors.redaction.structure import redact_yaml

READER_VERSION = 5
"""Raise it when the documents made from the same file or the checkpoint change: all is then read again."""

_SETTLED_NS = 2_000_000_000
"""A file touched within two seconds of the scan may change again within one clock tick: do not trust it."""


@dataclass
class _Record:
    """What the checkpoint keeps of one file: its stamp, its documents' ids and its permanent failures."""

    stamp: list[int]
    ids: list[str] = field(default_factory=list)
    failures: list[tuple[str, bool, bool]] = field(default_factory=list)
    temporary: bool = False
    uncommitted: bool = False

    def add(self, item: Document | Failure) -> None:
        if isinstance(item, Document):
            self.ids.append(item.id)
            self.uncommitted |= not item.version
        elif item.temporary:
            self.temporary = True
        else:
            self.failures.append((item.reason, item.skipped, item.warning))

    def replay(self, path: str) -> Iterator[Unchanged | Failure]:
        if self.ids:
            yield Unchanged(tuple(self.ids))
        for reason, skipped, warning in self.failures:
            yield Failure(path, reason, skipped=skipped, warning=warning)


class Reread(NamedTuple):
    """The files whose documents are made anew, their documents, and what the next crawl must know (JSON).

    `memory` may be filled while `items` are taken: it is read after the last of them.
    """

    paths: frozenset[str]
    items: Iterator[Document | Failure]
    memory: Any


class TreeConnector(ABC):
    """Crawls a folder; files whose stamp is that of the checkpoint are not opened again."""

    type: ClassVar[str]
    default_include: ClassVar[tuple[str, ...]]

    def __init__(
        self,
        name: str,
        root: Path,
        *,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        url: str = "",
        access: Iterable[str] = (PUBLIC,),
        max_bytes: int = 5_000_000,
    ) -> None:
        self._name = name
        self.root = root
        self.url = url.rstrip("/")
        self.access = frozenset(access)
        self.include = tuple(include) or self.default_include
        self._tree = FileTree(root, self.include, exclude, max_bytes)
        self._exclude = tuple(exclude)

    @property
    def name(self) -> str:
        """The source's name in the configuration."""
        return self._name

    @abstractmethod
    def documents(self, files: Iterable[TextFile]) -> Iterator[Document | Failure]:
        """The documents of `files`, each with its `path` set.

        `author`, `version`, `url`, `access` may be left out: the base fills them in. `updated_at` becomes the
        later of what the document says and git's last commit. The `item` of a failure is the file's path.
        """

    def reread(self, changed: Set[str], texts: Texts, remembered: Any) -> Reread:
        """Which files' documents are made anew after these files `changed` (or are new), and the documents.

        `remembered` is the `memory` of the last crawl, None if there is none. Files that were removed are those
        that only it knows. The result must be that of reading everything.
        """
        return Reread(frozenset(changed), self.documents(texts.read(changed)), None)

    def mask(self, path: str, text: str) -> str:
        """`text` of the file at `path` with credentials masked, as many lines as before.

        All that `documents` gets has passed here; a format that says more of its values may mask more.
        """
        return redact_yaml(text) if path.endswith((".yaml", ".yml", ".json")) else redact(text)[0]

    def versions(self, since: datetime, until: datetime) -> list[FileChange]:
        """What commits of this time changed in the source's files, masked, where the folder is a git checkout."""
        found = file_changes(self.root, since, until, self._tree.takes)
        return [
            replace(one, old=self.mask(one.path, one.old), new=self.mask(one.path, one.new)) for one in found
        ]

    def texts(self) -> Iterator[TextFile]:
        """The masked texts of all files that can be read now."""
        entries = {entry.path: entry for entry in self._tree.scan() if isinstance(entry, FileEntry)}
        return Texts(self._tree, entries, self.mask).read(entries.keys())

    def check(self) -> CheckReport:
        """Whether the folder exists and holds files that match."""
        if not self.root.is_dir():
            return CheckReport(False, f"{self.root} is no folder; correct `path` of source {self.name}")
        try:
            first = next((entry for entry in self._tree.scan() if isinstance(entry, FileEntry)), None)
        except UnreachableError as error:
            return CheckReport(False, str(error))
        if first is None:
            return CheckReport(False, f"no file in {self.root} matches {', '.join(self.include)}")
        return CheckReport(True, f"{self.root} is readable")

    def list_ids(self) -> Iterator[str]:
        """The id of every document, by reading everything; `TemporaryError` if a part cannot be read."""
        for item in self.crawl(None):
            if isinstance(item, Document):
                yield item.id
            elif isinstance(item, Failure) and item.temporary:
                raise TemporaryError(f"{item.item}: {item.reason}; not all documents are known")

    def crawl(self, checkpoint: Checkpoint | None = None) -> Crawl:
        """Documents of new and changed files, `Unchanged` for the others; see `connectors.base`."""
        if not self.root.is_dir():
            raise UnreachableError(f"{self.root} is no folder; correct `path` of source {self.name}")
        # Before the first file is looked at: what changes from now on may escape its stamp.
        started_at = time.time_ns()
        entries: list[FileEntry] = []
        for found in self._tree.scan():
            if isinstance(found, Failure):
                yield found
            else:
                entries.append(found)
        known = self._known(checkpoint)
        remembered = checkpoint.get("memory") if checkpoint and known else None
        commit = head(self.root)
        if commit and checkpoint and commit != checkpoint.get("head"):
            # A commit leaves the stamps of its files: their date and author are new all the same.
            known = {path: record for path, record in known.items() if not record.get("uncommitted")}
        changed = {
            entry.path for entry in entries if known.get(entry.path, {}).get("stamp") != list(entry.stamp)
        }
        texts = Texts(self._tree, {entry.path: entry for entry in entries}, self.mask)
        again = self.reread(changed, texts, remembered)
        records = {entry.path: _Record(list(entry.stamp)) for entry in entries}
        for path in sorted(texts.paths - again.paths):
            records[path] = _Record(**known[path])
            yield from records[path].replay(path)
        history = GitHistory(self.root, sorted(again.paths))
        for item in self._read(again, texts, history):
            if record := records.get((item.path or "") if isinstance(item, Document) else item.item):
                record.add(item)
            yield item
        files = {
            entry.path: asdict(records[entry.path])
            for entry in entries
            if not records[entry.path].temporary and max(entry.stamp[1:3]) < started_at - _SETTLED_NS
        }
        told = "" if history.timed_out else commit
        return {"settings": self._fingerprint(), "head": told, "files": files, "memory": again.memory}

    def _read(self, again: Reread, texts: Texts, history: GitHistory) -> Iterator[Document | Failure]:
        for item in again.items:
            yield self._complete(item, history) if isinstance(item, Document) else item
        # What was read only to understand others has been told of by its own documents.
        yield from (texts.problems[path] for path in sorted(texts.problems) if path in again.paths)

    def _complete(self, document: Document, history: GitHistory) -> Document:
        path = document.path or ""
        commit = history.of(path)
        url = document.url or (f"{self.url}/{quote(path)}" if self.url else "")
        return replace(
            document,
            url=url,
            access=document.access or self.access,
            # A review may be younger than the last change; a date of publication does not beat a later change.
            updated_at=max(filter(None, (document.updated_at, commit.date)), default=None),
            author=document.author or commit.author,
            version=document.version or commit.id,
        )

    def _known(self, checkpoint: Checkpoint | None) -> dict[str, Any]:
        if checkpoint is None or checkpoint.get("settings") != self._fingerprint():
            return {}
        return dict(checkpoint.get("files", {}))

    def _fingerprint(self) -> str:
        parts = [READER_VERSION, self.type, self.name, self.url, sorted(self.access), self.include]
        parts += [self._exclude, self._tree.max_bytes]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
