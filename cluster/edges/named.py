"""Names by convention: fields of custom resources that end in `Ref`, and the annotation of a pod's networks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from cluster.edges.base import Cluster, EdgeType, Found, Item
from cluster.values import Value, mapping, text
from connectors.kinds import CLUSTER_SCOPED, kind_of

_HANDLED = frozenset(
    {"parentRef", "parentRefs", "backendRef", "backendRefs", "extensionRef", "certificateRefs", "scaleTargetRef",
     "jobTargetRef", "claimRef", "roleRef"}
)  # fmt: skip
"""Fields that other edges are made from."""
_ELSEWHERE = frozenset({"discovery.k8s.io", "rbac.authorization.k8s.io", "autoscaling.k8s.io"})
"""Groups whose references other modules read."""
_FIELD = re.compile(r"(?P<what>[a-z]\w*?)(?:Key)?(?:Refs?|Reference)")
_NETWORKS = "k8s.v1.cni.cncf.io/networks"
_DEEPEST = 12
_MOST = 5_000


def find(cluster: Cluster) -> Iterator[Found]:
    """From the object that holds the name to the one that is named."""
    for item in cluster.items:
        if "." in item.group and item.group not in _ELSEWHERE:
            for path, what, reference in _references(mapping(item.value, "spec")):
                yield from _named(cluster, item, f"spec.{path}", what, reference)
        if item.pod:
            yield from _networks(cluster, item)


def _references(spec: Value) -> Iterator[tuple[str, str, Value]]:
    """Path, what the field says it names, and the reference, of every such field."""
    left: list[tuple[str, Any]] = [("", spec)]
    seen = 0
    while left and seen < _MOST:
        seen += 1
        path, value = left.pop()
        if path.count(".") > _DEEPEST:
            continue
        if isinstance(value, dict):
            for key, inner in value.items():
                where = f"{path}.{key}" if path else str(key)
                match = _FIELD.fullmatch(str(key))
                if match is not None and key not in _HANDLED:
                    yield from ((at, match["what"], one) for at, one in _each(where, inner))
                left.append((where, inner))
        elif isinstance(value, list):
            left += [(f"{path}[{place}]", inner) for place, inner in enumerate(value)]


def _each(path: str, value: Any) -> Iterator[tuple[str, Value]]:
    if isinstance(value, dict):
        yield path, value
    elif isinstance(value, list):
        yield from ((f"{path}[{place}]", one) for place, one in enumerate(value) if isinstance(one, dict))


def _named(cluster: Cluster, item: Item, path: str, what: str, reference: Value) -> Iterator[Found]:
    """The edge to what a reference names: to one that was not seen only where its kind is a known one."""
    name = text(reference, "name")
    kind = text(reference, "kind") or what[:1].upper() + what[1:]
    if not name:
        return
    group = text(reference, "group") if "group" in reference else None
    for space in (text(reference, "namespace") or item.namespace, ""):
        found = cluster.get(kind, name, space, group)
        if found is not None:
            yield Found(item.id, found.id, EdgeType.REFERENCES, f"{path} names {kind} {name}")
            return
    if kind_of(kind) == kind:
        space = "" if kind in CLUSTER_SCOPED else text(reference, "namespace") or item.namespace
        target = cluster.name_of(kind, name, space, group)
        yield Found(item.id, target.id, EdgeType.REFERENCES, f"{path} names {kind} {name}")


def _networks(cluster: Cluster, item: Item) -> Iterator[Found]:
    """The additional networks of a pod, in either of the annotation's two forms."""
    said = text(mapping(item.pod, "metadata.annotations").get(_NETWORKS))
    for space, name in _listed_networks(said):
        target = cluster.name_of("NetworkAttachmentDefinition", name, space or item.namespace)
        evidence = f"metadata.annotations[{_NETWORKS}] names {name}"
        yield Found(item.id, target.id, EdgeType.REFERENCES, evidence)


def _listed_networks(said: str) -> Iterator[tuple[str, str]]:
    """Namespace and name of `[{"name": "fast"}]` or `fast@eth1, net/slow`."""
    if said.lstrip().startswith("["):
        try:
            listed = json.loads(said)
        except ValueError:
            return
        for one in listed:
            if text(one, "name"):
                yield text(one, "namespace"), text(one, "name")
        return
    for part in filter(None, (one.strip() for one in said.split(","))):
        space, _, name = part.partition("@")[0].rpartition("/")
        yield space, name
