"""Values of HCL expressions as far as they can be known without a provider."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import tree_sitter

from connectors.terraform.functions import FUNCTIONS, text_of
from connectors.terraform.operators import OPERATORS, item_at, number
from connectors.terraform.syntax import child_of, source_of

_MAX_DEPTH = 40
MAX_WEIGHT = 20_000
"""Values that one expression may stand for: locals that double each other would grow without end."""
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", '"': '"', "\\": "\\", "/": "/"}
_ESCAPE = re.compile(r'\\(["\\/ntrbf])|([$%])\2\{|\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))')


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is not known; `text` is what is known of it, else the expression as written."""

    text: str
    template: bool = False
    """Whether `text` is the inside of a quoted template, such as `app-${each.key}`."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value is written; `what` says in words what stands there, '' in a file of values."""

    what: str
    path: str
    line: int

    def is_inside(self, folder: str) -> bool:
        """Whether the file lies in the folder itself."""
        return posixpath.dirname(self.path) == folder

    def shown(self, folder: str) -> str:
        """`default of var.x, variables.tf:3`, or the whole path where it lies outside the module's folder."""
        own = self.what and self.is_inside(folder)
        place = posixpath.basename(self.path) if own else self.path
        return f"{self.what}, {place}:{self.line}" if self.what else f"{place}:{self.line}"


@dataclass(frozen=True)
class Found:
    """The value of a variable or local, and where it comes from."""

    value: Any
    origins: tuple[Origin, ...] = ()
    variables: frozenset[str] = frozenset()

    @cached_property
    def weight(self) -> int:
        """See `weight`."""
        return weight(self.value, MAX_WEIGHT)


