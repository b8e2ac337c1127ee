"""WATCH: the changes of a kind as lines of JSON, with bookmarks, until time is up or the past is forgotten."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from tests.servers.faults import Fault
from tests.servers.kube.listing import wanted, whole_number
from tests.servers.kube.requests import Request
from tests.servers.kube.resources import Resource
from tests.servers.kube.selectors import Test
from tests.servers.kube.status import ApiError, too_old
from tests.servers.kube.store import Change, Record, Store
from tests.servers.kube.views import View, dumps

Json = dict[str, Any]
_DEFAULT_SECONDS = 1800


class Watch:
    """One client's watch of a kind."""

    def __init__(
        self, store: Store, view: View, namespace: str, request: Request, fault: Fault | None
    ) -> None:
        self._store = store
        self._view = view
        self._resource: Resource = view.resource
        self._namespace = namespace
        self._test: Test = wanted(request, self._resource)
        self._bookmarks = request.flag("allowWatchBookmarks")
        self._initial = request.flag("sendInitialEvents")
        self._from = whole_number(request, "resourceVersion")
        self._ends = time.monotonic() + (whole_number(request, "timeoutSeconds") or _DEFAULT_SECONDS)
        self._fault = fault
        self._breaks = time.monotonic() + fault.seconds if fault else None
        self._first = True

    def lines(self, bookmark_seconds: float, closing: list[bool]) -> Iterator[str]:
        """The events as they happen; ends when `closing` says so."""
        version = self._from
        if version and version < self._store.oldest:
            yield _error(too_old(version, self._store.oldest))
            return
        if version == 0 or self._initial:
            version = self._store.version
            for _, record in self._store.items(self._resource, self._namespace, version=version):
                if self._test(record.obj):
                    yield self._event("ADDED", record)
            if self._initial:
                yield self._bookmark(version, {"k8s.io/initial-events-end": "true"})
        marked = time.monotonic()
        while not closing and time.monotonic() < self._ends:
            if self._breaks is not None and time.monotonic() >= self._breaks:
                yield from self._broken()
                return
            changes, now = self._wait(version, marked + bookmark_seconds)
            if changes is None:  # forgotten before it was sent
                yield _error(too_old(version, self._store.oldest))
                return
            version = now
            for change in changes:
                yield from self._shown(change)
            if self._bookmarks and time.monotonic() >= marked + bookmark_seconds:
                marked = time.monotonic()
                yield self._bookmark(version)
        if self._bookmarks and not closing:
            yield self._bookmark(version)

    def _wait(self, version: int, until: float) -> tuple[list[Change] | None, int]:
        """What has happened since a version (None if that is forgotten), and the version of now."""
        until = min(until, self._ends, self._breaks if self._breaks is not None else self._ends)
        with self._store.changed:
            if self._store.version == version:
                self._store.changed.wait(max(0.0, min(until - time.monotonic(), 1.0)))
            forgotten = version < self._store.oldest - 1
            return None if forgotten else self._store.changes(
                self._resource.home, version
            ), self._store.version

    def _shown(self, change: Change) -> Iterator[str]:
        if self._namespace and change.key[0] != self._namespace:
            return
        before = change.before is not None and self._test(change.before.obj)
        after = change.after is not None and self._test(change.after.obj)
        if after and change.after:
            yield self._event("MODIFIED" if before else "ADDED", change.after)
        elif before and change.before:
            metadata = {**change.before.obj["metadata"], "resourceVersion": str(change.version)}
            yield self._event("DELETED", Record({**change.before.obj, "metadata": metadata}))

    def _event(self, kind: str, record: Record) -> str:
        line = self._view.event(kind, record, self._first)
        self._first = False
        return line

    def _bookmark(self, version: int, annotations: Json | None = None) -> str:
        metadata: Json = {"resourceVersion": str(version), "creationTimestamp": None}
        if annotations:
            metadata["annotations"] = annotations
        kind, api_version = self._resource.kind, self._resource.api_version
        if self._view.form == "partial":
            kind, api_version = "PartialObjectMetadata", "meta.k8s.io/v1"
        shown: Json = {"kind": kind, "apiVersion": api_version, "metadata": metadata}
        if self._view.form == "table":
            rows = [{"cells": [], "object": shown}]
            shown = {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata, "rows": rows}
        return dumps({"type": "BOOKMARK", "object": shown}) + "\n"

    def _broken(self) -> Iterator[str]:
        kind = self._fault.kind if self._fault else ""
        if kind == "expire":
            yield _error(too_old(self._from, self._store.version))
        elif kind == "garbage":
            yield "<html>oops</html>\n"
        else:
            yield '{"type":"MODIFIED","object":{"kind":"'


def _error(error: ApiError) -> str:
    return dumps({"type": "ERROR", "object": error.status()}) + "\n"
