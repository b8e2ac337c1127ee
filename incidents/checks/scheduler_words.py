"""What the scheduler says of a pod that it finds no node for, taken apart into reasons."""

from __future__ import annotations

import re
from dataclasses import dataclass

_COUNTED = re.compile(r"(\d+) ((?:node\(s\) |Insufficient |Too many |pod has ).*?)(?=, \d+ |\. |$)")


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of the scheduler, and how many nodes it holds for."""

    term: str
    nodes: int
    text: str


def reasons(message: str) -> list[Reason]:
    """The scheduler's reasons in `0/4 nodes are available: 1 node(s) were unschedulable, 3 Insufficient cpu. …`."""
    body = message.partition(" preemption:")[0]
    found = []
    for count, said in _COUNTED.findall(body):
        found.append(Reason(_term(said), int(count), f"{count} {said}"))
    if not found and (term := _term(body)) != "pod_unschedulable":
        found.append(Reason(term, 0, body.strip().rstrip(".")))
    return found


_SAID = (
    ("were unschedulable", "node_cordoned"), ("node.kubernetes.io/unschedulable", "node_cordoned"),
    ("Insufficient cpu", "cpu_insufficient"),
    ("Insufficient memory", "memory_insufficient"), ("Too many pods", "pod_slots_exhausted"),
    ("Insufficient", "resource_insufficient"), ("untolerated taint", "taint_not_tolerated"),
    ("had taint", "taint_not_tolerated"), ("volume node affinity", "volume_zone_conflict"),
    ("node affinity", "node_affinity_unmatched"), ("node selector", "node_affinity_unmatched"),
    ("anti-affinity", "pod_anti_affinity_unmatched"),
    ("pod affinity rules", "pod_affinity_unmatched"), ("topology spread", "topology_spread_unmatched"),
    ("free ports", "host_port_taken"),
    ("cannot allocate all claims", "resource_claim_unallocated"), ("resourceclaim", "resource_claim_unallocated"),
    ("unbound immediate", "claim_pending"), ("available persistent volumes to bind", "claim_pending"),
    ("persistentvolumeclaim", "claim_missing"),
)  # fmt: skip


def _term(said: str) -> str:
    return next((term for words, term in _SAID if words in said), "pod_unschedulable")
