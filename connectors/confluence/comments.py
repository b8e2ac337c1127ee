"""Sections of the comments on a page: each thread with the words that it is about, and whether it is resolved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from connectors.confluence import storage
from connectors.confluence.storage import StoragePage
from connectors.confluence.values import JsonObject, as_list, as_number, as_object, as_text, at, one_line
from connectors.documents import Section, SectionKind

HEADING = "Comments"
_APART = frozenset({SectionKind.CODE, SectionKind.TABLE})
_MAX_QUOTE = 300


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment; `thread` is the id of the first comment of its discussion. `marker` '' is a footer comment."""

    id: str
    page: str
    thread: str
    version: int
    author: str
    body: str
    marker: str = ""
    quote: str = ""
    resolution: str = ""

    @property
    def key(self) -> str:
        """Its id with its version."""
        return f"{self.id}.{self.version}"


def parse(content: JsonObject) -> Comment:
    """The comment of an answer."""
    inline = as_object(at(content, "extensions", "inlineProperties"))
    above = [
        a for a in map(as_object, as_list(content.get("ancestors"))) if a.get("type") in ("comment", None)
    ]
    body = at(content, "body", "storage", "value")
    return Comment(
        id=as_text(content.get("id")),
        page=as_text(at(content, "container", "id")),
        thread=as_text(above[0].get("id")) if above else as_text(content.get("id")),
        version=as_number(at(content, "version", "number")),
        author=one_line(as_text(at(content, "version", "by", "displayName"))),
        body=as_text(body if body is not None else at(content, "body", "view", "value")),
        marker=as_text(inline.get("markerRef")),
        quote=one_line(as_text(inline.get("originalSelection"))),
        resolution=as_text(at(content, "extensions", "resolution", "status")).lower(),
    )


def sections(comments: Iterable[Comment], page: StoragePage, names: Mapping[str, str]) -> Iterator[Section]:
    """A section for each thread, in the order of their first comments; code and tables in them stand apart."""
    threads: dict[str, list[Comment]] = {}
    for comment in sorted(comments, key=lambda comment: (as_number(comment.id), comment.id)):
        threads.setdefault(comment.thread, []).append(comment)
    for thread in threads.values():
        yield from _thread(thread, page, names)


def _thread(thread: list[Comment], page: StoragePage, names: Mapping[str, str]) -> Iterator[Section]:
    first = thread[0]
    place = page.comment_markers.get(first.marker) if first.marker else None
    marked = page.sections[place] if place is not None and place < len(page.sections) else None
    anchor = marked.anchor if marked else f"comment-{first.id}"
    path = (*(marked.heading_path if marked else ()), HEADING)
    texts = [_lead(first, marked)]
    for comment in thread:
        author = f"{comment.author}: " if comment.author else ""
        for section in storage.read(comment.body, user_names=names).sections:
            if section.kind in _APART:
                yield from _said(texts, anchor, path)
                context = first.quote or section.context
                yield replace(section, anchor=anchor, heading_path=path, context=context)
            else:
                texts.append(author + section.text)
                author = ""
    yield from _said(texts, anchor, path)


def _lead(first: Comment, marked: Section | None) -> str:
    """What a thread is about, and its state."""
    state = "(resolved)" if first.resolution == "resolved" else ""
    if not first.marker:
        return state
    quote = first.quote or (marked.text if marked else "")
    words = f"On “{quote[:_MAX_QUOTE]}”" if quote else ""
    return " ".join(filter(None, (words, state)))


def _said(texts: list[str], anchor: str, path: tuple[str, ...]) -> Iterator[Section]:
    text = "\n\n".join(filter(None, texts))
    texts.clear()
    if text.strip():
        yield Section(SectionKind.ADMONITION, text, anchor, path)
