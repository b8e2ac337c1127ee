"""Findings for the command line and for answers: made when they are asked for, kept until something changes."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from answers.findings import with_findings
from api.settings import KubernetesSource, Settings
from cluster.findings import Finding, Scope, find
from cluster.findings.pages import EPHEMERAL
from cluster.store import ObjectStore
from connectors import environments

if TYPE_CHECKING:
    from pathlib import Path

    from answers.model import Answer
    from connectors.documents import Document
    from connectors.kubernetes.observed import ObservedObject
    from index.ledger import Ledger

log = logging.getLogger(__name__)

FILE = "findings.json"
_RULES = 1
"""Raised when the rules change: what is kept is then made anew."""
_FRESH_SECONDS = 60
"""How old findings may be that an answer shows while objects change under a watch."""


class Findings:
    """What documents say of clusters that is gone, wrong or otherwise by now; safe for threads."""

    def __init__(
        self,
        settings: Settings,
        ledger: Callable[[], Ledger | None],
        store: Callable[[], ObjectStore | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`ledger` gives None before the first run, `store` where no cluster is live."""
        self._settings = settings
        self._ledger = ledger
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: list[Finding] | None = None
        self._stamp = ""
        self._made_at = 0.0

    def now(self, principals: frozenset[str] | None = None) -> list[Finding]:
        """The findings as things are, that the principals may read both sides of; None: all."""
        ledger = self._ledger()
        if ledger is None:
            return []
        with self._lock:
            return _readable(self._current(ledger), principals, ledger)

    def added(self, answer: Answer, principals: frozenset[str]) -> Answer:
        """The answer with the findings that touch it; as it is where they cannot be made."""
        ledger = self._ledger()
        if ledger is None or answer.abstained:
            return answer
        try:
            found = _readable(self._recent(ledger), principals, ledger)
            return with_findings(answer, found, ledger.get_many)
        except Exception:  # an answer is worth more than what is added to it
            log.exception("findings could not be made; the answer is shown without")
            return answer

    def _recent(self, ledger: Ledger) -> list[Finding]:
        """The findings, at most a minute old; whoever comes while they are made gets those of before."""
        if not self._lock.acquire(blocking=self._kept is None):
            return self._kept or []
        try:
            if self._kept is not None and self._clock() - self._made_at < _FRESH_SECONDS:
                return self._kept
            return self._current(ledger)
        finally:
            self._lock.release()

    def _current(self, ledger: Ledger) -> list[Finding]:
        store = self._store()
        scopes = self._scopes(store)
        objects = store.object_stamp if store else 0
        told = repr((_RULES, ledger.generation(), objects, sorted(scopes.items(), key=lambda pair: pair[0])))
        stamp = hashlib.sha256(told.encode()).hexdigest()
        if self._kept is None or self._stamp != stamp:
            kept = _read(self._settings.index.path / FILE, stamp)
            if kept is None:
                kept = find(_objects(store), self._documents(ledger), scopes=scopes, fetch=ledger.get)
                _write(self._settings.index.path / FILE, stamp, kept)
            self._kept, self._stamp = kept, stamp
        self._made_at = self._clock()
        return self._kept

    def _documents(self, ledger: Ledger) -> Iterator[Document]:
        """All documents but those of running objects: these are read when they are quoted."""
        live = {source.name for source in self._settings.sources if is_live(source)}
        for source in ledger.sources():
            if source not in live:
                for batch in ledger.documents(source):
                    yield from batch

    def _scopes(self, store: ObjectStore | None) -> dict[str, Scope]:
        """What the configuration and the crawls say of each cluster; sources of one cluster must all leave it out."""
        scopes: dict[str, Scope] = {}
        for source in self._settings.sources:
            if not isinstance(source, KubernetesSource) or not is_live(source):
                continue
            name = source.cluster or source.context or source.name
            before = scopes.get(name)
            include, exclude = source.namespaces.include, source.namespaces.exclude
            if before is not None:
                include = (*before.include, *include) if before.include and include else ()
                exclude = tuple(one for one in exclude if one in before.exclude)
            environment = (
                environments.canonical(source.environment or "") or (source.environment or "").lower()
            )
            scopes[name] = Scope(
                environment=environment or (before.environment if before else ""),
                kinds=store.listed(name) if store else None,
                include=include,
                exclude=exclude,
            )
        return scopes


def is_live(source: object) -> bool:
    """Whether a source is a cluster that runs."""
    return isinstance(source, KubernetesSource) and source.path is None


def _objects(store: ObjectStore | None) -> Iterator[ObservedObject]:
    """The objects that findings are about: most of a cluster's come and go by themselves."""
    for cluster in store.clusters() if store else ():
        kinds = set(store.counts(cluster)) - EPHEMERAL | {"Node"} if store else set()
        if store and kinds:
            yield from store.objects(clusters=[cluster], kinds=sorted(kinds))


def _readable(findings: list[Finding], principals: frozenset[str] | None, ledger: Ledger) -> list[Finding]:
    if principals is None or not findings:
        return list(findings)
    ids = list(dict.fromkeys(ident for finding in findings for ident in finding.documents))
    readable = ledger.readable(ids, principals)
    return [finding for finding in findings if readable.issuperset(finding.documents)]


def _read(path: Path, stamp: str) -> list[Finding] | None:
    """What was kept under this stamp; None where that is something else, or broken."""
    try:
        kept: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return [Finding.from_json(one) for one in kept["findings"]] if kept["stamp"] == stamp else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, stamp: str, findings: list[Finding]) -> None:
    """Kept as a whole or not at all; a folder that cannot be written only costs time later."""
    text = json.dumps(
        {"stamp": stamp, "findings": [finding.to_json() for finding in findings]}, ensure_ascii=False
    )
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        part.write_text(text, "utf-8")
        part.replace(path)
    except (OSError, ValueError) as error:
        log.warning("findings are not kept: %s", error)
        part.unlink(missing_ok=True)
