"""What Kubernetes says of one thing in its different versions, runtimes and registries."""

from __future__ import annotations

from typing import Any

import pytest

from incidents.checks import images
from incidents.evidence import Log
from incidents.finding import Finding
from tests.unit.incident_outputs import deployment, event, found, node, pod, service, terms

CART = "Deployment/shop/cart"
MASTER = node("master", unschedulable=True, taints=[{"key": "node-role.kubernetes.io/control-plane"}])
MASTER["metadata"]["labels"] = {"node-role.kubernetes.io/control-plane": ""}


def first(findings: list[Finding], category: str) -> str:
    """The surest term of a category."""
    return max(
        (one for one in findings if one.cause.category == category), key=lambda one: one.confidence
    ).term


@pytest.mark.parametrize(
    ("message", "term"),
    [
        ("0/4 nodes are available: 1 node(s) had taints that the pod didn't tolerate, 3 Insufficient cpu.",
         "cpu_insufficient"),
        ("0/4 nodes are available: 1 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't "
         "tolerate, 3 node(s) had taint {gpu: yes}, that the pod didn't tolerate.", "taint_not_tolerated"),
        ("0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 Insufficient memory.", "memory_insufficient"),
        ("0/4 nodes are available: 4 node(s) had untolerated taint(s).", "taint_not_tolerated"),
        ("0/4 nodes are available: 4 node(s) didn't match node selector.", "node_selector_unmatched"),
        ("0/4 nodes are available: 4 node(s) didn't match Pod's node affinity.", "node_selector_unmatched"),
        ("0/3 nodes are available: 3 node(s) didn't match pod affinity/anti-affinity, 3 node(s) didn't match pod "
         "anti-affinity rules.", "pod_anti_affinity_unmatched"),
        ("0/3 nodes are available: 3 node(s) didn't satisfy existing pods anti-affinity rules.",
         "pod_anti_affinity_unmatched"),
        ("0/3 nodes are available: 3 node(s) didn't match pod affinity rules.", "pod_affinity_unmatched"),
        ("0/3 nodes are available: 3 node(s) had volume node affinity conflict.", "volume_zone_conflict"),
        ("0/3 nodes are available: 3 node(s) had untolerated taint {node.kubernetes.io/unschedulable: }.",
         "node_cordoned"),
        ("0/3 nodes are available: 3 Too many pods.", "pod_slots_exhausted"),
        ("0/3 nodes are available: 3 node(s) didn't have free ports for the requested pod ports.", "host_port_taken"),
        ("0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints (missing required label).",
         "topology_spread_unmatched"),
        ('0/3 nodes are available: persistentvolumeclaim "data" not found.', "claim_missing"),
    ],
)  # fmt: skip
def test_what_schedulers_of_all_versions_say(message: str, term: str) -> None:
    cart = deployment("cart", nodeSelector={"disk": "ssd"})
    failed = event("Pod", "cart-1", "FailedScheduling", message)

    assert (
        first(found(cart, pod(cart, ready=False, node=""), failed, MASTER, node("worker-1")), "scheduling")
        == term
    )


def test_taints_that_nobody_names_are_those_of_the_nodes() -> None:
    cart = deployment("cart")
    message = "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint(s)."
    failed = event("Pod", "cart-1", "FailedScheduling", message)
    masters = [
        node(name, taints=[{"key": "node-role.kubernetes.io/control-plane"}]) for name in ("m-1", "m-2")
    ]

    findings = found(cart, pod(cart, ready=False, node=""), failed, *masters, node("worker-1"))

    assert first(findings, "scheduling") == "cpu_insufficient"


def test_a_node_that_is_lost_is_told_elsewhere() -> None:
    cart = deployment("cart")
    message = "0/2 nodes are available: 1 node(s) were not ready, 1 node(s) were unschedulable."
    failed = event("Pod", "cart-1", "FailedScheduling", message)

    assert terms(found(cart, pod(cart, ready=False, node=""), failed, MASTER)) <= {("not_ready", CART)}


def test_of_two_resources_that_are_short_the_one_that_no_node_has_comes_first() -> None:
    cart = deployment("cart", container={"resources": {"requests": {"cpu": "100m", "memory": "900Gi"}}})
    worker = node("worker-1")
    worker["status"]["allocatable"] = {"cpu": "8", "memory": "16Gi"}
    failed = event(
        "Pod",
        "cart-1",
        "FailedScheduling",
        "0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory.",
    )

    findings = found(cart, pod(cart, ready=False, node=""), failed, worker)

    assert first(findings, "scheduling") == "memory_insufficient"


