"""What the team wrote about objects: the sentence that says what one is, the table that lists several."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from answers.cluster.catalog import Catalog
from cluster.edges.base import EdgeType
from cluster.graph import Node
from connectors.documents import Document, Section, SectionKind

MOST = 3
MOST_NAMES = 40
"""Of more objects than this, no page is expected to tell."""
_LONGEST = 400
_LONGEST_LIST = 1_500
_WRITTEN = ("page", "terraform")
"""Kinds of documents in which people say something about objects; a manifest is the object itself."""
_PROSE = (SectionKind.PARAGRAPH, SectionKind.LIST, SectionKind.ADMONITION, SectionKind.TABLE)
_LISTS = (SectionKind.TABLE, SectionKind.LIST, SectionKind.PARAGRAPH)
_SHORT = {
    "Deployment": ("deploy",),
    "StatefulSet": ("sts",),
    "DaemonSet": ("ds",),
    "Service": ("svc",),
    "ConfigMap": ("cm",),
}
_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n\n+")
_LINES = re.compile(r"\n")
_COMMAND = re.compile(
    r"\b(?:kubectl|helm|argocd|terraform|aws|gcloud|az|make|ssh|curl)\s+[\w-]|`[a-z]+ [a-z]+ .*`|--\w"
)
"""What is to be done says nothing of what an object is."""
_DOES = (
    r"is|are|was|runs?|handles?|keeps?|holds?|stores?|serves?|takes?|sends?|reads?|writes?|calls?|talks?|owns?|provides?|"
    r"manages?|uses?|has|have|lives?|belongs?|charges?|computes?|accepts?|does|listens?|exposes?|processes|consumes?|"
    r"publishes|renders?|shows?|lets?|gives?|makes?|creates?|checks?|validates?|delivers?|returns?|depends"
)


def query(nodes: Sequence[Node]) -> str:
    """Words that find pages about the objects."""
    names = list(dict.fromkeys(node.name for node in nodes))
    return f"{'services overview ' * (len(names) > 1)}{' '.join(names)}"


def documents_about(nodes: Sequence[Node], catalog: Catalog) -> list[str]:
    """The ids of the documents that describe or create most of these objects, best first."""
    found: Counter[str] = Counter()
    for node in nodes:
        for edge in catalog.graph.leaving(node.id, EdgeType.DOCUMENTED_BY, EdgeType.CREATED_BY):
            found[edge.target] += 1
    return [ident for ident, _ in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))][: 2 * MOST]


def spans(
    idents: Sequence[str], nodes: Sequence[Node], documents: Mapping[str, Document]
) -> list[tuple[Document, int, int]]:
    """The places that describe the objects, best first: one list of several, or a line about one."""
    read = [d for ident in idents if (d := documents.get(ident)) is not None and d.kind in _WRITTEN]
    names = list(dict.fromkeys(node.name for node in nodes))
    if len(names) > 1:
        return _list_of(read, names)
    found = [(rank, document, *span) for document in read for rank, span in _passages(document, nodes)]
    found.sort(key=lambda one: one[0])
    best: dict[str, tuple[Document, int, int]] = {}
    for _, document, start, end in found:
        best.setdefault(document.id, (document, start, end))
    return list(best.values())[: MOST - 1]


def _list_of(documents: Sequence[Document], names: Sequence[str]) -> list[tuple[Document, int, int]]:
    """The table, list or paragraph that names most of several objects, if one names half of them."""
    best: list[tuple[int, int, Document, Section]] = []
    for document in documents:
        for section in document.sections:
            if (
                section.kind not in _LISTS
                or len(section.text) > _LONGEST_LIST
                or _COMMAND.search(section.text)
            ):
                continue
            held = sum(_stands(name, section.text) for name in names)
            if held >= 2 and 2 * held >= len(names):
                best.append((-held, _LISTS.index(section.kind), document, section))
    best.sort(key=lambda one: one[:2])
    return [(d, s.start, s.start + len(s.text.rstrip())) for _, _, d, s in best[:1]]


def _stands(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) is not None


def _passages(document: Document, nodes: Sequence[Node]) -> Iterator[tuple[int, tuple[int, int]]]:
    """The first line of each rank that says what the object is: `cart keeps …` before a mere mention of it."""
    ordered = sorted(document.sections, key=lambda section: section.kind not in _PROSE)
    for rank, pattern in enumerate(_patterns(nodes)):
        for section in ordered:
            if section.kind in (SectionKind.HEADING, SectionKind.CODE) and document.kind != "terraform":
                continue
            for match in pattern.finditer(section.text):
                first, last = _around(section, match.start(), match.end())
                if not _COMMAND.search(section.text[first:last]):
                    yield rank, (section.start + first, section.start + last)
                    break


def _patterns(nodes: Sequence[Node]) -> tuple[re.Pattern[str], ...]:
    names = "|".join(map(re.escape, dict.fromkeys(node.name for node in nodes)))
    kinds = "|".join(
        sorted({word for node in nodes for word in (node.kind.lower(), *_SHORT.get(node.kind, ()))})
    )
    start = r"(?:\A|(?<=[.!?][ \n]))(?:the )?"
    called = rf"(?:\*\*|`)?(?:{names})(?:\*\*|`)?"
    return (
        re.compile(
            rf"{start}{called}(?: (?:service|{kinds}))? (?:is|are) (?:the|an?|our|what|where|responsible|one)\b",
            re.IGNORECASE,
        ),
        re.compile(rf"^[-*] {called}\s*(?:[:–—]|- )", re.IGNORECASE | re.MULTILINE),
        re.compile(rf"^\|\s*{called}\s*\|", re.IGNORECASE | re.MULTILINE),
        re.compile(rf"{start}{called}(?: (?:service|{kinds}))? (?:{_DOES})\b", re.IGNORECASE),
        re.compile(rf"(?:{kinds})[ /](?:{names})(?![\w-])", re.IGNORECASE),
        re.compile(rf"`(?:{names})`|(?<![\w-])(?:{names}) (?:{kinds}|service)s?\b", re.IGNORECASE),
    )


def header(document: Document, start: int) -> str:
    """The head of the table in which a row begins, '' where none does or the head is within."""
    for section in document.sections:
        if section.kind is SectionKind.TABLE and section.start < start < section.start + len(section.text):
            return "\n".join(section.text.split("\n")[:2])
    return ""


def _around(section: Section, start: int, end: int) -> tuple[int, int]:
    """The sentence of a paragraph, or the line of anything else, at some characters."""
    breaks = _SENTENCES if section.kind is SectionKind.PARAGRAPH else _LINES
    cuts = [0, *(match.end() for match in breaks.finditer(section.text)), len(section.text)]
    first = max(cut for cut in cuts if cut <= start)
    last = min(cut for cut in cuts if cut >= end)
    text = section.text[first:last]
    first += len(text) - len(text.lstrip())
    return first, first + len(text.strip()[:_LONGEST].rstrip())
