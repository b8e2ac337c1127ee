"""Writes what a watch tells between two runs: small batches, the lock held for a moment each."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Protocol

from connectors.base import News, Watchable
from connectors.documents import Failure
from connectors.errors import KubeloreError
from index.ledger import Ledger
from ingest.current import is_current
from ingest.lock import AlreadyRunningError, exclusive
from ingest.report import Counts
from ingest.writer import ChunkIndex, Writer

log = logging.getLogger(__name__)

BY_A_WATCH = 0
"""The number of the run that a document was written by, where it was none."""
_BUSY_SECONDS = 15.0
_AGAIN_SECONDS = 60.0


class OpenedIndex(ChunkIndex, Protocol):
    """An index that its opener closes."""

    def close(self) -> None:
        """Release its files."""
        ...


OpenIndex = Callable[[], OpenedIndex]
"""Opens the index for one batch: other processes write to it too."""


def follow(
    connector: Watchable,
    open_index: OpenIndex,
    ledger: Ledger,
    state: Path,
    stop: threading.Event,
) -> None:
    """Keep the source fresh until `stop` is set. Never raises: what goes wrong is logged, and the watch begun anew.

    It begins once a run has read the source whole. While a run is at work, news wait.
    """
    while not stop.is_set():
        try:
            _follow_once(connector, open_index, ledger, state, stop)
        except KubeloreError as error:
            log.warning("source %s is not watched for now: %s", connector.name, error)
        except Exception:
            log.exception("the watch of source %s failed", connector.name)
        stop.wait(_AGAIN_SECONDS)


def write(connector: Watchable, news: News, index: ChunkIndex, ledger: Ledger, state: Path) -> bool:
    """Write the news as a run would, and move the checkpoint on; False if only a run can bring the source up to date.

    Raises AlreadyRunningError while a run is at work.
    """
    source = connector.name
    with exclusive(state, brief=True):
        before = ledger.checkpoint(source)
        if before is None or not is_current(index, ledger):
            return False
        after = connector.note(before, news)
        if after is None:
            return False
        refused: list[Failure] = []
        ahead = ledger.ahead(source)
        writer = Writer(
            source, index, ledger, Counts(), BY_A_WATCH, refuse=refused.append, wrote=lambda: None
        )
        for document in news.documents:
            writer.add(document)
        writer.flush()
        writer.remove(news.gone)
        if refused:
            # The checkpoint does not cover them: the next run reads the source anew.
            log.warning("source %s: %s: %s", source, refused[0].item, refused[0].reason)
            return False
        told = {document.id for document in news.documents} | set(news.gone)
        ledger.save_checkpoint(source, after, still_ahead=ahead - told)
    return True


def _follow_once(
    connector: Watchable,
    open_index: OpenIndex,
    ledger: Ledger,
    state: Path,
    stop: threading.Event,
) -> None:
    checkpoint = ledger.checkpoint(connector.name)
    if checkpoint is None:
        return
    with closing(connector.watch(checkpoint, stop)) as batches:
        for news in batches:
            if not _written(connector, news, open_index, ledger, state, stop):
                return


def _written(
    connector: Watchable,
    news: News,
    open_index: OpenIndex,
    ledger: Ledger,
    state: Path,
    stop: threading.Event,
) -> bool:
    """Writes one batch, after the run that may be at work; False where the watch has to begin anew."""
    while not stop.is_set():
        try:
            with closing(open_index()) as index:
                return write(connector, news, index, ledger, state)
        except AlreadyRunningError:
            stop.wait(_BUSY_SECONDS)
    return False
