"""Finds the exact characters of an object's document that carry a fact."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from answers.cluster.said import Spot
from connectors.documents import Document, SectionKind
from connectors.formats.yaml_tree import YamlDocument, load

_LONGEST = 1_200
_LONGEST_WHOLE = 6_000
_LIST_LINE = 240


def locate(document: Document, spot: Spot) -> tuple[int, int] | None:
    """The span of a place in the document, None where it holds no such place."""
    if spot.lines is not None:
        return _within(document, spot.path, spot.lines)
    if spot.path:
        return _field(document, spot.path)
    if spot.whole:
        return _whole(document)
    if spot.value:
        return _line(document, lambda line: _is_value(line, spot.value), yaml=True)
    if spot.short:
        return _beginning(document, spot)
    if spot.needles:
        return _line(document, lambda line: all(needle in line for needle in spot.needles))
    return _first(document)


def _first(document: Document) -> tuple[int, int] | None:
    if not document.sections:
        return None
    section = document.sections[0]
    text = section.text.split("\n")[0].rstrip()
    return (section.start, section.start + len(text)) if text else None


def _beginning(document: Document, spot: Spot) -> tuple[int, int] | None:
    """The first facts of the first line, which are set off by commas."""
    whole = _first(document)
    if whole is None:
        return None
    text = document.text[whole[0] : whole[1]]
    least = max((text.find(needle) + len(needle) for needle in spot.needles if needle in text), default=0)
    commas = [match.start() for match in re.finditer(r", ", text)]
    fitting = [place for place in commas if place >= least]
    position = spot.short - 1 - sum(place < least for place in commas)
    end = fitting[max(position, 0)] if len(fitting) > max(position, 0) else len(text)
    if end > max(_LIST_LINE, least):
        end = max((place for place in commas if least <= place <= _LIST_LINE), default=end)
    return whole[0], whole[0] + end


def _line(document: Document, wanted: Callable[[str], bool], *, yaml: bool = False) -> tuple[int, int] | None:
    for start, line in _lines(document):
        if yaml and start < yaml_start(document):
            continue
        stripped = line.strip()
        if stripped and wanted(stripped):
            begin = start + len(line) - len(line.lstrip())
            if stripped.startswith("- ") and yaml:
                begin, stripped = begin + 2, stripped[2:]
            return begin, begin + min(len(stripped), _LONGEST)
    return None


def _lines(document: Document) -> Iterator[tuple[int, str]]:
    position = 0
    for line in document.text.split("\n"):
        yield position, line
        position += len(line) + 1


def _is_value(line: str, value: str) -> bool:
    _, _, found = line.removeprefix("- ").partition(": ")
    return (found or line.removeprefix("- ")).strip().strip("\"'") == value


def yaml_start(document: Document) -> int:
    """Where the YAML of an object's document begins."""
    return next((s.start for s in document.sections if s.kind is SectionKind.CODE), len(document.text))


def _field(document: Document, path: tuple[str | int, ...]) -> tuple[int, int] | None:
    start = yaml_start(document)
    tree = _tree(document.text[start:])
    if tree is None:
        return None
    parent = tree.node_at(path[:-1]) if len(path) > 1 else tree.root
    node = tree.node_at(path)
    if node is None or parent is None:
        return None
    begin = node.start
    if isinstance(path[-1], str):
        begin = next((key.start for key, value in parent.pairs if value is node), begin)
    end = min(node.end, begin + _LONGEST)
    text = document.text[start + begin : start + end]
    if end < node.end:  # whole lines only
        text = text[: text.rfind("\n")] if "\n" in text else text
    return (start + begin, start + begin + len(text.rstrip())) if text.strip() else None


def _whole(document: Document) -> tuple[int, int] | None:
    """The object as it is declared: its YAML without the status, as whole lines."""
    start = yaml_start(document)
    text = document.text[start:]
    status = re.search(r"^status:", text, re.MULTILINE)
    text = text[: status.start()] if status else text
    if len(text) > _LONGEST_WHOLE:
        text = text[: text.rfind("\n", 0, _LONGEST_WHOLE)]
    return (start, start + len(text.rstrip())) if text.strip() else None


def _within(
    document: Document, path: tuple[str | int, ...], lines: tuple[int, int]
) -> tuple[int, int] | None:
    """Lines of a text of several lines, which stands as a block; the text itself where it is of one line."""
    start = yaml_start(document)
    tree = _tree(document.text[start:])
    node = tree.node_at(path) if tree is not None else None
    if node is None or not node.block:
        return _field(document, path)
    begin = document.text.find("\n", start + node.start) + 1
    for _ in range(lines[0]):
        begin = document.text.find("\n", begin) + 1
    end = begin
    for _ in range(lines[1] - lines[0] + 1):
        end = document.text.find("\n", end) + 1 or len(document.text)
    text = document.text[begin : min(end, begin + _LONGEST, start + node.end)]
    text = text if begin + len(text) in (end, start + node.end) else text[: text.rfind("\n") + 1] or text
    begin += len(text) - len(text.lstrip(" "))
    return (begin, begin + len(text.strip())) if re.search(r"\w", text) else None


@lru_cache(maxsize=64)
def _tree(yaml: str) -> YamlDocument | None:
    trees = load(yaml)
    return trees[0] if trees and trees[0].root is not None else None
