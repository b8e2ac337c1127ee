"""The health of nodes, volumes, services, the API's own objects, and of custom resources by convention."""

from __future__ import annotations

from cluster.checks.base import (
    STATELESS,
    UNOBSERVED,
    Health,
    Level,
    condition,
    is_true,
    said,
    words_of,
)
from cluster.values import Value, at, entries, mapping, moment, text

_PHASES = {
    "healthy": Level.HEALTHY, "running": Level.HEALTHY, "ready": Level.HEALTHY, "active": Level.HEALTHY,
    "bound": Level.HEALTHY, "available": Level.HEALTHY, "succeeded": Level.HEALTHY, "completed": Level.HEALTHY,
    "suspended": Level.HEALTHY, "progressing": Level.PROGRESSING, "pending": Level.PROGRESSING,
    "creating": Level.PROGRESSING, "updating": Level.PROGRESSING, "degraded": Level.DEGRADED,
    "missing": Level.FAILED, "failed": Level.FAILED, "error": Level.FAILED, "lost": Level.FAILED,
}  # fmt: skip
"""What a `status.health.status` (Argo CD) or `status.phase` means; other words are unknown."""


def node(value: Value) -> Health:
    """Ready, under pressure, cordoned or lost."""
    ready = condition(value, "Ready")
    if ready is None:
        return UNOBSERVED
    if not is_true(ready):
        return said(Level.FAILED, words_of(ready, "not ready"), ready)
    for _, found in entries(value, "status.conditions"):
        if found is not ready and is_true(found):
            return said(Level.DEGRADED, f"{text(found, 'type')}: {words_of(found)}", found)
    if at(value, "spec.unschedulable") is True:
        return Health(Level.DEGRADED, "cordoned: takes no new pods")
    return said(Level.HEALTHY, "ready", ready)


def claim(value: Value) -> Health:
    """Whether a PersistentVolumeClaim has its volume."""
    phase = text(value, "status.phase")
    if phase == "Bound":
        for kind in ("FileSystemResizePending", "Resizing"):
            found = condition(value, kind)
            if is_true(found):
                return said(Level.PROGRESSING, words_of(found, kind), found)
        return Health(Level.HEALTHY, "bound")
    if phase == "Pending":
        return Health(
            Level.DEGRADED, "pending: no volume is bound", moment(value, "metadata.creationTimestamp")
        )
    return Health(Level.FAILED, "lost: its volume is gone") if phase == "Lost" else UNOBSERVED


def volume(value: Value) -> Health:
    """Whether a PersistentVolume can be used."""
    phase = text(value, "status.phase")
    if phase in {"Bound", "Available"}:
        return Health(Level.HEALTHY, phase.lower())
    if phase == "Released":
        return Health(Level.DEGRADED, "released: its claim is gone")
    if phase == "Failed":
        reason = ": ".join(filter(None, (text(value, "status.reason"), text(value, "status.message"))))
        return Health(Level.FAILED, reason or "failed")
    return Health(Level.PROGRESSING, "pending") if phase == "Pending" else UNOBSERVED


def service(value: Value, endpoints: int | None) -> Health:
    """Whether anything answers behind it; `endpoints` counts its ready addresses, None where nobody counted."""
    if text(value, "spec.type") == "ExternalName":
        return Health(Level.HEALTHY, f"stands for {text(value, 'spec.externalName')}")
    if endpoints == 0:
        selected = mapping(value, "spec.selector")
        return Health(Level.FAILED if selected else Level.DEGRADED, "no ready endpoints")
    if text(value, "spec.type") == "LoadBalancer" and not at(value, "status.loadBalancer.ingress"):
        return Health(Level.PROGRESSING, "no load balancer address yet")
    if endpoints is None:
        return Health(Level.UNKNOWN, "its endpoints are not known")
    return Health(Level.HEALTHY, f"{endpoints} ready endpoints")


def ingress(value: Value) -> Health:
    """Whether a load balancer has published an address for it."""
    if at(value, "status.loadBalancer.ingress"):
        return Health(Level.HEALTHY, "has an address")
    return Health(Level.UNKNOWN, "no address is published")


def namespace(value: Value) -> Health:
    """Active, or how its deletion goes."""
    phase = text(value, "status.phase")
    if phase != "Terminating":
        return Health(Level.HEALTHY, "active") if phase == "Active" else UNOBSERVED
    for _, found in entries(value, "status.conditions"):
        if is_true(found):
            stuck = text(found, "type").endswith("Failure")
            return said(
                Level.FAILED if stuck else Level.PROGRESSING, f"terminating; {words_of(found)}", found
            )
    return Health(Level.PROGRESSING, "terminating", moment(value, "metadata.deletionTimestamp"))


def by_condition(value: Value, *kinds: str) -> Health:
    """Healthy where the first of these conditions that is there holds, failed where it does not."""
    for kind in kinds:
        found = condition(value, kind)
        if found is None:
            continue
        status = text(found, "status")
        if status == "True":
            return said(Level.HEALTHY, words_of(found, kind), found)
        level = Level.FAILED if status == "False" else Level.UNKNOWN
        return said(level, words_of(found, f"not {kind}"), found)
    return UNOBSERVED


def definition(value: Value) -> Health:
    """Whether a CustomResourceDefinition is established and its names are its own."""
    names = condition(value, "NamesAccepted")
    if names is not None and names.get("status") == "False":
        return said(Level.FAILED, words_of(names), names)
    return by_condition(value, "Established")


def custom(value: Value) -> Health:
    """By convention: Argo CD's health, then `Stalled`, `Degraded`, `Ready` and the like, then a phase."""
    if not mapping(value, "status"):
        return STATELESS
    if text(value, "status.health.status"):
        return _argo(value)
    for kind in ("Stalled", "Degraded"):
        found = condition(value, kind)
        if is_true(found):
            level = Level.FAILED if kind == "Stalled" else Level.DEGRADED
            return said(level, words_of(found, kind), found)
    reconciling = condition(value, "Reconciling")
    if is_true(reconciling):
        return said(Level.PROGRESSING, words_of(reconciling, "reconciling"), reconciling)
    found_health = by_condition(
        value, "Ready", "Available", "Healthy", "Accepted", "Programmed", "Established"
    )
    if found_health is not UNOBSERVED:
        return found_health
    phase = text(value, "status.phase")
    return Health(_PHASES.get(phase.lower(), Level.UNKNOWN), phase.lower()) if phase else STATELESS


def _argo(value: Value) -> Health:
    word = text(value, "status.health.status")
    parts = [word, text(value, "status.health.message")]
    synced = text(value, "status.sync.status")
    level = _PHASES.get(word.lower(), Level.UNKNOWN)
    if synced == "OutOfSync":
        parts.append("out of sync with Git")
        level = Level.DEGRADED if level is Level.HEALTHY else level
    since = moment(value, "status.health.lastTransitionTime") or moment(value, "status.reconciledAt")
    return Health(level, "; ".join(part for part in parts if part), since)
