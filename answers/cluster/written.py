"""What the team wrote about objects: the line of a page or Terraform block that names them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from answers.cluster.catalog import Catalog
from cluster.edges.base import EdgeType
from cluster.graph import Node
from connectors.documents import Document, Section, SectionKind

MOST = 3
_LONGEST = 400
_WRITTEN = ("page", "terraform")
"""Kinds of documents in which people say something about objects; a manifest is the object itself."""
_PROSE = (SectionKind.PARAGRAPH, SectionKind.LIST, SectionKind.ADMONITION)
_SHORT = {
    "Deployment": ("deploy",),
    "StatefulSet": ("sts",),
    "DaemonSet": ("ds",),
    "Service": ("svc",),
    "ConfigMap": ("cm",),
}
_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n\n+")
_LINES = re.compile(r"\n")


def documents_about(nodes: Sequence[Node], catalog: Catalog) -> list[str]:
    """The ids of the documents that describe or create most of these objects, best first."""
    found: Counter[str] = Counter()
    for node in nodes:
        for edge in catalog.graph.leaving(node.id, EdgeType.DOCUMENTED_BY, EdgeType.CREATED_BY):
            found[edge.target] += 1
    return [ident for ident, _ in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))][:MOST]


def passage(document: Document, nodes: Sequence[Node]) -> tuple[int, int] | None:
    """The span of the sentence or line that names one of the objects most clearly: `deployment/cart` before `cart`."""
    names = "|".join(map(re.escape, sorted({node.name for node in nodes}, key=len, reverse=True)))
    kinds = "|".join(
        sorted({word for node in nodes for word in (node.kind.lower(), *_SHORT.get(node.kind, ()))})
    )
    patterns = (
        re.compile(rf"(?:{kinds})[ /](?:{names})(?![\w-])", re.IGNORECASE),
        re.compile(rf"`(?:{names})`|(?<![\w-])(?:{names}) (?:{kinds}|service)s?\b", re.IGNORECASE),
        re.compile(rf"(?<![\w-])(?:{names})(?![\w-])"),
    )
    ordered = sorted(document.sections, key=lambda section: section.kind not in _PROSE)
    for pattern in patterns:
        for section in ordered:
            match = pattern.search(section.text) if section.kind is not SectionKind.HEADING else None
            if match is not None:
                first, last = _around(section, match.start(), match.end())
                return section.start + first, section.start + last
    return None


def _around(section: Section, start: int, end: int) -> tuple[int, int]:
    """The sentence of a paragraph, or the line of anything else, at some characters."""
    breaks = _SENTENCES if section.kind is SectionKind.PARAGRAPH else _LINES
    cuts = [0, *(match.end() for match in breaks.finditer(section.text)), len(section.text)]
    first = max(cut for cut in cuts if cut <= start)
    last = min(cut for cut in cuts if cut >= end)
    text = section.text[first:last]
    first += len(text) - len(text.lstrip())
    return first, first + len(text.strip()[:_LONGEST].rstrip())


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
