"""Kubelore's search as a LlamaIndex retriever, for who builds query engines or agents with LlamaIndex."""

from __future__ import annotations

from typing import Any

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.callbacks import CallbackManager
from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode

from index.retriever import Retriever
from index.search_types import Filters, SearchResult

_FOR_SOFTWARE = ("document_id", "anchor", "url", "kind")
"""Metadata that tells a language model nothing of what the text says."""


class KubeloreRetriever(BaseRetriever):  # type: ignore[misc]
    """Retrieves what `Retriever.search` finds, as nodes; takes part in any LlamaIndex engine."""

    def __init__(
        self,
        retriever: Retriever,
        k: int = 10,
        filters: Filters | None = None,
        callback_manager: CallbackManager | None = None,
    ) -> None:
        self._retriever = retriever
        self._k = k
        self._filters = filters or Filters()
        super().__init__(callback_manager=callback_manager)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        """The best `k` nodes for the query that the filters' principals may read, best first."""
        found = self._retriever.search(query_bundle.query_str, self._k, self._filters)
        return [NodeWithScore(node=to_node(result), score=result.score) for result in found]


def to_node(result: SearchResult) -> TextNode:
    """A search result as a node: its text unchanged, its span in the document, its document as the source."""
    metadata: dict[str, Any] = {
        "document_id": result.document_id,
        "title": result.title,
        "url": result.url,
        "source": result.source,
        "kind": result.kind,
        "path": result.path or "",
        "anchor": result.anchor,
        "environment": result.environment,
        "headings": " › ".join(result.heading_path),
    }
    return TextNode(
        id_=result.chunk_id,
        text=result.text,
        metadata=metadata,
        excluded_llm_metadata_keys=list(_FOR_SOFTWARE),
        start_char_idx=result.start,
        end_char_idx=result.end,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=result.document_id)},
    )
