"""API versions that Kubernetes has stopped serving, by the release that no longer has them."""

from __future__ import annotations

_REMOVED: dict[str, tuple[tuple[int, str], ...]] = {
    "extensions/v1beta1": ((16, "DaemonSet Deployment ReplicaSet NetworkPolicy PodSecurityPolicy"), (22, "Ingress")),
    "apps/v1beta1": ((16, "Deployment StatefulSet ControllerRevision"),),
    "apps/v1beta2": ((16, "Deployment StatefulSet DaemonSet ReplicaSet ControllerRevision"),),
    "admissionregistration.k8s.io/v1beta1": (
        (22, "MutatingWebhookConfiguration ValidatingWebhookConfiguration"),
    ),
    "apiextensions.k8s.io/v1beta1": ((22, "CustomResourceDefinition"),),
    "apiregistration.k8s.io/v1beta1": ((22, "APIService"),),
    "authentication.k8s.io/v1beta1": ((22, "TokenReview"),),
    "authorization.k8s.io/v1beta1": (
        (22, "LocalSubjectAccessReview SelfSubjectAccessReview SubjectAccessReview SelfSubjectRulesReview"),
    ),
    "certificates.k8s.io/v1beta1": ((22, "CertificateSigningRequest"),),
    "coordination.k8s.io/v1beta1": ((22, "Lease"),),
    "networking.k8s.io/v1beta1": ((22, "Ingress IngressClass"),),
    "rbac.authorization.k8s.io/v1beta1": ((22, "ClusterRole ClusterRoleBinding Role RoleBinding"),),
    "scheduling.k8s.io/v1beta1": ((22, "PriorityClass"),),
    "storage.k8s.io/v1beta1": (
        (22, "CSIDriver CSINode StorageClass VolumeAttachment"), (27, "CSIStorageCapacity"),
    ),
    "batch/v1beta1": ((25, "CronJob"),),
    "batch/v2alpha1": ((21, "CronJob"),),
    "discovery.k8s.io/v1beta1": ((25, "EndpointSlice"),),
    "events.k8s.io/v1beta1": ((25, "Event"),),
    "autoscaling/v2beta1": ((25, "HorizontalPodAutoscaler"),),
    "autoscaling/v2beta2": ((26, "HorizontalPodAutoscaler"),),
    "policy/v1beta1": ((25, "PodDisruptionBudget PodSecurityPolicy"),),
    "node.k8s.io/v1beta1": ((25, "RuntimeClass"),),
    "flowcontrol.apiserver.k8s.io/v1beta1": ((26, "FlowSchema PriorityLevelConfiguration"),),
    "flowcontrol.apiserver.k8s.io/v1beta2": ((29, "FlowSchema PriorityLevelConfiguration"),),
    "flowcontrol.apiserver.k8s.io/v1beta3": ((32, "FlowSchema PriorityLevelConfiguration"),),
}  # fmt: skip
"""Version to kinds and the minor release that dropped them (Kubernetes' deprecated API migration guide)."""

_REUSED = frozenset(
    {"networking.k8s.io/v1beta1", "admissionregistration.k8s.io/v1beta1", "certificates.k8s.io/v1beta1",
     "coordination.k8s.io/v1beta1", "storage.k8s.io/v1beta1", "authentication.k8s.io/v1beta1"}
)  # fmt: skip
"""Later releases serve other kinds under these: without a kind they say nothing."""


def removed_in(api_version: str, kind: str = "") -> int:
    """The minor release that stopped serving the kind, or the whole version without one; 0 where none did."""
    releases = _REMOVED.get(api_version, ())
    if kind:
        return next((minor for minor, kinds in releases if kind in kinds.split()), 0)
    return 0 if api_version in _REUSED or not releases else max(minor for minor, _ in releases)


def known() -> frozenset[str]:
    """The versions that this list speaks of."""
    return frozenset(_REMOVED)
