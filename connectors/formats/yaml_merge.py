"""The fields of a YAML mapping as a parser that expands sees them, still as nodes."""

from __future__ import annotations

from connectors.formats.yaml_nodes import Node, YamlDocument


def fields(document: YamlDocument, node: Node) -> dict[str, Node]:
    """The values of a mapping by key, aliases followed and merge keys (`<<`) applied; {} for other nodes."""
    found: dict[str, Node] = {}
    seen: set[int] = set()
    todo = [node]
    while todo:
        current = followed(document, todo.pop())
        if id(current) in seen:
            continue
        seen.add(id(current))
        own: dict[str, Node] = {}
        merged: list[Node] = []
        for key, value in current.pairs:
            name = document.scalar(key)
            if name == "<<" and key.plain:
                target = followed(document, value)
                merged.extend(target.items or [target])
            elif name is not None:
                own[name] = followed(document, value)
        found = {**own, **found}
        todo.extend(reversed(merged))
    return found


def followed(document: YamlDocument, node: Node) -> Node:
    """What an alias stands for; any other node itself."""
    return document.anchors.get(node.value, node) if node.type == "alias" else node
