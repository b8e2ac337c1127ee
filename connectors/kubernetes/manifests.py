"""Finds the Kubernetes objects in a YAML or JSON text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from connectors.documents import Section, SectionKind, line_anchor
from connectors.formats.yaml_merge import fields, followed
from connectors.formats.yaml_tree import (
    Node,
    Part,
    YamlDocument,
    items_of,
    language_of,
    load,
    sections_of,
)
from connectors.kubernetes.rendering import LAST_APPLIED, render

__all__ = ["LAST_APPLIED", "KubernetesObject", "OtherDocument", "read"]

_FRAME_KEYS = "apiVersion|kind|metadata|items|resourceVersion|selfLink|continue|remainingItemCount"
_FRAME = re.compile(rf"""[-.\s{{}}\[\],]*(?:["']?(?:{_FRAME_KEYS})["']?\s*:[^#]*)?""")
"""A line around the items of a list that says nothing but that it is one."""


@dataclass(frozen=True, slots=True)
class KubernetesObject:
    """An object as it stands in a file: its identity, its plain value, its text and sections.

    `namespace` is '' where none is written. `sections` have spans in `text`; their anchors are the file's
    lines, or field paths where the text was rendered from an API server's list.
    """

    kind: str
    name: str
    namespace: str
    value: Mapping[str, Any]
    text: str
    sections: tuple[Section, ...]

    @property
    def title(self) -> str:
        """`Deployment shop/cart`."""
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class OtherDocument:
    """A document of a file that is no object, with its text, sections and what is broken in it."""

    text: str
    sections: tuple[Section, ...]
    problem: str = ""


Found = KubernetesObject | OtherDocument


def read(documents: Iterable[YamlDocument]) -> list[Found]:
    """Every object of the documents of a text (also in a `List` or a JSON array), and what is none. Never raises."""
    return [found for document in documents for found in _of_document(document)]


def _of_document(document: YamlDocument) -> Iterator[Found]:
    problem = f"line {document.error_line}: {document.error}" if document.error else ""
    root = document.root
    members = None if root is None else _members(document, root, array=True)
    if root is not None and members is not None:
        yield from _of_list(document, root, members, document.first_line, document.last_line)
        return
    if not document.text[document.start : document.end].strip("\ufeff \t\r\n-."):
        return
    sections = sections_of(document)
    if root is not None and _is_object(document, root):
        yield _placed(document, _value(document, root), sections, document.start, document.end)
        if problem:
            # What could be read of the object has been given already.
            yield OtherDocument("", (), problem)
    elif sections:
        yield OtherDocument(*_moved(document, sections, document.start, document.end), problem)


def _of_list(
    document: YamlDocument, owner: Node, members: Sequence[Node], first: int, last: int
) -> Iterator[Found]:
    """The items of a list in lines `first` to `last`, and what else is said around them."""
    parent = fields(document, owner)
    if _is_compact(document, owner, members):
        yield from _of_compact_list(document, owner, members, parent)
        return
    parts = items_of(document, Node("sequence", owner.start, owner.end, items=list(members)))
    yield from _around(document, first, parts[0].first - 1)
    for part in parts:
        yield from _of_item(document, part, parent)
    yield from _around(document, parts[-1].last + 1, last)


def _of_item(document: YamlDocument, part: Part, parent: Mapping[str, Node]) -> Iterator[Found]:
    node = part.node
    if node is None:
        return
    members = _members(document, node)
    if members is not None:
        yield from _of_list(document, followed(document, node), members, part.first, part.last)
        return
    start = document.line_starts[part.first - 1]
    end = document.line_end(document.line_starts[part.last - 1])
    if _is_object(document, node, parent):
        value = _value(document, node, parent)
        yield _placed(document, value, sections_of(document, (_heading(value),), part), start, end)
    elif sections := sections_of(document, (), part):
        yield OtherDocument(*_moved(document, sections, start, end))


def _around(document: YamlDocument, first: int, last: int) -> Iterator[OtherDocument]:
    """The lines before or behind the items of a list, if they hold a comment or a field that lists do not have."""
    lines = range(first, last + 1)
    starts = [document.line_starts[line - 1] for line in lines]
    if all(_FRAME.fullmatch(document.text[start : document.line_end(start)]) for start in starts):
        return
    sections = sections_of(document, (), Part(None, first, last))
    yield OtherDocument(*_moved(document, sections, starts[0], document.line_end(starts[-1])))


def _members(document: YamlDocument, node: Node, *, array: bool = False) -> Sequence[Node] | None:
    """The items if `node` is a list of objects: a `List`, a `PodList` or (`array`) a sequence; else None.

    A custom resource may be called `AllowList` and have `items`: it has a name, or its items are no objects.
    """
    node = followed(document, node)
    if node.type == "sequence":
        items, parent = node if array else None, {}
    else:
        parent = fields(document, node)
        kind = _text(document, parent.get("kind"))
        items = parent.get("items") if kind.endswith("List") else None
        if kind != "List" and _name(_head(document, node)["metadata"]):
            items = None
    if items is None or items.type != "sequence":
        return None
    holds_objects = any(
        _is_object(document, item, parent) or _members(document, item) is not None for item in items.items
    )
    return items.items if holds_objects else None


def _is_compact(document: YamlDocument, owner: Node, members: Sequence[Node]) -> bool:
    """Whether items stand on one line with each other or with the head of their list."""
    lines = [document.line_at(item.start) for item in members]
    with_head = owner.type == "mapping" and document.line_at(owner.start) == lines[0]
    return with_head or any(a == b for a, b in pairwise(lines))


def _of_compact_list(
    document: YamlDocument, owner: Node, members: Sequence[Node], parent: Mapping[str, Node]
) -> Iterator[Found]:
    """The items of a list without lines of their own: JSON as an API server answers it is rendered as YAML."""
    try:
        value = json.loads(document.source(owner))
    except (ValueError, RecursionError):
        yield from (_cut_out(document, item, parent) for item in members)
        return
    head = value if isinstance(value, dict) else {}
    for item in value["items"] if isinstance(value, dict) else value:
        for rendered in load(render(_with_kind(item, head))):
            for found in _of_document(rendered):
                sections = [
                    replace(section, anchor=".".join(section.heading_path[1:]) or "metadata")
                    for section in found.sections
                ]
                yield replace(found, sections=tuple(sections))


def _cut_out(document: YamlDocument, node: Node, parent: Mapping[str, Node]) -> Found:
    """An item that shares its lines, as the characters that are its own."""
    text = document.source(node)
    anchor = line_anchor(document.line_at(node.start), document.line_at(max(node.start, node.end - 1)))
    whole = Section(SectionKind.KEY_VALUE, text, anchor, (), language_of(document), "", 0, len(text))
    if not _is_object(document, node, parent):
        return OtherDocument(text, (whole,))
    value = _value(document, node, parent)
    return _object(value, text, (replace(whole, heading_path=(_heading(value),)),))


def _is_object(document: YamlDocument, node: Node, parent: Mapping[str, Node] | None = None) -> bool:
    """Whether a node has an API version, a kind and a name."""
    head = _with_kind(_head(document, node), _head_of(document, parent or {}))
    return bool(head["apiVersion"] and head["kind"] and _name(head["metadata"]))


def _head(document: YamlDocument, node: Node) -> dict[str, Any]:
    return _head_of(document, fields(document, node))


def _head_of(document: YamlDocument, found: Mapping[str, Node]) -> dict[str, Any]:
    metadata = fields(document, found["metadata"]) if "metadata" in found else {}
    names = {key: _text(document, metadata.get(key)) for key in ("name", "generateName")}
    return {"metadata": names, **{key: _text(document, found.get(key)) for key in ("apiVersion", "kind")}}


def _text(document: YamlDocument, node: Node | None) -> str:
    return (document.scalar(node) or "") if node else ""


def _value(document: YamlDocument, node: Node, parent: Mapping[str, Node] | None = None) -> dict[str, Any]:
    """The plain value of an object, with what aliases and merge keys give to it and to its metadata."""
    found = fields(document, node)
    value = {key: document.plain(part) for key, part in found.items()}
    metadata = fields(document, found["metadata"])
    value["metadata"] = {key: document.plain(part) for key, part in metadata.items()}
    whole: dict[str, Any] = _with_kind(value, _head_of(document, parent or {}))
    return whole


def _with_kind(item: Any, parent: Mapping[str, Any]) -> Any:
    """An item of a typed list (`PodList`) does not repeat its kind and version."""
    kind = str(parent.get("kind") or "").removesuffix("List")
    if not isinstance(item, Mapping) or item.get("kind") or not kind:
        return item
    return {**item, "apiVersion": parent.get("apiVersion"), "kind": kind}


def _placed(
    document: YamlDocument, value: Mapping[str, Any], sections: list[Section], start: int, end: int
) -> KubernetesObject:
    return _object(value, *_moved(document, sections, start, end))


def _moved(
    document: YamlDocument, sections: list[Section], start: int, end: int
) -> tuple[str, tuple[Section, ...]]:
    """The text from `start` to `end` and the sections with their spans counted in it."""
    return document.text[start:end], tuple(
        replace(section, start=section.start - start, end=section.end - start) for section in sections
    )


def _object(value: Mapping[str, Any], text: str, sections: tuple[Section, ...]) -> KubernetesObject:
    namespace = value["metadata"].get("namespace")
    namespace = " ".join(namespace.split()) if isinstance(namespace, str) else ""
    return KubernetesObject(value["kind"], _name(value["metadata"]), namespace, value, text, sections)


def _heading(value: Mapping[str, Any]) -> str:
    return f"{value['kind']} {_name(value['metadata'])}"


def _name(metadata: Mapping[str, Any]) -> str:
    """The object's name on one line; `backend-*` for a generated one."""
    name = metadata.get("name")
    if not name and metadata.get("generateName"):
        name = f"{metadata['generateName']}*"
    return " ".join(name.split()) if isinstance(name, str) else ""