@pytest.mark.parametrize(
    ("message", "term"),
    [
        ('error looking up service account shop/x: serviceaccount "x" not found', "service_account_missing"),
        ('pods "cart-" is forbidden: service account shop/x was not found, retry after the service account is created',
         "service_account_missing"),
        ('Internal error occurred: failed calling admission webhook "a.b.c": Post https://a.b.svc: EOF',
         "webhook_unavailable"),
        ('Internal error occurred: failed calling webhook "a.b.c": failed to call webhook: Post "https://a.b.svc": EOF',
         "webhook_unavailable"),
        ('admission webhook "validate.kyverno.svc-fail" denied the request: no', "webhook_denied"),
        ('pods "cart-x" is forbidden: maximum cpu usage per Container is 1, but limit is 2', "limit_range_violated"),
        ('pods "cart-x" is forbidden: cpu max limit to request ratio per Container is 2, but provided ratio is 4.0',
         "limit_range_violated"),
        ('pods "cart-x" is forbidden: exceeded quota: small, requested: limits.memory=1Gi, used: limits.memory=2Gi, '
         "limited: limits.memory=2Gi", "memory_quota_exceeded"),
        ('pods "cart-x" is forbidden: exceeded quota: small, requested: pods=1, used: pods=5, limited: pods=5',
         "pod_quota_exceeded"),
        ('pods "cart-x" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false',
         "security_policy_denied"),
    ],
)  # fmt: skip
def test_why_the_api_server_refuses_pods(message: str, term: str) -> None:
    refused = event("Deployment", "cart", "FailedCreate", f"Error creating: {message}")

    assert first(found(deployment("cart"), refused), "admission") == term


def replica_set(of: dict[str, Any], name: str, replicas: int) -> dict[str, Any]:
    owner = {
        "kind": "Deployment",
        "name": of["metadata"]["name"],
        "uid": of["metadata"]["uid"],
        "controller": True,
    }
    return {
        "apiVersion": "apps/v1", "kind": "ReplicaSet",
        "metadata": {"name": name, "namespace": "shop", "uid": f"r-{name}", "ownerReferences": [owner]},
        "spec": {"replicas": replicas, "template": of["spec"]["template"]},
    }  # fmt: skip


def test_a_rollout_that_waits_for_pods_which_are_refused() -> None:
    cart = deployment("cart")
    old, new = replica_set(cart, "cart-old", 1), replica_set(cart, "cart-new", 1)
    runs = pod(cart)
    runs["metadata"]["ownerReferences"] = [{"kind": "ReplicaSet", "name": "cart-old", "uid": "r-cart-old"}]
    message = 'error looking up service account shop/x: serviceaccount "x" not found'

    refused = event("ReplicaSet", "cart-new", "FailedCreate", message)
    assert ("service_account_missing", CART) in terms(found(cart, old, new, runs, refused))

    past = event("ReplicaSet", "cart-old", "FailedCreate", message)
    assert terms(found(cart, old, runs, past)) == set()


@pytest.mark.parametrize(
    ("message", "term"),
    [
        ("Error response from daemon: manifest for cart:9 not found: manifest unknown: manifest unknown",
         "image_not_found"),
        ("Error response from daemon: pull access denied for redsi, repository does not exist or may require "
         "'docker login': denied: requested access to the resource is denied", "image_not_found"),
        ("Error response from daemon: pull access denied for acme/cart, repository does not exist or may require "
         "'docker login': denied: requested access to the resource is denied", "image_pull_unauthorized"),
        ("Error response from daemon: Get https://reg.corp/v2/: dial tcp: lookup reg.corp on 10.0.0.2:53: no such host",
         "image_registry_unresolved"),
        ('failed to do request: Head "https://reg.corp/v2/": dial tcp: lookup reg.corp: Temporary failure in name '
         "resolution", "image_registry_unresolved"),
        ('failed to do request: Head "https://reg:5000/v2/": http: server gave HTTP response to HTTPS client',
         "image_registry_unreachable"),
        ("unexpected status from HEAD request to https://reg.corp/v2/a/manifests/1: 503 Service Unavailable",
         "image_registry_unreachable"),
        ('Failed to apply default image tag "Cart:1": couldn\'t parse image name "Cart:1": invalid reference format',
         "image_reference_invalid"),
        ("no match for platform in manifest: not found", "image_platform_unmatched"),
    ],
)  # fmt: skip
def test_what_registries_and_runtimes_answer(message: str, term: str) -> None:
    answered = images.answer(message)

    assert answered is not None
    assert answered[0] == term


