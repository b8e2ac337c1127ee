"""One line that says what an object is: what people ask for, in the words they use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

_MAX = 400
_MAX_NAMES = 12


def summarise(kind: str, title: str, value: Mapping[str, Any]) -> str:
    """`Deployment shop/cart: 3 replicas, image cart:v2.3, ports 8080`; '' for a kind that is not known."""
    describe = _DESCRIPTIONS.get(kind)
    facts = [fact for fact in describe(value) if fact] if describe else []
    return f"{title}: {', '.join(facts)}"[:_MAX] if facts else ""


def _at(value: Any, *path: str) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _items(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _words(label: str, words: list[Any]) -> str:
    kept = [str(word) for word in words if isinstance(word, str | int | float) and str(word)]
    more = ["…"] if len(kept) > _MAX_NAMES else []
    return " ".join([label, *dict.fromkeys(kept[:_MAX_NAMES]), *more]) if kept else ""


def _count(number: Any, noun: str) -> str:
    return f"{number} {noun}" if isinstance(number, str | int) and str(number) else ""


def _pairs(label: str, pairs: Any) -> str:
    if not isinstance(pairs, Mapping):
        return ""
    return _words(
        label, [f"{name} {amount}" for name, amount in pairs.items() if isinstance(amount, str | int)]
    )


def _workload(value: Mapping[str, Any]) -> list[str]:
    spec = value.get("spec")
    pod = _at(spec, "template", "spec") or _at(spec, "jobTemplate", "spec", "template", "spec") or spec
    containers = _items(_at(pod, "containers"))
    facts = [
        _count(_at(spec, "replicas"), "replica" if str(_at(spec, "replicas")) == "1" else "replicas"),
        _words("schedule", [_at(spec, "schedule")]),
        _words("image", [container.get("image") for container in containers]),
        _words("ports", [port.get("containerPort") for c in containers for port in _items(c.get("ports"))]),
    ]
    for container in containers[:3]:
        facts.append(_pairs("requests", _at(container, "resources", "requests")))
        facts.append(_pairs("limits", _at(container, "resources", "limits")))
    facts.append(_words("service account", [_at(pod, "serviceAccountName")]))
    return facts


def _service(value: Mapping[str, Any]) -> list[str]:
    ports = [
        "→".join(str(port[key]) for key in ("port", "targetPort") if isinstance(port.get(key), str | int))
        for port in _items(_at(value, "spec", "ports"))
    ]
    return [
        _words("type", [_at(value, "spec", "type")]),
        _words("ports", list(ports)),
        _pairs("selects", _at(value, "spec", "selector")),
    ]


def _ingress(value: Mapping[str, Any]) -> list[str]:
    rules = _items(_at(value, "spec", "rules"))
    paths = [path for rule in rules for path in _items(_at(rule, "http", "paths"))]
    return [
        _words("class", [_at(value, "spec", "ingressClassName")]),
        _words("hosts", [rule.get("host") for rule in rules]),
        _words("paths", [path.get("path") for path in paths]),
        _words("services", [_at(path, "backend", "service", "name") for path in paths]),
    ]


def _keys(value: Mapping[str, Any]) -> list[str]:
    keys = [key for field in ("data", "stringData", "binaryData") for key in _at(value, field) or ()]
    return [_words("type", [value.get("type")]), _words("keys", keys)]


def _autoscaler(value: Mapping[str, Any]) -> list[str]:
    metrics = _items(_at(value, "spec", "metrics"))
    targets = [
        f"{_at(metric, 'resource', 'name')} {amount}"
        for metric in metrics
        for amount in (_at(metric, "resource", "target") or {}).values()
        if _at(metric, "resource", "name") and str(amount).isdigit()
    ]
    target = _at(value, "spec", "scaleTargetRef") or {}
    least, most = (_at(value, "spec", bound) for bound in ("minReplicas", "maxReplicas"))
    return [
        _words("scales", [f"{_at(target, 'kind')} {_at(target, 'name')}"] if target else []),
        f"{_count(least, 'to')} {_count(most, 'replicas')}".strip(),
        _words("on", list(targets)),
    ]


def _claim(value: Mapping[str, Any]) -> list[str]:
    return [
        _pairs("requests", _at(value, "spec", "resources", "requests")),
        _words("storage class", [_at(value, "spec", "storageClassName")]),
        _words("access", _at(value, "spec", "accessModes") or []),
    ]


def _budget(value: Mapping[str, Any]) -> list[str]:
    return [
        _words("min available", [_at(value, "spec", "minAvailable")]),
        _words("max unavailable", [_at(value, "spec", "maxUnavailable")]),
        _pairs("selects", _at(value, "spec", "selector", "matchLabels")),
    ]


def _binding(value: Mapping[str, Any]) -> list[str]:
    role = _at(value, "roleRef") or {}
    subjects = [f"{subject.get('kind')} {subject.get('name')}" for subject in _items(value.get("subjects"))]
    return [_words("grants", [f"{_at(role, 'kind')} {_at(role, 'name')}"]), _words("to", list(subjects))]


def _role(value: Mapping[str, Any]) -> list[str]:
    rules = _items(value.get("rules"))
    verbs = [verb for rule in rules for verb in rule.get("verbs") or []]
    resources = [resource for rule in rules for resource in rule.get("resources") or []]
    return [_words("may", list(dict.fromkeys(verbs))), _words("on", list(dict.fromkeys(resources)))]


def _alerts(value: Mapping[str, Any]) -> list[str]:
    rules = [rule for group in _items(_at(value, "spec", "groups")) for rule in _items(group.get("rules"))]
    return [
        _words("alerts", [rule.get("alert") for rule in rules]),
        _words("records", [rule.get("record") for rule in rules]),
    ]


def _application(value: Mapping[str, Any]) -> list[str]:
    spec = value.get("spec")
    sources = [source for source in [_at(spec, "source"), *_items(_at(spec, "sources"))] if source]
    return [
        _words("chart", [_at(source, "chart") for source in sources]),
        _words("from", [_at(source, "repoURL") for source in sources]),
        _words("path", [_at(source, "path") for source in sources]),
        _words("revision", [_at(source, "targetRevision") for source in sources]),
        _words("into namespace", [_at(spec, "destination", "namespace")]),
    ]


def _definition(value: Mapping[str, Any]) -> list[str]:
    versions = [version.get("name") for version in _items(_at(value, "spec", "versions"))]
    return [
        _words("defines", [_at(value, "spec", "names", "kind")]),
        _words("group", [_at(value, "spec", "group")]),
        _words("versions", versions),
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
