"""The same for Terraform's files in JSON: `.tf.json` and `.tfvars.json`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from connectors.formats.yaml_nodes import Node, YamlDocument, load
from connectors.redaction import MASK, looks_secret_key
from connectors.redaction.names import is_plural
from connectors.redaction.terraform_blocks import NOT_SECURE, SECRET_ATTRIBUTES
from connectors.redaction.values import is_stand_in

SUFFIXES = (".tf.json", ".tfvars.json")


def declared_in(text: str) -> dict[str, bool]:
    """The names of the variables that a `.tf.json` text declares, and of each whether it is sensitive."""
    return {
        name: _word(document, body, "sensitive") == "true"
        for document in load(text)
        for name, body in _named(document, "variable")
    }


def masked_json(path: str, text: str, secret: Callable[[set[str]], set[str]]) -> str:
    """`text` with credentials masked; `secret` tells which of the variables that it sets are sensitive."""
    found: list[Node] = []
    for document in load(text):
        if path.endswith(".tfvars.json"):
            names = secret({key for key, _ in _fields(document, document.root)})
            found += (value for key, value in _fields(document, document.root) if key in names)
        else:
            found += _of_configuration(document)
    parts: list[str] = []
    position = 0
    for start, end in sorted({(leaf.start, leaf.end) for leaf in _leaves(found)}):
        value = text[start:end]
        if start >= position and value not in ("true", "false", "null") and not is_stand_in(value):
            parts += (text[position:start], f'"{MASK}"', "\n" * value.count("\n"))
            position = end
    return "".join((*parts, text[position:]))


def _of_configuration(document: YamlDocument) -> Iterator[Node]:
    for name, body in _named(document, "variable"):
        if _word(document, body, "sensitive") == "true" or looks_secret_key(name) or is_plural(name):
            yield from _values(document, body, "default")
    for _, body in _named(document, "output"):
        if _word(document, body, "sensitive") == "true":
            yield from _values(document, body, "value")
    for type_, resources in _named(document, "resource"):
        for _, resource in _fields(document, resources):
            for body in _bodies(resource):
                if _word(document, body, "type") not in NOT_SECURE:
                    yield from _values(document, body, *SECRET_ATTRIBUTES.get(type_, ()))
    todo = [document.root] if document.root else []
    while todo:
        node = todo.pop()
        if _word(document, node, "kind") == "Secret":
            yield from _values(document, node, "data", "stringData")
        todo += [value for _, value in node.pairs] + node.items


def _named(document: YamlDocument, block: str) -> Iterator[tuple[str, Node]]:
    """Name and body of each block of that kind: `{"variable": {"name": {…}}}`."""
    for body in _bodies(document.node_at((block,))):
        for name, inner in _fields(document, body):
            for one in _bodies(inner):
                yield name, one


def _bodies(node: Node | None) -> list[Node]:
    """A block's bodies: JSON may hold one, or a list of them."""
    return [] if node is None else node.items if node.type == "sequence" else [node]


def _fields(document: YamlDocument, node: Node | None) -> list[tuple[str, Node]]:
    return [(document.scalar(key) or "", value) for key, value in node.pairs] if node else []


def _values(document: YamlDocument, body: Node, *names: str) -> Iterator[Node]:
    yield from (value for key, value in _fields(document, body) if key in names)


def _word(document: YamlDocument, body: Node, name: str) -> str:
    return next((document.scalar(value) or "" for key, value in _fields(document, body) if key == name), "")


def _leaves(roots: list[Node]) -> Iterator[Node]:
    todo = list(roots)
    seen: set[int] = set()
    while todo:
        node = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.type == "scalar":
            yield node
        todo += [value for _, value in node.pairs] + node.items
