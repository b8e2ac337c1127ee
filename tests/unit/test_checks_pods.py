"""Checks on pods: admission, scheduling, images, configuration, memory, probes."""

from __future__ import annotations

import pytest

from incidents.checks import images
from incidents.checks.admission import quota_term
from incidents.checks.quantities import quantity
from incidents.checks.scheduler_words import reasons
from incidents.evidence import Log
from tests.unit.incident_outputs import deployment, event, found, node, pod, service, terms

CART = "Deployment/shop/cart"


def waiting(reason: str, message: str = "") -> dict[str, object]:
    return {"state": {"waiting": {"reason": reason, "message": message}}}


def test_a_workload_that_is_well_has_no_findings() -> None:
    cart = deployment("cart")

    assert found(cart, pod(cart), service("cart"), node("worker-1")) == []


def test_a_probe_that_failed_while_the_pod_started_says_nothing() -> None:
    probe = {"grpc": {"port": 8080}, "initialDelaySeconds": 5, "periodSeconds": 10}
    cart = deployment("cart", container={"livenessProbe": probe, "readinessProbe": probe})
    late = event("Pod", "cart-1", "Unhealthy", "Liveness probe failed: connection refused")

    assert terms(found(cart, pod(cart), late)) == set()


def test_a_quota_is_told_at_its_namespace() -> None:
    cart = deployment("cart")
    message = (
        'Error creating: pods "cart-x" is forbidden: exceeded quota: small, requested: requests.cpu=1, '
        "used: requests.cpu=10, limited: requests.cpu=10"
    )
    refused = event("Deployment", "cart", "FailedCreate", message)
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "uid": "ns"}}

    assert ("cpu_quota_exceeded", "Namespace/shop") in terms(found(cart, refused, namespace))


def test_a_refusal_of_the_past_does_not_count() -> None:
    cart = deployment("cart")
    refused = event("Deployment", "cart", "FailedCreate", 'service account: serviceaccount "cart" not found')

    assert terms(found(cart, pod(cart), refused)) == set()


def test_a_missing_service_account() -> None:
    refused = event(
        "Deployment", "cart", "FailedCreate",
        'pods "cart-" is forbidden: error looking up service account shop/carts: serviceaccount "carts" not found',
    )  # fmt: skip

    assert ("service_account_missing", CART) in terms(found(deployment("cart"), refused))


@pytest.mark.parametrize(
    ("resource", "term"),
    [("requests.memory=1Gi", "memory_quota_exceeded"), ("pods=1", "pod_quota_exceeded"),
     ("count/services", "service_quota_exceeded"), ("count/configmaps", "object_quota_exceeded")],
)  # fmt: skip
def test_the_resource_says_which_quota(resource: str, term: str) -> None:
    assert quota_term(resource) == term


MASTER = {**node("m", unschedulable=True), "roles": ["control-plane"]}


@pytest.mark.parametrize(
    ("message", "spec", "term"),
    [
        ("0/4 nodes are available: 1 node(s) were unschedulable, 3 Insufficient cpu.", {}, "cpu_insufficient"),
        ("0/4 nodes are available: 1 node(s) were unschedulable, 3 Insufficient memory.", {}, "memory_insufficient"),
        ("0/4 nodes are available: 1 node(s) were unschedulable, 3 node(s) had untolerated taint {gpu: yes}.", {},
         "taint_not_tolerated"),
        ("0/4 nodes: 1 node(s) were unschedulable, 3 node(s) didn't match Pod's node affinity/selector.",
         {"nodeSelector": {"disk": "ssd"}}, "node_selector_unmatched"),
        ("0/4 nodes: 1 node(s) were unschedulable, 3 node(s) didn't match Pod's node affinity/selector.", {},
         "node_affinity_unmatched"),
        ("0/4 nodes are available: 2 node(s) were unschedulable, 2 node(s) didn't match Pod's node affinity/selector.",
         {"nodeSelector": {"disk": "ssd"}}, "node_cordoned"),
        ("0/4 nodes are available: 1 node(s) had untolerated taint {gpu: yes}, 1 node(s) were unschedulable, "
         "2 node(s) didn't match Pod's node affinity/selector.", {"nodeSelector": {"gpu": "y"}},
         "taint_not_tolerated"),
        ("0/4 nodes are available: 1 node(s) were unschedulable, 3 node(s) didn't match pod anti-affinity rules.", {},
         "pod_anti_affinity_unmatched"),
    ],
)  # fmt: skip
def test_why_the_scheduler_finds_no_node(message: str, spec: dict[str, object], term: str) -> None:
    cart = deployment("cart", **spec)
    failed = event("Pod", "cart-1", "FailedScheduling", message + " preemption: 0/4 nodes are available.")

    findings = found(cart, pod(cart, ready=False, node=""), failed, MASTER, node("worker-1"))

    best = max(
        (one for one in findings if one.cause.category == "scheduling"), key=lambda one: one.confidence
    )
    assert (best.term, best.shown) == (term, CART)


