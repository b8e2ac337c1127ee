"""Documents in a line each, and an embedding model that costs nothing and counts what it is asked."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from connectors.documents import Document, Section, SectionKind, assemble, line_anchor
from index.chunks import Chunk


class HashingModel:
    """A vector of hashed words: texts are near where they share words."""

    dimension = 64
    window = 256

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) + 2 for text in texts]

    def embed(self, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        self.embedded += texts
        rows = np.full((len(texts), self.dimension), 1e-3, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[sum(i * b for i, b in enumerate(word.encode(), 1)) % self.dimension] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def paragraph(text: str, *headings: str) -> Section:
    return Section(SectionKind.PARAGRAPH, text, heading_path=headings)


def heading(text: str, *headings: str) -> Section:
    return Section(SectionKind.HEADING, text, heading_path=(*headings, text))


def document(path: str, *sections: Section | str, source: str = "docs", **fields: Any) -> Document:
    """A public page at `path` whose sections stand one below the other, with their true lines as anchors."""
    made = [paragraph(s) if isinstance(s, str) else s for s in sections]
    text, placed = assemble(made)
    breaks = [i for i, character in enumerate(text) if character == "\n"]
    lined = tuple(
        replace(s, anchor=line_anchor(bisect_left(breaks, s.start) + 1, bisect_left(breaks, s.end) + 1))
        for s in placed
    )
    values: dict[str, Any] = {"kind": "page", "title": path, "access": frozenset({"public"}), **fields}
    return Document(
        id=f"files:{source}/{path}", text=text, sections=lined, source=source, path=path, **values
    )


def a_chunk(name: str, text: str = "text", document_id: str = "files:docs/a.md", **fields: Any) -> Chunk:
    """A chunk as the stores take it."""
    values: dict[str, Any] = {"ordinal": 0, "start": 0, "context": "Title", "anchor": "L1", **fields}
    values = {"end": len(text), "heading_path": ("Top", "Below"), "family": "", **values}
    return Chunk(id=name, document_id=document_id, text=text, **values)
