"""Makes documents of what Notion has answered: text with credentials masked, sections, links, dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from connectors import mentions
from connectors.dates import to_date
from connectors.documents import Document, Section, SectionKind, assemble
from connectors.formats import registry
from connectors.notion import urls
from connectors.notion.block_text import Names
from connectors.notion.values import JsonObject, as_list, as_object, as_text, one_line
from connectors.redaction.sections import masked, masked_section


@dataclass(frozen=True, slots=True)
class Frame:
    """What a document is besides its sections."""

    source: str
    id: str
    title: str
    above: Sequence[str]
    access: frozenset[str]


def document_id(source: str, identifier: str) -> str:
    """`notion:<source>/<uuid>`."""
    return f"notion:{source}/{identifier}"


def make(frame: Frame, item: JsonObject, sections: Iterable[Section], names: Names) -> Document:
    """The document of a page or database; its title is its text if it has no other."""
    anchor = urls.bare_id(frame.id)
    title = masked(frame.title)
    found = [replace(section, anchor=section.anchor or anchor) for section in map(masked_section, sections)]
    if not found and title:
        found = [Section(SectionKind.HEADING, title, anchor)]
    text, placed = assemble(found)
    return Document(
        id=document_id(frame.source, frame.id),
        title=title or "Untitled",
        text=text,
        sections=placed,
        source=frame.source,
        kind="page",
        url=urls.page_url(frame.id),
        version=as_text(item.get("last_edited_time")),
        updated_at=to_date(as_text(item.get("last_edited_time"))),
        author=_author(item, names),
        breadcrumbs=tuple(masked(name) for name in frame.above),
        labels=tuple(dict.fromkeys(_labels(item))),
        mentions=mentions.find(placed),
        access=frame.access,
    )


def file_sections(name: str, text: str, block_id: str) -> Iterator[Section]:
    """The sections of an attached file's text, under its name; their anchor is the block that shows it."""
    read_as = f"{name}.md" if name.lower().endswith((".docx", ".pptx", ".xlsx", ".xlsm")) else name
    for section in registry.parse(read_as, text).sections:
        path = (name, *section.heading_path)
        yield replace(section, anchor=urls.bare_id(block_id), heading_path=path)


def missing_text(missing: Mapping[str, int]) -> Iterator[str]:
    """A sentence for each kind of block that could not be read."""
    for kind, count in sorted(missing.items()):
        yield f"{count} block{'s' if count > 1 else ''} not read: {kind}"


def _author(item: JsonObject, names: Names) -> str:
    for key in ("last_edited_by", "created_by"):
        user = as_object(item.get(key))
        name = names.get(urls.bare_id(as_text(user.get("id"))), "") or as_text(user.get("name"))
        if name and user.get("type") != "bot":
            return one_line(name)
    return ""


def _labels(item: JsonObject) -> Iterator[str]:
    """The options of all properties with several choices: what teams tag their pages with."""
    for value in map(as_object, as_object(item.get("properties")).values()):
        if value.get("type") == "multi_select":
            for option in as_list(value.get("multi_select")):
                name = one_line(as_text(as_object(option).get("name")))
                if name:
                    yield masked(name)
