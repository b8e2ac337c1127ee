"""Reads YAML and JSON into nodes that know the characters they came from; never expands an alias."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import yaml

from connectors.formats import templates
from connectors.formats.yaml_stream import spans

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML built without libyaml: slower, the same marks
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

MAX_DEPTH = 200
"""Deeper nesting than this is an attack or an accident; real manifests stay below 60."""

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_JSON_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_LEADING_TABS = re.compile(r"^[ ]*\t[ \t]*", re.MULTILINE)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(slots=True)
class Node:
    """One value of a YAML document; `start` and `end` count characters of the whole text.

    `type` is `mapping` (`pairs` filled), `sequence` (`items` filled), `scalar` or `alias` (`value` filled; an
    alias holds the anchor's name). `plain` is true for a scalar without quotes.
    """

    type: str
    start: int
    end: int
    value: str = ""
    plain: bool = False
    flow: bool = False
    block: bool = False
    tag: str = ""
    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)


class _TooDeepError(Exception):
    def __init__(self, position: int) -> None:
        super().__init__(f"nested deeper than {MAX_DEPTH} levels")
        self.position = position


class YamlDocument:
    """One document of a YAML stream, with its place in the text.

    `start`, `end` are its characters (whole lines), `root` its node or None if it is empty or unreadable.
    `error` says what is broken ('' if nothing), `error_line` where (from 1 in the whole text). `templated`
    is true where only a Go or Jinja template makes it no YAML: scalars may hold `{{ … }}` then.
    """

    def __init__(self, text: str, line_starts: Sequence[int], start: int, end: int) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.error = ""
        self.error_line = 0
        self.templated = False
        self.root: Node | None = None
        self.anchors: dict[str, Node] = {}
        self.line_starts = line_starts

    @property
    def first_line(self) -> int:
        """The line, counted from 1, on which the document starts (its `---` if it has one)."""
        return self.line_at(self.start)

    @property
    def last_line(self) -> int:
        """The last line of the document."""
        return self.line_at(max(self.start, self.end - 1))

    def line_at(self, position: int) -> int:
        """The line, counted from 1, that holds the character at `position`."""
        return bisect_right(self.line_starts, position)

    def line_end(self, position: int) -> int:
        """The offset just behind the line of `position`, its line end included."""
        line = self.line_at(position)
        return self.line_starts[line] if line < len(self.line_starts) else len(self.text)

    def source(self, node: Node) -> str:
        """The characters that `node` was read from."""
        return self.text[node.start : node.end]

    @cached_property
    def value(self) -> Any:
        """The document as dictionaries, lists, strings and None.

        Scalars stay strings as written (`0.55`, `on`, `1h`, `true`), only null becomes None. An alias of a
        scalar is that scalar; one of a mapping or list stays `*name`. A key given twice keeps its last value.
        """
        return None if self.root is None else self.plain(self.root)

    def plain(self, node: Node) -> Any:
        """The value of one node, in the form of `value`."""
        if node.type == "mapping" and not self._is_template(node):
            return {self._key(key): self.plain(value) for key, value in node.pairs}
        if node.type == "sequence":
            return [self.plain(item) for item in node.items]
        if node.type == "alias" and self.anchors.get(node.value, node).type != "scalar":
            return f"*{node.value}"
        return self.scalar(node)

    def node_at(self, path: Sequence[str | int]) -> Node | None:
        """The node at a field path such as `("spec", "containers", 0, "image")`, or None."""
        found = self._find(path)
        return found[1] if found else None

    def line_of(self, path: Sequence[str | int]) -> int | None:
        """The line, counted from 1, on which the field at `path` begins (its key), or None."""
        found = self._find(path)
        return self.line_at(found[0].start) if found else None

    def scalar(self, node: Node) -> str | None:
        """The text of a scalar (aliases of scalars followed), None for null or a collection."""
        node = self.anchors.get(node.value, node) if node.type == "alias" else node
        if node.type == "mapping" and self._is_template(node):
            return self.source(node)
        if node.type != "scalar" or (node.plain and not node.tag and node.value in _NULLS):
            return None
        return self.source(node).strip("\"'") if self.templated and not node.block else node.value

    def _find(self, path: Sequence[str | int]) -> tuple[Node, Node] | None:
        if self.root is None:
            return None
        place = node = self.root
        for step in path:
            if (
                isinstance(step, int)
                and node.type == "sequence"
                and -len(node.items) <= step < len(node.items)
            ):
                place = node = node.items[step]
                continue
            pair = next((pair for pair in reversed(node.pairs) if self.scalar(pair[0]) == str(step)), None)
            if pair is None:
                return None
            place, node = pair
        return place, node

    def _is_template(self, node: Node) -> bool:
        return node.flow and self.text.startswith("{{", node.start)

    def _key(self, node: Node) -> str:
        scalar = self.scalar(node)
        return self.source(node) if scalar is None else scalar


def line_starts_of(text: str) -> list[int]:
    """The offset of the first character of every line of `text`."""
    starts = [0]
    starts.extend(match.end() for match in re.finditer("\n", text))
    if len(starts) > 1 and starts[-1] == len(text):
        starts.pop()
    return starts


def load(text: str) -> list[YamlDocument]:
    """Every document of `text`, in order; together they cover all of it. Never raises.

    A broken document has an `error` and no root; the others are not touched by it.
    """
    clean = _readable(text)
    starts = line_starts_of(text)
    return [_load_one(text, clean, starts, start, end) for start, end in spans(clean)]


def _readable(text: str) -> str:
    """`text` with each character that libyaml refuses (controls, halves of pairs) replaced by another."""
    if _UNPRINTABLE.search(text):
        text = _UNPRINTABLE.sub("\ufffd", text)
    if _JSON_SURROGATE.search(text):
        text = _JSON_SURROGATE.sub(lambda match: r"\ufffd", text)
    return text


def _load_one(text: str, clean: str, starts: Sequence[int], start: int, end: int) -> YamlDocument:
    document = YamlDocument(text, starts, start, end)
    part = clean[start:end]
    problem = _try(document, part)
    if problem is None:
        return document
    document.templated = next(templates.actions(part), None) is not None
    readings = (_LEADING_TABS.sub(_blanks, templates.cover(part, filler)) for filler in "# ")
    readable = any(_try(document, reading) is None for reading in readings if reading != part)
    if readable and document.templated:
        return document
    document.error, position = problem
    document.error_line = document.line_at(min(position, max(start, end - 1)))
    return document


def _blanks(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _try(document: YamlDocument, part: str) -> tuple[str, int] | None:
    """Fills `document` from `part`; gives the error and its position instead where that fails."""
    byte_order_mark = int(part.startswith("\ufeff"))
    base = document.start + byte_order_mark
    try:
        document.root, document.anchors, undefined = _compose(part[byte_order_mark:], base)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "not readable as YAML"
        return str(reason), base + (mark.index if mark else getattr(error, "position", None) or 0)
    except _TooDeepError as error:
        return str(error), base + error.position
    return None if undefined is None else (f"alias *{undefined.value} without its anchor", undefined.start)


def _compose(part: str, base: int) -> tuple[Node | None, dict[str, Node], Node | None]:
    """The tree of one document, its anchors, the first alias of none; offsets are moved by `base`."""
    root = Node("sequence", base, base)
    stack = [root]
    keys: list[Node | None] = [None]
    anchors: dict[str, Node] = {}
    undefined: Node | None = None
    events: Iterator[Any] = yaml.parse(part, Loader=_Loader)  # the stubs do not know the styles
    for event in events:
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.CollectionEndEvent):
            _close(stack.pop(), end + base)
            keys.pop()
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        node = _node(event, base)
        if node.type != "alias" and event.anchor is not None:
            anchors[event.anchor] = node
        elif node.type == "alias" and node.value not in anchors:
            undefined = undefined or node
        parent = stack[-1]
        if parent.type == "sequence":
            parent.items.append(node)
        elif keys[-1] is None:
            keys[-1] = node
        else:
            parent.pairs.append((keys[-1], node))
            keys[-1] = None
        if isinstance(event, yaml.CollectionStartEvent):
            if len(stack) > MAX_DEPTH:
                raise _TooDeepError(start)
            stack.append(node)
            keys.append(None)
    return (root.items[0] if root.items else None), anchors, undefined


def _node(event: Any, base: int) -> Node:
    start, end = event.start_mark.index + base, event.end_mark.index + base
    if isinstance(event, yaml.ScalarEvent):
        style = event.style or ""
        tag = event.tag or ""
        return Node("scalar", start, end, event.value, plain=not style, block=style in ("|", ">"), tag=tag)
    if isinstance(event, yaml.AliasEvent):
        return Node("alias", start, end, str(event.anchor))
    type_ = "mapping" if isinstance(event, yaml.MappingStartEvent) else "sequence"
    return Node(type_, start, end, flow=bool(event.flow_style), tag=event.tag or "")


def _close(node: Node, end: int) -> None:
    """Sets the end of a collection: libyaml's `end` in flow style, the last child's in block style.

    In block style libyaml's mark lies behind the comments and blank lines that follow.
    """
    if node.flow:
        node.end = end
    elif node.type == "mapping" and node.pairs:
        node.end = max(node.end, *(part.end for part in node.pairs[-1]))
    elif node.items:
        node.end = max(node.end, node.items[-1].end)
