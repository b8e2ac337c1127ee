"""The values of one version of a Terraform file, field by field, for comparing it with another version."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from connectors.filetree.walk import TextFile
from connectors.redaction import redact
from connectors.terraform.blocks import Attribute, Block, objects_in, source_of
from connectors.terraform.documents import address_of
from connectors.terraform.sensitive import mask_sensitive
from connectors.terraform.syntax import parse

Declared = tuple[str, Mapping[str, bool]]
"""A folder, and the variables that a file in it declares, with whether they are sensitive."""
_DEEPEST = 20


def declared_in(files: Iterable[TextFile]) -> list[Declared]:
    """What the files of a tree declare: which values are secret in the versions of any of them."""
    return [(posixpath.dirname(one.file.path), one.declared) for one in mask_sensitive(files)]


def values_of(path: str, text: str, declared: Iterable[Declared]) -> dict[str, dict[str, str]]:
    """The values by the address of their block (the path itself for a file of values) and field; credentials masked."""
    given = TextFile(path, redact(text)[0], "utf-8", Path(path))
    (masked,) = mask_sensitive([given], declared)
    found = masked.structure or parse(path, masked.file.text)
    values: dict[str, dict[str, str]] = {}
    for block in found.blocks:
        values.setdefault(address_of(block), {}).update(_of_block(block, "", 0))
    for attribute in found.attributes:
        values.setdefault(path, {}).update(_of_attribute(attribute, "", 0))
    return values


def _of_block(block: Block, above: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > _DEEPEST:
        return
    for attribute in block.attributes():
        yield from _of_attribute(attribute, above, depth)
    if block.node is None or block.node.type == "object":
        return
    seen: dict[str, int] = {}
    for inner in block.blocks():
        name = ".".join((inner.type, *inner.labels))
        number = seen.get(name, 0)
        seen[name] = number + 1
        place = f"{name}[{number}]" if number else name
        yield from _of_block(inner, f"{above}{place}.", depth + 1)


def _of_attribute(attribute: Attribute, above: str, depth: int) -> Iterator[tuple[str, str]]:
    """An attribute as one value, or of an object each of its own."""
    objects = objects_in(attribute.value)
    name = f"{above}{attribute.name}"
    if not objects or depth > _DEEPEST:
        yield name, _plain(source_of(attribute.value))
        return
    for number, node in enumerate(objects):
        inner = Block(attribute.name, (), node, attribute.first, attribute.last, 0)
        place = f"{name}[{number}]" if len(objects) > 1 else name
        yield from _of_block(inner, f"{place}.", depth + 1)


def _plain(source: str) -> str:
    """A literal text without its quotes; anything else as it is written, on one line."""
    said = " ".join(source.split())
    inner = said[1:-1]
    return inner if len(said) > 1 and said[0] == said[-1] == '"' and '"' not in inner else said
