"""Services with real types and made-up contents, for the command line and the REST API."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from answers.history import History
from answers.model import Answer, Citation, Claim, Related
from api.clusters import Clusters
from api.errors import IndexEmptyError
from api.findings import Findings
from api.schemas import ItemModel, RunModel, SourceModel, SourceRunModel
from api.services import Check, IngestOptions, IngestProgress
from api.settings import Settings
from connectors.base import Connector
from connectors.documents import Document, Section, SectionKind
from index.search_types import Filters, Scores, SearchResult
from ingest.lock import AlreadyRunningError

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TEXT = "Roll back checkout with `kubectl rollout undo`.\n\nThen watch 😀 the pods."


def a_document(document_id: str, access: frozenset[str] = frozenset({"public"})) -> Document:
    """A document of two sections."""
    sections = (
        Section(SectionKind.PARAGRAPH, TEXT[:47], "L1", ("Checkout",), start=0, end=47),
        Section(SectionKind.PARAGRAPH, TEXT[49:], "L3", ("Checkout",), start=49, end=len(TEXT)),
    )
    source = document_id.partition(":")[2].partition("/")[0]
    path = document_id.partition("/")[2]
    return Document(
        document_id, "Checkout", TEXT, sections, source, "page", path=path, updated_at=NOW, access=access
    )


def a_result(document: Document) -> SearchResult:
    """Its first section as a search result."""
    section = document.sections[0]
    return SearchResult(
        "c1", document.id, document.title, document.url, document.source, document.kind, document.path,
        section.anchor, section.text, 0.91234567, Scores(0.5, 2.0, None), section.start, section.end,
    )  # fmt: skip


def an_answer(question: str, document: Document) -> Answer:
    """An answer that quotes the document's first section."""
    section = document.sections[0]
    citation = Citation(
        1, document.id, document.title, document.url, document.source, document.kind, ("Runbooks",),
        document.path, "L1-L2", section.text, NOW.isoformat(), 0.9, section.start, section.end,
    )  # fmt: skip
    text = "Use `kubectl rollout undo`. [1]\n\nThen watch the pods. [1]"
    return Answer(
        "a1",
        question,
        text,
        False,
        0.87,
        (Claim("Use it.", (1,)),),
        (citation,),
        followups=("How do I verify it?",),
        took_ms=12,
    )


