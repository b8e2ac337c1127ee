"""What every connector offers: small capabilities, after Onyx's `connectors/interfaces.py`.

A connector turns one configured source into documents. It never knows the index, the ledger or our HTTP.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from connectors.documents import Checkpoint, CheckReport, Document, Failure, Milestone, Unchanged

Item = Document | Failure | Unchanged | Milestone
"""What a crawl says of one thing: here it is, it cannot be used, or it is as it was; or how far the crawl has come."""

Crawl = Generator[Item, None, Checkpoint]
"""Yields items as it goes; returns the next checkpoint at its end (`StopIteration.value`)."""


@runtime_checkable
class Connector(Protocol):
    """A source that can be checked, crawled and enumerated."""

    @property
    def name(self) -> str:
        """The source's name in the configuration."""
        ...

    def check(self) -> CheckReport:
        """Whether the source can be read now, with the remedy if not. Never raises."""
        ...

    def crawl(self, checkpoint: Checkpoint | None = None) -> Crawl:
        """Everything the source holds, as items; with a `checkpoint`, what did not change is only named.

        A document that exists is either yielded or named in an `Unchanged`; one whose file or object could
        not be read is a `Failure` whose `item` starts its ids. Raises `UnreachableError` if the source as a
        whole cannot be read; what was yielded until then stays valid. Where reading takes long, a `Milestone` now and
        then (after some hundred documents) lets the next crawl go on from there if this one is killed.
        """
        ...

    def list_ids(self) -> Iterator[str]:
        """Every document id that exists now; a complete enumeration or an error, never a part of one."""
        ...


@runtime_checkable
class Sized(Protocol):
    """A source that finds out early in a crawl about how many items will come."""

    @property
    def expected(self) -> int:
        """About how many items the crawl at hand will give; 0 where it is not known."""
        ...


@dataclass(frozen=True, slots=True)
class News:
    """What changed since a checkpoint: documents as they are now, and the ids of those that are gone."""

    documents: tuple[Document, ...]
    gone: tuple[str, ...]


@runtime_checkable
class Watchable(Connector, Protocol):
    """A source that tells of changes as they happen, so that what is known of it stays fresh between two crawls."""

    def watch(self, checkpoint: Checkpoint, stop: threading.Event) -> Generator[News, None, None]:
        """What changes after `checkpoint`, in small batches, until `stop` is set, or for some hours.

        Faults of the server are waited out. Nothing comes where the checkpoint is not of this configuration. Whoever
        leaves off earlier closes the iterator.
        """
        ...

    def note(self, checkpoint: Checkpoint, news: News) -> Checkpoint | None:
        """The checkpoint that also covers the news, once they are written; None if it is of another configuration.

        Calls for one source come one at a time, and not while it is crawled.
        """
        ...
