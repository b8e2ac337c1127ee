"""Where a Terraform block may be cut: at nested blocks, attributes and entries of maps and lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import tree_sitter

from connectors.formats.outline import Lines, Outline, indented
from connectors.terraform.syntax import Attribute, Block, child_of, source_of, up_over_comments

_MAX_LABEL = 80
_MAX_DEPTH = 40
_IDENTITY = ("name", "sid", "id", "key", "type")


@dataclass(frozen=True, slots=True)
class _Unit:
    label: str
    first: int
    last: int
    node: tree_sitter.Node | None


def outline_of(item: Block | Attribute, lines: Lines, first: int) -> Outline:
    """The outline of a block or attribute whose text, with the comments above it, begins at line `first`."""
    node = item.node if isinstance(item, Block) else item.value
    base = item.base if isinstance(item, Block) else item.first - item.value.start_point.row
    if node is None:
        return Outline("", first, item.last, lambda begin, end: indented(lines, begin, end, item.first + 1))
    return Outline("", first, item.last, _Outliner(lines, base).of(node))


class _Outliner:
    """Gives each part of a parsed item its lines."""

    def __init__(self, lines: Lines, base: int) -> None:
        self._lines = lines
        self._base = base

    def of(self, node: tree_sitter.Node | None) -> Callable[[int, int], list[Outline]]:
        """The function that gives the outlines of what is in `node`."""
        return lambda first, last: self._children(node, first, last)

    def _children(self, node: tree_sitter.Node | None, first: int, last: int) -> list[Outline]:
        units = _merged(_units(node, self._base)) if node else []
        if not units or (len(units) == 1 and units[0].node is None):
            return []
        begins = [first]
        begins.extend(
            up_over_comments(self._lines, below.first, above.last) for above, below in pairwise(units)
        )
        return [
            Outline(unit.label, begin, end, self.of(unit.node))
            for unit, begin, end in zip(units, begins, [*begins[1:], last], strict=True)
        ]


def _merged(units: Iterator[_Unit]) -> list[_Unit]:
    """Units in order; those that share a line are one, which cannot be cut."""
    merged: list[_Unit] = []
    for unit in units:
        if merged and unit.first < merged[-1].last:
            merged[-1] = _Unit("", merged[-1].first, max(unit.last, merged[-1].last), None)
        else:
            merged.append(unit)
    return merged


def _units(node: tree_sitter.Node, base: int, depth: int = 0) -> Iterator[_Unit]:
    """The nearest parts below `node` that stand on lines of their own."""
    if node.type in ("heredoc_template", "quoted_template") or depth > _MAX_DEPTH:
        return
    for child in node.children:
        lines = (base + child.start_point.row, base + child.end_point.row + 1)
        if child.type in ("attribute", "object_elem"):
            yield _Unit(_label(child.children[0]), *lines, child.children[-1])
        elif child.type == "block":
            words = [
                source_of(c).strip('"') for c in child.children if c.type in ("identifier", "string_lit")
            ]
            yield _Unit(" ".join(words)[:_MAX_LABEL], *lines, child)
        elif (
            node.type in ("tuple", "function_arguments") and child.type == "expression" and _many_lines(node)
        ):
            yield _Unit(_item_label(child), *lines, child)
        elif child.child_count and _many_lines(child):
            yield from _units(child, base, depth + 1)


def _many_lines(node: tree_sitter.Node) -> bool:
    return bool(node.start_point.row != node.end_point.row)


def _label(node: tree_sitter.Node) -> str:
    return " ".join(source_of(node).strip('"').split())[:_MAX_LABEL]


def _item_label(node: tree_sitter.Node) -> str:
    """The name that an object in a list goes by, or ''."""
    inner: tree_sitter.Node | None = node
    for kind in ("collection_value", "object"):
        inner = child_of(inner, kind) if inner else None
    pairs = {
        _label(e.children[0]): e.children[-1] for e in (inner.children if inner else ()) if e.child_count > 1
    }
    return next((_label(pairs[name]) for name in _IDENTITY if name in pairs), "")
