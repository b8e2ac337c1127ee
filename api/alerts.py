"""Alerts of Alertmanager: grouped, told apart from repetitions, and investigated in the background."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from api.incident_store import IncidentStore, Kept
from api.investigations import kept_report
from api.live_investigations import LiveRequest
from api.services import Services
from connectors.errors import KubeloreError
from incidents.bundles import alerts as alert_reader

log = logging.getLogger(__name__)

MOST_WAITING = 100
_STOP_SECONDS = 20
Json = Mapping[str, Any]


class QueueFullError(KubeloreError):
    """So many investigations wait that no other is taken."""


class AlertQueue:
    """Takes groups of alerts, and investigates them in one thread, which begins with the first."""

    def __init__(self, services: Services, store: IncidentStore, most: int = MOST_WAITING) -> None:
        self._services = services
        self._store = store
        self._most = most
        self._news = threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        self._stopping = threading.Event()
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None

    def resume(self) -> None:
        """Goes on with what waited or was at work when the process ended."""
        if self._store.recover():
            self._wake()

    def add(self, group: str, alerts: Iterable[Json], principals: frozenset[str]) -> list[Kept]:
        """One investigation for each place that firing alerts of a group are about; repetitions get the one there is.

        Raises `QueueFullError` where too many wait.
        """
        found = []
        for place, firing in _by_place(alerts).items():
            mark = _digest([group, *place, *sorted(_fingerprint(one) for one in firing)])
            ident = _digest([mark, *sorted(principals), datetime.now(UTC).isoformat()])
            request = {"alerts": firing, "namespace": place[1]}
            kept = self._store.queue(ident, mark, request, principals, self._most)
            if kept is None:
                raise QueueFullError(f"{self._most} investigations wait already; send the alerts again later")
            found.append(kept)
        self._wake()
        return found

    def wait(self, seconds: float) -> bool:
        """Waits until nothing waits any more; whether that is so."""
        return self._idle.wait(seconds)

    def stop(self) -> None:
        """Ends after the investigation that is at work; the others wait for the next start."""
        self._stopping.set()
        self._news.set()
        if self._thread:
            self._thread.join(_STOP_SECONDS)

    def _wake(self) -> None:
        with self._guard:
            self._idle.clear()
            self._news.set()
            if self._thread is None and not self._stopping.is_set():
                self._thread = threading.Thread(target=self._work, name="investigations", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._news.clear()
            try:
                while not self._stopping.is_set() and (one := self._store.take()) is not None:
                    self._investigate(one)
            except KubeloreError as error:
                log.error("investigations: %s", error)
            with self._guard:
                if not self._news.is_set():
                    self._idle.set()
            self._news.wait()

    def _investigate(self, one: Kept) -> None:
        try:
            request = live_request(one.request or {})
            kept_report(self._services, self._store, request, one.principals, one.id)
        except KubeloreError as error:
            self._store.fail(one, str(error))
        except Exception:
            log.exception("an investigation failed")
            self._store.fail(one, "an internal error; the server's log has the particulars")


def live_request(request: Json) -> LiveRequest:
    """What is asked for by a group of alerts as the webhook sends them."""
    told = tuple(alert_reader.read({"alerts": list(request.get("alerts") or ())}))
    return LiveRequest(namespace=str(request.get("namespace") or ""), alerts=told)


def _by_place(alerts: Iterable[Json]) -> dict[tuple[str, str], list[Json]]:
    """The firing alerts by cluster and namespace; the same alert once."""
    found: dict[tuple[str, str], dict[str, Json]] = {}
    for one in alerts:
        if one.get("status", "firing") == "firing":
            labels = one.get("labels") or {}
            place = (str(labels.get("cluster", "")), str(labels.get("namespace", "")))
            found.setdefault(place, {})[_fingerprint(one)] = one
    return {place: list(ones.values()) for place, ones in found.items()}


def _fingerprint(alert: Json) -> str:
    """What makes it the same alert that fires since the same time."""
    said = alert.get("fingerprint") or json.dumps(alert.get("labels") or {}, sort_keys=True)
    return f"{said}@{alert.get('startsAt') or ''}"


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
