"""Objects that name others which do not exist: configuration, ServiceAccounts, scale targets, Services of StatefulSets.

A name counts as missing only where objects of its kind were read, so that evidence that leaves a kind out proves
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.edges.base import Item
from cluster.values import Value, entries, mapping, text
from incidents.checks.base import described, finding, got
from incidents.finding import Finding
from incidents.situation import Situation, is_ready, shown

_MISSING = {
    "Secret": "secret_missing",
    "ConfigMap": "config_map_missing",
    "ServiceAccount": "service_account_missing",
}


def check(s: Situation) -> Iterator[Finding]:
    """References of workloads, then of autoscalers, StatefulSets, Ingresses and webhooks."""
    for workload in s.workloads:
        suffers = not s.pods_of(workload) or not all(map(is_ready, s.pods_of(workload)))
        wanted, _ = s.replicas(workload)
        for kind, name in dict.fromkeys(_named(workload)):
            if suffers and wanted != 0 and _absent(s, kind, name, workload.namespace):
                yield finding(
                    _MISSING[kind], workload, f"{shown(workload)} needs the {kind} {name}, which does not exist.", 0.8,
                    f"Create the {kind} {name}, or correct its name.", [s.quote(workload, name)], s.pods_of(workload),
                    ("kubectl", "get", kind.lower(), "-n", workload.namespace),
                )  # fmt: skip
    yield from _scale_targets(s)
    yield from _headless(s)
    yield from _webhooks(s)


def _absent(s: Situation, kind: str, name: str, namespace: str) -> bool:
    read = any(item.namespace == namespace for item in s.cluster.kind(kind))
    return read and s.cluster.get(kind, name, namespace) is None


def _named(workload: Item) -> Iterator[tuple[str, str]]:
    """What a pod template cannot do without, by kind and name; what is optional is left out."""
    spec = mapping(workload.pod, "spec")
    account = text(spec, "serviceAccountName")
    if account and account != "default":
        yield "ServiceAccount", account
    for group in ("initContainers", "containers"):
        for _, container in entries(spec, group):
            for _, source in entries(container, "envFrom"):
                yield from _reference("ConfigMap", mapping(source, "configMapRef"), "name")
                yield from _reference("Secret", mapping(source, "secretRef"), "name")
            for _, variable in entries(container, "env"):
                yield from _reference("ConfigMap", mapping(variable, "valueFrom.configMapKeyRef"), "name")
                yield from _reference("Secret", mapping(variable, "valueFrom.secretKeyRef"), "name")
    for _, volume in entries(spec, "volumes"):
        yield from _reference("ConfigMap", mapping(volume, "configMap"), "name")
        yield from _reference("Secret", mapping(volume, "secret"), "secretName")


def _reference(kind: str, value: Value, key: str) -> Iterator[tuple[str, str]]:
    if text(value, key) and value.get("optional") is not True:
        yield kind, text(value, key)


def _scale_targets(s: Situation) -> Iterator[Finding]:
    """Autoscalers that cannot scale: no target, or no metrics."""
    for scaler in s.items("HorizontalPodAutoscaler"):
        kind, name = (
            text(scaler.value, "spec.scaleTargetRef.kind"),
            text(scaler.value, "spec.scaleTargetRef.name"),
        )
        if name and _absent(s, kind, name, scaler.namespace):
            yield finding("scaling_limited", scaler,
            f"{shown(scaler)} scales {kind} {name}, which does not exist.", 0.8,
                          "Correct spec.scaleTargetRef.", [s.quote(scaler, name)],
                          command=described(scaler))  # fmt: skip
        for _, condition in entries(scaler.value, "status.conditions"):
            if (
                condition.get("type") in ("AbleToScale", "ScalingActive")
                and condition.get("status") == "False"
            ):
                target = s.cluster.get(kind, name, scaler.namespace)
                yield finding(
                    "scaling_limited", scaler, f"{shown(scaler)} does not scale: {text(condition, 'message')}", 0.7,
                    "See whether the metrics server answers and the pods have requests.",
                    [s.quote(scaler, text(condition, "reason"))], [target] if target else [], described(scaler),
                )  # fmt: skip
                break


def _headless(s: Situation) -> Iterator[Finding]:
    for item in s.items("StatefulSet"):
        name = text(item.value, "spec.serviceName")
        if name and _absent(s, "Service", name, item.namespace):
            yield finding("service_missing", item,
            f"{shown(item)} names the Service {name}, which does not exist.", 0.5,
                          f"Create the headless Service {name}.", [s.quote(item, "serviceName")],
                          command=got(item, "-o", "yaml"))  # fmt: skip


def _webhooks(s: Situation) -> Iterator[Finding]:
    """Webhooks whose Service does not exist or has nothing ready, and that refuse what they cannot judge."""
    for item in s.cluster.kind("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"):
        for _, webhook in entries(item.value, "webhooks"):
            name, place = (text(webhook, f"clientConfig.service.{key}") for key in ("name", "namespace"))
            if name and webhook.get("failurePolicy") != "Ignore" and _absent(s, "Service", name, place):
                yield finding(
                    "webhook_unavailable", item,
                    f"The webhook {text(webhook, 'name')} asks the Service {place}/{name}, which does not "
                    f"exist; what it should "
                    "judge is refused.", 0.75, "Restore the Service, or delete the webhook's configuration.",
                    [s.quote(item, name)], command=got(item, "-o", "yaml"),
                )  # fmt: skip
