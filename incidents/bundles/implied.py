"""Workloads that only logs and metrics name: what both say of them needs an object to be told at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from connectors.documents import ANY, ResourceRef
from incidents.evidence import Log
from incidents.metrics.kinds import Kind, kind_of
from incidents.metrics.series import Series

_RUNNING = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod"})


def implied(
    known: Iterable[ResourceRef], logs: Iterable[Log], series: Iterable[Series], namespace: str
) -> Mapping[ResourceRef, dict[str, Any]]:
    """A bare object for each name, where nothing that runs was read; none otherwise.

    What sends packets again is a node; anything else is taken for a Deployment, the most usual kind.
    """
    if any(ref.kind in _RUNNING for ref in known):
        return {}
    subjects = {one.subject: kind_of(one.metric) is Kind.RETRANSMISSIONS for one in series}
    subjects |= {one.subject: True for one in series if kind_of(one.metric) is Kind.RETRANSMISSIONS}
    names = {(name, "") for name in subjects} | {
        (log.owner, log.namespace) for log in logs if not log.plain and log.owner not in subjects
    }
    found = {}
    for name, own in sorted(names):
        is_node = subjects.get(name, False)
        place = "" if is_node else own or namespace
        kind, version = ("Node", "v1") if is_node else ("Deployment", "apps/v1")
        metadata = {"name": name, "namespace": place} if place else {"name": name}
        spec: dict[str, Any] = {} if is_node else {"template": {"spec": {"containers": []}}}
        found[ResourceRef(kind, name, place or ANY)] = {
            "apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec,
        }  # fmt: skip
    return found
