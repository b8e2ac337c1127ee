"""Follows one kind of objects: lists it, then takes the server's events, and begins anew where these were lost."""

from __future__ import annotations

import logging
import threading
from contextlib import AbstractContextManager
from typing import Any, Protocol

from connectors.errors import ConfigurationError, KubeloreError, UnreadableError
from connectors.http.errors import CursorExpiredError, CutError, ExpiredError
from connectors.kubernetes.live.client import JSON, METADATA, METADATA_LIST, Json, KubernetesApi
from connectors.kubernetes.live.discovery import Resource
from connectors.kubernetes.words import mapping

log = logging.getLogger(__name__)

SERVER_SECONDS = 290
"""After so long the server is asked to end a watch, so that a connection that died unseen is not waited on for ever."""
_SILENT_SECONDS = SERVER_SECONDS + 30.0
_LONGEST_PAUSE = 60.0
_GONE = 410


class Sink(Protocol):
    """Takes what a watch sees. Each method may block while too much waits to be written."""

    def saw(self, resource: Resource, item: Json) -> None:
        """The object is there and is so."""
        ...

    def gone(self, resource: Resource, item: Json) -> None:
        """The object was deleted."""
        ...

    def listed(self, resource: Resource, place: str, names: set[tuple[str, str]] | None) -> None:
        """The kind was listed: there are these objects (namespace and name); None if not all are known."""
        ...


class KindWatch:
    """One kind, in all namespaces or in one (`place`); `run` is the work of a thread."""

    def __init__(
        self,
        api: KubernetesApi,
        resource: Resource,
        place: str,
        sink: Sink,
        stop: threading.Event,
        turn: AbstractContextManager[Any],
        *,
        retry: float = 1.0,
        refused: float = 600.0,
    ) -> None:
        self._api = api
        self._resource = resource
        self._place = place
        self._sink = sink
        self._stop = stop
        self._turn = turn
        self._retry = retry
        self._refused = refused
        self._secret = resource.kind == "Secret" and not resource.group
        self._version = ""

    def run(self) -> None:
        """Follow the kind until asked to stop; no fault of the server ends it."""
        failures = 0
        while not self._stop.is_set():
            before = self._version
            try:
                if not self._version:
                    with self._turn:
                        self._list()
                self._follow()
                failures = 0
            except (ExpiredError, CursorExpiredError):
                self._version = ""
                failures += 1
            except UnreadableError as error:
                log.info("%s is not watched: %s", self._resource.full_name, error)
                if not self._version:
                    self._not_listed()
                self._version = ""  # what may be listed and not watched is listed now and then
                self._stop.wait(self._refused)
                continue
            except KubeloreError as error:
                if not self._version:
                    self._not_listed()
                if isinstance(error, ConfigurationError):
                    self._version = ""  # a list takes new credentials up, if there are some
                # A connection that brought news before it was cut is no server that fails.
                failures = 1 if self._version != before else failures + 1
                level = logging.WARNING if isinstance(error, ConfigurationError) else logging.INFO
                log.log(level, "the watch of %s was interrupted: %s", self._resource.full_name, error)
            if failures:
                self._stop.wait(min(_LONGEST_PAUSE, self._retry * 2.0 ** (failures - 1)))

    def _list(self) -> None:
        versions: list[str] = []
        names: set[tuple[str, str]] = set()
        whole = True
        accept, expect = (METADATA_LIST, "PartialObjectMetadataList") if self._secret else (JSON, "")
        # Begun anew by us and not by the client: what changed between two states must not be missed.
        items = self._api.every(
            self._resource.path(self._place),
            accept=accept,
            expect=expect,
            restarts=0,
            told_version=versions.append,
        )
        for item in items:
            if self._stop.is_set():
                return
            if name := _name(item):
                names.add(name)
                self._sink.saw(self._resource, item)
            else:
                whole = False  # it may be any of those that are known
        self._sink.listed(self._resource, self._place, names if whole else None)
        self._version = versions[0]

    def _follow(self) -> None:
        query = {
            "watch": "1",
            "allowWatchBookmarks": "true",
            "resourceVersion": self._version,
            "timeoutSeconds": str(SERVER_SECONDS),
        }
        path = self._resource.path(self._place)
        accept = METADATA if self._secret else JSON
        for event in self._api.stream(path, query, accept=accept, seconds=_SILENT_SECONDS):
            if self._stop.is_set():
                return
            self._take(event)

    def _take(self, event: Json) -> None:
        kind, found = event.get("type"), mapping(event, "object")
        if kind == "ERROR":
            message = f"{self._resource.full_name}: {found.get('message') or found.get('reason') or 'error'}"
            raise ExpiredError(message) if found.get("code") == _GONE else CutError(message)
        if self._secret and found.get("kind") != "PartialObjectMetadata":
            raise CutError(f"{self._resource.full_name}: the server did not keep to metadata")
        item = dict(found)
        if _name(item) is not None and kind in ("ADDED", "MODIFIED"):
            self._sink.saw(self._resource, item)
        elif _name(item) is not None and kind == "DELETED":
            self._sink.gone(self._resource, item)
        elif kind != "BOOKMARK":
            raise CutError(f"{self._resource.full_name}: an event that is none")
        version = mapping(found, "metadata").get("resourceVersion")
        if isinstance(version, str) and version:
            self._version = version

    def _not_listed(self) -> None:
        self._sink.listed(self._resource, self._place, None)


def _name(item: Json) -> tuple[str, str] | None:
    metadata = mapping(item, "metadata")
    name, namespace = metadata.get("name"), metadata.get("namespace") or ""
    return (namespace, name) if isinstance(name, str) and name and isinstance(namespace, str) else None
