"""Objects that name others which do not exist: configuration, ServiceAccounts, scale targets, Services of StatefulSets.

A name counts as missing only where objects of its kind were read, so that evidence that leaves a kind out proves
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.edges.base import Item
from cluster.selectors import Selector
from cluster.values import Value, at, entries, mapping, text
from incidents.checks.base import described, finding, got, pieces
from incidents.checks.conditions import of_maker
from incidents.finding import Finding
from incidents.situation import Situation, is_ready, shown, statuses, waiting_reason

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
            if suffers and wanted != 0 and s.lacks(kind, name, workload.namespace):
                yield finding(
                    _MISSING[kind], workload, f"{shown(workload)} needs the {kind} {name}, which does not exist."
                    + of_maker(s, kind, name, workload.namespace), 0.8,
                    f"Create the {kind} {name}, or correct its name.", [s.quote(workload, name)], s.pods_of(workload),
                    ("kubectl", "get", kind.lower(), "-n", workload.namespace),
                )  # fmt: skip
        if suffers and wanted != 0:
            yield from _keys(s, workload)
            yield from _pull_secrets(s, workload)
    yield from _scale_targets(s)
    yield from _headless(s)
    yield from _webhooks(s)


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


def _keys(s: Situation, workload: Item) -> Iterator[Finding]:
    """Keys that environment variables take from a ConfigMap or Secret that has others."""
    for group in ("initContainers", "containers"):
        for _, container in entries(workload.pod, f"spec.{group}"):
            for _, variable in entries(container, "env"):
                for kind, path in (("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")):
                    source = mapping(variable, f"valueFrom.{path}")
                    held = s.cluster.get(kind, text(source, "name"), workload.namespace)
                    keys = mapping(held.value, "data").keys() if held else ()
                    key = text(source, "key")
                    if held and keys and key and key not in keys and source.get("optional") is not True:
                        yield finding(
                            "config_key_missing", workload,
                            f"{shown(workload)} needs the key {key} of the {kind} {held.name}, which has "
                            f"{', '.join(sorted(map(str, keys))[:8])}.", 0.88,
                            "Add the key, or correct its name where the pod uses it.",
                            [s.quote(workload, key), s.quote(workload, held.name)], s.pods_of(workload),
                            described(held),
                        )  # fmt: skip


def _pull_secrets(s: Situation, workload: Item) -> Iterator[Finding]:
    """Secrets for pulling that do not exist, while an image cannot be pulled."""
    pods = s.pods_of(workload)
    if not any(waiting_reason(status) in _NOT_PULLED for pod in pods for _, status in statuses(pod)):
        return
    for _, secret in entries(workload.pod, "spec.imagePullSecrets"):
        name = text(secret, "name")
        if name and s.lacks("Secret", name, workload.namespace):
            yield finding(
                "image_pull_unauthorized", workload,
                f"{shown(workload)} cannot pull its image: its pull secret {name} does not exist.", 0.94,
                f"Create the Secret {name} with credentials for the registry.", [s.quote(workload, name)], pods,
                ("kubectl", "get", "secrets", "-n", workload.namespace),
            )  # fmt: skip


_NOT_PULLED = ("ErrImagePull", "ImagePullBackOff")


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
        if name and s.lacks(kind, name, scaler.namespace):
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
        failed = [event for event in s.events(scaler, *_NO_METRICS) if event.warning]
        if failed and not any(True for _ in entries(scaler.value, "status.conditions")):
            yield finding(
                "scaling_limited", scaler, f"{shown(scaler)} does not scale: {failed[0].message}", 0.65,
                "See whether the metrics server answers and the pods have requests.", pieces(failed[:2]),
                command=described(scaler),
            )  # fmt: skip


_NO_METRICS = (
    "FailedGetScale", "FailedComputeMetricsReplicas", "FailedGetResourceMetric", "FailedGetContainerResourceMetric",
    "FailedGetPodsMetric", "FailedGetObjectMetric", "FailedGetExternalMetric",
)  # fmt: skip
"""Reasons of an autoscaler's events that tell why it cannot decide."""


def _headless(s: Situation) -> Iterator[Finding]:
    for item in s.items("StatefulSet"):
        name = text(item.value, "spec.serviceName")
        if name and s.lacks("Service", name, item.namespace):
            yield finding("service_missing", item,
            f"{shown(item)} names the Service {name}, which does not exist.", 0.5,
                          f"Create the headless Service {name}.", [s.quote(item, "serviceName")],
                          command=got(item, "-o", "yaml"))  # fmt: skip


def _webhooks(s: Situation) -> Iterator[Finding]:
    """Webhooks whose Service does not exist or has nothing ready, and that refuse what they cannot judge."""
    for item in s.cluster.kind("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"):
        for _, webhook in entries(item.value, "webhooks"):
            name, place = (text(webhook, f"clientConfig.service.{key}") for key in ("name", "namespace"))
            if not name or webhook.get("failurePolicy") == "Ignore":
                continue
            service = s.cluster.get("Service", name, place)
            behind = (
                s.cluster.selected(Selector.flat(at(service.value, "spec.selector")), [place])
                if service
                else []
            )
            pods = [pod for workload in behind for pod in s.pods_of(workload)]
            if pods and not any(map(is_ready, pods)):
                yield finding(
                    "webhook_unavailable", item,
                    f"The webhook {text(webhook, 'name')} asks the Service {place}/{name}, of which no pod is ready; "
                    f"what it should judge is refused.", 0.75, "Repair the pods behind the Service.",
                    [s.quote(item, name), s.quote(pods[0], "Ready", "False")], behind, got(item, "-o", "yaml"),
                )  # fmt: skip
            elif s.lacks("Service", name, place):
                yield finding(
                    "webhook_unavailable", item,
                    f"The webhook {text(webhook, 'name')} asks the Service {place}/{name}, which does not "
                    f"exist; what it should "
                    "judge is refused.", 0.75, "Restore the Service, or delete the webhook's configuration.",
                    [s.quote(item, name)], command=got(item, "-o", "yaml"),
                )  # fmt: skip
