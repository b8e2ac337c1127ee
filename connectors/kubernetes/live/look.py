"""A quick look at what an incident may be about: the usual kinds of one namespace, as they are at this moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.documents import PUBLIC
from connectors.errors import ConfigurationError, KubeloreError, UnreachableError
from connectors.http.policy import Policy
from connectors.http.rate import Time
from connectors.kubernetes.live.client import KubernetesApi
from connectors.kubernetes.live.connection import Connection, Target
from connectors.kubernetes.live.discovery import Resource
from connectors.kubernetes.live.documents import Origin
from connectors.kubernetes.live.reader import ObjectReader
from connectors.kubernetes.live.selection import Scope
from connectors.kubernetes.observed import ObservedObject
from connectors.kubernetes.words import at

_KINDS = (
    Resource("", "v1", "pods", "Pod", True, short=("po",)),
    Resource("", "v1", "events", "Event", True, short=("ev",)),
    Resource("apps", "v1", "deployments", "Deployment", True, short=("deploy",)),
    Resource("apps", "v1", "replicasets", "ReplicaSet", True, short=("rs",)),
    Resource("apps", "v1", "statefulsets", "StatefulSet", True, short=("sts",)),
    Resource("apps", "v1", "daemonsets", "DaemonSet", True, short=("ds",)),
    Resource("batch", "v1", "jobs", "Job", True),
    Resource("batch", "v1", "cronjobs", "CronJob", True, short=("cj",)),
    Resource("", "v1", "services", "Service", True, short=("svc",)),
    Resource("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", True),
    Resource("", "v1", "configmaps", "ConfigMap", True, short=("cm",)),
    Resource("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", True, short=("pvc",)),
    Resource(
        "autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", True, short=("hpa",)
    ),
    Resource("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", True, short=("netpol",)),
    Resource("networking.k8s.io", "v1", "ingresses", "Ingress", True, short=("ing",)),
    Resource("", "v1", "nodes", "Node", False, short=("no",)),
)
"""The most telling first: where time is over, the rest is as it is kept."""
_POLICY = Policy(
    attempts=2, fault_attempts=2, budget=3.0, first_wait=0.3, longest_wait=1.0,
    connect_seconds=5.0, read_seconds=8.0, answer_seconds=15.0, max_bytes=64_000_000,
)  # fmt: skip
_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Look:
    """What was read: objects, and the group, kind and namespace of each list that is whole."""

    objects: tuple[ObservedObject, ...]
    listed: frozenset[tuple[str, str, str]]


def look(
    source: str,
    cluster: str,
    target: Target,
    scope: Scope,
    namespace: str,
    *,
    clock: Time | None = None,
    monotonic: Callable[[], float] = time.monotonic,
) -> Look:
    """The objects of a namespace ('' for all that the source reads) and the nodes, as they are now.

    Kinds that may not be listed, or whose list fails, are left out. Raises `UnreachableError` where the server does
    not answer, and `ConfigurationError` where it does not take the account.
    """
    objects: list[ObservedObject] = []
    listed: set[tuple[str, str, str]] = set()
    ends = monotonic() + _SECONDS
    reader = ObjectReader(Origin(source, cluster, frozenset({PUBLIC})))
    api = KubernetesApi(Connection(target), impersonate=target.impersonate, clock=clock, policy=_POLICY)
    with closing(api):
        for resource, place in _lists(scope, namespace):
            if monotonic() > ends:
                break
            try:
                found = [*_objects(api, reader, scope, resource, place)]
            except (UnreachableError, ConfigurationError):
                raise
            except KubeloreError:
                continue
            objects += found
            listed.add((resource.group, resource.kind, place if resource.namespaced else ""))
    return Look(tuple(objects), frozenset(listed))


def _lists(scope: Scope, namespace: str) -> Iterator[tuple[Resource, str]]:
    """The kinds that the source reads, with the namespace to list each in."""
    for resource in _KINDS:
        if not scope.has_kind(resource):
            continue
        if not resource.namespaced:
            yield resource, ""
        elif not namespace:
            yield from ((resource, place) for place in scope.places(resource))
        elif scope.namespaces.has((namespace,)):
            yield resource, namespace


def _objects(
    api: KubernetesApi, reader: ObjectReader, scope: Scope, resource: Resource, place: str
) -> Iterator[ObservedObject]:
    now = datetime.now(UTC)
    for value in api.every(resource.path(place)):
        name, where = at(value, "metadata", "name"), str(at(value, "metadata", "namespace") or "")
        if name and scope.has_object(resource.kind, where, str(name)):
            yield reader.read(resource, value, now).observed
