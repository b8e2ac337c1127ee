"""The values that a Terraform block's document tells: those written as such, and those its resolved lines give."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import tree_sitter

from connectors import environments
from connectors.documents import RESOLVED, Document
from connectors.terraform.blocks import Attribute, Block, child_of, source_of
from connectors.terraform.references import nearest_entries
from connectors.terraform.syntax import parse

_RESOLVED = re.compile(
    r"(?:(?P<place>[^=\n]*?): )?(?P<path>[\w.-]+) = (?P<value>.+?)  \((?P<origin>[^\n]*)\)", re.ASCII
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_SIMPLE = frozenset({"string_lit", "numeric_lit", "bool_lit"})
_DEEPEST = 20

Value = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TerraformSetting:
    """A value at a path (`scaling_config.min_size`), told at `start:end` of the document.

    `environment` is '' where it holds for all. `place` is what else the line says of whose value it is: the
    call of the module, the key of a `for_each`. Numbers and truth values are text, as they are written.
    """

    path: str
    value: Value
    start: int
    end: int
    environment: str = ""
    place: str = ""


def settings_of(document: Document) -> list[TerraformSetting]:
    """The values of the block that the document shows, in the order of its text. Never raises."""
    resolved = [section for section in document.sections if section.language == RESOLVED]
    until = min((section.start for section in resolved), default=len(document.text))
    found = list(_written(document.text[:until]))
    for section in resolved:
        for match in _RESOLVED.finditer(section.text):
            value = _value(match["value"])
            if value is not None:
                environment, place = _whose(match["place"] or "")
                start = section.start + match.start()
                end = section.start + match.end()
                found.append(TerraformSetting(match["path"], value, start, end, environment, place))
    return found


def _whose(place: str) -> tuple[str, str]:
    first, _, rest = place.partition(", ")
    named = environments.canonical(first)
    return (named, rest) if named else ("", place)


def _value(written: str) -> Value | None:
    """A string, number or list of these; None for anything else, and for what has an unknown part."""
    if "${" in written or _NUMBER.fullmatch(written):
        return None if "${" in written else written
    try:
        value: Any = json.loads(written)
    except ValueError:
        return None
    if isinstance(value, list):
        items = tuple(_scalar(item) for item in value)
        return items if all(items) else None
    return _scalar(value) or None


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else ""


def _written(text: str) -> Iterator[TerraformSetting]:
    file = parse("block.tf", text)
    raw = text.encode("utf-8", "replace")
    for block in file.blocks:
        for path, node in _leaves(block, "", 0):
            value = _literal(node)
            # A broken file is parsed block by block: offsets do not count from the text's beginning then.
            if value is not None and raw[node.start_byte : node.end_byte] == node.text:
                start = len(raw[: node.start_byte].decode("utf-8", "replace"))
                end = start + len(source_of(node))
                start = text.rfind("\n", 0, start) + 1
                start += len(text[start:end]) - len(text[start:end].lstrip())
                yield TerraformSetting(path, value, start, end)


def _leaves(block: Block, prefix: str, depth: int) -> Iterator[tuple[str, tree_sitter.Node]]:
    for item in block.items():
        if isinstance(item, Attribute):
            yield from _entries(prefix + item.name, item.value, depth)
        elif depth < _DEEPEST:
            yield from _leaves(item, f"{prefix}{item.type}.", depth + 1)


def _entries(path: str, node: tree_sitter.Node, depth: int) -> Iterator[tuple[str, tree_sitter.Node]]:
    entries = list(nearest_entries(node, depth))
    if not entries:
        yield path, node
    for entry in entries:
        key = source_of(entry.children[0]).strip('"')
        yield from _entries(f"{path}.{key}", entry.children[-1], depth + 1)


def _literal(node: tree_sitter.Node) -> Value | None:
    """The value of an expression that is a plain string, number, truth value or list of these."""
    text = source_of(node)
    if _NUMBER.fullmatch(text) or text in ("true", "false"):
        return text
    if text.startswith(('"', "[")) and "${" not in text and "%{" not in text and _is_plain(node):
        trimmed = re.sub(r",\s*\]$", "]", text)
        return _value(trimmed)
    return None


def _is_plain(node: tree_sitter.Node) -> bool:
    literal = child_of(node, "literal_value")
    if literal is not None:
        return any(child.type in _SIMPLE for child in literal.children)
    return child_of(node, "collection_value") is not None
