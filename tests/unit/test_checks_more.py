"""Checks on what objects say of themselves, control plane, sandboxes, load balancers, failing calls, partial lists."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from incidents.evidence import Evidence
from incidents.investigate import investigate
from incidents.metrics.series import Series
from tests.unit.incident_outputs import deployment, event, evidence, found, node, pod, service, terms

CART = deployment("cart")
WELL = [CART, pod(CART), service("cart")]
WAITING: dict[str, Any] = {"state": {"waiting": {"reason": "ContainerCreating"}}}


def thing(api: str, kind: str, name: str, namespace: str = "shop", **more: Any) -> dict[str, Any]:
    metadata = {"name": name, "uid": f"{kind}-{name}"} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **more}


def condition(kind: str, status: str, reason: str = "", message: str = "because") -> dict[str, Any]:
    return {"conditions": [{"type": kind, "status": status, "reason": reason, "message": message}]}


def at_worker(name: str, namespace: str = "kube-system", ready: bool = False) -> dict[str, Any]:
    status = {"phase": "Running", "conditions": [{"type": "Ready", "status": str(ready)}]}
    return thing(
        "v1",
        "Pod",
        name,
        namespace,
        spec={"nodeName": "worker-1", "containers": [{"name": "c"}]},
        status=status,
    )


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (condition("Ready", "False", "SecretSyncedError"), True),
        (condition("Degraded", "True"), True),
        (condition("CatalogSourcesUnhealthy", "True"), True),
        ({"phase": "Failed", "message": "no such channel"}, True),
        ({"health": {"status": "Degraded"}}, True),
        (condition("Ready", "False", "Progressing"), False),
        (condition("Ready", "True"), False),
        (condition("Degraded", "False"), False),
        ({"phase": "Running"}, False),
    ],
)
def test_what_a_custom_resource_says_of_itself(status: dict[str, Any], told: bool) -> None:
    custom = thing("external-secrets.io/v1", "ExternalSecret", "cart-db", status=status)

    assert (("resource_not_ready", "ExternalSecret/shop/cart-db") in terms(found(*WELL, custom))) is told


def test_a_missing_secret_names_what_should_make_it() -> None:
    broken = deployment("cart", container={"envFrom": [{"secretRef": {"name": "cart-db"}}]})
    status = condition("Ready", "False", "SecretSyncedError", "could not get secret data from provider")
    maker = thing(
        "external-secrets.io/v1", "ExternalSecret", "db", spec={"target": {"name": "cart-db"}}, status=status
    )
    other = thing("v1", "Secret", "other")

    told = [
        one for one in found(broken, pod(broken, ready=False), maker, other) if one.term == "secret_missing"
    ]

    assert (
        "ExternalSecret/shop/db should make it and says: Ready is False (SecretSyncedError)" in told[0].text
    )


def test_an_aggregated_api_that_does_not_answer() -> None:
    metrics = thing("apiregistration.k8s.io/v1", "APIService", "v1beta1.metrics.k8s.io", "",
                    status=condition("Available", "False", "MissingEndpoints"))  # fmt: skip

    scaler = thing(
        "autoscaling/v2", "HorizontalPodAutoscaler", "cart", spec={"scaleTargetRef": {"kind": "Deployment"}}
    )

    assert ("api_service_unavailable", "APIService/v1beta1.metrics.k8s.io") in terms(
        found(*WELL, metrics, scaler)
    )
    assert terms(found(*WELL, metrics)) == set(), "nobody here asks it"


def test_a_node_with_a_read_only_disk() -> None:
    worker = node("worker-1")
    worker["status"]["conditions"].append(
        {"type": "ReadonlyFilesystem", "status": "True", "message": "remounted"}
    )

    assert ("node_problem", "Node/worker-1") in terms(found(*WELL, worker))
    worker["status"]["conditions"][-1]["status"] = "False"
    assert terms(found(*WELL, worker)) == set()


@pytest.mark.parametrize(
    ("part", "term"),
    [
        ("kube-scheduler-cp-1", "scheduler_unavailable"),
        ("kube-controller-manager-cp-1", "controller_manager_unavailable"),
        ("etcd-cp-1", "etcd_unavailable"),
        ("coredns-5d78c9869d-x2zzv", "dns_unavailable"),
    ],
)
def test_a_part_of_the_control_plane_without_a_ready_pod(part: str, term: str) -> None:
    assert (term, f"Pod/kube-system/{part}") in terms(found(*WELL, at_worker(part)))
    assert terms(found(*WELL, at_worker(part, ready=True))) == set()


def test_a_change_that_no_controller_has_acted_on() -> None:
    changed = deployment("cart")
    changed["metadata"]["generation"] = 7
    changed["status"] = {"observedGeneration": 6, "readyReplicas": 1}

    assert ("controller_manager_unavailable", "Deployment/shop/cart") in terms(found(changed, pod(changed)))
    changed["status"]["observedGeneration"] = 7
    assert terms(found(changed, pod(changed))) == set()


@pytest.mark.parametrize(
    ("message", "term", "at"),
    [
        ('plugin type="calico" failed (add): failed to request IPv4 addresses: no more IPs available in pool',
         "pod_addresses_exhausted", "Node/worker-1"),
        ('failed to setup network: plugin type="aws-cni" name="aws-cni" failed (add): add cmd: failed to assign an '
         "IP address to container", "pod_addresses_exhausted", "Node/worker-1"),
        ("networkPlugin cni failed to set up pod: stat /var/lib/calico/nodename: no such file or directory",
         "network_plugin_failed", "Node/worker-1"),
        ("failed to create containerd task: cgroup: no such file", "sandbox_failed", "Deployment/shop/cart"),
    ],
)  # fmt: skip
def test_a_pod_without_a_sandbox(message: str, term: str, at: str) -> None:
    said = event("Pod", "cart-1", "FailedCreatePodSandBox", f"Failed to create pod sandbox: {message}")

    assert (term, at) in terms(found(CART, pod(CART, ready=False, **WAITING), node("worker-1"), said))


def test_a_load_balancer_that_the_cloud_refuses() -> None:
    web = service("cart", type="LoadBalancer")
    said = event("Service", "cart", "SyncLoadBalancerFailed", "Error syncing load balancer: quota exceeded")

    assert ("load_balancer_failed", "Service/shop/cart") in terms(found(CART, pod(CART), web, said))
    web["status"] = {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}
    assert terms(found(CART, pod(CART), web, said)) == set(), "it has got one since"


def test_an_ingress_whose_load_balancer_reports_an_error() -> None:
    status = {
        "loadBalancer": {"ingress": [{"ip": "192.0.2.1", "ports": [{"port": 80, "error": "FirewallDenied"}]}]}
    }

    assert ("load_balancer_failed", "Ingress/shop/web") in terms(
        found(*WELL, thing("networking.k8s.io/v1", "Ingress", "web", status=status))
    )


def test_a_pod_of_several_budgets() -> None:
    budgets = [
        thing("policy/v1", "PodDisruptionBudget", name, spec={"selector": {"matchLabels": {"app": "cart"}}})
        for name in ("one", "two")
    ]
    said = event("Pod", "cart-1", "Evicting", "This pod has more than one PodDisruptionBudget, which the eviction "
                 "subresource does not support.")  # fmt: skip

    assert ("disruption_budgets_overlap", "PodDisruptionBudget/shop/one") in terms(
        found(*WELL, *budgets, said)
    )
    assert investigate(evidence(*WELL, *budgets)).healthy


def test_a_volume_that_is_gone() -> None:
    lost = thing("v1", "PersistentVolumeClaim", "data", status={"phase": "Lost"})
    failed = thing(
        "v1", "PersistentVolume", "pv-1", "", status={"phase": "Failed", "message": "no such disk"}
    )

    assert {
        ("volume_failed", "PersistentVolumeClaim/shop/data"),
        ("volume_failed", "PersistentVolume/pv-1"),
    } <= terms(found(*WELL, lost, failed))


def test_two_default_classes_are_a_lint() -> None:
    classes = []
    for name in ("fast", "slow"):
        one = thing("storage.k8s.io/v1", "StorageClass", name, "", provisioner="p")
        one["metadata"]["annotations"] = {"storageclass.kubernetes.io/is-default-class": "true"}
        classes.append(one)

    assert "default_class_ambiguous" in {one.term for one in found(*WELL, *classes)}
    assert investigate(evidence(*WELL, *classes)).healthy


def test_an_admission_policy_that_refuses() -> None:
    said = event("ReplicaSet", "cart", "FailedCreate", "pods \"cart-x\" is forbidden: "
                 "ValidatingAdmissionPolicy 'no-root' with binding 'shop' denied request: no root")  # fmt: skip
    said["involvedObject"]["kind"] = "Deployment"

    assert ("admission_policy_denied", "Deployment/shop/cart") in terms(found(CART, said))


def test_devices_that_cannot_be_claimed() -> None:
    said = event(
        "Pod", "cart-1", "FailedScheduling", "0/2 nodes are available: 2 cannot allocate all claims."
    )
    waiting = pod(CART, ready=False, node="")

    assert ("resource_claim_unallocated", "Deployment/shop/cart") in terms(
        found(CART, waiting, node("w"), said)
    )


def measured(**series: list[float]) -> Evidence:
    """Metrics of the cart by name, at every 15 s."""
    kept = tuple(
        Series(
            "cart",
            name,
            numpy.arange(len(values), dtype=numpy.float64) * 15 + 1_790_000_000,
            numpy.array(values, numpy.float64),
        )
        for name, values in series.items()
    )
    known = evidence(*WELL)
    return Evidence(known.objects, known.events, (), kept, namespace="shop")


def test_calls_that_fail_are_told_and_not_called_slow() -> None:
    report = investigate(measured(success_rate=[1.0] * 20 + [0.4] * 20, p50latency=[20.0, 21.0] * 20))

    assert [(one.cause, one.object) for one in report.causes] == [("error_spike", "Deployment/shop/cart")]


@pytest.mark.parametrize("values", [[100.0] * 20 + [99.0, 98.0] * 10, [1.0] * 40, [0.97, 1.0] * 20])
def test_calls_that_fail_as_seldom_as_before_are_no_alarm(values: list[float]) -> None:
    assert investigate(measured(success_rate=values)).healthy


def test_a_workload_that_nobody_calls_any_more() -> None:
    report = investigate(measured(rps=[50.0, 51.0] * 10 + [0.5] * 20))

    assert [one.cause for one in report.causes] == ["traffic_drop"]


def test_memory_that_grows_to_its_limit() -> None:
    limited = deployment("cart", container={"resources": {"limits": {"memory": "100Mi"}}})
    values = [30e6] * 12 + [30e6 + step * 2e6 for step in range(36)]
    series = (
        Series(
            "cart",
            "mem",
            numpy.arange(48, dtype=numpy.float64) * 60 + 1_790_000_000,
            numpy.array(values, numpy.float64),
        ),
    )
    known = evidence(limited, pod(limited))

    told = investigate(Evidence(known.objects, (), (), series, namespace="shop"))

    assert [one.cause for one in told.causes] == ["memory_growth"]


def test_four_values_show_what_doubles() -> None:
    assert not investigate(measured(p50latency=[10.0, 11.0, 400.0, 420.0])).healthy
    assert investigate(measured(p50latency=[10.0, 14.0, 12.0, 16.0])).healthy
