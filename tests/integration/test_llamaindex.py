"""LlamaIndex users take the retriever as it is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from llama_index.core import Settings, get_response_synthesizer
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.llms import MockLLM
from llama_index.core.postprocessor import SimilarityPostprocessor
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.schema import NodeRelationship

from bench.hashing import HashingModel
from index.index import Index
from index.llamaindex import KubeloreRetriever
from index.retriever import Retriever
from index.search_types import Filters
from tests.unit.index_fakes import document, heading, paragraph

SECRET = "files:docs/secret.md"
ROLLBACK = document(
    "rollback.md",
    heading("Roll back"),
    paragraph("Run argocd app rollback checkout to roll back checkout.", "Roll back"),
    title="Checkout runbook",
    url="https://git.example/rollback.md",
    environment="staging",
)
OTHERS = (
    document("secret.md", "How to roll back checkout: the secret way.", access=frozenset({"ops"})),
    document("dns.md", "The zone is example.org.", source="wiki"),
)


@pytest.fixture
def retriever(tmp_path: Path) -> Iterator[Retriever]:
    index = Index.open(tmp_path, embedder=HashingModel())
    index.apply([ROLLBACK, *OTHERS])
    index.commit()

    def readable(ids: object, principals: frozenset[str]) -> set[str]:
        return {i for i in ids if i != SECRET or "ops" in principals}  # type: ignore[attr-defined]

    yield Retriever(index, readable)
    index.close()


def test_nodes_carry_text_span_metadata_and_source(retriever: Retriever) -> None:
    found = KubeloreRetriever(retriever, k=2).retrieve("how do I roll back checkout?")
    assert isinstance(KubeloreRetriever(retriever), BaseRetriever)
    best, node = found[0], found[0].node
    assert node.text == ROLLBACK.text[node.start_char_idx : node.end_char_idx]
    assert "argocd app rollback checkout" in node.text
    assert node.metadata == {
        "document_id": ROLLBACK.id, "title": "Checkout runbook", "url": "https://git.example/rollback.md",
        "source": "docs", "kind": "page", "path": "rollback.md", "anchor": "L1-L3", "environment": "staging",
        "headings": "Roll back",
    }  # fmt: skip
    assert node.relationships[NodeRelationship.SOURCE].node_id == node.ref_doc_id == ROLLBACK.id
    assert [n.node.node_id for n in found] == [
        r.chunk_id for r in retriever.search("how do I roll back checkout?", 2)
    ]
    assert best.score > found[1].score


def test_k_and_filters_hold(retriever: Retriever) -> None:
    def ids(k: int, filters: Filters | None) -> list[str]:
        nodes = KubeloreRetriever(retriever, k, filters).retrieve("roll back checkout")
        return [n.node.ref_doc_id for n in nodes]

    assert ids(1, None) == [ROLLBACK.id]
    assert SECRET not in ids(10, None)
    assert SECRET in ids(10, Filters(principals=frozenset({"public", "ops"})))
    assert ids(10, Filters(sources=("wiki",))) == [OTHERS[1].id]


def test_serves_a_query_engine(retriever: Retriever) -> None:
    seen: list[str] = []

    class Llm(MockLLM):
        def complete(self, prompt: str, *args: object, **kwargs: object) -> object:
            seen.append(prompt)
            return super().complete(prompt, *args, **kwargs)

    engine = RetrieverQueryEngine(
        KubeloreRetriever(retriever, k=3),
        response_synthesizer=get_response_synthesizer(llm=Llm(max_tokens=None)),
        node_postprocessors=[SimilarityPostprocessor(similarity_cutoff=0.01)],
    )
    response = engine.query("how do I roll back checkout?")
    assert response.source_nodes[0].node.ref_doc_id == ROLLBACK.id
    assert "argocd app rollback checkout" in seen[0]
    assert "Checkout runbook" in seen[0]
    assert "secret way" not in seen[0]
    assert Settings._llm is None  # nothing global was needed


def test_serves_asynchronous_callers(retriever: Retriever) -> None:
    found = asyncio.run(KubeloreRetriever(retriever, k=1).aretrieve("roll back checkout"))
    assert [n.node.ref_doc_id for n in found] == [ROLLBACK.id]
