"""What is written about clusters, read from the ledger: only what has changed is read again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from cluster.declared import MANIFEST, declared
from cluster.view import Knowledge
from connectors.documents import Document
from connectors.kubernetes.observed import ObservedObject
from index.ledger import Ledger

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class _Read:
    """What a document says about clusters; both None where it says nothing."""

    content_hash: str
    document: Document | None
    object: ObservedObject | None


class LedgerKnowledge:
    """The documents of `sources` that create or name objects, without their text, and the objects of manifests."""

    def __init__(self, ledger: Callable[[], Ledger], sources: tuple[str, ...]) -> None:
        self._ledger = ledger
        self._sources = sources
        self._read: dict[str, _Read] = {}
        self._knowledge = Knowledge(None)
        self._generation = -1
        self._lock = threading.Lock()

    def __call__(self) -> Knowledge:
        """All of it, as of now."""
        with self._lock:
            ledger = self._ledger()
            generation = ledger.generation()
            if self._generation != generation and self._refresh(ledger):
                found = [self._read[ident] for ident in sorted(self._read)]
                documents = tuple(one.document for one in found if one.document is not None)
                objects = tuple(one.object for one in found if one.object is not None)
                self._knowledge = Knowledge(generation, documents, objects)
            self._generation = generation
            return self._knowledge

    def _refresh(self, ledger: Ledger) -> bool:
        """Reads what has changed; says whether anything has. Most changes are of running objects, or of rights."""
        now = {ident: digest for source in self._sources for ident, digest in ledger.hashes(source).items()}
        gone = self._read.keys() - now.keys()
        for ident in gone:
            del self._read[ident]
        changed = [
            ident
            for ident, digest in now.items()
            if ident not in self._read or self._read[ident].content_hash != digest
        ]
        for document in _documents(ledger, changed):
            self._read[document.id] = _read(document, now[document.id])
        return bool(gone or changed or self._generation < 0)


def _documents(ledger: Ledger, ids: list[str]) -> Iterator[Document]:
    for start in range(0, len(ids), _AT_ONCE):
        yield from ledger.get_many(ids[start : start + _AT_ONCE]).values()


def _read(document: Document, content_hash: str) -> _Read:
    mentions = document.mentions
    if document.kind == MANIFEST and document.resource is not None:
        # So that a running object leads to the file that declares it.
        mentions = (*mentions, document.resource)
    slim = replace(document, text="", sections=(), mentions=mentions)
    return _Read(content_hash, slim if mentions or document.creates else None, declared(document))
