"""One line that says what an object is: what people ask for, in the words they use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from connectors.kubernetes.words import at, count, entries, items, pairs, words

_MAX = 400


def summarise(kind: str, title: str, value: Mapping[str, Any]) -> str:
    """`Deployment shop/cart: 3 replicas, image cart:v2.3, ports 8080`; '' for a kind that is not known."""
    describe = _DESCRIPTIONS.get(kind)
    facts = [fact for fact in describe(value) if fact] if describe else []
    return f"{title}: {', '.join(facts)}"[:_MAX] if facts else ""


def _workload(value: Mapping[str, Any]) -> list[str]:
    spec = value.get("spec")
    pod = at(spec, "template", "spec") or at(spec, "jobTemplate", "spec", "template", "spec") or spec
    containers = items(at(pod, "containers"))
    facts = [
        count(at(spec, "replicas"), "replica" if str(at(spec, "replicas")) == "1" else "replicas"),
        words("schedule", [at(spec, "schedule")]),
        words("image", [container.get("image") for container in containers]),
        words("ports", [port.get("containerPort") for c in containers for port in items(c.get("ports"))]),
    ]
    for container in containers[:3]:
        facts.append(pairs("requests", at(container, "resources", "requests")))
        facts.append(pairs("limits", at(container, "resources", "limits")))
    facts.append(words("service account", [at(pod, "serviceAccountName")]))
    return facts


def _service(value: Mapping[str, Any]) -> list[str]:
    ports = [
        "→".join(str(port[key]) for key in ("port", "targetPort") if isinstance(port.get(key), str | int))
        for port in items(at(value, "spec", "ports"))
    ]
    return [
        words("type", [at(value, "spec", "type")]),
        words("ports", list(ports)),
        pairs("selects", at(value, "spec", "selector")),
    ]


def _ingress(value: Mapping[str, Any]) -> list[str]:
    rules = items(at(value, "spec", "rules"))
    paths = [path for rule in rules for path in items(at(rule, "http", "paths"))]
    return [
        words("class", [at(value, "spec", "ingressClassName")]),
        words("hosts", [rule.get("host") for rule in rules]),
        words("paths", [path.get("path") for path in paths]),
        words("services", [at(path, "backend", "service", "name") for path in paths]),
    ]


def _keys(value: Mapping[str, Any]) -> list[str]:
    keys = [key for field in ("data", "stringData", "binaryData") for key in at(value, field) or ()]
    return [words("type", [value.get("type")]), words("keys", keys)]


def _autoscaler(value: Mapping[str, Any]) -> list[str]:
    metrics = items(at(value, "spec", "metrics"))
    targets = [
        f"{at(metric, 'resource', 'name')} {amount}"
        for metric in metrics
        for amount in (at(metric, "resource", "target") or {}).values()
        if at(metric, "resource", "name") and str(amount).isdigit()
    ]
    target = at(value, "spec", "scaleTargetRef") or {}
    least, most = (at(value, "spec", bound) for bound in ("minReplicas", "maxReplicas"))
    return [
        words("scales", [f"{at(target, 'kind')} {at(target, 'name')}"] if target else []),
        f"{count(least, 'to')} {count(most, 'replicas')}".strip(),
        words("on", list(targets)),
    ]


def _claim(value: Mapping[str, Any]) -> list[str]:
    return [
        pairs("requests", at(value, "spec", "resources", "requests")),
        words("storage class", [at(value, "spec", "storageClassName")]),
        words("access", at(value, "spec", "accessModes") or []),
    ]


def _budget(value: Mapping[str, Any]) -> list[str]:
    return [
        words("min available", [at(value, "spec", "minAvailable")]),
        words("max unavailable", [at(value, "spec", "maxUnavailable")]),
        pairs("selects", at(value, "spec", "selector", "matchLabels")),
    ]


def _binding(value: Mapping[str, Any]) -> list[str]:
    role = at(value, "roleRef") or {}
    subjects = [f"{subject.get('kind')} {subject.get('name')}" for subject in items(value.get("subjects"))]
    return [words("grants", [f"{at(role, 'kind')} {at(role, 'name')}"]), words("to", list(subjects))]


def _role(value: Mapping[str, Any]) -> list[str]:
    rules = items(value.get("rules"))
    verbs = [verb for rule in rules for verb in entries(rule, "verbs")]
    resources = [resource for rule in rules for resource in entries(rule, "resources")]
    return [words("may", _once(verbs)), words("on", _once(resources))]


def _once(found: list[Any]) -> list[Any]:
    return list(dict.fromkeys(word for word in found if isinstance(word, str)))


def _alerts(value: Mapping[str, Any]) -> list[str]:
    rules = [rule for group in items(at(value, "spec", "groups")) for rule in items(group.get("rules"))]
    return [
        words("alerts", [rule.get("alert") for rule in rules]),
        words("records", [rule.get("record") for rule in rules]),
    ]


def _application(value: Mapping[str, Any]) -> list[str]:
    spec = value.get("spec")
    sources = [source for source in [at(spec, "source"), *items(at(spec, "sources"))] if source]
    return [
        words("chart", [at(source, "chart") for source in sources]),
        words("from", [at(source, "repoURL") for source in sources]),
        words("path", [at(source, "path") for source in sources]),
        words("revision", [at(source, "targetRevision") for source in sources]),
        words("into namespace", [at(spec, "destination", "namespace")]),
    ]


def _definition(value: Mapping[str, Any]) -> list[str]:
    versions = [version.get("name") for version in items(at(value, "spec", "versions"))]
    return [
        words("defines", [at(value, "spec", "names", "kind")]),
        words("group", [at(value, "spec", "group")]),
        words("versions", versions),
    ]


_DESCRIPTIONS: dict[str, Callable[[Mapping[str, Any]], list[str]]] = {
    **dict.fromkeys(
        ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod", "Rollout"],
        _workload,
    ),
    "Service": _service,
    "Ingress": _ingress,
    "ConfigMap": _keys,
    "Secret": _keys,
    "HorizontalPodAutoscaler": _autoscaler,
    "PersistentVolumeClaim": _claim,
    "PodDisruptionBudget": _budget,
    "RoleBinding": _binding,
    "ClusterRoleBinding": _binding,
    "Role": _role,
    "ClusterRole": _role,
    "PrometheusRule": _alerts,
    "Application": _application,
    "CustomResourceDefinition": _definition,
}