def _without_room(
    name: str, cpu: str = "500m", since: str = "2026-03-01T10:00:00Z"
) -> list[dict[str, object]]:
    made = deployment(name)
    waits = pod(made, ready=False, node="")
    waits["spec"]["containers"][0]["resources"] = {"requests": {"cpu": cpu}}
    waits["status"]["conditions"] = [
        {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "lastTransitionTime": since,
         "message": "0/1 nodes are available: 1 Insufficient cpu."}
    ]  # fmt: skip
    return [made, waits]


def test_of_many_that_find_no_room_the_nodes_are_full() -> None:
    worker = {**node("worker-1")}
    worker.setdefault("status", {})["allocatable"] = {"cpu": "1", "memory": "1Gi"}
    some = [one for name in ("cart", "till", "shelf") for one in _without_room(name)]
    greedy = _without_room("greedy", "64")

    findings = [one for one in found(worker, *some, *greedy) if one.term == "cpu_insufficient"]
    texts = {one.shown: one.text for one in findings}

    assert "2 other workloads: the nodes are full" in texts[CART]
    assert "full" not in texts["Deployment/shop/greedy"]
    assert all(".." not in text for text in texts.values())
    assert {str(one.since) for one in findings} == {"2026-03-01 10:00:00+00:00"}


def test_a_pod_that_no_scheduler_looked_at() -> None:
    cart = deployment("cart")

    assert ("scheduler_unavailable", "Node/m") in terms(found(cart, pod(cart, ready=False, node=""), MASTER))


