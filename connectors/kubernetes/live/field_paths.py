"""The YAML of an object as code sections whose anchors are field paths."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from connectors.documents import Section, SectionKind
from connectors.formats.yaml_tree import Node, YamlDocument, load, sections_of


@dataclass(frozen=True, slots=True)
class _Place:
    """A field, the lines from its key to its end, and its node."""

    path: str
    first: int
    last: int
    node: Node


def yaml_sections(text: str) -> list[Section]:
    """Sections of whole fields, each with an anchor such as `spec.template.spec.containers[0]`; spans are of `text`."""
    found: list[Section] = []
    for document in load(text):
        for section in sections_of(document, ()):
            first = document.line_at(section.start)
            last = document.line_at(max(section.start, section.end - 1))
            anchor = _anchor(document, first, last)
            found.append(replace(section, kind=SectionKind.CODE, anchor=anchor, language="yaml"))
    return found


def _anchor(document: YamlDocument, first: int, last: int) -> str:
    """The path of the innermost field that holds the lines; of the root's, the one with most of them."""
    if document.root is None:
        return ""
    place = _Place("", document.first_line, document.last_line, document.root)
    while True:
        children = list(_children(document, place))
        inner = next((child for child in children if child.first <= first and child.last >= last), None)
        if inner is not None:
            place = inner
            continue
        if place.path or not children:
            return place.path
        return max(children, key=lambda child: min(child.last, last) - max(child.first, first)).path


def _children(document: YamlDocument, place: _Place) -> Iterator[_Place]:
    for key, value in place.node.pairs:
        name = document.scalar(key) or ""
        path = f"{place.path}.{name}" if place.path else name
        yield _Place(path, document.line_at(key.start), _last_line(document, max(key.end, value.end)), value)
    for number, item in enumerate(place.node.items):
        yield _Place(
            f"{place.path}[{number}]", document.line_at(item.start), _last_line(document, item.end), item
        )


def _last_line(document: YamlDocument, end: int) -> int:
    while end > 0 and document.text[end - 1].isspace():
        end -= 1
    return document.line_at(max(end - 1, 0))
