"""Makes documents of what Confluence has answered: text with credentials masked, sections, links, dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from connectors import mentions
from connectors.confluence.node import ATTACHMENT, Node, masked_line
from connectors.confluence.values import JsonObject, as_text, at
from connectors.dates import to_date
from connectors.documents import Document, Section, SectionKind, assemble
from connectors.formats import registry
from connectors.redaction.sections import masked_section

_OFFICE = (".docx", ".pptx", ".xlsx", ".xlsm")
_DIAGRAMS = ("jgraph", "drawio", "mxfile")


_TOP = "title-text"
"""The id of the title on Confluence's pages, for what stands above the first heading."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a document is besides its sections."""

    source: str
    node: Node
    above: tuple[str, ...]
    access: frozenset[str]
    url: str


def document_id(source: str, identifier: str) -> str:
    """`confluence:<source>/<id>`."""
    return f"confluence:{source}/{identifier}"


def make(frame: Frame, content: JsonObject, sections: Iterable[Section]) -> Document:
    """The document of a page or file; its title is its text if it has no other."""
    node = frame.node
    top = node.id if node.kind == ATTACHMENT else _TOP
    found = [replace(section, anchor=section.anchor or top) for section in map(masked_section, sections)]
    if not found and node.title:
        found = [Section(SectionKind.HEADING, node.title, top)]
    text, placed = assemble(found)
    return Document(
        id=document_id(frame.source, node.id),
        title=node.title or "Untitled",
        text=text,
        sections=placed,
        source=frame.source,
        kind="page",
        url=frame.url,
        version=str(node.version),
        updated_at=to_date(as_text(at(content, "version", "when"))),
        author=masked_line(as_text(at(content, "version", "by", "displayName"))),
        breadcrumbs=frame.above,
        labels=node.labels,
        mentions=mentions.find(placed),
        access=frame.access,
    )


def file_name(node: Node) -> str:
    """The name of an attachment, with the suffix that its type says where the name has none."""
    is_diagram = any(word in node.media for word in _DIAGRAMS)
    return f"{node.title}.drawio" if is_diagram and "." not in node.title else node.title


def file_sections(name: str, text: str) -> Iterator[Section]:
    """The sections of a file's text. Their lines are none of the page that the file is on."""
    read_as = f"{name}.md" if name.lower().endswith(_OFFICE) else name
    for section in registry.parse(read_as, text).sections:
        yield replace(section, anchor="")