def test_reasons_are_counted_by_node() -> None:
    message = "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {a: b}. preemption: none."

    assert [(one.term, one.nodes) for one in reasons(message)] == [
        ("cpu_insufficient", 1), ("taint_not_tolerated", 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("message", "term"),
    [
        ("dial tcp: lookup registry.corp on 127.0.0.53:53: no such host", "image_registry_unresolved"),
        ("failed to authorize: failed to fetch anonymous token: 403 Forbidden", "image_pull_unauthorized"),
        ("rpc error: code = NotFound desc = cart:9: not found", "image_not_found"),
        ("docker.io/library/redsi:1: pull access denied, repository does not exist or may require authorization",
         "image_not_found"),
        ("toomanyrequests: You have reached your pull rate limit", "image_rate_limited"),
        ("dial tcp 1.2.3.4:443: i/o timeout", "image_registry_unreachable"),
    ],
)  # fmt: skip
def test_what_the_registry_answered(message: str, term: str) -> None:
    cart = deployment("cart")
    failed = event("Pod", "cart-1", "Failed", f'Failed to pull image "cart:1": {message}')

    answered = images.answer(message)
    assert answered is not None
    assert answered[0] == term
    assert (term, CART) in terms(found(cart, pod(cart, ready=False, **waiting("ImagePullBackOff")), failed))


def test_a_missing_secret() -> None:
    cart = deployment("cart")
    failed = event("Pod", "cart-1", "Failed", 'Error: secret "cart-db" not found')
    stuck = pod(cart, ready=False, **waiting("CreateContainerConfigError"))

    assert ("secret_missing", CART) in terms(found(cart, stuck, failed))


def test_a_container_that_was_killed_for_its_memory() -> None:
    cart = deployment("cart")
    killed = pod(
        cart, ready=False, restartCount=3, lastState={"terminated": {"reason": "OOMKilled", "exitCode": 137}},
        **waiting("CrashLoopBackOff"),
    )  # fmt: skip

    assert ("out_of_memory", CART) in terms(found(cart, killed))


def test_a_process_that_may_not_use_its_volume() -> None:
    volume = {"name": "data", "hostPath": {"path": "/data"}}
    cart = deployment("cart", volumes=[volume])
    ended = pod(cart, ready=False, restartCount=4, **waiting("CrashLoopBackOff"))
    log = Log("cart", ("starting", "Fatal error: can't open dump.rdb for reading: Permission denied"), "shop")

    assert ("volume_permission_denied", CART) in terms(found(cart, ended, logs=[log]))


GRPC = {"grpc": {"port": 8080}, "initialDelaySeconds": 5, "periodSeconds": 10, "failureThreshold": 3}


@pytest.mark.parametrize(
    ("probe", "message", "term"),
    [
        ({**GRPC, "grpc": {"port": 8081}}, "failed to connect service: deadline exceeded", "wrong_port"),
        ({"httpGet": {"port": 8080, "path": "/"}}, 'Get "http://…": malformed HTTP response', "wrong_protocol"),
        ({"httpGet": {"port": 8080, "path": "/health"}}, "HTTP probe failed with statuscode: 404", "wrong_path"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["liveness", "readiness"])
def test_a_probe_that_does_not_fit_the_server(
    kind: str, probe: dict[str, object], message: str, term: str
) -> None:
    other = "readinessProbe" if kind == "liveness" else "livenessProbe"
    cart = deployment("cart", container={f"{kind}Probe": probe, other: GRPC})
    failed = event("Pod", "cart-1", "Unhealthy", f"{kind.title()} probe failed: {message}")
    restarted = {"restartCount": 2, "state": {"running": {}}}

    assert (f"{kind}_probe_{term}", CART) in terms(found(cart, pod(cart, ready=False, **restarted), failed))


def test_a_liveness_probe_that_gives_no_time() -> None:
    hasty = {**GRPC, "initialDelaySeconds": 1, "periodSeconds": 1, "failureThreshold": 1}
    cart = deployment("cart", container={"livenessProbe": hasty, "readinessProbe": GRPC})
    failed = event("Pod", "cart-1", "Unhealthy", "Liveness probe failed: connection refused")
    killed = event(
        "Pod", "cart-1", "Killing", "Container server failed liveness probe, will be restarted", False
    )
    looping = pod(cart, ready=False, restartCount=5, **waiting("CrashLoopBackOff"))

    assert ("liveness_probe_wrong_timing", CART) in terms(found(cart, looping, failed, killed))


def test_a_readiness_probe_that_waits_less_than_the_liveness_probe() -> None:
    patient = {"httpGet": {"port": 8080, "path": "/"}, "timeoutSeconds": 5}
    cart = deployment(
        "cart", container={"livenessProbe": patient, "readinessProbe": {**patient, "timeoutSeconds": 1}}
    )
    failed = event("Pod", "cart-1", "Unhealthy", "Readiness probe failed: context deadline exceeded")

    running = pod(cart, ready=False, state={"running": {}})

    assert ("readiness_probe_wrong_timing", CART) in terms(found(cart, running, failed))


def test_two_containers_that_declare_one_port() -> None:
    cart = deployment("cart")
    twin = {"name": "proxy", "image": "proxy:1", "ports": [{"containerPort": 8080}]}
    cart["spec"]["template"]["spec"]["containers"].append(twin)

    assert ("sidecar_port_conflict", CART) in terms(found(cart, pod(cart, ready=False)))
    assert terms(found(cart, pod(cart))) == set()


def test_a_pod_that_uses_nearly_all_its_memory() -> None:
    cart = deployment("cart", container={"resources": {"limits": {"memory": "100Mi"}}})

    assert ("memory_growth", CART) in terms(
        found(cart, pod(cart) | {"usage": {"cpu": "1m", "memory": "99Mi"}})
    )
    assert terms(found(cart, pod(cart) | {"usage": {"cpu": "1m", "memory": "60Mi"}})) == set()


def test_quantities() -> None:
    assert quantity("250m") == 0.25
    assert quantity("3Gi") == 3 * 2**30
    assert quantity("much") is None
