"""Findings for the command line and for answers: made when they are asked for, kept until something changes."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from answers.findings import with_findings
from api.settings import Settings
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

FOLDER = "findings"
"""Where they are kept in the state folder, a file for each set of principals."""
_MOST_KEPT = 16
MOST_FILES = 64
"""Files in the folder, and what was left of some by processes that died."""
_RULES = 2
"""Raised when the rules change: what is kept is then made anew."""
_SERVER = re.compile(r"\bKubernetes (v?1\.\d+[\w.+-]*)")
_FRESH_SECONDS = 60
"""How old findings may be that an answer shows while objects change under a watch."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """Findings, as of which state of everything, and when they were made or found to be so still."""

    stamp: str
    made_at: float
    findings: list[Finding]


class Findings:
    """What documents say of clusters that is gone, wrong or otherwise by now; safe for threads.

    They are made for each set of principals from what these may read, so that nothing else has an effect on them.
    """

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
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def now(self, principals: frozenset[str] | None = None) -> list[Finding]:
        """The findings as things are, from what the principals may read; None: from everything."""
        ledger = self._ledger()
        if ledger is None:
            return []
        with self._lock:
            return self._current(ledger, principals)

    def added(self, answer: Answer, principals: frozenset[str]) -> Answer:
        """The answer with the findings that touch it; as it is where they cannot be made."""
        ledger = self._ledger()
        if ledger is None or answer.abstained:
            return answer
        try:
            return with_findings(answer, self.recent(principals), ledger.get_many)
        except Exception:  # an answer is worth more than what is added to it
            log.exception("findings could not be made; the answer is shown without")
            return answer

    def recent(self, principals: frozenset[str]) -> list[Finding]:
        """The findings that an answer may show: at most a minute old, and readable now."""
        ledger = self._ledger()
        return [] if ledger is None else _readable(self._recent(ledger, principals), principals, ledger)

    def outdated(self, principals: frozenset[str]) -> frozenset[str]:
        """The pages that are outdated as a whole; none where findings cannot be made."""
        try:
            found = self.recent(principals)
        except Exception:
            log.exception("findings could not be made; outdated pages are taken for current ones")
            return frozenset()
        return frozenset(one.said.document_id for one in found if one.outdates)

    def scopes(self) -> dict[str, Scope]:
        """What the configuration and the crawls say of each live cluster."""
        return self._scopes(self._store())

    def _recent(self, ledger: Ledger, principals: frozenset[str]) -> list[Finding]:
        """The findings, at most a minute old; whoever comes while they are made gets those of before."""
        kept = self._kept.get(_key(principals))
        if not self._lock.acquire(blocking=kept is None):
            return kept.findings if kept else []
        try:
            kept = self._kept.get(_key(principals))
            if kept is not None and self._clock() - kept.made_at < _FRESH_SECONDS:
                return kept.findings
            return self._current(ledger, principals)
        finally:
            self._lock.release()

    def _current(self, ledger: Ledger, principals: frozenset[str] | None) -> list[Finding]:
        store, key = self._store(), _key(principals)
        scopes = self._scopes(store)
        objects = store.object_stamp if store else 0
        told = json.dumps(
            [
                _RULES,
                key,
                ledger.generation(),
                objects,
                {name: asdict(scope) for name, scope in scopes.items()},
            ],
            sort_keys=True,
            default=sorted,
        )
        stamp = hashlib.sha256(told.encode()).hexdigest()
        kept = self._kept.pop(key, None)
        found = kept.findings if kept is not None and kept.stamp == stamp else None
        if found is None:
            path = (
                self._settings.index.path / f"{FOLDER}/{hashlib.sha256(key.encode()).hexdigest()[:16]}.json"
            )
            found = _read(path, stamp)
            if found is None:
                found = self._made(ledger, store, scopes, principals)
                _write(path, stamp, found)
        self._kept[key] = _Kept(stamp, self._clock(), found)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return found

    def _made(
        self,
        ledger: Ledger,
        store: ObjectStore | None,
        scopes: Mapping[str, Scope],
        principals: frozenset[str] | None,
    ) -> list[Finding]:
        readable = None if principals is None else ledger.readable_ids(principals)
        objects = (one for one in _objects(store) if readable is None or one.document_id in readable)
        documents = (one for one in self._documents(ledger) if readable is None or one.id in readable)

        def fetch(document_id: str) -> Document | None:
            return ledger.get(document_id) if readable is None or document_id in readable else None

        return find(objects, documents, scopes=scopes, fetch=fetch)

    def _documents(self, ledger: Ledger) -> Iterator[Document]:
        """All documents but those of running objects: these are read when they are quoted."""
        live = {source.name for source in self._settings.live_clusters}
        for source in ledger.sources():
            if source not in live:
                for batch in ledger.documents(source):
                    yield from batch

    def _scopes(self, store: ObjectStore | None) -> dict[str, Scope]:
        """What the configuration and the crawls say of each cluster; sources of one cluster must all leave it out."""
        scopes: dict[str, Scope] = {}
        for source in self._settings.live_clusters:
            name = source.cluster_name
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
                version=self._version(source.name, name) or (before.version if before else ""),
            )
        return scopes

    def _version(self, source: str, cluster: str) -> str:
        """The version that discovery gave for the server, as the overview of the cluster tells it; '' if unknown."""
        ledger = self._ledger()
        overview = ledger.get(f"kubernetes:{source}/_/Overview/{cluster}") if ledger else None
        match = _SERVER.search(overview.text) if overview else None
        return match[1] if match else ""


def _objects(store: ObjectStore | None) -> Iterator[ObservedObject]:
    """The objects that findings are about: most of a cluster's come and go by themselves."""
    for cluster in store.clusters() if store else ():
        kinds = set(store.counts(cluster)) - EPHEMERAL | {"Node"} if store else set()
        if store and kinds:
            yield from store.objects(clusters=[cluster], kinds=sorted(kinds))


def _key(principals: frozenset[str] | None) -> str:
    return "everything" if principals is None else json.dumps(sorted(principals))


def _readable(findings: list[Finding], principals: frozenset[str], ledger: Ledger) -> list[Finding]:
    """Those of which both sides may be read now: access may have changed within the minute."""
    ids = list(dict.fromkeys(ident for finding in findings for ident in finding.documents))
    readable = ledger.readable(ids, principals)
    return [finding for finding in findings if readable.issuperset(finding.documents)]


def _read(path: Path, stamp: str) -> list[Finding] | None:
    """What was kept under this stamp; None where that is something else, or broken."""
    try:
        kept: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if kept["stamp"] != stamp:
            return None
        os.utime(path)  # still asked for
        return [Finding.from_json(one) for one in kept["findings"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, stamp: str, findings: list[Finding]) -> None:
    """Kept as a whole or not at all; a folder that cannot be written only costs time later."""
    text = json.dumps(
        {"stamp": stamp, "findings": [finding.to_json() for finding in findings]}, ensure_ascii=False
    )
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        part.write_text(text, "utf-8")
        part.replace(path)
        _forget_oldest(path.parent)
    except (OSError, ValueError) as error:
        log.warning("findings are not kept: %s", error)
        part.unlink(missing_ok=True)


def _forget_oldest(folder: Path) -> None:
    """Keeps the files of those who asked last: sets of principals come and go, and any can be made again."""
    files = sorted(folder.iterdir(), key=lambda one: one.stat().st_mtime, reverse=True)
    for file in files[MOST_FILES:]:
        file.unlink(missing_ok=True)