def test_what_a_registry_refuses_beside_what_others_pull_is_a_slip() -> None:
    cart = deployment("cart", container={"image": "reg.corp/acme/shopp/cart:1"})
    web = deployment("web", container={"image": "reg.corp/acme/shop/web:1"})
    failed = event("Pod", "cart-1", "Failed", "Failed to pull image: 403 Forbidden")
    stuck = pod(cart, ready=False, state={"waiting": {"reason": "ImagePullBackOff"}})

    assert first(found(cart, web, pod(web), stuck, failed), "startup") == "image_not_found"

    cart["spec"]["template"]["spec"]["containers"][0]["image"] = "reg.corp/acme/shop/cart:1"
    assert first(found(cart, web, pod(web), stuck, failed), "startup") == "image_pull_unauthorized"


@pytest.mark.parametrize(
    ("reason", "message", "term"),
    [
        ("FailedCreatePodSandBox", "container init was OOM-killed (memory limit too low?): unknown", "out_of_memory"),
        ("Failed", "Error response from daemon: Minimum memory limit allowed is 6MB", "out_of_memory"),
        ("FailedCreatePodSandBox", "starting container process caused: write init-p: broken pipe", "out_of_memory"),
        ("FailedMount", 'MountVolume.SetUp failed for volume "v" : secrets "db" not found', "secret_missing"),
        ("FailedMount", 'MountVolume.SetUp failed for volume "v" : configmap "c" not found', "config_map_missing"),
        ("Failed", "Error: couldn't find key USER in Secret shop/db", "config_key_missing"),
        ("FailedMount", 'MountVolume.SetUp failed for volume "v" : mount.nfs: access denied by server while mounting',
         "volume_permission_denied"),
        ("Failed", "Error: failed to generate container spec: mkdir /mnt/data: permission denied: mount source",
         "volume_permission_denied"),
        ("Failed", 'Error: failed to start container "server": exec: "serve": executable file not found in $PATH',
         "command_not_found"),
        ("Failed", "Error: container has runAsNonRoot and image will run as root", "security_context_refused"),
    ],
)  # fmt: skip
def test_why_a_container_does_not_start(reason: str, message: str, term: str) -> None:
    cart = deployment("cart")
    stuck = pod(cart, ready=False, state={"waiting": {"reason": "ContainerCreating"}})

    assert (term, CART) in terms(found(cart, stuck, event("Pod", "cart-1", reason, message)))


