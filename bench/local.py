"""Kubelore over folders of files, in this process and without its model."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from api.schemas import RunModel
from api.services import IngestOptions
from api.settings import Settings
from api.wiring import Wiring
from bench.hashing import HashingModel
from index.index import Index


class HashedWiring(Wiring):
    """The real parts put together as always, but for the embedding model."""

    def open_index(self) -> Index:
        """The index, opened for its caller alone."""
        return Index.open(self.settings.index.path, embedder=HashingModel())


class Silent:
    """Progress that nobody watches."""

    def started(self, run_id: str) -> None:
        """Nothing."""

    def seen(self, source: str, count: int, total: int = 0) -> None:
        """Nothing."""


def settings_of(
    sources: Mapping[str, Path],
    state: Path,
    access: Mapping[str, str] | None = None,
    *,
    more: Sequence[Mapping[str, Any]] = (),
) -> Settings:
    """A configuration of one folder a source type, each source called like its type, and of `more` sources."""
    folders = [
        {"name": type_, "type": type_, "path": str(root), "access": [(access or {}).get(type_, "public")]}
        for type_, root in sources.items()
    ]
    return Settings.model_validate({"sources": [*folders, *more], "index": {"path": str(state)}})


def ingest(wiring: Wiring, progress: Silent | None = None) -> RunModel:
    """One run over all sources; a small corpus that changes a lot must not wake the brake on deletions."""
    options = IngestOptions(confirm_deletions=True)
    return wiring.ingest(options, progress or Silent(), threading.Event())
