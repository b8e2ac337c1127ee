"""The Kubernetes objects that a Terraform resource creates."""

from __future__ import annotations

import re
from typing import Any

import yaml

from connectors.documents import ANY, ResourceRef
from connectors.terraform.evaluate import Unknown
from connectors.terraform.scope import Each, Scope, literal_text
from connectors.terraform.syntax import Block

_VERSION = re.compile(r"_v\d+(?:(?:alpha|beta)\d+)?$")
_NO_OBJECT = frozenset({"manifest", "annotations", "labels", "env", "config_map_v1_data"})


def creates(block: Block, scope: Scope) -> tuple[ResourceRef, ...]:
    """The references of what a `resource` block puts into a cluster, as far as their names are known.

    A block with `for_each`, or in a module that is called more than once, may create several.
    """
    if block.type != "resource" or len(block.labels) < 2:
        return ()
    if not block.labels[0].startswith(("kubernetes_", "kubectl_", "helm_release")):
        return ()
    found = [
        reference
        for instance in scope.instances()
        for each in instance.expansions(block, "")
        for reference in _created(block, instance, each)
    ]
    return tuple(dict.fromkeys(found))


def _created(block: Block, scope: Scope, each: Each | None) -> tuple[ResourceRef, ...]:
    kind = block.labels[0]
    if kind == "helm_release":
        return _named("HelmRelease", block, scope, each)
    if kind in ("kubernetes_manifest", "kubectl_manifest"):
        return _of_manifest(block, scope, each)
    name = _VERSION.sub("", kind.removeprefix("kubernetes_"))
    metadata = next((nested for nested in block.blocks() if nested.type == "metadata"), None)
    if not kind.startswith("kubernetes_") or name in _NO_OBJECT or metadata is None:
        return ()
    return _named("".join(word.capitalize() for word in name.split("_")), metadata, scope, each)


def _named(kind: str, block: Block, scope: Scope, each: Each | None) -> tuple[ResourceRef, ...]:
    return _reference(
        kind, literal_text(scope, block, "name", each), literal_text(scope, block, "namespace", each)
    )


def _reference(kind: Any, name: Any, namespace: Any) -> tuple[ResourceRef, ...]:
    if not (isinstance(kind, str) and isinstance(name, str) and kind and name) or "${" in kind + name:
        return ()
    known = isinstance(namespace, str) and namespace and "${" not in namespace
    return (ResourceRef(kind, name, namespace if known else ANY),)


def _of_manifest(block: Block, scope: Scope, each: Each | None) -> tuple[ResourceRef, ...]:
    attribute = block.attribute("manifest") or block.attribute("yaml_body")
    value = scope.evaluate(attribute.value, "", each)[0] if attribute else None
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
