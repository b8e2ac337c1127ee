"""Masks the credentials that only the structure of a manifest gives away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.formats.yaml_tree import Node, YamlDocument, load
from connectors.kubernetes.manifests import LAST_APPLIED
from connectors.redaction import MASK, looks_secret_key
from connectors.redaction.kubernetes_objects import yaml_secrets
from connectors.redaction.masking import mask_spans
from connectors.redaction.values import is_stand_in

_SECRET_FIELDS = frozenset({"data", "stringData"})
_MAPS = frozenset({"data", "annotations"})
_JSON_SECRET = re.compile(r"""["']kind["'][ \t]*:[ \t]*["']Secret["']""")


def mask_text(text: str) -> str:
    """`text` (YAML or JSON) with credentials masked; the number of lines stays. Never raises.

    Masked are all values of a `Secret`, values of environment variables, of `data` and of annotations whose
    name is a credential's, and what `kubectl apply` remembers in an annotation. References stay.
    """
    parts: list[str] = []
    position = 0
    for document in load(text):
        if document.root is None:
            parts += text[position : document.start], _mask_broken(text[document.start : document.end])
            position = document.end
            continue
        for node in sorted(_Finder(document).found(), key=lambda node: node.start):
            if node.start >= position:
                parts += text[position : node.start], _masked(document, node)
                position = node.end
    return "".join((*parts, text[position:])) if parts else text


class _Finder:
    """Walks a document and collects the nodes that hold credentials, each once."""

    def __init__(self, document: YamlDocument) -> None:
        self._document = document
        self._found: dict[int, Node] = {}

    def found(self) -> Iterator[Node]:
        """The nodes to mask."""
        todo = [self._document.root] if self._document.root else []
        while todo:
            node = todo.pop()
            if node.type == "mapping":
                self._look_at(node)
            todo.extend(value for _, value in node.pairs)
            todo.extend(node.items)
        return iter(self._found.values())

    def _look_at(self, mapping: Node) -> None:
        fields = {self._document.scalar(key) or "": value for key, value in mapping.pairs}
        words = {name: self._document.scalar(fields[name]) for name in ("kind", "name") if name in fields}
        for name, value in fields.items():
            if name in _SECRET_FIELDS and words.get("kind") == "Secret":
                self._all_of(value)
            elif name in _MAPS and value.type == "mapping":
                for key, part in value.pairs:
                    key_name = self._document.scalar(key) or ""
                    if looks_secret_key(key_name) or key_name == LAST_APPLIED:
                        self._all_of(part)
            elif name == "secretGenerator":
                for item in value.items:
                    self._all_of_fields(item, "literals")
            elif name == "value" and looks_secret_key(words.get("name") or ""):
                self._all_of(value)

    def _all_of_fields(self, mapping: Node, name: str) -> None:
        for key, value in mapping.pairs:
            if self._document.scalar(key) == name:
                self._all_of(value)

    def _all_of(self, node: Node) -> None:
        todo = [node]
        seen: set[int] = set()
        while todo:
            node = todo.pop()
            if id(node) in seen or self._document.source(node) == MASK:
                continue
            seen.add(id(node))
            if node.type == "alias" and node.value in self._document.anchors:
                todo.append(self._document.anchors[node.value])
            elif node.type == "scalar" and self._is_literal(node):
                self._found[node.start] = node
            todo.extend(value for _, value in node.pairs)
            todo.extend(node.items)

    def _is_literal(self, node: Node) -> bool:
        source = self._document.source(node)
        return MASK not in source and not is_stand_in(source)


def _masked(document: YamlDocument, node: Node) -> str:
    """The mask for a scalar, with its anchor or tag, in as many lines as it has."""
    source = document.source(node)
    head = ""
    while match := re.match(r"[&!]\S*\s+", source[len(head) :]):
        head += match[0]
    body = source[len(head) :]
    if node.block:
        first, *lines = body.split("\n")
        return head + "\n".join([first, *(_mask_line(line) for line in lines)])
    return head + f'"{MASK}"' + "\n" * body.count("\n")


def _mask_line(line: str) -> str:
    content = line.strip()
    return line.replace(content, MASK, 1) if content else line


def _mask_broken(text: str) -> str:
    """A document that cannot be parsed: the lines of its data, and all of it where it is a Secret in JSON."""
    if _JSON_SECRET.search(text):
        return "\n".join(_mask_line(line) for line in text.split("\n"))
    return mask_spans(text, yaml_secrets(text))[0]
