"""An index with a model that costs nothing, and what tests say of it."""

from __future__ import annotations

from collections.abc import Sequence

from bench.hashing import HashingModel
from connectors.documents import Document
from index.chunks import chunk
from index.index import Index
from index.retriever import Retriever
from tests.unit.index_fakes import document

A1 = document("a.md", "Roll back checkout with argocd.", "Then tell the team.", title="Rollback")
A2 = document("a.md", "Roll back checkout with helm.", title="Rollback")
B = document("b.md", "The payments database is db.r7g.large.")
C = document("c.md", "Nightly dumps are kept for 120 days.")


def everyone(ids: Sequence[str], principals: frozenset[str]) -> set[str]:
    return set(ids)


def write(index: Index, *documents: Document) -> None:
    index.apply(documents)
    index.commit()


def assert_holds(index: Index, *documents: Document) -> None:
    """All three stores hold exactly the chunks of `documents`, and nothing is left of anything else."""
    expected = {c.id: c for d in documents for c in chunk(d, HashingModel().count_tokens)}
    stored = index.chunks.of_documents(sorted(index.chunks.document_ids()))
    assert {c.id: c for c in stored} == expected
    assert {n.node_id for n in index.vectors.store.get_nodes(sorted(expected) or ["none"])} == set(expected)
    assert index.vectors.count() == len(expected)
    assert {name for name, _ in index.words.written.search({"doc": 1.0}, 1_000)} == set(expected)
    assert index.words.count() == len(expected)
    assert {d.path for d in documents} == {r.path for r in Retriever(index, everyone).search("the", 100)}


def found(index: Index, question: str, k: int = 10) -> list[str | None]:
    return [r.path for r in Retriever(index, everyone).search(question, k)]
