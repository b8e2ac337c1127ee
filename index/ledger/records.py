"""How a document is laid out in the ledger's rows, and the small values that the ledger returns."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from connectors.documents import Document

_DETAILS = ("version", "author", "updated_at")
"""Kept beside the body, as they change without a change of the content."""


@dataclass(frozen=True, slots=True)
class State:
    """What the ledger knows of a document: equal hashes mean nothing to do."""

    content_hash: str
    details_hash: str


@dataclass(frozen=True, slots=True)
class SourceCounts:
    """What the ledger holds of one source; times are UTC and None where there is nothing."""

    documents: int
    kinds: Mapping[str, int] = field(default_factory=dict)
    newest: datetime | None = None
    indexed_at: datetime | None = None


def state_of(document: Document) -> State:
    """The state that the ledger would hold after storing `document`."""
    return State(document.content_hash, details_hash(details_of(document), document.access))


def details_of(document: Document) -> str:
    """The document's version, author and time as canonical JSON."""
    stamp = document.updated_at.isoformat() if document.updated_at else None
    return json.dumps({"version": document.version, "author": document.author, "updated_at": stamp})


def details_hash(details: str, access: Iterable[str]) -> str:
    """Changes when the details or the access change."""
    return hashlib.sha256(json.dumps([details, sorted(access)]).encode()).hexdigest()[:32]


def utc_text(moment: datetime | None) -> str | None:
    """The moment in UTC as text whose order is the order of time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds") if moment else None


def moment(text: str | None) -> datetime | None:
    """The moment that `utc_text` wrote."""
    return datetime.fromisoformat(text) if text else None


def pack(value: Mapping[str, Any]) -> bytes:
    """Compressed JSON; ASCII inside, so that any text survives, lone surrogates too."""
    return zlib.compress(json.dumps(value, separators=(",", ":")).encode("ascii"), 3)


def unpack(body: bytes) -> dict[str, Any]:
    """What `pack` packed."""
    value: dict[str, Any] = json.loads(zlib.decompress(body))
    return value


def body_of(document: Document) -> bytes:
    """The packed document without what other columns hold."""
    data = document.to_json()
    for name in (*_DETAILS, "access"):
        del data[name]
    return pack(data)


def document_of(body: bytes, details: str, access: Iterable[str]) -> Document:
    """The document that the rows describe."""
    return Document.from_json({**unpack(body), **json.loads(details), "access": list(access)})
