"""YAML and JSON files as sections by key path, with exact lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise

from connectors.documents import Section, SectionKind
from connectors.formats.outline import Cutter, Lines, Outline, indented
from connectors.formats.parsed import ParsedText
from connectors.formats.yaml_nodes import Node, YamlDocument, load

__all__ = ["Node", "YamlDocument", "language_of", "load", "parse", "sections_of"]

_IDENTITY = ("name", "id", "key", "title", "alert", "record")
_MAX_LABEL = 80
_JSON_START = re.compile(r"\s*(?:\[|\{(?![{%]))")


def parse(text: str) -> ParsedText:
    """The sections of a YAML or JSON text, and a problem for each document that is broken. Never raises.

    Each section holds whole lines: a subtree of up to about 1,200 characters with the comments above it.
    Its heading path is its key path; items of lists go by their name. What cannot be parsed is cut by its
    indentation into CODE sections.
    """
    documents = load(text)
    sections = [section for document in documents for section in sections_of(document)]
    problems = tuple(
        f"line {document.error_line}: {document.error}"
        for document in documents
        if document.error and not document.templated
    )
    return ParsedText("", tuple(sections), problems=problems)


def sections_of(document: YamlDocument, prefix: tuple[str, ...] | None = None) -> list[Section]:
    """The sections of one document of a text, under `prefix` (by default `Kind name` for an object)."""
    lines = Lines(document.text, document.line_starts)
    first, last = document.first_line - 1, document.last_line
    if prefix is None:
        prefix = _object_heading(document)
    language = language_of(document)
    if document.root is None and document.error:
        cutter = Cutter(lines, SectionKind.CODE, language)
        cutter.cut(Outline("", first, last, lambda begin, end: indented(lines, begin, end, begin)), prefix)
    else:
        cutter = Cutter(lines, SectionKind.KEY_VALUE, language)
        outliner = _Outliner(document, lines)
        cutter.cut(Outline("", first, last, outliner.of(document.root)), prefix)
    return cutter.sections


def language_of(document: YamlDocument) -> str:
    """`json` for a document in JSON's style, else `yaml`."""
    return "json" if _JSON_START.match(document.text, document.start) else "yaml"


def _object_heading(document: YamlDocument) -> tuple[str, ...]:
    kind, name = (document.node_at(path) for path in (("kind",), ("metadata", "name")))
    if kind is None or name is None or document.node_at(("apiVersion",)) is None:
        return ()
    words = (document.scalar(kind), document.scalar(name))
    return (" ".join(words)[:_MAX_LABEL],) if words[0] and words[1] else ()  # type: ignore[arg-type]


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
            return indented(self._lines, first, last, self._line(node.start) + 1)
        units = list(self._units(node))
        begins = [first]
        for (_, _, _, above_end), (_, _, start, _) in pairwise(units):
            begins.append(self._lines.up_over_comments(self._line(start), self._last_line(above_end) + 1))
        return [
            Outline(label, begin, end, self.of(child))
            for (label, child, _, _), begin, end in zip(units, begins, [*begins[1:], last], strict=False)
        ]

    def _units(self, node: Node) -> Iterable[tuple[str, Node | None, int, int]]:
        """Label, node, start and end of each child; children that share a line are one, without a label."""
        waiting: tuple[str, Node | None, int, int] | None = None
        for label, child, start, end in self._parts(node):
            if waiting is not None and self._line(start) <= self._last_line(waiting[3]):
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

    def _line(self, position: int) -> int:
        return self._document.line_at(position) - 1

    def _last_line(self, end: int) -> int:
        """The line, from 0, of the last character before `end` that is not white space."""
        text = self._document.text
        while end > 0 and text[end - 1].isspace():
            end -= 1
        return self._line(max(end - 1, 0))


def _short(label: str) -> str:
    return " ".join(label.split())[:_MAX_LABEL]
