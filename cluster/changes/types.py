"""What type of change a field's difference is."""

from __future__ import annotations

import re

from cluster.changes.model import Action, ChangeType

_RBAC_KINDS = frozenset({"Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ServiceAccount"})
_SETTINGS_KINDS = frozenset({"ConfigMap", "Secret"})
_AMOUNT_KINDS = frozenset({"ResourceQuota", "LimitRange"})
_POD = r"(?:.*\.)?(?:init|ephemeral)?[cC]ontainers\[[^\]]*\]"
_PATHS = (
    (ChangeType.IMAGE, rf"{_POD}\.image|.*\.volumes\[[^\]]*\]\.image\..*"),
    (ChangeType.ENVIRONMENT, rf"{_POD}\.env(?:From)?(?:[.\[].*)?"),
    (ChangeType.PROBE, rf"{_POD}\.(?:liveness|readiness|startup)Probe(?:\..*)?"),
    (ChangeType.RESOURCES, rf"{_POD}\.(?:resources|resizePolicy)(?:[.\[].*)?|spec\.resources(?:\..*)?"
     r"|spec\.template\.spec\.resources(?:\..*)?|spec\.resourcePolicy.*"),
    (ChangeType.SCALE, r"spec\.(?:replicas|(?:min|max)Replica(?:s|Count)|parallelism|completions)"),
    (ChangeType.RBAC, r".*\.serviceAccount(?:Name)?|.*\.automountServiceAccountToken"),
    (ChangeType.TOPOLOGY, r".*\.(?:nodeSelector|affinity|tolerations|topologySpreadConstraints|nodeName|schedulerName"
     r"|priorityClassName|runtimeClassName)(?:[.\[].*)?"),
    (ChangeType.SELECTOR, r"spec\.(?:selector|podSelector|namespaceSelector|endpointSelector)(?:\..*)?"
     r"|.*\.(?:podSelector|namespaceSelector)\..*"),
    (ChangeType.CONFIGURATION, r"spec(?:[.\[].*)?|spec\.template\.metadata\.annotations\..*(?:checksum|hash).*"),
)  # fmt: skip
_COMPILED = tuple((kind, re.compile(pattern, re.DOTALL)) for kind, pattern in _PATHS)
_TEMPLATE_METADATA = re.compile(
    r"spec(?:\.jobTemplate\.spec)?\.template\.metadata\.(?!annotations\..*(?:checksum|hash))"
)


def type_of_field(kind: str, path: str) -> ChangeType:
    """The type of a change of this field of an object of this kind."""
    if kind == "Node":
        return _of_node(path)
    metadata = path.startswith("metadata.")
    if kind in _RBAC_KINDS and not metadata:
        return ChangeType.RBAC
    if kind in _SETTINGS_KINDS and not metadata:
        return ChangeType.CONFIGURATION
    if kind in _AMOUNT_KINDS and path.startswith("spec"):
        return ChangeType.RESOURCES
    if metadata or _TEMPLATE_METADATA.match(path):
        return ChangeType.OTHER
    found = next((change for change, pattern in _COMPILED if pattern.fullmatch(path)), None)
    # Objects without a spec keep their settings beside it: webhooks, StorageClasses, PriorityClasses.
    return found or ChangeType.CONFIGURATION


def type_of_whole(kind: str, action: Action) -> ChangeType:
    """The type of an object's coming or going."""
    if kind == "Node":
        return ChangeType.NODE_JOINED if action is Action.ADDED else ChangeType.NODE_LEFT
    if kind in _RBAC_KINDS:
        return ChangeType.RBAC
    if kind in _SETTINGS_KINDS:
        return ChangeType.CONFIGURATION
    return ChangeType.OTHER


def _of_node(path: str) -> ChangeType:
    if path == "spec.unschedulable" or "node.kubernetes.io/unschedulable" in path:
        return ChangeType.NODE_CORDONED
    if path.startswith("metadata.annotations"):
        return ChangeType.OTHER
    return ChangeType.TOPOLOGY
