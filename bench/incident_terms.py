"""Kubelore's causes and objects in the words of Cloud-OpsBench; used to score, never to find anything."""

from __future__ import annotations

from collections.abc import Collection

TAXONOMY = {
    "admission": "Admission_Fault", "scheduling": "Scheduling_Fault", "startup": "Startup_Fault",
    "runtime": "Runtime_Fault", "service": "Service_Routing_Fault", "performance": "Performance_Fault",
    "infrastructure": "Infrastructure_Fault",
}  # fmt: skip

CAUSES = {
    "cpu_quota_exceeded": "namespace_cpu_quota_exceeded",
    "memory_quota_exceeded": "namespace_memory_quota_exceeded",
    "pod_quota_exceeded": "namespace_pod_quota_exceeded",
    "service_quota_exceeded": "namespace_service_quota_exceeded",
    "storage_quota_exceeded": "namespace_storage_quota_exceeded",
    "service_account_missing": "missing_service_account",
    "node_cordoned": "node_cordon_mismatch",
    "node_affinity_unmatched": "node_affinity_mismatch",
    "node_selector_unmatched": "node_selector_mismatch",
    "pod_anti_affinity_unmatched": "pod_anti_affinity_conflict",
    "taint_not_tolerated": "taint_toleration_mismatch",
    "cpu_insufficient": "cpu_capacity_mismatch",
    "memory_insufficient": "memory_capacity_mismatch",
    "claim_selector_unmatched": "pvc_selector_mismatch",
    "claim_access_mode_unmatched": "pvc_access_mode_mismatch",
    "claim_storage_class_missing": "pvc_storage_class_mismatch",
    "claim_size_unmatched": "pvc_capacity_mismatch",
    "volume_taken": "pv_binding_occupied",
    "volume_permission_denied": "volume_mount_permission_denied",
    "image_not_found": "incorrect_image_reference",
    "image_reference_invalid": "incorrect_image_reference",
    "image_registry_unresolved": "image_registry_dns_failure",
    "image_pull_unauthorized": "missing_image_pull_secret",
    "secret_missing": "missing_secret_binding",
    "out_of_memory": "oom_killed",
    "liveness_probe_wrong_protocol": "liveness_probe_incorrect_protocol",
    "liveness_probe_wrong_port": "liveness_probe_incorrect_port",
    "liveness_probe_wrong_timing": "liveness_probe_incorrect_timing",
    "readiness_probe_wrong_protocol": "readiness_probe_incorrect_protocol",
    "readiness_probe_wrong_port": "readiness_probe_incorrect_port",
    "readiness_probe_wrong_timing": "readiness_probe_incorrect_timing",
    "database_credentials_wrong": "mysql_invalid_credentials",
    "database_port_wrong": "mysql_invalid_port",
    "database_connections_exhausted": "db_connection_exhaustion",
    "database_read_only": "db_readonly_mode",
    "scaled_to_zero": "deployment_zero_replicas",
    "sidecar_port_conflict": "service_sidecar_port_conflict",
    "service_selector_unmatched": "service_selector_mismatch",
    "service_target_port_wrong": "service_port_mapping_mismatch",
    "service_protocol_wrong": "service_protocol_mismatch",
    "service_address_wrong": "service_env_var_address_mismatch",
    "gateway_route_wrong": "gateway_misrouted",
    "dns_settings_wrong": "service_dns_resolution_failure",
    "cpu_overload": "pod_cpu_overload",
    "network_delay": "pod_network_delay",
    "network_loss": "pod_network_packet_loss",
    "container_runtime_unavailable": "containerd_unavailable",
    "kubelet_unavailable": "kubelet_unavailable",
    "kube_proxy_unavailable": "kube_proxy_unavailable",
    "scheduler_unavailable": "kube_scheduler_unavailable",
    "node_network_delay": "node_network_delay",
    "node_network_loss": "node_network_packet_loss",
}
"""By our term."""

SPELLINGS = {"db_read_only": "db_readonly_mode", "gateway_misroute": "gateway_misrouted"}
"""Causes that the ground truth spells otherwise than the benchmark's own list."""

Answer = tuple[str, str, str]
"""Taxonomy, object, cause."""


def answer(category: str, cause: str, shown: str, workloads: Collection[str] = ()) -> Answer:
    """A cause of a report in the benchmark's words; an object is shown as `Deployment/shop/cart`.

    The benchmark knows apps and no Services: a Service is the app of its name, or that whose name it continues.
    """
    kind, *rest = shown.split("/")
    name = rest[-1] if rest else ""
    if kind == "Node":
        thing = f"node/{name}"
    elif kind in ("Namespace", "ResourceQuota"):
        thing = f"namespace/{rest[0] if rest else ''}"
    else:
        thing = f"app/{_app(name, workloads)}"
    return TAXONOMY.get(category, category), thing, CAUSES.get(cause, cause)


def _app(name: str, workloads: Collection[str]) -> str:
    longest = max((one for one in workloads if name.startswith(f"{one}-")), key=len, default=name)
    return name if name in workloads else longest


def truth(result: dict[str, str]) -> Answer:
    """The ground truth of a case's metadata."""
    cause = result["root_cause"]
    return result["fault_taxonomy"], result["fault_object"], SPELLINGS.get(cause, cause)
