"""Blocks and attributes of a parsed text, HCL and JSON alike, with exact lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import tree_sitter
import tree_sitter_hcl

from connectors.formats.outline import Lines

_MAX_SHARED = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """`name = value`; lines count from 0, `last` is the line behind the end."""

    name: str
    value: tree_sitter.Node
    first: int
    last: int


@dataclass(frozen=True, eq=False)
class Block:
    """`type "label" { … }`; `node` is None where the block is broken. Lines as in `Attribute`."""

    type: str
    labels: tuple[str, ...]
    node: tree_sitter.Node | None
    first: int
    last: int
    base: int
    """The file's line at which the text that was parsed begins: added to the node's rows."""

    def attributes(self) -> list[Attribute]:
        """The block's own attributes, not those of blocks in it."""
        return [item for item in self.items() if isinstance(item, Attribute)]

    def blocks(self) -> list[Block]:
        """The blocks directly in this one; in JSON any object may be one, and is an attribute as well."""
        items = self.items()
        if self.node is None or self.node.type != "object":
            return [item for item in items if isinstance(item, Block)]
        return [
            Block(item.name, (), node, item.first, item.last, self.base)
            for item in items
            if isinstance(item, Attribute)
            for node in objects_in(item.value)
        ]

    def items(self) -> Sequence[Attribute | Block]:
        """Attributes and blocks in the order of the text."""
        return self._items

    @cached_property
    def _items(self) -> tuple[Attribute | Block, ...]:
        if self.node is None:
            return ()
        body = self.node if self.node.type == "object" else child_of(self.node, "body")
        return tuple(items_of(body, self.base)) if body else ()

    def attribute(self, name: str) -> Attribute | None:
        """The attribute called `name`, if the block has it."""
        return next((item for item in self.attributes() if item.name == name), None)


@dataclass(frozen=True, slots=True, eq=False)
class HclFile:
    """What one file holds at its top level, in the order of the text."""

    path: str
    text: str
    lines: Lines
    blocks: tuple[Block, ...]
    attributes: tuple[Attribute, ...]
    problems: tuple[str, ...]
    """One sentence for each broken place: `line 12: …`."""

    @property
    def language(self) -> str:
        """`json` for Terraform's JSON syntax, else `hcl`."""
        return "json" if is_json(self.path) else "hcl"

    @property
    def is_crowded(self) -> bool:
        """Whether items share a line so long that each of them would repeat too much: JSON without breaks."""
        firsts = Counter(item.first for item in self.items)
        return any(count > 1 and len(self.lines[line]) > _MAX_SHARED for line, count in firsts.items())

    @property
    def items(self) -> list[Attribute | Block]:
        """Blocks and attributes in the order of the text."""
        mixed: list[Attribute | Block] = [*self.blocks, *self.attributes]
        return sorted(mixed, key=lambda item: item.first)


def is_json(path: str) -> bool:
    """Whether the file holds Terraform in its JSON syntax."""
    return path.endswith(".json")


def syntax_tree(text: str) -> tree_sitter.Node:
    """The root of the text's syntax tree; its rows and columns count lines and bytes from 0."""
    return _parser().parse(text.encode("utf-8", "replace")).root_node


def child_of(node: tree_sitter.Node, kind: str) -> tree_sitter.Node | None:
    """The first child of that kind."""
    return next((child for child in node.children if child.type == kind), None)


def source_of(node: tree_sitter.Node) -> str:
    """The node's text as written."""
    return (node.text or b"").decode("utf-8", "replace")


def objects_in(value: tree_sitter.Node) -> list[tree_sitter.Node]:
    """The object that an expression is, or the objects in the list that it is."""
    inner = child_of(value, "collection_value")
    if inner is None:
        return []
    if node := child_of(inner, "object"):
        return [node]
    node = child_of(inner, "tuple")
    return [found for item in (node.named_children if node else ()) for found in objects_in(item)]


def items_of(body: tree_sitter.Node, base: int) -> Iterator[Attribute | Block]:
    """Attributes and blocks of a body, or the elements of a JSON object as attributes."""
    for node in body.children:
        first, last = base + node.start_point.row, base + node.end_point.row + 1
        if node.type in ("attribute", "object_elem"):
            name = source_of(node.children[0])
            yield Attribute(name.strip('"'), node.children[-1], first, last)
        elif node.type == "block":
            yield Block(source_of(node.children[0]), _labels(node), node, first, last, base)


def _labels(block: tree_sitter.Node) -> tuple[str, ...]:
    words = [child for child in block.children[1:] if child.type in ("string_lit", "identifier")]
    return tuple(source_of(word).strip('"') for word in words)


def error_row(root: tree_sitter.Node) -> int:
    """The row of the first place that could not be parsed."""
    node = root
    while True:
        if node.is_missing or (node.is_error and node is not root):
            return int(node.start_point.row)
        broken = next((child for child in node.children if child.has_error or child.is_missing), None)
        if broken is None:
            return int(node.start_point.row)
        node = broken


@lru_cache(maxsize=1)
def _parser() -> tree_sitter.Parser:
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))