@dataclass
class Evaluation:
    """One expression's evaluation: `look_up` gives what `var.x`, `local.x` or `each.x` is; notes what was used."""

    look_up: Callable[[str, str], Found | None]
    origins: list[Origin] = field(default_factory=list)
    variables: set[str] = field(default_factory=set)
    _size: int = 0

    def value(self, node: tree_sitter.Node, depth: int = 0) -> Any:
        """The expression's value in Python's types, with `Unknown` in place of what is not known."""
        if depth > _MAX_DEPTH:
            return Unknown(source_of(node))
        method = getattr(self, f"_{node.type}", None)
        try:
            return method(node, depth + 1) if method else Unknown(source_of(node))
        except (ArithmeticError, IndexError, KeyError, LookupError, TypeError, ValueError):
            return Unknown(source_of(node))

    def _expression(self, node: tree_sitter.Node, depth: int) -> Any:
        parts = [child for child in node.named_children if child.type != "comment"]
        return self._chain(node, parts, depth) if parts else Unknown(source_of(node))

    def _chain(self, node: tree_sitter.Node, parts: list[tree_sitter.Node], depth: int) -> Any:
        """The value of `parts`: an expression and the attributes and indexes taken of it."""
        if parts[0].type == "variable_expr":
            return self._reference(node, parts, depth)
        value = self.value(parts[0], depth)
        return self._access(node, value, parts[1:], depth)

    def _reference(self, node: tree_sitter.Node, parts: list[tree_sitter.Node], depth: int) -> Any:
        root = source_of(parts[0])
        if root not in ("var", "local", "each") or len(parts) < 2 or parts[1].type != "get_attr":
            return Unknown(source_of(node))
        found = self.look_up(root, source_of(parts[1].named_children[0]))
        if found is None:
            return Unknown(source_of(node))
        self._size += found.weight
        if self._size > MAX_WEIGHT:
            return Unknown(source_of(node))
        self.variables |= found.variables
        value = self._access(node, found.value, parts[2:], depth)
        if not (isinstance(value, Unknown) and value.text == source_of(node)):
            self.origins.extend(origin for origin in found.origins if origin not in self.origins)
        return value

    def _access(self, node: tree_sitter.Node, value: Any, steps: list[tree_sitter.Node], depth: int) -> Any:
        for step in steps:
            if isinstance(value, Unknown):
                return Unknown(source_of(node))
            if step.type == "get_attr":
                value = item_at(value, source_of(step.named_children[0]))
            elif step.type == "index":
                inner = step.named_children[0]
                key = self.value(inner.named_children[0] if inner.type == "new_index" else inner, depth)
                value = item_at(value, key)
            else:
                return Unknown(source_of(node))
        return value

    def _literal_value(self, node: tree_sitter.Node, depth: int) -> Any:
        child = node.children[0]
        if child.type == "string_lit":
            return self._string_lit(child, depth)
        if child.type == "numeric_lit":
            return number(source_of(child))
        return None if child.type == "null_lit" else json.loads(source_of(child))

    def _string_lit(self, node: tree_sitter.Node, depth: int) -> str:
        return _unescaped(source_of(node)[1:-1])

    def _template_expr(self, node: tree_sitter.Node, depth: int) -> Any:
        return self.value(node.children[0], depth)

    def _quoted_template(self, node: tree_sitter.Node, depth: int) -> Any:
        parts = [child for child in node.named_children if not child.type.startswith("quoted_template_")]
        if len(parts) == 1 and parts[0].type == "template_interpolation" and not _strips(parts[0]):
            inner = child_of(parts[0], "expression")
            value = self.value(inner, depth) if inner else None
            if value is not None and not isinstance(value, Unknown):
                return value  # a template of nothing but `${x}` is x itself, be it a list
        return self._template(node, node.start_byte + 1, node.end_byte - 1, depth)

    def _heredoc_template(self, node: tree_sitter.Node, depth: int) -> Any:
        tag = child_of(node, "heredoc_identifier")
        text = node.text or b""
        if tag is None:
            return Unknown(source_of(node))
        begin = text.index(b"\n", tag.end_byte - node.start_byte) + 1
        end = max(begin, text.rfind(b"\n") + 1)
        value = self._template(node, node.start_byte + begin, node.start_byte + end, depth, quoted=False)
        text_value = value.text if isinstance(value, Unknown) else value
        if source_of(node).startswith("<<-"):
            rows = [row for row in text_value.split("\n") if row.strip()]
            margin = min((len(row) - len(row.lstrip()) for row in rows), default=0)
            text_value = "\n".join(row[margin:] for row in text_value.split("\n"))
        return Unknown(text_value, True) if isinstance(value, Unknown) else text_value

    def _template(
        self, node: tree_sitter.Node, begin: int, end: int, depth: int, quoted: bool = True
    ) -> str | Unknown:
        text, offset = node.text or b"", node.start_byte
        parts: list[str] = []
        known = True
        position = begin

        def literal(stop: int) -> None:
            raw = text[position - offset : stop - offset].decode("utf-8", "replace")
            parts.append(_unescaped(raw) if quoted else raw)

        for child in node.named_children:
            if child.type == "template_directive" or _strips(child):
                return Unknown(source_of(node))
            if child.type != "template_interpolation":
                continue
            literal(child.start_byte)
            inner = child_of(child, "expression")
            value = self.value(inner, depth) if inner else Unknown(source_of(child))
            if isinstance(value, Unknown):
                known = False
                parts.append(value.text if value.template else "${" + value.text + "}")
            elif isinstance(value, (list, dict)) or value is None:
                known = False
                parts.append(source_of(child))
            else:
                parts.append(text_of(value))
            position = child.end_byte
        literal(end)
        return "".join(parts) if known else Unknown("".join(parts), True)

    def _collection_value(self, node: tree_sitter.Node, depth: int) -> Any:
        return self.value(node.children[0], depth)

    def _tuple(self, node: tree_sitter.Node, depth: int) -> list[Any]:
        return [self.value(child, depth) for child in node.named_children if child.type == "expression"]

    def _object(self, node: tree_sitter.Node, depth: int) -> Any:
        pairs: dict[str, Any] = {}
        for element in node.named_children:
            if element.type != "object_elem":
                continue
            key = self._key(element.children[0], depth)
            if isinstance(key, Unknown):
                return Unknown(source_of(node))
            pairs[text_of(key)] = self.value(element.children[-1], depth)
        return pairs

    def _key(self, node: tree_sitter.Node, depth: int) -> Any:
        bare = re.fullmatch(r"[A-Za-z_][\w-]*", source_of(node))
        return bare[0] if bare else self.value(node, depth)

    def _conditional(self, node: tree_sitter.Node, depth: int) -> Any:
        condition, then, otherwise = (c for c in node.named_children if c.type == "expression")
        chosen = self.value(condition, depth)
        if not isinstance(chosen, bool):
            return Unknown(source_of(node))
        return self.value(then if chosen else otherwise, depth)

    def _operation(self, node: tree_sitter.Node, depth: int) -> Any:
        parts = [child for child in node.children[0].children if child.type not in ("comment", "(", ")")]
        place = next(index for index, child in enumerate(parts) if not child.is_named)
        sides = [side for side in (parts[:place], parts[place + 1 :]) if side]
        values = [self._chain(node, side, depth) for side in sides]
        if any(isinstance(value, Unknown) for value in values):
            return Unknown(source_of(node))
        return OPERATORS[source_of(parts[place]), len(values)](*values)

    def _function_call(self, node: tree_sitter.Node, depth: int) -> Any:
        function = FUNCTIONS.get(source_of(node.children[0]))
        arguments = child_of(node, "function_arguments")
        values = [
            self.value(child, depth)
            for child in (arguments.named_children if arguments else ())
            if child.type == "expression"
        ]
        if function is None or any(_has_unknown(value) for value in values):
            return Unknown(source_of(node))
        return function(*values)


def render(value: Any) -> str:
    """A value as HCL on one line; strings in quotes."""
    if isinstance(value, Unknown):
        return '"' + value.text.replace("\n", "\\n") + '"' if value.template else " ".join(value.text.split())
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {render(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(render(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False, default=str)


def weight(value: Any, limit: int) -> int:
    """The number of values in `value`, long texts counted by their length; counting ends at `limit`."""
    total = 0
    waiting = [value]
    while waiting and total < limit:
        item = waiting.pop()
        text = item.text if isinstance(item, Unknown) else item
        total += 1 + (len(text) // 5 if isinstance(text, str) else 0)
        if isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return total


def _strips(node: tree_sitter.Node) -> bool:
    """Whether it takes the blanks beside it away, as `${~ x ~}` does."""
    text = node.text or b""
    return text.startswith(b"${~") or text.endswith(b"~}")


def _has_unknown(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(_has_unknown(item) for item in value)
    return isinstance(value, Unknown)


def _unescaped(raw: str) -> str:
    if "\\" not in raw and "{" not in raw:
        return raw
    text = _ESCAPE.sub(_escaped, raw)
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _escaped(match: re.Match[str]) -> str:
    if match[1]:
        return _ESCAPES[match[1]]
    return match[2] + "{" if match[2] else chr(int(match[3] or match[4], 16))
