"""The causes that checks can name: one term each, its category, and how far it stands from the effects.

A `CHANGE` is something that somebody set or did, and nothing in the cluster explains it. A `CONDITION` is a
component that fails or a resource that is used up: a cause of its own, unless a change explains it. A `SYMPTOM`
is what other things look like when they are affected. A `LINT` breaks nothing now.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Rank(IntEnum):
    """How close to the root a cause of this kind stands."""

    LINT = 0
    SYMPTOM = 1
    CONDITION = 2
    CHANGE = 3


class Category(StrEnum):
    """The part of a workload's life that a cause disturbs."""

    ADMISSION = "admission"
    SCHEDULING = "scheduling"
    STARTUP = "startup"
    RUNTIME = "runtime"
    SERVICE = "service"
    PERFORMANCE = "performance"
    INFRASTRUCTURE = "infrastructure"


@dataclass(frozen=True, slots=True)
class Cause:
    """What a term stands for."""

    term: str
    category: Category
    rank: Rank
    title: str


_CHANGE, _CONDITION, _SYMPTOM, _LINT = Rank.CHANGE, Rank.CONDITION, Rank.SYMPTOM, Rank.LINT

_TERMS: dict[Category, tuple[tuple[str, Rank, str], ...]] = {
    Category.ADMISSION: (
        ("cpu_quota_exceeded", _CHANGE, "the namespace's CPU quota is used up"),
        ("memory_quota_exceeded", _CHANGE, "the namespace's memory quota is used up"),
        ("pod_quota_exceeded", _CHANGE, "the namespace's quota of Pods is used up"),
        ("service_quota_exceeded", _CHANGE, "the namespace's quota of Services is used up"),
        ("storage_quota_exceeded", _CHANGE, "the namespace's storage quota is used up"),
        ("object_quota_exceeded", _CHANGE, "the namespace's quota of objects is used up"),
        ("service_account_missing", _CHANGE, "the ServiceAccount does not exist"),
        ("limit_range_violated", _CHANGE, "a LimitRange forbids the resources"),
        ("security_policy_denied", _CHANGE, "the pod security policy forbids the pod"),
        ("webhook_denied", _CHANGE, "an admission webhook refused"),
        ("admission_policy_denied", _CHANGE, "an admission policy refused"),
        ("webhook_unavailable", _CONDITION, "an admission webhook does not answer"),
        ("invalid_specification", _CHANGE, "the API server refuses the specification"),
        ("permission_denied", _CHANGE, "RBAC forbids what the workload does"),
    ),
    Category.SCHEDULING: (
        ("node_cordoned", _CHANGE, "the nodes that fit are cordoned"),
        ("node_affinity_unmatched", _CHANGE, "no node matches the node affinity"),
        ("node_selector_unmatched", _CHANGE, "no node matches the node selector"),
        ("pod_anti_affinity_unmatched", _CHANGE, "pod anti-affinity leaves no node"),
        ("pod_affinity_unmatched", _CHANGE, "pod affinity leaves no node"),
        ("topology_spread_unmatched", _CHANGE, "topology spread constraints leave no node"),
        ("taint_not_tolerated", _CHANGE, "the nodes' taints are not tolerated"),
        ("cpu_insufficient", _CHANGE, "no node has the CPU that is requested"),
        ("memory_insufficient", _CHANGE, "no node has the memory that is requested"),
        ("resource_insufficient", _CHANGE, "no node has a resource that is requested"),
        ("pod_slots_exhausted", _CONDITION, "the nodes run as many pods as they may"),
        ("host_port_taken", _CHANGE, "the host port is taken on every node"),
        ("claim_missing", _CONDITION, "the PersistentVolumeClaim does not exist"),
        ("claim_access_mode_unmatched", _CHANGE, "no volume offers the claim's access mode"),
        ("claim_selector_unmatched", _CHANGE, "no volume has the labels that the claim asks for"),
        ("claim_size_unmatched", _CHANGE, "no volume is as large as the claim asks"),
        ("claim_storage_class_missing", _CHANGE, "the claim's StorageClass does not exist or has no volumes"),
        ("volume_taken", _CHANGE, "another claim holds the volume"),
        ("volume_zone_conflict", _CHANGE, "the volume is bound to other nodes"),
        ("resource_claim_unallocated", _CHANGE, "no device fits the ResourceClaim"),
        ("volume_failed", _CONDITION, "a volume has failed or is lost"),
        ("default_class_ambiguous", _LINT, "several storage classes are the default"),
        ("provisioning_failed", _CONDITION, "the storage provisioner fails"),
        ("claim_pending", _SYMPTOM, "the PersistentVolumeClaim is not bound"),
        ("pod_unschedulable", _SYMPTOM, "the pod finds no node"),
    ),
    Category.STARTUP: (
        ("image_not_found", _CHANGE, "the image does not exist"),
        ("image_reference_invalid", _CHANGE, "the image's name is not valid"),
        ("image_registry_unresolved", _CHANGE, "the image registry's name does not resolve"),
        ("image_registry_unreachable", _CONDITION, "the image registry does not answer"),
        ("image_pull_unauthorized", _CHANGE, "the registry refuses the pull without valid credentials"),
        ("image_rate_limited", _CONDITION, "the registry limits the rate of pulls"),
        ("image_platform_unmatched", _CHANGE, "the image is not built for the node's platform"),
        ("image_pull_failed", _SYMPTOM, "the image cannot be pulled"),
        ("secret_missing", _CHANGE, "a Secret that the pod needs does not exist"),
        ("config_map_missing", _CHANGE, "a ConfigMap that the pod needs does not exist"),
        ("config_key_missing", _CHANGE, "a key that the pod needs is missing from its ConfigMap or Secret"),
        ("volume_permission_denied", _CHANGE, "the process may not use its volume"),
        ("volume_mount_failed", _CONDITION, "a volume cannot be mounted"),
        ("volume_attach_conflict", _CONDITION, "the volume is attached to another node"),
        ("command_not_found", _CHANGE, "the container's command does not exist in the image"),
        ("security_context_refused", _CHANGE, "the security context does not fit the image"),
        ("init_container_failed", _CONDITION, "an init container fails"),
        ("sandbox_failed", _CONDITION, "the pod's sandbox cannot be made"),
    ),
    Category.RUNTIME: (
        ("revision_broken", _CHANGE, "the new revision's containers crash"),
        ("out_of_memory", _CHANGE, "the container is killed at its memory limit"),
        ("liveness_probe_wrong_port", _CHANGE, "the liveness probe asks a port where nothing listens"),
        ("liveness_probe_wrong_protocol", _CHANGE, "the liveness probe speaks another protocol than the server"),
        ("liveness_probe_wrong_path", _CHANGE, "the liveness probe asks a path that the server does not serve"),
        ("liveness_probe_wrong_timing", _CHANGE, "the liveness probe is too impatient"),
        ("readiness_probe_wrong_port", _CHANGE, "the readiness probe asks a port where nothing listens"),
        ("readiness_probe_wrong_protocol", _CHANGE, "the readiness probe speaks another protocol than the server"),
        ("readiness_probe_wrong_path", _CHANGE, "the readiness probe asks a path that the server does not serve"),
        ("readiness_probe_wrong_timing", _CHANGE, "the readiness probe is too impatient"),
        ("startup_probe_wrong", _CHANGE, "the startup probe does not fit the server"),
        ("probe_failing", _SYMPTOM, "a probe fails"),
        ("scaled_to_zero", _CHANGE, "the workload is scaled to zero"),
        ("sidecar_port_conflict", _CHANGE, "two containers of the pod want the same port"),
        ("database_credentials_wrong", _CHANGE, "the database refuses the credentials"),
        ("database_port_wrong", _CHANGE, "the database is called on a wrong port"),
        ("database_connections_exhausted", _CONDITION, "the database has no connections left"),
        ("database_read_only", _CHANGE, "the database takes no writes"),
        ("database_unavailable", _CONDITION, "the database does not answer"),
        ("disk_full", _CONDITION, "the disk is full"),
        ("evicted", _CONDITION, "the pod was evicted"),
        ("crash_loop", _SYMPTOM, "the container ends again and again"),
        ("not_ready", _SYMPTOM, "the workload has too few ready pods"),
        ("rollout_stuck", _SYMPTOM, "the rollout does not go on"),
        ("job_failed", _CONDITION, "the Job has failed"),
        ("cron_schedule_invalid", _CHANGE, "the CronJob's schedule cannot be read"),
        ("cron_job_missed", _CONDITION, "the CronJob has missed its times"),
        ("cron_job_suspended", _LINT, "the CronJob is suspended"),
        ("disruption_budget_blocks", _CONDITION, "a PodDisruptionBudget lets no pod be evicted"),
        ("disruption_budgets_overlap", _CHANGE, "several budgets guard a pod, so that it can not be evicted"),
        ("disruption_budget_unmatched", _LINT, "a PodDisruptionBudget guards no pod"),
        ("certificate_expired", _CONDITION, "a certificate has expired"),
        ("certificate_not_issued", _CONDITION, "a certificate is not issued"),
        ("image_untagged", _LINT, "the image has no version"),
        ("probes_missing", _LINT, "the workload has no readiness probe"),
        ("resources_missing", _LINT, "the workload asks for no resources"),
        ("role_missing", _LINT, "a binding names a role or account that does not exist"),
        ("resource_not_ready", _CONDITION, "a custom resource says that it is not well"),
        ("stuck_terminating", _CONDITION, "the object cannot be deleted: a finalizer holds it"),
    ),
    Category.SERVICE: (
        ("service_selector_unmatched", _CHANGE, "the Service's selector matches no pod"),
        ("service_target_port_wrong", _CHANGE, "the Service sends to a port where nothing listens"),
        ("service_protocol_wrong", _CHANGE, "the Service's protocol is not that of the container"),
        ("service_missing", _CONDITION, "the Service that is called does not exist"),
        ("service_address_wrong", _CHANGE, "an address in the environment is wrong"),
        ("dns_settings_wrong", _CHANGE, "the pod asks a wrong DNS server"),
        ("dns_unavailable", _CONDITION, "the cluster's DNS does not answer"),
        ("name_unresolved", _SYMPTOM, "a host name does not resolve"),
        ("gateway_route_wrong", _CHANGE, "the gateway sends a route to another Service"),
        ("ingress_backend_missing", _CHANGE, "the Ingress sends to a Service that does not exist"),
        ("ingress_class_missing", _CHANGE, "the Ingress's class does not exist"),
        ("ingress_port_wrong", _CHANGE, "the Ingress sends to a port that the Service does not have"),
        ("tls_secret_missing", _CHANGE, "the Secret with the certificate does not exist"),
        ("gateway_class_missing", _CHANGE, "the Gateway's class does not exist"),
        ("gateway_not_programmed", _CONDITION, "the Gateway is not in effect"),
        ("route_not_accepted", _CHANGE, "the route is not in effect"),
        ("network_policy_unmatched", _LINT, "a NetworkPolicy is in effect for no pod"),
        ("network_policy_blocks", _CHANGE, "a NetworkPolicy lets nothing in"),
        ("load_balancer_failed", _CONDITION, "the cloud builds no load balancer"),
        ("endpoints_missing", _SYMPTOM, "the Service has no ready endpoints"),
        ("connection_refused", _SYMPTOM, "connections are refused"),
        ("connection_timeout", _SYMPTOM, "connections time out"),
    ),
    Category.PERFORMANCE: (
        ("cpu_overload", _CHANGE, "the workload runs at its CPU limit"),
        ("network_delay", _CHANGE, "the workload's network is slow"),
        ("network_loss", _CHANGE, "the workload's network loses packets"),
        ("memory_growth", _CONDITION, "the workload's memory grows towards its limit"),
        ("error_spike", _SYMPTOM, "more calls fail"),
        ("slow_response", _SYMPTOM, "answers have become slow"),
        ("traffic_drop", _SYMPTOM, "there is less traffic"),
        ("scaling_limited", _CONDITION, "the autoscaler cannot scale"),
    ),
    Category.INFRASTRUCTURE: (
        ("container_runtime_unavailable", _CHANGE, "the node's container runtime does not answer"),
        ("kubelet_unavailable", _CHANGE, "the node's kubelet does not answer"),
        ("kube_proxy_unavailable", _CHANGE, "the node's kube-proxy does not program Services"),
        ("scheduler_unavailable", _CHANGE, "the scheduler does not work"),
        ("controller_manager_unavailable", _CHANGE, "the controller manager does not work"),
        ("api_server_unavailable", _CONDITION, "the API server does not work"),
        ("etcd_unavailable", _CHANGE, "etcd does not work"),
        ("api_service_unavailable", _CONDITION, "an aggregated API does not answer"),
        ("pod_addresses_exhausted", _CONDITION, "no address is left for the pods of the node"),
        ("network_plugin_failed", _CONDITION, "the node's network plugin fails"),
        ("node_problem", _CONDITION, "the node has a problem of its kernel or disk"),
        ("node_network_delay", _CHANGE, "the node's network is slow"),
        ("node_network_loss", _CHANGE, "the node's network loses packets"),
        ("node_network_unavailable", _CONDITION, "the node's network is not set up"),
        ("node_disk_pressure", _CONDITION, "the node's disk is nearly full"),
        ("node_memory_pressure", _CONDITION, "the node's memory is nearly used up"),
        ("node_pid_pressure", _CONDITION, "the node's process ids are nearly used up"),
    ),
}  # fmt: skip

CAUSES = {
    term: Cause(term, category, rank, title)
    for category, terms in _TERMS.items()
    for term, rank, title in terms
}
"""Every term."""
