"""The YAML of an object as code sections whose anchors are field paths."""

from __future__ import annotations

from bisect import bisect_right
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
        fields = _Fields(document)
        for section in sections_of(document, ()):
            first = document.line_at(section.start)
            last = document.line_at(max(section.start, section.end - 1))
            anchor = fields.anchor(first, last)
            found.append(replace(section, kind=SectionKind.CODE, anchor=anchor, language="yaml"))
    return found


class _Fields:
    """The fields of a document, each looked into once."""

    def __init__(self, document: YamlDocument) -> None:
        self._document = document
        self._inside: dict[tuple[str, int], list[_Place]] = {}

    def anchor(self, first: int, last: int) -> str:
        """The path of the innermost field that holds the lines; of the root's, the one with most of them."""
        if self._document.root is None:
            return ""
        place = _Place("", self._document.first_line, self._document.last_line, self._document.root)
        while True:
            children = self._children(place)
            # The last that begins at or before the lines is the only one that can hold them.
            number = bisect_right(children, first, key=lambda child: child.first) - 1
            if number >= 0 and children[number].last >= last:
                place = children[number]
                continue
            if place.path or not children:
                return place.path
            return max(children, key=lambda child: min(child.last, last) - max(child.first, first)).path

    def _children(self, place: _Place) -> list[_Place]:
        known = (place.path, place.first)
        if known not in self._inside:
            self._inside[known] = list(_children(self._document, place))
        return self._inside[known]


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
