"""Checks: each states one general truth about Kubernetes and finds where it holds in the evidence.

A check is a function from a `Situation` to findings. It decides what is so, not what caused what: that is the
causal graph's work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from incidents.checks import (
    admission,
    balancers,
    called,
    certificates,
    conditions,
    connections,
    containers,
    control_plane,
    cronjobs,
    databases,
    disruption,
    gateways,
    images,
    isolation,
    lints,
    names,
    nodes,
    performance,
    policies,
    probes,
    quotas,
    references,
    revisions,
    routes,
    sandboxes,
    scheduling,
    secrets,
    services,
    sidecars,
    silent,
    storage,
    workloads,
)
from incidents.finding import Finding
from incidents.situation import Situation

Check = Callable[[Situation], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    admission.check, quotas.check, scheduling.check, storage.check, images.check, containers.check, probes.check,
    workloads.check, sidecars.check, silent.check, services.check, called.check, gateways.check, databases.check,
    secrets.check, names.check, nodes.check, connections.check, revisions.check, references.check, policies.check,
    isolation.check,
    routes.check, disruption.check, cronjobs.check, certificates.check, balancers.check, conditions.check,
    control_plane.check, sandboxes.check, performance.check, lints.check,
)  # fmt: skip


def run(situation: Situation) -> list[Finding]:
    """What all checks find, in their order."""
    return [found for check in CHECKS for found in check(situation)]
