"""What a pod's spec takes from others: configuration, secrets, volumes, its account, classes, its node."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.edges.base import Cluster, EdgeType, Found, Item
from cluster.values import Value, at, entries, mapping, text

_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")
_ENV_SOURCES = (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret"))
_ENV_FROM = (("configMapRef", "ConfigMap"), ("secretRef", "Secret"))


def find(cluster: Cluster) -> Iterator[Found]:
    """Workload or pod to what it uses."""
    for item in cluster.items:
        if item.pod:
            spec = mapping(item.pod, "spec")
            yield from _volumes(cluster, item, spec)
            yield from _environment(cluster, item, spec)
            yield from _names(cluster, item, spec)
            yield from _node(cluster, item, spec)
        if item.kind == "StatefulSet":
            yield from _claims(cluster, item)


def _point(cluster: Cluster, item: Item, kind: str, reference: Value, key: str, path: str) -> Iterator[Found]:
    """An edge to a named ConfigMap, Secret or claim; to one that may be missing only where it is there."""
    name = text(reference, key)
    optional = reference.get("optional") is True
    if name and (not optional or cluster.get(kind, name, item.namespace, "")):
        target = cluster.name_of(kind, name, item.namespace, "")
        yield Found(item.id, target.id, EdgeType.MOUNTS, f"{item.spec_path}.{path} is {name}")


def _volumes(cluster: Cluster, item: Item, spec: Value) -> Iterator[Found]:
    for _, volume in entries(spec, "volumes"):
        path = f"volumes[{text(volume, 'name')}]"
        yield from _volume(cluster, item, volume, path)
        for place, source in entries(volume, "projected.sources"):
            yield from _volume(cluster, item, source, f"{path}.projected.sources[{place}]")
        ephemeral = mapping(volume, "ephemeral.volumeClaimTemplate")
        if ephemeral and item.kind == "Pod":
            name = f"{item.name}-{text(volume, 'name')}"
            target = cluster.name_of("PersistentVolumeClaim", name, item.namespace, "")
            said = f"{item.spec_path}.{path}.ephemeral makes claim {name}"
            yield Found(item.id, target.id, EdgeType.MOUNTS, said)


def _volume(cluster: Cluster, item: Item, volume: Value, path: str) -> Iterator[Found]:
    if "configMap" in volume:
        config = mapping(volume, "configMap")
        yield from _point(cluster, item, "ConfigMap", config, "name", f"{path}.configMap.name")
    if "secret" in volume:
        secret = mapping(volume, "secret")
        key = "secretName" if "secretName" in secret else "name"
        yield from _point(cluster, item, "Secret", secret, key, f"{path}.secret.{key}")
    if "persistentVolumeClaim" in volume:
        claim = mapping(volume, "persistentVolumeClaim")
        where = f"{path}.persistentVolumeClaim.claimName"
        yield from _point(cluster, item, "PersistentVolumeClaim", claim, "claimName", where)


def _environment(cluster: Cluster, item: Item, spec: Value) -> Iterator[Found]:
    for group in _CONTAINERS:
        for _, container in entries(spec, group):
            path = f"{group}[{text(container, 'name')}]"
            for _, variable in entries(container, "env"):
                if "valueFrom" not in variable:
                    continue  # most: a pod has dozens of them
                for key, kind in _ENV_SOURCES:
                    reference = mapping(variable, f"valueFrom.{key}")
                    where = f"{path}.env[{text(variable, 'name')}].valueFrom.{key}.name"
                    yield from _point(cluster, item, kind, reference, "name", where)
            for place, source in entries(container, "envFrom"):
                for key, kind in _ENV_FROM:
                    where = f"{path}.envFrom[{place}].{key}.name"
                    yield from _point(cluster, item, kind, mapping(source, key), "name", where)


def _names(cluster: Cluster, item: Item, spec: Value) -> Iterator[Found]:
    account = "serviceAccountName" if text(spec, "serviceAccountName") else "serviceAccount"
    for key, kind, space in (
        (account, "ServiceAccount", item.namespace),
        ("priorityClassName", "PriorityClass", ""),
        ("runtimeClassName", "RuntimeClass", ""),
    ):
        name = text(spec, key)
        if name:
            target = cluster.name_of(kind, name, space)
            yield Found(item.id, target.id, EdgeType.REFERENCES, f"{item.spec_path}.{key} is {name}")
    for place, reference in entries(spec, "imagePullSecrets"):
        name = text(reference, "name")
        if name:
            target = cluster.name_of("Secret", name, item.namespace, "")
            said = f"{item.spec_path}.imagePullSecrets[{place}].name is {name}"
            yield Found(item.id, target.id, EdgeType.REFERENCES, said)


def _node(cluster: Cluster, item: Item, spec: Value) -> Iterator[Found]:
    name = text(spec, "nodeName")
    if name:
        said = f"{item.spec_path}.nodeName is {name}"
        yield Found(item.id, cluster.name_of("Node", name).id, EdgeType.RUNS_ON, said)


def _claims(cluster: Cluster, item: Item) -> Iterator[Found]:
    """A StatefulSet's claims are named `<template>-<set>-<ordinal>`; those that are there are linked, or its first."""
    for place, template in entries(item.value, "spec.volumeClaimTemplates"):
        stem = f"{text(template, 'metadata.name')}-{item.name}-"
        first = at(item.value, "spec.ordinals.start") or 0
        replicas = at(item.value, "spec.replicas")
        count = replicas if isinstance(replicas, int) else 1
        there = False
        for claim in cluster.kind("PersistentVolumeClaim"):
            ordinal = claim.name.removeprefix(stem)
            if claim.namespace == item.namespace and ordinal != claim.name and ordinal.isdecimal():
                beyond = "" if first <= int(ordinal) < first + count else ", left from more replicas"
                said = f"spec.volumeClaimTemplates[{place}] {stem[: -len(item.name) - 2]} makes {claim.name}{beyond}"
                there = True
                yield Found(item.id, claim.id, EdgeType.MOUNTS, said)
        if not there:
            name = f"{stem}{first}"
            target = cluster.name_of("PersistentVolumeClaim", name, item.namespace, "")
            yield Found(
                item.id, target.id, EdgeType.MOUNTS, f"spec.volumeClaimTemplates[{place}] makes {name}"
            )
