"""Finds the Kubernetes objects in a YAML or JSON text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import yaml

from connectors.documents import Section
from connectors.formats.yaml_tree import Node, YamlDocument, items_of, load, sections_of

_NOISE = ("managedFields", "resourceVersion", "selfLink")
"""Metadata that an API server writes for itself; it changes without anybody having changed anything."""

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


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


def read(text: str) -> list[KubernetesObject | OtherDocument]:
    """Every object of `text` (also the items of a `List`), and the documents that are none. Never raises."""
    rendered = _api_list(text)
    if rendered is not None:
        return list(rendered)
    found: list[KubernetesObject | OtherDocument] = []
    for document in load(text):
        found.extend(_of_document(document))
    return found


def is_object(value: Any) -> bool:
    """Whether a plain value is a Kubernetes object: it has an API version, a kind and a name."""
    return (
        isinstance(value, Mapping)
        and all(isinstance(value.get(key), str) and value[key] for key in ("apiVersion", "kind"))
        and isinstance(value.get("metadata"), Mapping)
        and bool(_name(value))
    )


def _of_document(document: YamlDocument) -> Iterator[KubernetesObject | OtherDocument]:
    problem = f"line {document.error_line}: {document.error}" if document.error else ""
    value = document.value
    if isinstance(value, Mapping) and is_list(value):
        items = document.node_at(("items",))
        if items is not None and items.type == "sequence":
            yield from _items(document, items, value)
            return
    if is_object(value):
        yield _placed(document, value, sections_of(document), document.start, document.end)
        if not problem:
            return
    sections = sections_of(document)
    if sections and (problem or document.root is not None or document.templated):
        # An object that could be read although something in it is broken has been given already.
        text, moved = (
            ("", ()) if is_object(value) else _moved(document, sections, document.start, document.end)
        )
        yield OtherDocument(text, moved, problem)


def is_list(value: Mapping[str, Any]) -> bool:
    """Whether a plain value is a `List`, or a typed one such as `PodList`."""
    return str(value.get("kind", "")).endswith("List") and isinstance(value.get("items"), list)


def _items(document: YamlDocument, items: Node, value: Mapping[str, Any]) -> Iterator[KubernetesObject]:
    for part, plain in zip(items_of(document, items), value["items"], strict=True):
        item = _with_kind(plain, value)
        if is_object(item):
            sections = sections_of(document, (f"{item['kind']} {_name(item)}",), part)
            start = document.line_starts[part.first - 1]
            yield _placed(
                document, item, sections, start, document.line_end(document.line_starts[part.last - 1])
            )


def _with_kind(item: Any, parent: Mapping[str, Any]) -> Any:
    """An item of a typed list (`PodList`) does not repeat its kind and version."""
    if not isinstance(item, Mapping) or item.get("kind"):
        return item
    return {"apiVersion": parent.get("apiVersion"), "kind": str(parent["kind"]).removesuffix("List"), **item}


def _placed(
    document: YamlDocument, value: Mapping[str, Any], sections: list[Section], start: int, end: int
) -> KubernetesObject:
    text, moved = _moved(document, sections, start, end)
    return _object(value, text, moved)


def _moved(
    document: YamlDocument, sections: list[Section], start: int, end: int
) -> tuple[str, tuple[Section, ...]]:
    """The text from `start` to `end` and the sections with their spans counted in it."""
    return document.text[start:end], tuple(
        replace(section, start=section.start - start, end=section.end - start) for section in sections
    )


def _object(value: Mapping[str, Any], text: str, sections: tuple[Section, ...]) -> KubernetesObject:
    namespace = value["metadata"].get("namespace")
    return KubernetesObject(
        value["kind"], _name(value), " ".join(str(namespace or "").split()), value, text, sections
    )


def _name(value: Mapping[str, Any]) -> str:
    """The object's name on one line; `backend-*` for a generated one."""
    metadata = value["metadata"]
    name = metadata.get("name")
    if not name and metadata.get("generateName"):
        name = f"{metadata['generateName']}*"
    return " ".join(name.split()) if isinstance(name, str) else ""


def _api_list(text: str) -> Iterator[KubernetesObject | OtherDocument] | None:
    """The items of a JSON list as an API server answers it, each rendered as YAML; None for other texts."""
    if not text.lstrip().startswith("{") or '"items"' not in text:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or not is_list(value):
        return None
    return (_rendered(_with_kind(item, value)) for item in value["items"])


def _rendered(item: Any) -> KubernetesObject | OtherDocument:
    if not is_object(item):
        return OtherDocument(
            "", (), "an item of the list is no object (apiVersion, kind and name are needed)"
        )
    text = render(item)
    sections = [
        replace(section, anchor=".".join(section.heading_path[1:]) or "metadata")
        for document in load(text)
        for section in sections_of(document)
    ]
    return _object(item, text, tuple(sections))


def render(value: Mapping[str, Any]) -> str:
    """An object as YAML for people: no server bookkeeping, texts of several lines as blocks."""
    metadata = {key: part for key, part in value["metadata"].items() if key not in _NOISE}
    if isinstance(annotations := metadata.get("annotations"), Mapping):
        metadata["annotations"] = {key: part for key, part in annotations.items() if key != LAST_APPLIED}
    head = {key: value[key] for key in ("apiVersion", "kind")}
    rest = {key: part for key, part in value.items() if key not in ("apiVersion", "kind", "metadata")}
    return yaml.dump(
        {**head, "metadata": metadata, **rest},
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=100_000,
    )


class _Dumper(yaml.CSafeDumper):
    """Writes texts of several lines as literal blocks and repeats values instead of using aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _string(dumper: yaml.CSafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _string)
