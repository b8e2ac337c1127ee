"""YAML and JSON files as sections by key path, with exact lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from connectors.documents import Section, SectionKind
from connectors.formats.outline import Cutter, Lines, Outline, indented
from connectors.formats.parsed import ParsedText
from connectors.formats.yaml_nodes import Node, YamlDocument, load

__all__ = [
    "Node",
    "Part",
    "YamlDocument",
    "items_of",
    "language_of",
    "load",
    "parse",
    "parsed_of",
    "sections_of",
]

_IDENTITY = ("name", "id", "key", "title", "alert", "record", "receiver")
_MAX_LABEL = 80
_JSON_START = re.compile(r"\s*(?:\[|\{(?![{%]))")


def parse(text: str) -> ParsedText:
    """The sections of a YAML or JSON text, and a problem for each document that is broken. Never raises.

    Each section holds whole lines: a subtree of up to about 1,200 characters with the comments above it.
    Its heading path is its key path; items of lists go by their name. What cannot be parsed is cut by its
    indentation into CODE sections.
    """
    return parsed_of(load(text))


def parsed_of(documents: Sequence[YamlDocument]) -> ParsedText:
    """What `parse` gives for a text that has been loaded."""
    sections = [section for document in documents for section in sections_of(document)]
    problems = tuple(
        f"line {document.error_line}: {document.error}"
        for document in documents
        if document.error and not document.templated
    )
    return ParsedText("", tuple(sections), problems=problems)


def sections_of(
    document: YamlDocument, prefix: tuple[str, ...] | None = None, part: Part | None = None
) -> list[Section]:
    """The sections of one document of a text, or of a `part` of it.

    `prefix` leads every heading path; by default it is `Kind name` where the document is an object.
    """
    lines = Lines(document.text, document.line_starts)
    if prefix is None:
        prefix = _object_heading(document)
    language = language_of(document)
    if document.root is None and document.error:
        part = part or Part(None, document.first_line, document.last_line)
        cutter = Cutter(lines, SectionKind.CODE, language)
        children = _by_indentation(lines)
    else:
        part = part or Part(document.root, document.first_line, document.last_line)
        cutter = Cutter(lines, SectionKind.KEY_VALUE, language)
        children = _Outliner(document, lines).of(part.node)
    cutter.cut(Outline("", part.first - 1, part.last, children), prefix)
    return cutter.sections


def items_of(document: YamlDocument, sequence: Node) -> list[Part]:
    """The items of a list with their lines, the comments above each included."""
    lines = Lines(document.text, document.line_starts)
    outliner = _Outliner(document, lines)
    parts: list[Part] = []
    floor = document.first_line - 1
    for item in sequence.items:
        first = lines.up_over_comments(outliner.line(item.start), floor)
        last = max(outliner.last_line(item.end), first)
        parts.append(Part(item, first + 1, last + 1))
        floor = last + 1
    return parts


def _by_indentation(lines: Lines) -> Callable[[int, int], list[Outline]]:
    return lambda first, last: indented(lines, first, last, first)


def language_of(document: YamlDocument) -> str:
    """`json` for a document in JSON's style, else `yaml`."""
    return "json" if _JSON_START.match(document.text, document.start) else "yaml"


def _object_heading(document: YamlDocument) -> tuple[str, ...]:
    kind, name = (document.node_at(path) for path in (("kind",), ("metadata", "name")))
    if kind is None or name is None or document.node_at(("apiVersion",)) is None:
        return ()
    words = (document.scalar(kind), document.scalar(name))
    return (" ".join(words)[:_MAX_LABEL],) if words[0] and words[1] else ()  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Part:
    """A node of a document and the lines that are its own, from `first` to `last`, counted from 1."""

    node: Node | None
    first: int
    last: int


class _Outliner:
    """Gives each subtree of a document its lines."""

    def __init__(self, document: YamlDocument, lines: Lines) -> None:
        self._document = document
        self._lines = lines

    def of(self, node: Node | None) -> Callable[[int, int], list[Outline]]:
        """The function that gives the outlines of what is in `node`."""
        return lambda first, last: self._children(node, first, last)

    def _children(self, node: Node | None, first: int, last: int) -> list[Outline]:
        """Outlines that partition lines `first` to `last - 1`, which hold `node` and what leads up to it."""
        if node is None:
            return []
        if node.type == "scalar":
            return indented(self._lines, first, last, self.line(node.start) + 1)
        units = list(self._units(node))
        begins = [first]
        for (_, _, _, above_end), (_, _, start, _) in pairwise(units):
            begins.append(self._lines.up_over_comments(self.line(start), self.last_line(above_end) + 1))
        return [
            Outline(label, begin, end, self.of(child))
            for (label, child, _, _), begin, end in zip(units, begins, [*begins[1:], last], strict=False)
        ]

    def _units(self, node: Node) -> Iterable[tuple[str, Node | None, int, int]]:
        """Label, node, start and end of each child; children that share a line are one, without a label."""
        waiting: tuple[str, Node | None, int, int] | None = None
        for label, child, start, end in self._parts(node):
            if waiting is not None and self.line(start) <= self.last_line(waiting[3]):
                waiting = ("", None, waiting[2], max(end, waiting[3]))
                continue
            if waiting is not None:
                yield waiting
            waiting = (label, child, start, end)
        if waiting is not None:
            yield waiting

    def _parts(self, node: Node) -> Iterable[tuple[str, Node, int, int]]:
        for key, value in node.pairs:
            label = self._document.scalar(key) or self._document.source(key)
            yield _short(label), value, key.start, max(key.end, value.end)
        for index, item in enumerate(node.items):
            yield self._item_label(item, index), item, item.start, item.end

    def _item_label(self, item: Node, index: int) -> str:
        named = {key.value: value for key, value in item.pairs if key.value in _IDENTITY}
        for field in _IDENTITY:
            name = self._document.scalar(named[field]) if field in named else None
            if name:
                return _short(name)
        return str(index)

    def line(self, position: int) -> int:
        """The line, from 0, of a character."""
        return self._document.line_at(position) - 1

    def last_line(self, end: int) -> int:
        """The line, from 0, of the last character before `end` that is not white space."""
        text = self._document.text
        while end > 0 and text[end - 1].isspace():
            end -= 1
        return self.line(max(end - 1, 0))


def _short(label: str) -> str:
    return " ".join(label.split())[:_MAX_LABEL]
