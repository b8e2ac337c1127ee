"""HCL text as blocks and attributes with exact lines; what is broken is reported and the rest kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import tree_sitter
import tree_sitter_hcl

from connectors.formats.outline import Lines
from connectors.terraform.recovery import headers


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """`name = value`; lines count from 0, `last` is the line behind the end."""

    name: str
    value: tree_sitter.Node
    first: int
    last: int


@dataclass(frozen=True, slots=True, eq=False)
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
        """The blocks directly in this one."""
        return [item for item in self.items() if isinstance(item, Block)]

    def items(self) -> list[Attribute | Block]:
        """Attributes and blocks in the order of the text."""
        body = child_of(self.node, "body") if self.node else None
        return list(_items(body, self.base)) if body else []

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
    def items(self) -> list[Attribute | Block]:
        """Blocks and attributes in the order of the text."""
        mixed: list[Attribute | Block] = [*self.blocks, *self.attributes]
        return sorted(mixed, key=lambda item: item.first)


def parse(path: str, text: str) -> HclFile:
    """The structure of an HCL text; a broken block keeps its text. Never raises."""
    lines = Lines(text, line_starts(text))
    root = _parser().parse(_encoded(text)).root_node
    if not root.has_error and not _header_over_lines(root):
        items = list(_top_items(root, 0))
        problems: list[str] = []
    else:
        items, problems = _recover(text, lines)
    return HclFile(
        path,
        text,
        lines,
        tuple(item for item in items if isinstance(item, Block)),
        tuple(item for item in items if isinstance(item, Attribute)),
        tuple(problems),
    )


def line_starts(text: str) -> list[int]:
    """The character offset at which each line begins."""
    starts = [0]
    for line in text.split("\n")[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    return starts


def child_of(node: tree_sitter.Node, kind: str) -> tree_sitter.Node | None:
    """The first child of that kind."""
    return next((child for child in node.children if child.type == kind), None)


def source_of(node: tree_sitter.Node) -> str:
    """The node's text as written."""
    return (node.text or b"").decode("utf-8", "replace")


def up_over_comments(lines: Lines, index: int, floor: int) -> int:
    """The first line of the comments directly above line `index`, not above line `floor`."""
    while index > floor:
        above = lines[index - 1].strip()
        if above.startswith(("#", "//")):
            index -= 1
        elif above.endswith("*/"):
            opening = index - 1
            while opening > floor and "/*" not in lines[opening]:
                opening -= 1
            if not lines[opening].lstrip().startswith("/*"):
                break
            index = opening
        else:
            break
    return index


@lru_cache(maxsize=1)
def _parser() -> tree_sitter.Parser:
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _top_items(root: tree_sitter.Node, base: int) -> Iterator[Attribute | Block]:
    body = child_of(root, "body")
    if body:
        yield from _items(body, base)


def _items(body: tree_sitter.Node, base: int) -> Iterator[Attribute | Block]:
    for node in body.children:
        if node.type == "attribute":
            name, value = node.children[0], node.children[-1]
            yield Attribute(
                source_of(name), value, base + node.start_point.row, base + node.end_point.row + 1
            )
        elif node.type == "block":
            first, last = base + node.start_point.row, base + node.end_point.row + 1
            yield Block(source_of(node.children[0]), _labels(node), node, first, last, base)


def _labels(block: tree_sitter.Node) -> tuple[str, ...]:
    words = [child for child in block.children[1:] if child.type in ("string_lit", "identifier")]
    return tuple(source_of(word).strip('"') for word in words)


def _header_over_lines(root: tree_sitter.Node) -> bool:
    """Whether a block's header goes on over lines: stray words that the grammar took for one."""
    return any(_broken(item) for item in _top_items(root, 0))


def _recover(text: str, lines: Lines) -> tuple[list[Attribute | Block], list[str]]:
    """Items and problems of a broken text, block by block as they begin at the left margin."""
    items: list[Attribute | Block] = []
    problems: list[str] = []
    found = headers(lines)
    begins = [
        up_over_comments(lines, header.line, above.line + 1 if above else 0)
        for above, header in zip([None, *found], found, strict=False)
    ]
    bounds = [0, *begins, len(lines)]
    for first, last, header in zip(bounds, bounds[1:], [None, *found], strict=False):
        if first == last:
            continue
        root = _parser().parse(_encoded(text[lines.starts[first] : lines.end(last)])).root_node
        if not root.has_error and not _header_over_lines(root):
            items.extend(_top_items(root, first))
            continue
        line = min(first + _error_row(root), last - 1)
        problems.append(f"line {line + 1}: syntax error near `{lines[line].strip()[:60]}`")
        whole = [item for item in _top_items(root, first) if not _broken(item)]
        if header is None or (whole and whole[0].first == header.line):
            items.extend(whole)
        else:
            end = _trimmed(lines, header.line, last)
            items.append(Block(header.type, header.labels, None, header.line, end, header.line))
    return items, problems


def _broken(item: Attribute | Block) -> bool:
    node = item.value if isinstance(item, Attribute) else item.node
    if node is None or node.has_error:
        return True
    start = child_of(node, "block_start")
    return isinstance(item, Block) and start is not None and start.start_point.row != node.start_point.row


def _trimmed(lines: Lines, first: int, last: int) -> int:
    while last > first + 1 and not lines[last - 1].strip():
        last -= 1
    return last


def _error_row(root: tree_sitter.Node) -> int:
    """The row of the first place that could not be parsed."""
    node = root
    while True:
        if node.is_missing or (node.is_error and node is not root):
            return int(node.start_point.row)
        broken = next((child for child in node.children if child.has_error or child.is_missing), None)
        if broken is None:
            return int(node.start_point.row)
        node = broken
