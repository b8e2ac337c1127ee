"""Documents in a line each."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import Any

from connectors.documents import Document, Section, SectionKind, assemble, line_anchor
from index.chunks import Chunk


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
