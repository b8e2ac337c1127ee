"""The Kubernetes objects that a Terraform resource creates."""

from __future__ import annotations

import re
from typing import Any

import yaml

from connectors.documents import ANY, ResourceRef
from connectors.terraform.evaluate import Unknown
from connectors.terraform.resolve import literal_text
from connectors.terraform.scope import Scope
from connectors.terraform.syntax import Block

_VERSION = re.compile(r"_v\d+(?:(?:alpha|beta)\d+)?$")
_NO_OBJECT = frozenset({"manifest", "annotations", "labels", "env", "config_map_v1_data"})


def creates(block: Block, scope: Scope) -> tuple[ResourceRef, ...]:
    """The references of what a `resource` block puts into a cluster, as far as their names are known."""
    if block.type != "resource" or len(block.labels) < 2:
        return ()
    kind = block.labels[0]
    if kind == "helm_release":
        return _reference(
            "HelmRelease", literal_text(scope, block, "name"), literal_text(scope, block, "namespace")
        )
    if kind in ("kubernetes_manifest", "kubectl_manifest"):
        return _of_manifest(block, scope)
    name = _VERSION.sub("", kind.removeprefix("kubernetes_"))
    if not kind.startswith("kubernetes_") or name in _NO_OBJECT:
        return ()
    metadata = next((nested for nested in block.blocks() if nested.type == "metadata"), None)
    if metadata is None:
        return ()
    words = "".join(word.capitalize() for word in name.split("_"))
    return _reference(
        words, literal_text(scope, metadata, "name"), literal_text(scope, metadata, "namespace")
    )


def _reference(kind: Any, name: Any, namespace: Any) -> tuple[ResourceRef, ...]:
    if not (isinstance(kind, str) and isinstance(name, str) and kind and name) or "${" in kind + name:
        return ()
    known = isinstance(namespace, str) and namespace and "${" not in namespace
    return (ResourceRef(kind, name, namespace if known else ANY),)


def _of_manifest(block: Block, scope: Scope) -> tuple[ResourceRef, ...]:
    attribute = block.attribute("manifest") or block.attribute("yaml_body")
    value = scope.evaluate(attribute.value)[0] if attribute else None
    if isinstance(value, Unknown) and value.template:
        value = value.text
    if isinstance(value, str):
        try:
            value = yaml.safe_load(value)
        except (yaml.YAMLError, RecursionError, ValueError):
            return ()
    metadata = value.get("metadata") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(metadata, dict):
        return ()
    return _reference(value.get("kind"), metadata.get("name"), metadata.get("namespace"))
