"""Watches the live clusters while `kubelore serve` runs: a thread a source, each with stores of its own."""

from __future__ import annotations

import logging
import threading

from api.settings import Settings
from api.wiring import Wiring
from connectors.base import Watchable
from ingest.watching import follow

log = logging.getLogger(__name__)

_STOP_SECONDS = 20


class Watches:
    """The watches of all live sources."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin; returns at once."""
        for source in self._settings.live_clusters:
            if source.watch:
                thread = threading.Thread(
                    target=self._work, args=(source.name,), name=f"watch {source.name}", daemon=True
                )
                self._threads.append(thread)
                thread.start()

    def stop(self) -> None:
        """End every watch; a batch that is being written is written to its end."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(_STOP_SECONDS)

    def _work(self, name: str) -> None:
        wiring = Wiring(self._settings)
        try:
            observer = wiring.clusters.store
            (connector,) = (found for found in wiring.connectors(observer) if found.name == name)
            if isinstance(connector, Watchable):
                log.info("watching source %s", name)
                follow(connector, wiring.open_index, wiring.ledger, self._settings.index.path, self._stopping)
        except Exception:
            log.exception("source %s cannot be watched", name)
        finally:
            wiring.close()
