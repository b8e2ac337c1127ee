"""A source and an index in memory, and a tripwire that lets a process die at any step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from connectors.base import Crawl
from connectors.documents import (
    Checkpoint,
    CheckReport,
    Document,
    Failure,
    Milestone,
    Section,
    SectionKind,
    Unchanged,
    assemble,
)
from connectors.errors import UnreachableError
from index.ledger import Ledger
from index.ledger.records import state_of


def document(name: str, text: str = "text", *, source: str = "docs", **fields: Any) -> Document:
    """A small document with the id `files:<source>/<name>`."""
    joined, sections = assemble([Section(SectionKind.PARAGRAPH, text, anchor="L1")])
    values: dict[str, Any] = {"kind": "page", "path": name, "access": frozenset({"public"}), **fields}
    return Document(f"files:{source}/{name}", name, joined, sections, source=source, **values)


class FakeConnector:
    """A source whose documents a test sets; names as unchanged what equals the checkpoint."""

    def __init__(self, *documents: Document, name: str = "docs") -> None:
        self.name = name
        self.documents = list(documents)
        self.failures: list[Failure] = []
        self.breaks_after: int | None = None
        self.error: BaseException = UnreachableError("the source does not answer")
        self.crawled_with: list[Checkpoint | None] = []
        self.milestone_every = 0

    def check(self) -> CheckReport:
        return CheckReport(True, "fine")

    def list_ids(self) -> Iterator[str]:
        return (d.id for d in self.documents)

    def crawl(self, checkpoint: Checkpoint | None = None) -> Crawl:
        self.crawled_with.append(checkpoint)
        known = checkpoint["states"] if checkpoint else {}
        states: dict[str, list[str]] = {}
        for position, found in enumerate(self.documents):
            if position == self.breaks_after:
                raise self.error
            state = state_of(found)
            states[found.id] = [state.content_hash, state.details_hash]
            yield Unchanged((found.id,)) if known.get(found.id) == states[found.id] else found
            if self.milestone_every and len(states) % self.milestone_every == 0:
                yield Milestone({"states": {**known, **states}})
        yield from self.failures
        return {"states": states}


class MemoryIndex:
    """Remembers each document's text; visible at once like in a vector store, or at commit."""

    def __init__(self, *, visible_at_once: bool = False) -> None:
        self.texts: dict[str, str] = {}
        self.applied: list[str] = []
        self.prepared: list[str] = []
        self.refuses: Callable[[Document], bool] = lambda _: False
        self.print = "1"
        self._staged: dict[str, str | None] = {}
        self._visible_at_once = visible_at_once
        self._stamp = 0

    def prepare(self, documents: Sequence[Document]) -> None:
        self.prepared += [found.id for found in documents]

    def apply(self, documents: Sequence[Document]) -> None:
        for found in documents:
            if self.refuses(found):
                raise ValueError(f"no chunk fits {found.id}, password=hunter2hunter2")
            self.applied.append(found.id)
            self._stage(found.id, found.text)

    def remove(self, document_ids: Sequence[str]) -> None:
        for document_id in document_ids:
            self._stage(document_id, None)

    def commit(self) -> None:
        for document_id, text in self._staged.items():
            self._set(document_id, text)
        self._staged = {}
        self._stamp += 1

    def fingerprint(self) -> str:
        return self.print

    def stamp(self) -> str:
        return str(self._stamp) if self._stamp else ""

    def die(self) -> None:
        """What was not committed is lost."""
        self._staged = {}

    def _stage(self, document_id: str, text: str | None) -> None:
        if self._visible_at_once:
            self._set(document_id, text)
        else:
            self._staged[document_id] = text

    def _set(self, document_id: str, text: str | None) -> None:
        if text is None:
            self.texts.pop(document_id, None)
        else:
            self.texts[document_id] = text


class Died(BaseException):
    """The process is gone: nothing may catch it."""


class Tripwire:
    """Counts the calls of watched methods and dies at the Nth one, before or after it does its work."""

    def __init__(self, die_at: int = 0, *, after: bool = False) -> None:
        self.calls = 0
        self._die_at = die_at
        self._after = after

    def watch(self, target: Any, *names: str) -> None:
        for name in names:
            setattr(target, name, self._wrapped(getattr(target, name)))

    def _wrapped(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **keywords: Any) -> Any:
            self.calls += 1
            mine = self.calls
            if mine == self._die_at and not self._after:
                raise Died
            result = method(*args, **keywords)
            if mine == self._die_at:
                raise Died
            return result

        return call


def contents(ledger: Ledger) -> dict[str, Document]:
    """Everything that the ledger holds."""
    return {d.id: d for batch in ledger.documents() for d in batch}
