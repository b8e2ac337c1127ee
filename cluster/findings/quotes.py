"""Finds the exact characters of a document that show a field, so that a finding quotes and does not paraphrase."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from cluster.findings.clusters import Cluster
from cluster.findings.model import Side, Tier
from connectors.documents import Document, SectionKind
from connectors.formats.yaml_tree import YamlDocument, load
from connectors.kubernetes.observed import ObservedObject

LONGEST = 300
"""Characters of a quote at most: what is longer is cut at a line or a word."""

Path = tuple[str | int, ...]
Fetch = Callable[[str], Document | None]
"""Gives the document of an id, None where there is none."""


class Quotes:
    """The documents by id, and the YAML in them read once; those of objects are `fetch`ed when they are quoted."""

    def __init__(self, documents: Iterable[Document], fetch: Fetch) -> None:
        self._documents: dict[str, Document | None] = {document.id: document for document in documents}
        self._fetch = fetch
        self._loaded: dict[str, list[tuple[int, YamlDocument]]] = {}

    def document(self, document_id: str) -> Document | None:
        """The document of an id, None where there is none."""
        if document_id not in self._documents:
            self._documents[document_id] = self._fetch(document_id)
        return self._documents[document_id]

    def field(self, seen: ObservedObject, path: Path, tier: Tier) -> Side:
        """The side that shows a field of an object; where its document does not show it, its first line."""
        document = self.document(seen.document_id)
        if document is None:
            return Side(seen.document_id, 0, 0, "", tier, seen.observed_at)
        at = seen.observed_at or document.updated_at
        for base, loaded in self.yaml(document):
            span = _span_of(loaded, path, seen)
            if span:
                start, end = trimmed(document.text, base + span[0], base + span[1])
                return Side(document.id, start, end, document.text[start:end], tier, at)
        return self._first_line(document, tier, at)

    def place(self, document: Document, start: int, end: int, tier: Tier) -> Side:
        """The side that a span of a document is."""
        start, end = trimmed(document.text, start, end)
        return Side(document.id, start, end, document.text[start:end], tier, document.updated_at)

    def absence(self, cluster: Cluster, kind: str, namespace: str = "") -> Side:
        """What stands for a cluster in which something is not: the line of its overview that names those of the kind
        that are, else one of its objects, unquoted.
        """
        at = cluster.observed_at
        own = cluster.find("Namespace", namespace)
        first = (own or cluster.kind("Namespace") or cluster.objects)[0]
        stem = first.document_id.split("/")[0]
        for where, name in ((namespace, namespace), ("_", cluster.name)):
            document = self.document(f"{stem}/{where}/Overview/{name}") if name else None
            if document is not None:
                return self._names(document, kind, at or document.updated_at)
        return Side(first.document_id, 0, 0, "", Tier.LIVE, at)

    def _names(self, document: Document, kind: str, at: datetime | None) -> Side:
        start = document.text.find(f"\n{kind} names: ")
        if start < 0:
            return self._first_line(document, Tier.LIVE, at)
        start, end = trimmed(document.text, *line_around(document.text, start + 1, start + 1))
        return Side(document.id, start, end, document.text[start:end], Tier.LIVE, at)

    def _first_line(self, document: Document, tier: Tier, at: datetime | None) -> Side:
        end = document.text.find("\n")
        start, end = trimmed(document.text, 0, len(document.text) if end < 0 else end)
        return Side(document.id, start, end, document.text[start:end], tier, at)

    def yaml(self, document: Document) -> list[tuple[int, YamlDocument]]:
        """The YAML in a document, each with the character that it begins at."""
        if document.id not in self._loaded:
            self._loaded[document.id] = list(_yaml_of(document))
        return self._loaded[document.id]


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without blanks around it, and not longer than a quote may be."""
    while start < end and text[start].isspace():
        start += 1
    if end - start > LONGEST:
        cut = max(text.rfind("\n", start, start + LONGEST), text.rfind(" ", start, start + LONGEST))
        end = cut if cut > start else start + LONGEST
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def line_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The whole lines that hold a span."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    return first, len(text) if last < 0 else last


def _yaml_of(document: Document) -> Iterable[tuple[int, YamlDocument]]:
    """The YAML of a manifest, or of an object's document, whose fields may be spread over several blocks."""
    if document.kind != "object":
        return [(0, one) for one in load(document.text)]
    blocks = [one for one in document.sections if one.kind is SectionKind.CODE and one.language == "yaml"]
    if not blocks:
        return []
    start, end = blocks[0].start, blocks[-1].end
    whole = load(document.text[start:end])
    if len(whole) == 1 and not whole[0].error:
        return [(start, whole[0])]
    return [(block.start, one) for block in blocks for one in load(block.text)]


def _span_of(loaded: YamlDocument, path: Path, seen: ObservedObject) -> tuple[int, int] | None:
    value = loaded.value
    metadata = value.get("metadata") if isinstance(value, Mapping) else None
    if isinstance(metadata, Mapping) and metadata.get("name") != seen.name:
        return None
    node = loaded.node_at(path)
    if node is None:
        return None
    return loaded.text.rfind("\n", 0, node.start) + 1, node.end
