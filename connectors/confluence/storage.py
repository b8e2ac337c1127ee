"""Confluence's storage format as typed sections: pure, total, and lossless for code.

A body is XHTML with Atlassian's elements. It is parsed once, walked once, and its text written block by
block: links, inline code and struck text as Markdown has them, everything else as the words that a reader of
the page sees.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from connectors.confluence import markup
from connectors.confluence.anchors import HeadingIds
from connectors.confluence.frames import Page
from connectors.confluence.notes import AttachmentRef, Include, Notes, PageRef
from connectors.confluence.reader import Reader
from connectors.confluence.resources import parameters, words_of
from connectors.confluence.tree import Element
from connectors.confluence.writer import Writer
from connectors.documents import Section

_MACROS = frozenset({"ac:structured-macro", "ac:macro"})


@dataclass(frozen=True, slots=True)
class StoragePage:
    """The sections of a body and what it refers to, each thing once and in order.

    `tolerant` is true for a body that is not well-formed XML. `unknown_macros` counts by name the macros of
    which only the body's text and the name were kept. `users` are account ids, user keys or names as the
    body has them, written as `@<id>` in the text. `comment_markers` gives for each inline comment's reference
    the number of the section that holds the commented words.
    """

    sections: tuple[Section, ...]
    tolerant: bool
    unknown_macros: Mapping[str, int]
    urls: tuple[str, ...]
    pages: tuple[PageRef, ...]
    users: tuple[str, ...]
    attachments: tuple[AttachmentRef, ...]
    diagrams: tuple[str, ...]
    includes: tuple[Include, ...]
    comment_markers: Mapping[str, int]


def to_sections(body: str) -> list[Section]:
    """The sections of a page's body, with anchors as Confluence Cloud's links have them. Never raises."""
    return list(read(body).sections)


def read(
    body: str, *, data_center_title: str | None = None, user_names: Mapping[str, str] | None = None
) -> StoragePage:
    """The sections of a body and what it refers to. Never raises.

    On Data Center a heading's anchor begins with the title of the page, given as `data_center_title`.
    `user_names` has the names that are written instead of the ids of `users`.
    """
    with _without_collections():
        parsed = markup.parse(body)
        return _read(parsed.nodes, parsed.tolerant, data_center_title, user_names)


def excerpt(body: str, name: str = "", *, user_names: Mapping[str, str] | None = None) -> StoragePage | None:
    """What another page shows of `body` in its place: the first excerpt, or the one called `name`; None if none."""
    with _without_collections():
        parsed = markup.parse(body)
        for macro in _excerpts(parsed.nodes):
            if not name or words_of(parameters(macro).get("name")) == name:
                return _read(macro.children, parsed.tolerant, None, user_names)
    return None


@contextmanager
def _without_collections() -> Iterator[None]:
    """Keep the garbage collector from looking through a tree again and again while it grows.

    A tree has no cycles, so that it is freed without the collector; a third of the time went into it. Threads that
    convert at once do no harm: whoever found the collector on turns it on again.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _excerpts(nodes: Iterable[Element | str]) -> Iterator[Element]:
    for node in nodes:
        pending = [node] if isinstance(node, Element) else []
        while pending:
            element = pending.pop()
            if element.tag in _MACROS and element.attributes.get("name") == "excerpt":
                yield element
            pending.extend(reversed(list(element.elements())))


def _read(
    nodes: Iterable[Element | str],
    tolerant: bool,
    page_title: str | None,
    user_names: Mapping[str, str] | None,
) -> StoragePage:
    page, notes = Page(HeadingIds(page_title)), Notes()
    writer = Writer(page)
    Reader(writer, notes, user_names or {}).read(nodes)
    writer.finish()
    return StoragePage(
        sections=tuple(page.sections),
        tolerant=tolerant,
        unknown_macros=dict(notes.unknown_macros),
        urls=tuple(notes.urls),
        pages=tuple(notes.pages),
        users=tuple(notes.users),
        attachments=tuple(notes.attachments),
        diagrams=tuple(notes.diagrams),
        includes=tuple(Include(ref, name, page.places.get(key, 0)) for ref, name, key in notes.includes),
        comment_markers={
            reference: page.places.get(key, 0) for reference, key in notes.comment_markers.items()
        },
    )
