"""HCL text as blocks and attributes with exact lines; what is broken is reported and the rest kept."""

from __future__ import annotations

from collections.abc import Iterator

import tree_sitter

from connectors.formats.outline import Lines
from connectors.terraform.blocks import (
    Attribute,
    Block,
    HclFile,
    child_of,
    error_row,
    is_json,
    items_of,
    source_of,
    syntax_tree,
)
from connectors.terraform.json_syntax import begin_above, json_items
from connectors.terraform.recovery import headers

__all__ = [
    "Attribute",
    "Block",
    "HclFile",
    "begin_of",
    "child_of",
    "line_starts",
    "parse",
    "source_of",
    "up_over_comments",
]


def parse(path: str, text: str) -> HclFile:
    """The structure of an HCL text; a broken block keeps its text. Never raises."""
    lines = Lines(text, line_starts(text))
    items, problems = (
        json_items(text, path.endswith(".tfvars.json")) if is_json(path) else _hcl_items(text, lines)
    )
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


def begin_of(file: HclFile, item: Attribute | Block, floor: int) -> int:
    """The line at which an item's text begins: above it stand its comments, in JSON what opens it."""
    if is_json(file.path):
        return begin_above(file.lines, item.first, floor)
    return up_over_comments(file.lines, item.first, floor)


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


def _hcl_items(text: str, lines: Lines) -> tuple[list[Attribute | Block], list[str]]:
    root = syntax_tree(text)
    if root.has_error or _header_over_lines(root):
        return _recover(text, lines)
    return list(_top_items(root, 0)), []


def _top_items(root: tree_sitter.Node, base: int) -> Iterator[Attribute | Block]:
    body = child_of(root, "body")
    if body:
        yield from items_of(body, base)


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
        root = syntax_tree(text[lines.starts[first] : lines.end(last)])
        if not root.has_error and not _header_over_lines(root):
            items.extend(_top_items(root, first))
            continue
        line = min(first + error_row(root), last - 1)
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
