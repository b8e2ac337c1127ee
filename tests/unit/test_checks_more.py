"""Checks on what objects say of themselves, control plane, sandboxes, load balancers, failing calls, partial lists."""

from __future__ import annotations

import json
from typing import Any

import numpy
import pytest

from incidents.bundles import read_text
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


PODS = """NAME                    READY   STATUS             RESTARTS     AGE
cart-5d8c7b9f6-k2x9q    {ready}     {status}
web-7c9d8b6f5-x2zzv     1/1     Running            0            5d
"""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (PODS.format(ready="0/1", status="CrashLoopBackOff   9 (1m ago)   1h"), ("crash_loop", "Deployment/cart")),
        (PODS.format(ready="0/1", status="Running            0            1h"), ("not_ready", "Deployment/cart")),
        (PODS.format(ready="0/1", status="OOMKilled          3 (1m ago)   1h"), ("out_of_memory", "Deployment/cart")),
        (PODS.format(ready="1/1", status="Running            47 (2m ago)  5h"), ("crash_loop", "Deployment/cart")),
        (PODS.format(ready="1/1", status="Running            47 (3d ago)  9d"), None),
        (PODS.format(ready="0/1", status="Completed          0            1h"), None),
        ("NAME   READY   UP-TO-DATE   AVAILABLE   AGE\ncart   1/3     1            1           9d\n",
         ("not_ready", "Deployment/cart")),
        ("NAME    READY   AGE\nmysql   0/3     9d\n", ("not_ready", "StatefulSet/mysql")),
        ("NAME   DESIRED   CURRENT   READY   UP-TO-DATE   AVAILABLE   NODE SELECTOR   AGE\n"
         "logs   3         3         1       3            1           <none>          9d\n",
         ("not_ready", "DaemonSet/logs")),
        ("NAME     STATUS   COMPLETIONS   DURATION   AGE\nreport   Failed   0/1           9h         9h\n",
         ("job_failed", "Job/report")),
        ("NAME                   CPU(cores)   MEMORY(bytes)\ncart-5d8c7b9f6-k2x9q   1998m        250Mi\n", None),
        ("2m   Warning   FailedMount   pod/cart-5d8c7b9f6-k2x9q   MountVolume.SetUp failed for volume \"c\" : "
         "configmap \"cart-cfg\" not found\n", ("config_map_missing", "Deployment/cart")),
        ("LAST SEEN   TYPE      REASON      OBJECT                     MESSAGE\n2m          Warning   Unhealthy   "
         "pod/cart-5d8c7b9f6-k2x9q   Readiness probe failed: statuscode: 503\n", ("probe_failing", "Deployment/cart")),
        ("NAMESPACE   NAME                   READY   STATUS    RESTARTS   AGE\n"
         "pay         web-7c9d8b6f5-x2zz7    1/1     Running   0          5d\n"
         "pay         web-7c9d8b6f5-x2zz9    1/1     Running   0          5d\n"
         "shop        cart-5d8c7b9f6-k2x9q   0/1     Running   0          5d\n", ("not_ready", "Deployment/shop/cart")),
        ("~ ❯ k get po -n shop\n" + PODS.format(ready="0/1", status="Running            0            1h"),
         ("not_ready", "Deployment/shop/cart")),
        ("$ oc get pods\n" + PODS.format(ready="0/1", status="CrashLoopBackOff   9 (1m ago)   1h")
         + "$ oc logs cart-5d8c7b9f6-k2x9q\nError: connect ECONNREFUSED 10.0.0.9:5432\n",
         ("database_unavailable", "Deployment/cart")),
    ],
)  # fmt: skip
def test_what_the_smallest_pastes_tell(text: str, wanted: tuple[str, str] | None) -> None:
    report = investigate(read_text(text))

    assert (report.causes[0].cause, report.causes[0].object) == wanted if wanted else report.healthy


DOWN = "cart-5d8c7b9f6-k2x9q   0/1   CrashLoopBackOff   9 (1m ago)   1h"
DESCRIBED = """$ kubectl describe deployment cart -n shop
Name:               cart
Namespace:          shop
Selector:           app=cart
Replicas:           1 desired | 1 updated | 1 total | 0 available | 1 unavailable
Pod Template:
  Labels:           app=cart
  Service Account:  cart
  Containers:
   server:
    Image:      cart:1
    Environment Variables from:
      cart-db   Secret  Optional: false
Events:             <none>
"""


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("$ kubectl get secrets -n shop\nNAME     TYPE     DATA   AGE\nother    Opaque   1      1d\n", True),
        ("$ kubectl get secrets -n shop\nNo resources found in shop namespace.\n", True),
        ("$ kubectl get secret other -n shop\nNAME     TYPE     DATA   AGE\nother    Opaque   1      1d\n", False),
        ("$ kubectl get secrets -n shop | grep other\nother    Opaque   1      1d\n", False),
        ("$ kubectl get secrets -n shop -l tier=db\nNAME     TYPE     AGE\nother    Opaque   1d\n", False),
        ("$ kubectl get secrets -n pay\nNAME     TYPE     DATA   AGE\nother    Opaque   1      1d\n", False),
        ("", False),
    ],
)  # fmt: skip
def test_only_a_list_shows_that_something_is_missing(asked: str, told: bool) -> None:
    pods = f"$ kubectl get pods -n shop\nNAME                   READY   STATUS             RESTARTS     AGE\n{DOWN}\n"

    report = investigate(read_text(pods + DESCRIBED + asked, "shop"))

    assert ("secret_missing" in {one.cause for one in report.causes}) is told


def test_a_list_of_the_api_shows_that_something_is_missing() -> None:
    broken = deployment("cart", container={"envFrom": [{"secretRef": {"name": "cart-db"}}]})
    objects = [broken, pod(broken, ready=False)]
    secrets = {"apiVersion": "v1", "kind": "SecretList", "items": []}
    pods = {"apiVersion": "v1", "kind": "List", "items": objects}

    told = investigate(read_text(json.dumps(pods) + json.dumps(secrets), "shop"))

    assert "secret_missing" in {one.cause for one in told.causes}
    assert "secret_missing" not in {
        one.cause for one in investigate(read_text(json.dumps(pods), "shop")).causes
    }


@pytest.mark.parametrize(
    ("row", "unwell"),
    [
        ("cart-5d8c7b9f6-k2x9q   0/1   Evicted     0   5d", False),
        ("report-28940160-x7k2p  0/1   Completed   0   5h", False),
        ("cart-5d8c7b9f6-k2x9q   0/1   Error       3   5m", True),
        ("cart-5d8c7b9f6-k2x9q   0/1   Init:Error  3   5m", True),
    ],
)
def test_what_rows_of_pods_say_of_now(row: str, unwell: bool) -> None:
    text = (
        "$ kubectl get pods -n shop\nNAME                   READY   STATUS      RESTARTS   AGE\n"
        f"cart-5d8c7b9f6-zzzzz   1/1   Running     0   5d\n{row}\n"
        "$ kubectl get deployments -n shop\nNAME   READY   UP-TO-DATE   AVAILABLE   AGE\n"
        f"cart   {'1/2' if unwell else '1/1'}     1            1           9d\n"
    )

    assert investigate(read_text(text, "shop")).healthy is not unwell
