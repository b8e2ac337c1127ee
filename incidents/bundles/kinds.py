"""The kinds whose text can be read: their names on the command line, API versions, with a namespace or not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object as `kubectl` knows it."""

    name: str
    api_version: str
    words: tuple[str, ...]
    namespaced: bool = True


KINDS = (
    Kind("Pod", "v1", ("pod", "pods", "po")),
    Kind("Deployment", "apps/v1", ("deployment", "deployments", "deploy")),
    Kind("ReplicaSet", "apps/v1", ("replicaset", "replicasets", "rs")),
    Kind("StatefulSet", "apps/v1", ("statefulset", "statefulsets", "sts")),
    Kind("DaemonSet", "apps/v1", ("daemonset", "daemonsets", "ds")),
    Kind("Job", "batch/v1", ("job", "jobs")),
    Kind("CronJob", "batch/v1", ("cronjob", "cronjobs", "cj")),
    Kind("Service", "v1", ("service", "services", "svc")),
    Kind("Endpoints", "v1", ("endpoints", "ep")),
    Kind("ConfigMap", "v1", ("configmap", "configmaps", "cm")),
    Kind("Secret", "v1", ("secret", "secrets")),
    Kind("ServiceAccount", "v1", ("serviceaccount", "serviceaccounts", "sa")),
    Kind("ResourceQuota", "v1", ("resourcequota", "resourcequotas", "quota")),
    Kind("PersistentVolumeClaim", "v1", ("persistentvolumeclaim", "persistentvolumeclaims", "pvc")),
    Kind("PersistentVolume", "v1", ("persistentvolume", "persistentvolumes", "pv"), namespaced=False),
    Kind("StorageClass", "storage.k8s.io/v1", ("storageclass", "storageclasses", "sc"), namespaced=False),
    Kind("Node", "v1", ("node", "nodes", "no"), namespaced=False),
    Kind("Namespace", "v1", ("namespace", "namespaces", "ns"), namespaced=False),
    Kind("Ingress", "networking.k8s.io/v1", ("ingress", "ingresses", "ing")),
    Kind("NetworkPolicy", "networking.k8s.io/v1", ("networkpolicy", "networkpolicies", "netpol")),
    Kind(
        "HorizontalPodAutoscaler",
        "autoscaling/v2",
        ("horizontalpodautoscaler", "horizontalpodautoscalers", "hpa"),
    ),
    Kind("PodDisruptionBudget", "policy/v1", ("poddisruptionbudget", "poddisruptionbudgets", "pdb")),
    Kind("Event", "v1", ("event", "events", "ev")),
)
_BY_WORD = {word: kind for kind in KINDS for word in kind.words}
_BY_NAME = {kind.name: kind for kind in KINDS}


def by_word(word: str) -> Kind | None:
    """The kind of a word on the command line or in an event's object column: `deploy`, `Pods`, `replicasets.apps`."""
    return _BY_WORD.get(word.lower().partition(".")[0])


def by_name(name: str) -> Kind | None:
    """The kind of this name: `Pod`."""
    return _BY_NAME.get(name)
