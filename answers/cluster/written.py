"""What the team wrote about objects: the line of a page or Terraform block that names them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from answers.cluster.catalog import Catalog
from cluster.edges.base import EdgeType
from cluster.graph import Node
from connectors.documents import Document, SectionKind

MOST = 3
_LONGEST = 400
_WRITTEN = ("page", "terraform")
"""Kinds of documents in which people say something about objects; a manifest is the object itself."""
_PROSE = (SectionKind.PARAGRAPH, SectionKind.LIST, SectionKind.TABLE, SectionKind.ADMONITION)


def documents_about(nodes: Sequence[Node], catalog: Catalog) -> list[str]:
    """The ids of the documents that describe or create most of these objects, best first."""
    found: Counter[str] = Counter()
    for node in nodes:
        for edge in catalog.graph.leaving(node.id, EdgeType.DOCUMENTED_BY, EdgeType.CREATED_BY):
            found[edge.target] += 1
    return [ident for ident, _ in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))][:MOST]


def passage(document: Document, nodes: Sequence[Node]) -> tuple[int, int] | None:
    """The span of the first line of prose, or else of any block, that names one of the objects."""
    names = {node.name for node in nodes}
    pattern = re.compile(
        rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})(?![\w-])"
    )
    ordered = sorted(document.sections, key=lambda s: s.kind not in _PROSE)
    for section in ordered:
        if section.kind is SectionKind.HEADING:
            continue
        match = pattern.search(section.text)
        if match is None:
            continue
        first = section.text.rfind("\n", 0, match.start()) + 1
        last = section.text.find("\n", match.end())
        line = section.text[first : last if last >= 0 else len(section.text)]
        begin = first + len(line) - len(line.lstrip())
        text = line.strip()[:_LONGEST]
        return section.start + begin, section.start + begin + len(text.rstrip())
    return None


def spans(
    idents: Sequence[str], nodes: Sequence[Node], documents: Mapping[str, Document]
) -> list[tuple[Document, int, int]]:
    """Each document that holds such a line, with the line's span."""
    found = []
    for ident in idents:
        document = documents.get(ident)
        written = document is not None and document.kind in _WRITTEN
        span = passage(document, nodes) if document is not None and written else None
        if document is not None and span is not None:
            found.append((document, *span))
    return found
