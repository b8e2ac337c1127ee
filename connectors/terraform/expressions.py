"""Finds the literals in Terraform's expressions, and masks them without breaking the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import tree_sitter

from connectors.redaction import MASK
from connectors.redaction.names import Suspicion
from connectors.redaction.values import is_address_part, is_credential, is_stand_in, looks_random
from connectors.terraform.syntax import Attribute, HclFile, child_of, source_of

_VALUE_FUNCTIONS = frozenset([
    "coalesce", "try", "base64encode", "base64decode", "sensitive", "nonsensitive", "join", "jsonencode",
    "yamlencode", "tostring", "trimspace", "concat", "merge", "tolist", "toset", "tomap", "urlencode", "bcrypt",
    "chomp", "lookup",
])  # fmt: skip
"""Functions whose arguments become their result; those of others are formats, keys and paths."""
_PATH_FUNCTIONS = frozenset([
    "file", "filebase64", "templatefile", "fileexists", "fileset", "filesha256", "filemd5", "abspath", "pathexpand",
])  # fmt: skip
_NO_VALUES = frozenset(["index", "new_index", "legacy_index", "binary_operation", "for_cond", "comment"])
_VERB = re.compile(r"%[-+#\d.]*[a-zA-Z]")
_MIN_PIECE = 3
"""A piece of text between two interpolations with fewer letters than this joins them only."""


def objects_in(root: tree_sitter.Node) -> Iterator[list[tuple[str, tree_sitter.Node]]]:
    """Keys and values of each object in the expression, the outermost first."""
    for node in _walk(root):
        if node.type == "object":
            entries = (
                child for child in node.children if child.type == "object_elem" and child.child_count > 1
            )
            yield [(source_of(entry.children[0]).strip('"'), entry.children[-1]) for entry in entries]


def calls_of(root: tree_sitter.Node, function: str) -> Iterator[tree_sitter.Node]:
    """Each call of `function` in the expression, the outermost first."""
    for node in _walk(root):
        if node.type == "function_call" and source_of(node.children[0]) == function:
            yield node


class Edits:
    """Collects the literals of a file to mask, each once."""

    def __init__(self, file: HclFile) -> None:
        self._file = file
        self._spans: dict[int, tuple[int, str]] = {}
        self._seen: set[int] = set()
        self._characters: dict[int, list[int]] = {}

    def mask_all(self, attribute: Attribute, node: tree_sitter.Node | None = None) -> None:
        """Masks every literal of the attribute's value, or of a `node` in it."""
        for leaf in _literals(node or attribute.value, lambda name: name not in _PATH_FUNCTIONS, self._seen):
            text = source_of(leaf)
            letters = sum(character.isalnum() for character in _VERB.sub("", text))
            if _is_piece(leaf) and is_address_part(text):
                continue
            if letters >= (_MIN_PIECE if _is_piece(leaf) else 1) and not is_stand_in(text):
                self._mask(attribute, leaf)

    def mask_credentials(self, attribute: Attribute) -> None:
        """Masks the literals of the attribute's value that look like a credential under its name."""
        for leaf in _literals(attribute.value, _VALUE_FUNCTIONS.__contains__, set()):
            if leaf.type != "template_literal":
                continue
            for line in source_of(leaf).splitlines():
                value = line.strip()
                known = (
                    looks_random(value) if _is_piece(leaf) else is_credential(f'"{value}"', Suspicion.STRONG)
                )
                if known and any(character.isalnum() for character in value):
                    self._mask(attribute, leaf)
                    break

    def text(self) -> str:
        """The file's text with the literals masked; as many lines as before."""
        parts: list[str] = []
        position = 0
        for start, (end, mask) in sorted(self._spans.items()):
            parts += (self._file.text[position:start], mask)
            position = end
        return "".join((*parts, self._file.text[position:]))

    def _mask(self, attribute: Attribute, leaf: tree_sitter.Node) -> None:
        base = attribute.last - 1 - attribute.value.end_point.row
        start = self._offset(base + leaf.start_point.row, leaf.start_point.column)
        end = self._offset(base + leaf.end_point.row, leaf.end_point.column)
        written = self._file.text[start:end]
        quoted = f'"{MASK}"' if leaf.type == "numeric_lit" else MASK
        lines = [_masked_line(line, quoted) for line in written.split("\n")]
        self._spans[start] = (end, "\n".join(lines))

    def _offset(self, row: int, column: int) -> int:
        """The character offset of a row and a column that counts bytes."""
        line = self._file.lines[row]
        if not line.isascii():
            if row not in self._characters:
                self._characters[row] = _characters_by_byte(line)
            column = self._characters[row][column]
        return self._file.lines.starts[row] + column


def _characters_by_byte(line: str) -> list[int]:
    """For each byte of the line, and for its end, the character that it belongs to."""
    characters: list[int] = []
    for number, character in enumerate(line):
        characters += [number] * len(character.encode("utf-8", "replace"))
    return [*characters, len(line)]


def _masked_line(line: str, mask: str) -> str:
    content = line.strip()
    return line.replace(content, mask, 1) if any(character.isalnum() for character in content) else line


def _is_piece(leaf: tree_sitter.Node) -> bool:
    """Whether the text stands beside an interpolation."""
    parent = leaf.parent
    return parent is not None and child_of(parent, "template_interpolation") is not None


def _literals(
    root: tree_sitter.Node, enters: Callable[[str], bool], seen: set[int]
) -> Iterator[tree_sitter.Node]:
    """The texts and numbers that the expression may become; of calls, those of functions that `enters` takes.

    Nodes in `seen` are left out, so that what is secret for two reasons, at any depth, is looked at once.
    """
    todo = [root]
    while todo:
        node = todo.pop()
        if node.id in seen:
            continue
        seen.add(node.id)
        if node.type in ("template_literal", "numeric_lit"):
            yield node
        elif node.type in _NO_VALUES:
            continue
        elif node.type == "conditional":
            todo += node.named_children[1:]
        elif node.type == "object_elem":
            todo += node.children[-1:]
        elif node.type == "function_call":
            todo += _arguments(node) if enters(source_of(node.children[0])) else []
        else:
            todo += node.children


def _arguments(call: tree_sitter.Node) -> list[tree_sitter.Node]:
    arguments = child_of(call, "function_arguments")
    given = arguments.named_children if arguments else []
    # The default is all that `lookup` brings along: its second argument is a key.
    return given[2:] if source_of(call.children[0]) == "lookup" else given


def _walk(root: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    todo = [root]
    while todo:
        node = todo.pop()
        yield node
        todo += reversed(node.named_children)
