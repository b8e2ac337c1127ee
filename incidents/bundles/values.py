"""YAML and JSON texts as values, one after another, whatever they are."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import yaml

from connectors.characters import whole

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_LOADER):  # type: ignore[misc, valid-type]
    """Reads times as text, as JSON has them."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _LOADER.yaml_implicit_resolvers.items()
}


def from_json(text: str) -> list[Any]:
    """Every JSON value in a text, one behind another as `cluster-info dump` writes them; ValueError if broken."""
    decoder = json.JSONDecoder()
    found = []
    place = _next(text, 0)
    while place < len(text):
        value, place = decoder.raw_decode(text, place)
        found.append(_whole(value, text))
        place = _next(text, place)
    return found


def _next(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t\r\n\ufeff":
        place += 1
    return place


def from_yaml(text: str) -> list[Any]:
    """Every document of a YAML text; ValueError where it cannot be read."""
    try:
        found = yaml.load_all(text, Loader=_Loader)
        return [_whole(value, text) for value in found if value is not None]
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(f"not readable as YAML: {str(error).splitlines()[0]}") from error


_HALF = re.compile(r"[\ud800-\udfff]|\\(?:u|U0000)[dD][89a-fA-F]")


def _whole(value: Any, text: str) -> Any:
    return whole(value) if _HALF.search(text) else value


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """The Kubernetes objects in a value: itself, or the items of a list of them."""
    if isinstance(value, list):
        for one in value:
            yield from objects(one)
    elif (
        isinstance(value, dict)
        and isinstance(value.get("items"), list)
        and "List" in str(value.get("kind", "List"))
    ):
        kind = str(value.get("kind") or "").removesuffix("List")
        for one in value["items"]:
            if isinstance(one, dict) and kind:
                one = {"kind": kind, "apiVersion": value.get("apiVersion"), **one}
            yield from objects(one)
    elif isinstance(value, dict) and isinstance(value.get("metadata"), dict) and value.get("kind"):
        yield value


def listed(value: Any) -> set[tuple[str, str]]:
    """The kinds that a value lists all of, each with its namespace: those of a list of the API, or of many objects."""
    if not isinstance(value, list | dict):
        return set()
    is_list = isinstance(value, dict) and isinstance(value.get("items"), list)
    found = Counter((str(one["kind"]), str(one["metadata"].get("namespace") or "")) for one in objects(value))
    kind = str(value.get("kind") or "").removesuffix("List") if isinstance(value, dict) and is_list else ""
    if kind and not found:
        return {(kind, "")}
    return {one for one, count in found.items() if is_list or count > 1}
