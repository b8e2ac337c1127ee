"""Pods that are not made: quotas, missing ServiceAccounts, webhooks, policies.

A controller whose pods are refused says so in a `FailedCreate` event; it keeps trying, so the refusal counts only
as long as pods are missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cluster.edges.base import Item
from cluster.values import at
from incidents.checks.base import described, finding, pieces
from incidents.evidence import Event
from incidents.finding import Finding
from incidents.situation import Situation

_QUOTA = re.compile(
    r"exceeded quota: (?P<name>[^,]+), requested: (?P<asked>.+?), used: .*?, limited: (?P<limit>.+)$"
)
_ACCOUNT = re.compile(
    r'serviceaccounts? "(?P<name>[^"]+)" not found|service account (?:\S+/)?(?P<old>\S+) was not found'
)
_WEBHOOK = re.compile(
    r'(?:admission webhook "(?P<denied>[^"]+)" denied|failed calling (?:admission )?webhook "(?P<failed>[^"]+)")'
)
_POLICY = re.compile(
    r"(?:ValidatingAdmissionPolicy|MutatingAdmissionPolicy) '(?P<name>[^']+)'.*denied request"
)
_QUOTA_TERMS = (
    ("cpu", "cpu_quota_exceeded"), ("memory", "memory_quota_exceeded"), ("pods", "pod_quota_exceeded"),
    ("services", "service_quota_exceeded"), ("storage", "storage_quota_exceeded"),
    ("persistentvolumeclaims", "storage_quota_exceeded"),
)  # fmt: skip
_REASONS = ("FailedCreate", "FailedDaemonPod", "ReplicaSetCreateError", "FailedUpdate")


def check(s: Situation) -> Iterator[Finding]:
    """Workloads that have fewer pods than they want because the API server refuses new ones."""
    for workload in s.workloads:
        if workload.kind == "Pod":
            continue
        refused = [
            event for item in _short(s, workload) for event in s.events(item, *_REASONS) if event.warning
        ]
        seen: set[str] = set()
        for event in refused:
            for found in _why(s, workload, event):
                if found.term not in seen:
                    seen.add(found.term)
                    yield found


def _short(s: Situation, workload: Item) -> list[Item]:
    """What has fewer pods than it wants: the workload with all that it made, or else its new ReplicaSet alone.

    While a rollout waits, the pods of the revision before go on and make up the number.
    """
    wanted, _ = s.replicas(workload)
    made = s.made_by(workload)
    if wanted is None or _count(s, workload, s.pods_of(workload)) < wanted:
        return made
    return [
        item
        for item in made
        if item.kind == "ReplicaSet" and _count(s, item, _made(s, item)) < (s.replicas(item)[0] or 0)
    ]


def _made(s: Situation, maker: Item) -> list[Item]:
    return [pod for pod in s.pods_of(s.workload(maker)) if s.cluster.controller(pod) is maker]


def _count(s: Situation, maker: Item, pods: list[Item]) -> int:
    """How many pods there are: as many as were read, or as many as their maker says where not all were."""
    said = at(maker.value, "status.replicas")
    return said if isinstance(said, int) and not s.has_all("Pod", maker.namespace) else len(pods)


def _why(s: Situation, workload: Item, event: Event) -> Iterator[Finding]:
    message = event.message
    evidence = list(pieces([event]))
    if match := _QUOTA.search(message):
        for term in dict.fromkeys(quota_term(part) for part in match["asked"].split(",")):
            yield _quota(s, workload, term, match["name"], message, event)
    elif "service account" in message and (match := _ACCOUNT.search(message)):
        account = match["name"] or match["old"].rstrip(",")
        yield finding(
            "service_account_missing", workload,
            f"{workload.kind} {workload.name} makes no pods: its ServiceAccount {account} does not exist.", 0.95,
            f"Create the ServiceAccount {account}, or name an existing one in "
            f"spec.template.spec.serviceAccountName.",
            [*evidence, s.quote(workload, "Service Account", account)], s.pods_of(workload),
            ("kubectl", "get", "serviceaccounts", "-n", workload.namespace),
        )  # fmt: skip
    elif "violates PodSecurity" in message or "unable to validate against any" in message:
        yield finding(
            "security_policy_denied", workload, f"{workload.kind} {workload.name} makes no pods: {message}", 0.9,
            "Meet the namespace's pod security level, or change the namespace's label.", evidence,
            command=described(workload),
        )  # fmt: skip
    elif match := _WEBHOOK.search(message):
        term = "webhook_denied" if match["denied"] else "webhook_unavailable"
        yield finding(
            term, workload, f"{workload.kind} {workload.name} makes no pods: {message}", 0.9,
            f"Look at the webhook {match['denied'] or match['failed']}: its rules, or whether its Service answers.",
            evidence, command=("kubectl", "get", "validatingwebhookconfigurations,mutatingwebhookconfigurations"),
        )  # fmt: skip
    elif match := _POLICY.search(message):
        yield finding(
            "admission_policy_denied", workload, f"{workload.kind} {workload.name} makes no pods: {message}", 0.9,
            f"Meet the policy {match['name']}, or change what it is bound to.", evidence,
            command=("kubectl", "get", "validatingadmissionpolicies", match["name"], "-o", "yaml"),
        )  # fmt: skip
    elif re.search(
        r"(maximum|minimum) [\w.-]+ usage per|max limit to request ratio per|must be less than or equal to \w+ limit",
        message,
    ):
        yield finding(
            "limit_range_violated", workload, f"{workload.kind} {workload.name} makes no pods: {message}", 0.9,
            "Bring requests and limits within the LimitRange.", evidence,
            command=("kubectl", "describe", "limitrange", "-n", workload.namespace),
        )  # fmt: skip
    elif "is invalid" in message or "Invalid value" in message or "failed quota" in message:
        yield finding(
            "invalid_specification", workload, f"{workload.kind} {workload.name} makes no pods: {message}", 0.85,
            "Correct or set the field that the message names.", evidence, command=described(workload),
        )  # fmt: skip


def quota_term(resource: str) -> str:
    """The term for a resource of a quota: `requests.cpu=1`, `count/services`, `pods`."""
    name = resource.partition("=")[0].strip()
    return next((term for word, term in _QUOTA_TERMS if word in name), "object_quota_exceeded")


def _quota(s: Situation, workload: Item, term: str, quota: str, message: str, event: Event) -> Finding:
    namespace = s.cluster.get("Namespace", workload.namespace)
    found = s.cluster.get("ResourceQuota", quota, workload.namespace)
    at = namespace or found or workload
    evidence = [*pieces([event])] + ([s.quote(found, "Used", "Hard")] if found else [])
    return finding(
        term, at, f"{workload.kind} {workload.name} makes no pods: {message.partition('is forbidden: ')[2] or message}",
        0.95, f"Raise the ResourceQuota {quota} of namespace {workload.namespace}, or lower what its "
        f"workloads ask for.",
        evidence, [workload], ("kubectl", "describe", "resourcequota", quota, "-n", workload.namespace),
    )  # fmt: skip
