"""Objects that name other objects: roles, storage, webhooks, API services, definitions, classes."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.edges.base import Cluster, EdgeType, Found, Item
from cluster.edges.hosts import service_at
from cluster.values import Value, entries, mapping, text, words
from connectors.kinds import CLUSTER_SCOPED, OLD_CLASS, kind_of

_SIMPLE: tuple[tuple[str, str, str, bool], ...] = (
    ("PersistentVolumeClaim", "spec.storageClassName", "StorageClass", False),
    ("PersistentVolumeClaim", "spec.volumeName", "PersistentVolume", False),
    ("PersistentVolume", "spec.storageClassName", "StorageClass", False),
    ("StorageClass", "provisioner", "CSIDriver", False),
    ("CSIStorageCapacity", "storageClassName", "StorageClass", False),
    ("VolumeAttachment", "spec.nodeName", "Node", False),
    ("VolumeAttachment", "spec.source.persistentVolumeName", "PersistentVolume", False),
    ("Ingress", "spec.ingressClassName", "IngressClass", False),
    ("Gateway", "spec.gatewayClassName", "GatewayClass", False),
    ("FlowSchema", "spec.priorityLevelConfiguration.name", "PriorityLevelConfiguration", False),
    ("StatefulSet", "spec.serviceName", "Service", True),
    ("Prometheus", "spec.serviceAccountName", "ServiceAccount", True),
    ("Alertmanager", "spec.serviceAccountName", "ServiceAccount", True),
    ("Application", "spec.project", "AppProject", True),
    ("Application", "spec.destination.namespace", "Namespace", False),
    ("Certificate", "spec.secretName", "Secret", True),
    ("ExternalSecret", "spec.target.name", "Secret", True),
)
"""Kind, path of a name, kind of what it names, whether that lies in the same namespace."""
_RARE = {"leases": "Lease", "podtemplates": "PodTemplate", "controllerrevisions": "ControllerRevision"}
"""Kinds that roles name and people do not."""
_PRESENT_ONLY = frozenset({"CSIDriver", "StorageClass", "Namespace", "Service", "AppProject"})
"""Kinds whose names may stand for nothing that is an object: a built-in provisioner, a class that is just a word."""


def find(cluster: Cluster) -> Iterator[Found]:
    """From the object that holds the name to the one that is named; a definition to the objects that it defines."""
    for kind, path, target, local in _SIMPLE:
        for item in cluster.kind(kind):
            name, space = text(item.value, path), item.namespace if local else ""
            if name and (target not in _PRESENT_ONLY or cluster.get(target, name, space)):
                yield _refer(cluster, item, target, name, space, path)
    for item in cluster.kind("PersistentVolumeClaim", "PersistentVolume"):
        name = str(mapping(item.value, "metadata.annotations").get(OLD_CLASS) or "")
        if name and cluster.get("StorageClass", name, ""):
            yield _refer(cluster, item, "StorageClass", name, "", f"metadata.annotations[{OLD_CLASS}]")
    for item in cluster.kind("RoleBinding", "ClusterRoleBinding"):
        yield from _binding(cluster, item)
    for item in cluster.kind("Role", "ClusterRole"):
        yield from _rules(cluster, item)
    for item in cluster.kind("Ingress"):
        for place, tls in entries(item.value, "spec.tls"):
            name = text(tls, "secretName")
            if name:
                path = f"spec.tls[{place}].secretName"
                yield _refer(cluster, item, "Secret", name, item.namespace, path)
    for item in cluster.kind("Gateway", "ListenerSet"):
        yield from _certificates(cluster, item)
    for item in cluster.kind("ServiceAccount"):
        yield from _account(cluster, item)
    for item in cluster.kind("PersistentVolume"):
        claim = mapping(item.value, "spec.claimRef")
        name = text(claim, "name")
        if name:
            yield _refer(
                cluster, item, "PersistentVolumeClaim", name, text(claim, "namespace"), "spec.claimRef.name"
            )
    for item in cluster.kind("CSINode"):
        for place, entry in entries(item.value, "spec.drivers"):
            if cluster.get("CSIDriver", text(entry, "name")):
                yield _refer(
                    cluster, item, "CSIDriver", text(entry, "name"), "", f"spec.drivers[{place}].name"
                )
    yield from _services(cluster)
    yield from _definitions(cluster)


def _refer(cluster: Cluster, item: Item, kind: str, name: str, space: str, path: str) -> Found:
    target = cluster.name_of(kind, name, space)
    return Found(item.id, target.id, EdgeType.REFERENCES, f"{path} is {name}")


def _binding(cluster: Cluster, item: Item) -> Iterator[Found]:
    role = mapping(item.value, "roleRef")
    kind, name = text(role, "kind"), text(role, "name")
    if kind and name:
        space = item.namespace if kind == "Role" else ""
        yield _refer(cluster, item, kind, name, space, "roleRef.name")
    for place, subject in entries(item.value, "subjects"):
        name = text(subject, "name")
        if text(subject, "kind") == "ServiceAccount" and name:
            space = text(subject, "namespace") or item.namespace
            yield _refer(cluster, item, "ServiceAccount", name, space, f"subjects[{place}].name")


def _rules(cluster: Cluster, item: Item) -> Iterator[Found]:
    """A role that names single objects; one of a namespace may name what is yet to be made there."""
    for place, rule in entries(item.value, "rules"):
        for resource in words(rule, "resources"):
            kind = "" if "/" in resource else kind_of(resource) or _RARE.get(resource, "")
            for name in words(rule, "resourceNames") if kind else ():
                space = "" if kind in CLUSTER_SCOPED else item.namespace
                said = f"rules[{place}].resourceNames names {kind} {name}"
                if item.namespace and space:
                    yield Found(item.id, cluster.name_of(kind, name, space).id, EdgeType.REFERENCES, said)
                elif target := cluster.get(kind, name, space):
                    yield Found(item.id, target.id, EdgeType.REFERENCES, said)


def _certificates(cluster: Cluster, item: Item) -> Iterator[Found]:
    for first, listener in entries(item.value, "spec.listeners"):
        for second, reference in entries(listener, "tls.certificateRefs"):
            name = text(reference, "name")
            if name:
                path = f"spec.listeners[{first}].tls.certificateRefs[{second}].name"
                space = text(reference, "namespace") or item.namespace
                yield _refer(cluster, item, text(reference, "kind") or "Secret", name, space, path)
    for first, server in entries(item.value, "spec.servers"):
        name = text(server, "tls.credentialName")
        if name:
            path = f"spec.servers[{first}].tls.credentialName"
            yield _refer(cluster, item, "Secret", name, item.namespace, path)


def _account(cluster: Cluster, item: Item) -> Iterator[Found]:
    for key in ("secrets", "imagePullSecrets"):
        for place, reference in entries(item.value, key):
            name = text(reference, "name")
            if name:
                yield _refer(cluster, item, "Secret", name, item.namespace, f"{key}[{place}].name")


def _services(cluster: Cluster) -> Iterator[Found]:
    """Webhooks and aggregated APIs, which the API server reaches through a Service."""
    for item in cluster.kind("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"):
        for place, webhook in entries(item.value, "webhooks"):
            service = mapping(webhook, "clientConfig.service")
            yield from _service(cluster, item, service, f"webhooks[{place}].clientConfig.service")
    for item in cluster.kind("APIService"):
        yield from _service(cluster, item, mapping(item.value, "spec.service"), "spec.service")
    for item in cluster.kind("CustomResourceDefinition"):
        path = "spec.conversion.webhook.clientConfig.service"
        yield from _service(cluster, item, mapping(item.value, path), path)
    for item in cluster.kind("Prometheus"):
        for place, entry in entries(item.value, "spec.alerting.alertmanagers"):
            yield from _service(cluster, item, entry, f"spec.alerting.alertmanagers[{place}]")
    for item in cluster.kind("DestinationRule"):
        host = text(item.value, "spec.host")
        target = service_at(cluster, host, item.namespace)
        if target is not None:
            yield Found(item.id, target.id, EdgeType.REFERENCES, f"spec.host is {host}")


def _service(cluster: Cluster, item: Item, service: Value, path: str) -> Iterator[Found]:
    name, space = text(service, "name"), text(service, "namespace") or item.namespace
    if name:
        yield Found(
            item.id,
            cluster.name_of("Service", name, space, "").id,
            EdgeType.REFERENCES,
            f"{path} names {space}/{name}",
        )


def _definitions(cluster: Cluster) -> Iterator[Found]:
    for item in cluster.kind("CustomResourceDefinition"):
        kind, group = text(item.value, "spec.names.kind"), text(item.value, "spec.group")
        for found in cluster.kind(kind):
            if found.group == group:
                said = f"spec.names.kind {kind} of {group} defines it"
                yield Found(item.id, found.id, EdgeType.REFERENCES, said)