def ended(code: int, **state: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    limits = {"resources": {"limits": {"memory": "32Mi"}}}
    cart = deployment("cart", container=limits)
    last = {"terminated": {"exitCode": code, "reason": "Error", **state}}
    return cart, pod(
        cart, ready=False, restartCount=3, state={"waiting": {"reason": "CrashLoopBackOff"}}, lastState=last
    )


@pytest.mark.parametrize(
    "line",
    [
        "Exception in thread main java.lang.OutOfMemoryError: Java heap space",
        "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
        "fatal error: runtime: out of memory",
    ],
)
def test_a_process_that_says_that_it_gets_no_memory(line: str) -> None:
    assert ("out_of_memory", CART) in terms(found(*ended(1), logs=[Log("cart", ("starting", line), "shop")]))


@pytest.mark.parametrize(("limit", "small"), [("5Mi", True), ("64Mi", False)])
def test_a_limit_under_which_nothing_can_start(limit: str, small: bool) -> None:
    cart = deployment("cart", container={"resources": {"limits": {"memory": limit}}})
    stuck = pod(cart, ready=False, state={"waiting": {"reason": "ContainerCreating"}})

    assert (("out_of_memory", CART) in terms(found(cart, stuck))) == small


def test_a_container_that_the_kernel_killed() -> None:
    again = event("Pod", "cart-1", "BackOff", "Back-off restarting failed container")
    killing = event("Pod", "cart-1", "Killing", "Container server failed liveness probe, will be restarted")

    assert ("out_of_memory", CART) in terms(found(*ended(137), again))
    assert ("out_of_memory", CART) not in terms(found(*ended(137), again, killing))
    assert ("out_of_memory", CART) not in terms(found(*ended(1), again))


HTTP = {"httpGet": {"port": 8080, "path": "/"}, "initialDelaySeconds": 5, "periodSeconds": 10}


@pytest.mark.parametrize(
    ("probe", "message", "term"),
    [
        (HTTP, 'Get "http://10.0.0.1:8080/": EOF', "wrong_protocol"),
        (HTTP, 'Get "http://10.0.0.1:8080/": read tcp 1.1.1.1:1->10.0.0.1:8080: read: connection reset by peer',
         "wrong_protocol"),
        (HTTP, "HTTP probe failed with statuscode: 400", "wrong_protocol"),
        ({**HTTP, "httpGet": {"port": 8080, "scheme": "HTTPS"}},
         'Get "https://10.0.0.1:8080/": http: server gave HTTP response to HTTPS client', "wrong_protocol"),
        ({"grpc": {"port": 8080}}, 'error: health rpc probe failed: rpc error: code = Unavailable desc = connection '
         'error: desc = "error reading server preface: http2: frame too large"', "wrong_protocol"),
        ({"tcpSocket": {"port": 9999}}, "dial tcp 10.0.0.1:9999: connect: connection refused", "wrong_port"),
    ],
)  # fmt: skip
def test_what_a_probe_meets(probe: dict[str, Any], message: str, term: str) -> None:
    cart = deployment("cart", container={"readinessProbe": probe})
    failed = event("Pod", "cart-1", "Unhealthy", f"Readiness probe failed: {message}")

    findings = found(cart, pod(cart, ready=False, state={"running": {}}), failed)

    assert (f"readiness_probe_{term}", CART) in terms(findings)


def test_two_probes_that_ask_the_same_wrong_port() -> None:
    probe = {"tcpSocket": {"port": 9999}, "periodSeconds": 10, "failureThreshold": 3}
    cart = deployment("cart", container={"readinessProbe": probe, "livenessProbe": probe})
    said = "probe failed: dial tcp 10.0.0.1:9999: connect: connection refused"
    events = [
        event("Pod", "cart-1", "Unhealthy", f"Liveness {said}"),
        event("Pod", "cart-1", "Unhealthy", said),
    ]
    events[1]["message"] = f"Readiness {said}"
    events[1]["metadata"]["name"] = "cart-1.ready"

    findings = found(cart, pod(cart, ready=False, restartCount=2, state={"running": {}}), *events)

    assert {("liveness_probe_wrong_port", CART), ("readiness_probe_wrong_port", CART)} <= terms(findings)


@pytest.mark.parametrize(
    ("probe", "text"),
    [
        ({"tcpSocket": {"port": 9999}}, "asks port 9999"),
        ({"httpGet": {"port": 8080}, "periodSeconds": 1, "failureThreshold": 1}, "gives up after 1 s"),
    ],
)
def test_a_startup_probe_that_does_not_fit(probe: dict[str, Any], text: str) -> None:
    cart = deployment("cart", container={"startupProbe": probe})
    failed = event(
        "Pod", "cart-1", "Unhealthy", "Startup probe failed: dial tcp: connect: connection refused"
    )
    killed = event(
        "Pod", "cart-1", "Killing", "Container server failed startup probe, will be restarted", False
    )

    findings = found(cart, pod(cart, ready=False, restartCount=2), failed, killed)

    assert any(one.term == "startup_probe_wrong" and text in one.text for one in findings)


def test_a_readiness_probe_that_must_pass_many_times() -> None:
    probe = {"tcpSocket": {"port": 8080}, "periodSeconds": 10, "successThreshold": 100}
    cart = deployment("cart", container={"readinessProbe": probe})
    waits = pod(cart, ready=False, state={"running": {}})
    waits["status"]["startTime"] = "2026-01-02T03:03:05Z"
    now = event("Pod", "cart-1", "Started", "Started container", warning=False)

    assert ("readiness_probe_wrong_timing", CART) in terms(found(cart, waits, now))


@pytest.mark.parametrize(
    ("message", "term"),
    [
        ("container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin "
         "returns error: cni plugin not initialized", "node_network_unavailable"),
        ("container runtime is down", "container_runtime_unavailable"),
        ("[container runtime is down, container runtime network not ready]", "container_runtime_unavailable"),
        ("container runtime status check may not have completed yet", "container_runtime_unavailable"),
        ("PLEG is not healthy: pleg was last seen active 3m0s ago; threshold is 3m0s", "container_runtime_unavailable"),
        ("Kubelet stopped posting node status.", "kubelet_unavailable"),
    ],
)  # fmt: skip
def test_what_a_node_says_that_is_not_ready(message: str, term: str) -> None:
    worker = node("worker-1")
    worker["status"]["conditions"] = [
        {"type": "Ready", "status": "Unknown" if "stopped" in message else "False", "message": message}
    ]

    assert terms(found(worker)) == {(term, "Node/worker-1")}


def claimed(message: str) -> list[dict[str, Any]]:
    cart = deployment("cart", volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}])
    claim = {
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data", "namespace": "shop"},
        "spec": {"volumeName": "disk"}, "status": {"phase": "Pending"},
    }  # fmt: skip
    said = event(
        "PersistentVolumeClaim", "data", "VolumeMismatch" if "Cannot" in message else "FailedBinding", message
    )
    return [cart, pod(cart, ready=False, node=""), claim, said]


