"""Writes an object as an API server answers it as YAML for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"

_NOISE = ("managedFields", "resourceVersion", "selfLink")
"""Metadata that an API server writes for itself; it changes without anybody having changed anything."""


def render(value: Any) -> str:
    """A value as YAML for people: no server bookkeeping, texts of several lines as blocks."""
    return yaml.dump(_quiet(value), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100_000)


def _quiet(value: Any) -> Any:
    """An object with its identity first and without what the server notes for itself; other values as they are."""
    if not isinstance(value, Mapping) or not isinstance(value.get("metadata"), Mapping):
        return value
    metadata = {key: part for key, part in value["metadata"].items() if key not in _NOISE}
    if isinstance(annotations := metadata.get("annotations"), Mapping):
        metadata["annotations"] = {key: part for key, part in annotations.items() if key != LAST_APPLIED}
    head = {key: value[key] for key in ("apiVersion", "kind") if key in value}
    return {**head, "metadata": metadata, **{key: part for key, part in value.items() if key != "metadata"}}


class _Dumper(yaml.CSafeDumper):
    """Writes texts of several lines as literal blocks and repeats values instead of using aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _string(dumper: yaml.CSafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _string)
