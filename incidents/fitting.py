"""How well a change explains a finding, by what was changed and what is wrong."""

from __future__ import annotations

import re

from cluster.changes import Action, Change, ChangeType
from incidents.finding import Finding

_T = ChangeType
_OF_PODS = (_T.IMAGE, _T.ENVIRONMENT, _T.CONFIGURATION, _T.RESOURCES, _T.PROBE)
_OF_NODES = (_T.NODE_CORDONED, _T.NODE_LEFT, _T.NODE_JOINED, _T.TOPOLOGY)
_FITTING = (
    (r"revision_broken", _OF_PODS),
    (r"image_.*", (_T.IMAGE,)),
    (r"(?:liveness|readiness|startup)_probe.*|probe_failing", (_T.PROBE, _T.IMAGE)),
    (r"out_of_memory|memory_.*|cpu_.*|resource_.*|evicted", (_T.RESOURCES, _T.IMAGE, _T.SCALE, *_OF_NODES)),
    (r"scaled_to_zero|scaling_limited", (_T.SCALE,)),
    (r"service_selector.*|endpoints_missing", (_T.SELECTOR, _T.OTHER)),
    (r"(?:config|secret)_.*", (_T.CONFIGURATION, _T.ENVIRONMENT)),
    (r"database_.*|name_unresolved|connection_.*|service_address.*", (_T.ENVIRONMENT, _T.CONFIGURATION)),
    (r"network_policy.*|service_.*|gateway.*|ingress.*|dns_settings.*", (_T.CONFIGURATION, _T.SELECTOR)),
    (r"permission_denied", (_T.RBAC,)),
    (r"node_.*|taint_.*|.*affinity_unmatched|topology_.*|pod_slots.*|volume_zone.*", _OF_NODES),
    (r"command_not_found|security_context.*|init_container.*|.*conflict", (_T.CONFIGURATION, _T.IMAGE)),
    (r"quota.*|limit_range.*", (_T.RESOURCES,)),
)  # fmt: skip
_OTHERWISE = 0.3
_WHOLE = 0.5
"""What the coming or going of a whole object counts."""
_LEAST_VALUE = 4
"""Characters of a value from which on its occurrence in a finding is no chance."""


def fit(change: Change, found: Finding) -> float:
    """From 0 to 1: whether the new value stands in the finding, whether the type is one that leads to it."""
    if any(_names(found, one.new) for one in change.fields):
        return 1.0
    if change.action is not Action.CHANGED and not change.fields:
        return _WHOLE
    for pattern, types in _FITTING:
        if re.fullmatch(pattern, found.term):
            return 0.9 if change.type in types else _OTHERWISE
    return 0.8 if change.type in _OF_PODS else _OTHERWISE


def _names(found: Finding, value: object) -> bool:
    """Whether the finding or its evidence names the new value as a whole word."""
    if not isinstance(value, str) or len(value) < _LEAST_VALUE:
        return False
    whole = re.compile(rf"(?<![\w.-]){re.escape(value)}(?![\w-])")
    return any(whole.search(text) for text in (found.text, *(piece.text for piece in found.evidence)))
