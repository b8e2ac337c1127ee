"""The words that people use for kinds of objects, English and as `kubectl` has them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from answers.cluster.catalog import WORKLOADS
from cluster.graph import Node
from cluster.values import text, words

_WORDS: dict[str, str] = {
    "Deployment": "deployment|deploy|rollout",
    "StatefulSet": "statefulset|stateful set|sts",
    "DaemonSet": "daemonset|daemon set|ds",
    "ReplicaSet": "replicaset|replica set|rs",
    "ReplicationController": "replicationcontroller|replication controller|rc",
    "Job": "job",
    "CronJob": "cronjob|cron job|cj|scheduled job",
    "Pod": "pod|po",
    "Service": "service|svc|load balancer|loadbalancer",
    "Ingress": "ingress|ing|ingresses",
    "ConfigMap": "configmap|config map|cm",
    "Secret": "secret",
    "Namespace": "namespace|ns",
    "Node": "node|worker node|machine|host machine",
    "PersistentVolumeClaim": "persistentvolumeclaim|persistent volume claim|volume claim|pvc|claim",
    "PersistentVolume": "persistentvolume|persistent volume|pv|volume",
    "StorageClass": "storageclass|storage class|sc",
    "HorizontalPodAutoscaler": "horizontalpodautoscaler|horizontal pod autoscaler|pod autoscaler|autoscaler|hpa",
    "PodDisruptionBudget": "poddisruptionbudget|pod disruption budget|disruption budget|pdb",
    "NetworkPolicy": "networkpolicy|network policy|netpol|networkpolicies|network policies",
    "ServiceAccount": "serviceaccount|service account|sa|account",
    "Role": "role",
    "RoleBinding": "rolebinding|role binding",
    "ClusterRole": "clusterrole|cluster role",
    "ClusterRoleBinding": "clusterrolebinding|cluster role binding",
    "CustomResourceDefinition": "customresourcedefinition|custom resource definition|crd|custom resource type",
    "Endpoints": "endpoint|ep|endpoints",
    "EndpointSlice": "endpointslice|endpoint slice",
    "Event": "event",
    "ResourceQuota": "resourcequota|resource quota|quota",
    "LimitRange": "limitrange|limit range",
    "PriorityClass": "priorityclass|priority class|pc",
    "IngressClass": "ingressclass|ingress class",
    "Lease": "lease",
    "APIService": "apiservice|api service|api",
    "MutatingWebhookConfiguration": "mutatingwebhookconfiguration|mutating webhook",
    "ValidatingWebhookConfiguration": "validatingwebhookconfiguration|validating webhook",
}
_GROUPS: dict[str, tuple[str, ...]] = {
    "workload": WORKLOADS,
    "application": WORKLOADS,
    "app": WORKLOADS,
    "microservice": WORKLOADS,
    "webhook": ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"),
    "binding": ("RoleBinding", "ClusterRoleBinding"),
    "autoscaling": ("HorizontalPodAutoscaler",),
    "container": WORKLOADS,
}
_RESOURCE_WORDS: dict[str, str] = {
    "HorizontalPodAutoscaler": "hpa", "PodDisruptionBudget": "pdb", "PersistentVolumeClaim": "pvc",
    "PersistentVolume": "pv", "ServiceAccount": "serviceaccount", "CustomResourceDefinition": "crd",
    "Deployment": "deployment", "StatefulSet": "statefulset", "DaemonSet": "daemonset",
}  # fmt: skip
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def singular(word: str) -> str:
    """A word without the ending of a plural, as far as kinds have one."""
    for ending, put in (("sses", "ss"), ("cies", "cy"), ("ies", "y"), ("xes", "x"), ("ches", "ch")):
        if word.endswith(ending):
            return word[: -len(ending)] + put
    return (
        word[:-1] if len(word) > 2 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
    )


class KindWords:
    """Finds the kinds that words name; those of custom resources come from the objects that were seen."""

    def __init__(self, kinds: Iterable[str], definitions: Iterable[Node] = ()) -> None:
        self._kinds: dict[str, tuple[str, ...]] = {}
        self._plurals: dict[str, str] = {}
        self.seen = frozenset(kinds)
        for definition in definitions:
            self._define(definition)
        for kind in sorted(self.seen - _WORDS.keys()):
            spelled = _CAMEL.sub(" ", kind).lower()
            self._add(spelled, kind)
            self._add(kind.lower(), kind)
        for kind, names in _WORDS.items():
            for name in names.split("|"):
                self._kinds[name] = (kind,)
        for name, group in _GROUPS.items():
            known = self._kinds.get(name, ())
            self._kinds[name] = tuple(dict.fromkeys((*group, *known)))

    @property
    def words(self) -> frozenset[str]:
        """The single words that name kinds, in the singular and the plural."""
        parts = {part for phrase in self._kinds for part in phrase.split() if part.isalpha()}
        return frozenset(form for part in parts for form in (part, f"{part}s"))

    def find(self, phrase: str) -> tuple[str, ...]:
        """The kinds that a phrase of one to four words names, in any number."""
        words_of = phrase.split()
        if not words_of:
            return ()
        last = singular(words_of[-1])
        one = " ".join((*words_of[:-1], last))
        if one in _GROUPS:  # `apps` are those of Argo CD too
            return tuple(dict.fromkeys((*self._kinds[one], *self._kinds.get(phrase, ()))))
        return self._kinds.get(phrase) or self._kinds.get(one, ())

    def resource(self, kind: str, group: str = "") -> str:
        """The word for a kind in a command: `deployment`, `virtualservice`, `hpa`."""
        if kind in _RESOURCE_WORDS:
            return _RESOURCE_WORDS[kind]
        plural = self._plurals.get(f"{kind}.{group}", "")
        # Two groups may share a kind: the full name says which.
        return f"{plural}.{group}" if plural and self._shared(kind) else kind.lower()

    def _shared(self, kind: str) -> bool:
        return sum(key.partition(".")[0] == kind for key in self._plurals) > 1 or kind in _WORDS

    def _add(self, word: str, kind: str) -> None:
        self._kinds[word] = tuple(dict.fromkeys((*self._kinds.get(word, ()), kind)))

    def _define(self, definition: Node) -> None:
        kind = text(definition.value, "spec.names.kind")
        self._plurals[f"{kind}.{text(definition.value, 'spec.group')}"] = text(
            definition.value, "spec.names.plural"
        )
        for word in (
            _CAMEL.sub(" ", kind),
            text(definition.value, "spec.names.plural"), text(definition.value, "spec.names.singular"),
            *words(definition.value, "spec.names.shortNames"),
        ):  # fmt: skip
            if word:
                self._add(word.lower(), kind)