@pytest.mark.parametrize(
    ("message", "term"),
    [
        ('volume "disk" already bound to a different claim.', "volume_taken"),
        ('Cannot bind to requested volume "disk": requested PV is too small', "claim_size_unmatched"),
        ('Cannot bind to requested volume "disk": incompatible accessMode', "claim_access_mode_unmatched"),
        ('Cannot bind to requested volume "disk": storageClassName does not match', "claim_storage_class_missing"),
        ('storageclass.storage.k8s.io "fast" not found', "claim_pending"),
        ("Waiting for a volume to be created either by the external provisioner 'x' or manually by the system "
         "administrator.", "provisioning_failed"),
    ],
)  # fmt: skip
def test_why_the_controller_binds_no_volume(message: str, term: str) -> None:
    assert term in {one for one, _ in terms(found(*claimed(message)))}


def test_a_volume_that_is_kept_for_another_claim() -> None:
    objects = claimed("no persistent volumes available for this claim and no storage class is set")
    kept = {
        "apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "disk"},
        "spec": {"claimRef": {"namespace": "shop", "name": "other"}}, "status": {"phase": "Available"},
    }  # fmt: skip

    assert ("volume_taken", CART) in terms(found(*objects, kept))


def shops(*names: str) -> list[dict[str, Any]]:
    parts = [deployment(name) for name in names]
    return [*parts, *(pod(part) for part in parts), *(service(name) for name in names)]


def test_one_service_of_many_that_sends_where_no_container_listens() -> None:
    objects = shops("a", "b", "c", "d", "e", "f")

    assert terms(found(*objects)) == set()
    objects[-1]["spec"]["ports"][0]["targetPort"] = 8081
    assert terms(found(*objects)) == {("service_target_port_wrong", "Service/shop/f")}


@pytest.mark.parametrize("host", ["nothing-like-it", "cartservice.elsewhere.svc.cluster.local"])
def test_a_setting_that_is_named_for_a_service_and_leads_nowhere(host: str) -> None:
    web = deployment("web", container={"env": [{"name": "CART_SERVICE_ADDR", "value": f"{host}:80"}]})

    other = service("cartservice")
    other["metadata"] |= {"name": "x", "namespace": "elsewhere", "uid": "x"}
    said = terms(found(web, pod(web), *shops("cartservice", "mailservice"), other))

    assert said == {("service_address_wrong", "Deployment/shop/web")}


def test_a_service_of_a_namespace_that_was_not_read_may_exist() -> None:
    setting = {"name": "CART_SERVICE_ADDR", "value": "cartservice.elsewhere.svc.cluster.local:80"}
    web = deployment("web", container={"env": [setting]})

    assert terms(found(web, pod(web), *shops("cartservice", "mailservice"))) == set()


def test_a_setting_that_is_named_for_another_service() -> None:
    setting = {"name": "CART_SERVICE_ADDR", "value": "mailservice:80"}
    web = deployment("web", container={"env": [setting]})
    objects = [web, pod(web), *shops("cartservice", "mailservice")]

    assert ("service_address_wrong", "Deployment/shop/web") in terms(found(*objects))
    setting["value"] = "cartservice:80"
    assert terms(found(*objects)) == set()