class FakeServices:
    """Answers from a list of documents; counts what it was asked."""

    def __init__(self, settings: Settings, documents: Sequence[Document] = ()) -> None:
        self.settings = settings
        self.documents = {document.id: document for document in documents}
        self.history: list[RunModel] = []
        self.asked: list[tuple[str, Filters]] = []
        self.options: list[IngestOptions] = []
        self.error: Exception | None = None
        self.answer_text = ""
        self.problem = ""
        self.rows: list[SourceRunModel] = []
        self.busy = False
        self.hold = threading.Event()
        self.hold.set()
        self.closed = False
        self.clusters = Clusters(settings, lambda: None)
        self.questions = History(settings.index.path)

    def _readable(self, filters: Filters) -> list[Document]:
        return [
            d for d in self.documents.values()
            if d.access & filters.principals and (not filters.sources or d.source in filters.sources)
        ]  # fmt: skip

    def search(self, query: str, k: int, filters: Filters) -> list[SearchResult]:
        self._fail()
        self.asked.append((query, filters))
        return [a_result(d) for d in self._readable(filters)][:k]

    def ask(self, question: str, filters: Filters, tell: Callable[[str], None] | None = None) -> Answer:
        self._fail()
        self.asked.append((question, filters))
        found = self._readable(filters)
        if found and "weather" not in question:
            answer = replace(an_answer(question, found[0]), id=uuid.uuid4().hex)
            return replace(answer, answer=self.answer_text) if self.answer_text else answer
        related = tuple(Related(d.id, d.title, d.url, d.path) for d in found)
        return Answer(
            uuid.uuid4().hex, question, "I found no answer.\n\n- Checkout", True, 0.2, related=related
        )

    def _fail(self) -> None:
        if self.error:
            raise self.error

    @property
    def findings(self) -> Findings:
        """None: nothing was ever ingested here."""
        return Findings(self.settings, lambda: None, lambda: None)

    @property
    def searcher(self) -> FakeServices:
        if not self.documents:
            raise IndexEmptyError
        return self

    answerer = searcher

    def ready(self) -> bool:
        return bool(self.documents)

    def index_problem(self) -> str:
        return self.problem

    def connectors(self) -> list[Connector]:
        return []

    def document(self, document_id: str, principals: frozenset[str] | None) -> Document | None:
        self._fail()
        found = self.documents.get(document_id)
        return found if found and (principals is None or found.access & principals) else None

    def page_ids(self) -> list[str]:
        return sorted(self.documents)

    def embed(self, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        rows = np.full((len(texts), 64), 1e-3, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[sum(word.encode()) % 64] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def variants(self, document_id: str, principals: frozenset[str]) -> list[str]:
        return [
            i for i, d in self.documents.items() if i.startswith(f"{document_id}@") and d.access & principals
        ]

    def sources(self, principals: frozenset[str] | None) -> list[SourceModel]:
        return [
            SourceModel(
                name=source.name,
                type=source.type,
                documents=sum(
                    d.source == source.name and (principals is None or bool(d.access & principals))
                    for d in self.documents.values()
                ),
                status="never",
                problem="it was never read" if source.name == "infra" else None,
            )
            for source in self.settings.sources
            if principals is None or principals & set(source.access)
        ]

    def runs(self, limit: int) -> list[RunModel]:
        return self.history[:limit]

    def run(self, run_id: str) -> RunModel | None:
        return next((run.model_copy(deep=True) for run in self.history if run.id == run_id), None)

    def ingest(self, options: IngestOptions, progress: IngestProgress, stop: threading.Event) -> RunModel:
        self._fail()
        if self.busy:
            raise AlreadyRunningError("another ingest is at work in /secret/place: process 1")
        self.options.append(options)
        rows = self.rows or [
            a_row(s.name) for s in self.settings.sources if not options.sources or s.name in options.sources
        ]
        run = RunModel(id="7", status="running", started_at=NOW, full=options.full, dry_run=options.dry_run)
        run.sources = [row.model_copy(update={"status": "running", "seen": 0}) for row in rows]
        self.history.insert(0, run)
        progress.started("7")
        for row in rows:
            progress.seen(row.source, 0)
            progress.seen(row.source, 3)
            while not self.hold.wait(0.01) and not stop.is_set():
                pass
        totals = {
            name: sum(getattr(row, name) for row in rows) for name in ("seen", "indexed", "failed", "skipped")
        }
        status = "interrupted" if stop.is_set() else "done"
        done = run.model_copy(update={"status": status, "finished_at": NOW, "sources": rows, **totals})
        self.history[0] = done
        return done

    def checks(self) -> Sequence[Check]:
        return [
            Check("state", True, "writable"),
            *([] if self.documents else [Check("index", False, "empty")]),
        ]

    def close(self) -> None:
        self.closed = True


def a_row(source: str, **changes: object) -> SourceRunModel:
    """A source's row of a run that went well."""
    row = SourceRunModel(
        source=source, status="done", started_at=NOW, finished_at=NOW, seen=3, indexed=2, skipped=1
    )
    row.items = [ItemModel(item="logo.png", reason="binary file", skipped=True)]
    return row.model_copy(update=changes)


def without_access(document: Document) -> Document:
    """The document, readable by nobody."""
    return replace(document, access=frozenset())


def write_config(folder: Path, extra: str = "") -> Path:
    """A configuration with one public source, and one for the principal `ops`."""
    path = folder / "config.yaml"
    path.write_text(
        "sources:\n"
        "  - {name: docs, type: files, path: .}\n"
        "  - {name: infra, type: terraform, path: ., access: [ops]}\n"
        "index: {path: state}\n" + extra,
        encoding="utf-8",
    )
    return path
