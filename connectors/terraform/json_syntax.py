"""Terraform's JSON syntax as the same blocks and attributes: HCL's grammar reads a JSON object as one of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import tree_sitter

from connectors.formats.outline import Lines
from connectors.terraform.blocks import (
    Attribute,
    Block,
    child_of,
    error_row,
    items_of,
    objects_in,
    source_of,
    syntax_tree,
)

_LABELS = {
    "resource": 2, "data": 2, "ephemeral": 2, "module": 1, "variable": 1, "output": 1, "provider": 1, "check": 1,
}  # fmt: skip
"""How many levels of names stand between a block's type and its content."""
_OPENER = re.compile(r'[ \t]*(?:"(?:[^"\\]|\\.)*"[ \t]*:[ \t]*)?[\[{][\[{ \t]*[\r\n]*')


def json_items(text: str, values: bool) -> tuple[list[Attribute | Block], list[str]]:
    """Items and problems of a JSON text; `values` for a file whose top level holds variables."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return [], [f"line {error.lineno}: no JSON: {error.msg}"] if text.strip() else []
    except RecursionError:
        return [], ["nested too deep"]
    root = syntax_tree(text)
    node = child_of(root, "object")
    if root.has_error or node is None:
        return [], [f"line {error_row(root) + 1}: no Terraform in JSON syntax"]
    items: list[Attribute | Block] = []
    for element, attribute in zip(_elements(node), items_of(node, 0), strict=True):
        blocks = [] if values else list(_blocks(element, element, _name(element), ()))
        items.extend(blocks or [attribute])
    return items, []


def begin_above(lines: Lines, index: int, floor: int) -> int:
    """The first of the lines directly above line `index` that only open what is in it, not above `floor`."""
    while index > floor and _OPENER.fullmatch(lines[index - 1]):
        index -= 1
    return index


def _elements(node: tree_sitter.Node) -> list[tree_sitter.Node]:
    return [child for child in node.named_children if child.type == "object_elem"]


def _name(element: tree_sitter.Node) -> str:
    return source_of(element.children[0]).strip('"')


def _blocks(
    element: tree_sitter.Node, spot: tree_sitter.Node, kind: str, labels: tuple[str, ...]
) -> Iterator[Block]:
    """The blocks in the value of `element`, an object or a list of them."""
    found = objects_in(element.children[-1])
    for node in found:
        if len(labels) < _LABELS.get(kind, 0):
            for inner in _elements(node):
                yield from _blocks(inner, inner, kind, (*labels, _name(inner)))
        else:
            place = spot if len(found) == 1 else node
            yield Block(kind, labels, node, place.start_point.row, place.end_point.row + 1, 0)
