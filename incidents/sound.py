"""Which workloads are sound by what their own status says: the measure for false alarms."""

from __future__ import annotations

from collections import defaultdict

from cluster.status import Level
from incidents.evidence import Evidence
from incidents.situation import Situation, shown


def sound_workloads(evidence: Evidence) -> dict[str, list[str]]:
    """The short names of workloads that their status calls healthy, by namespace."""
    situation = Situation(evidence.within(""))
    found: dict[str, list[str]] = defaultdict(list)
    for workload in situation.workloads:
        ident = workload.id
        if ident in situation.graph and situation.graph.node(ident).health.level is Level.HEALTHY:
            found[workload.namespace].append(shown(workload))
    return dict(found)
