"""The kinds of Kubernetes objects, and the words that `kubectl` and people use for them."""

from __future__ import annotations

OLD_CLASS = "volume.beta.kubernetes.io/storage-class"
"""The annotation that names a claim's storage class as it did before there was a field for it; it still works."""

_WORDS: dict[str, str] = {
    "Pod": "po",
    "Deployment": "deploy",
    "StatefulSet": "sts",
    "DaemonSet": "ds",
    "ReplicaSet": "rs",
    "ReplicationController": "rc",
    "Job": "",
    "CronJob": "cj",
    "Service": "svc",
    "Ingress": "ing",
    "IngressClass": "",
    "NetworkPolicy": "netpol",
    "Endpoints": "ep",
    "EndpointSlice": "",
    "ConfigMap": "cm",
    "Secret": "",
    "ServiceAccount": "sa",
    "Role": "",
    "RoleBinding": "",
    "ClusterRole": "",
    "ClusterRoleBinding": "",
    "PersistentVolumeClaim": "pvc",
    "PersistentVolume": "pv",
    "StorageClass": "sc",
    "HorizontalPodAutoscaler": "hpa",
    "VerticalPodAutoscaler": "vpa",
    "PodDisruptionBudget": "pdb",
    "PriorityClass": "pc",
    "ResourceQuota": "quota",
    "LimitRange": "limits",
    "Node": "no",
    "Namespace": "ns",
    "CustomResourceDefinition": "crd crds",
    "Certificate": "cert certs",
    "ClusterIssuer": "",
    "Issuer": "",
    "ExternalSecret": "es",
    "SealedSecret": "",
    "ServiceMonitor": "smon",
    "PodMonitor": "pmon",
    "PrometheusRule": "promrule",
    "Application": "",
    "ApplicationSet": "appset appsets",
    "Rollout": "",
    "Workflow": "wf",
    "CronWorkflow": "cwf",
    "VirtualService": "vs",
    "DestinationRule": "dr",
    "Gateway": "gw",
    "HTTPRoute": "",
    "HelmRelease": "hr",
    "Kustomization": "ks",
    "ScaledObject": "",
}
"""Kind to the short names that it has besides its own and its plural."""

CLUSTER_SCOPED = frozenset(
    {"Node", "Namespace", "PersistentVolume", "StorageClass", "ClusterRole", "ClusterRoleBinding",
     "IngressClass", "PriorityClass", "CustomResourceDefinition", "ClusterIssuer"}
)  # fmt: skip


def _plural(word: str) -> str:
    if word.endswith(("s", "x", "ch")):
        return word if word == "endpoints" else f"{word}es"
    return f"{word[:-1]}ies" if word.endswith("y") and word[-2] not in "aeiou" else f"{word}s"


_KIND_OF = {
    word: kind
    for kind, short in _WORDS.items()
    for word in (kind.lower(), _plural(kind.lower()), *short.split())
}


def kind_of(word: str) -> str:
    """The kind that `word` names for `kubectl` (`deploy`, `Pods`, `deployments.apps`), or ''."""
    return _KIND_OF.get(word.lower().split(".", 1)[0], "")
