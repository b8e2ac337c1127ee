"""Finds the pages on which people wrote about objects, by their names."""

from __future__ import annotations

from dataclasses import replace

from index.retriever import Retriever
from index.search_types import Filters

_PAGE = "page"
_MOST = 8


def written_about(retriever: Retriever, words: str, filters: Filters) -> list[str]:
    """The ids of the readable pages about some words, best first."""
    if filters.kinds and _PAGE not in filters.kinds:
        return []
    found = retriever.candidates(words, replace(filters, kinds=(_PAGE,)))
    return list(dict.fromkeys(one.card.document_id for one in found))[:_MOST]
