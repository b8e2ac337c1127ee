"""The base of every source that is one exported file: a zip that somebody has downloaded from a wiki."""

from __future__ import annotations

import hashlib
import json
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from connectors.archives import Archive
from connectors.base import Crawl
from connectors.documents import Checkpoint, CheckReport, Document, Failure, Unchanged
from connectors.errors import RefusedError, UnreachableError, UnreadableError

_SETTLED_NS = 2_000_000_000
"""A file touched within two seconds of its reading may change again within one clock tick: do not trust it."""


@dataclass
class _Record:
    """What the checkpoint keeps of the file: its documents' ids, and what was wrong with which of them."""

    ids: list[str] = field(default_factory=list)
    failures: list[tuple[str, str, bool, bool]] = field(default_factory=list)

    def add(self, item: Document | Failure) -> None:
        if isinstance(item, Document):
            self.ids.append(item.id)
        else:
            self.failures.append((item.item, item.reason, item.skipped, item.warning))

    def replay(self) -> Iterator[Unchanged | Failure]:
        if self.ids:
            yield Unchanged(tuple(self.ids))
        for item, reason, skipped, warning in self.failures:
            yield Failure(item, reason, skipped=skipped, warning=warning)


class ExportConnector(ABC):
    """Reads an exported file; one that is as it was at the checkpoint is not opened again."""

    type: ClassVar[str]
    reader_version: ClassVar[int]
    """Raise it when the documents made from the same file change: the file is then read again."""

    def __init__(self, name: str, path: Path) -> None:
        self._name = name
        self.path = path

    @property
    def name(self) -> str:
        """The source's name in the configuration."""
        return self._name

    @abstractmethod
    def recognize(self, archive: Archive) -> str:
        """What the archive is, in words for a person; `UnreadableError` with the remedy if it is no such export."""

    @abstractmethod
    def items(self, archive: Archive) -> Iterator[Document | Failure]:
        """All documents of the export; `UnreadableError` if it cannot be read as a whole."""

    @abstractmethod
    def settings(self) -> list[Any]:
        """Whatever makes other documents of the same file, JSON-serialisable."""

    def check(self) -> CheckReport:
        """Whether the file is there and is such an export."""
        try:
            self._stamp()
            with Archive(self.path) as archive:
                return CheckReport(True, f"{self.path} is readable: {self.recognize(archive)}")
        except UnreachableError as error:
            return CheckReport(False, str(error))
        except (UnreadableError, RefusedError, OSError) as error:
            return CheckReport(False, self._unreadable(error))

    def list_ids(self) -> Iterator[str]:
        """The id of every document, by reading the file."""
        for item in self.crawl(None):
            if isinstance(item, Document):
                yield item.id

    def crawl(self, checkpoint: Checkpoint | None = None) -> Crawl:
        """All documents, or `Unchanged` for all if neither file nor settings have changed."""
        started_at = time.time_ns()
        stamp = self._stamp()
        fingerprint = self._fingerprint()
        known = checkpoint or {}
        if known.get("settings") == fingerprint and known.get("stamp") == stamp:
            yield from _Record(**known["record"]).replay()
            return known
        record = _Record()
        try:
            with Archive(self.path) as archive:
                self.recognize(archive)
                for item in self.items(archive):
                    record.add(item)
                    yield item
        except (UnreadableError, RefusedError, OSError) as error:
            raise UnreachableError(self._unreadable(error)) from None
        # The stamp is older than what was read: a file that changed meanwhile has another one next time.
        settled = max(stamp[1:3]) < started_at - _SETTLED_NS
        return {"settings": fingerprint, "stamp": stamp if settled else [], "record": asdict(record)}

    def _stamp(self) -> list[int]:
        """Size, mtime and ctime in nanoseconds, inode."""
        try:
            status = self.path.stat()
        except OSError:
            status = None
        if status is None or not self.path.is_file():
            raise UnreachableError(f"{self.path} is no file; correct `export` of source {self._name}")
        return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]

    def _unreadable(self, error: Exception) -> str:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return (
            f"{self.path} cannot be read: {reason}; correct `export` of source {self._name}, or export again"
        )

    def _fingerprint(self) -> str:
        parts = [self.reader_version, self.type, self._name, *self.settings()]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
