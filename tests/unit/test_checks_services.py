"""Checks on what connects workloads: Services, addresses, gateways, databases, Secrets, DNS, nodes, storage."""

from __future__ import annotations

from typing import Any

import pytest

from incidents.evidence import Log
from tests.unit.incident_outputs import deployment, event, found, node, pod, service, terms

CART, WEB = "Deployment/shop/cart", "Deployment/shop/web"
REFUSED = Log("web", ("dial tcp 10.0.0.9:80: connect: connection refused",), "shop")


def shop(*objects: dict[str, Any]) -> list[dict[str, Any]]:
    """A cart and a web front that calls it, both well, with more objects."""
    cart = deployment("cart")
    web = deployment("web", container={"env": [{"name": "CART_ADDR", "value": "cart:80"}]})
    return [cart, pod(cart), web, pod(web), *objects]


def test_a_selector_that_matches_nothing() -> None:
    astray = service("cart", selector={"app": "basket"})

    assert ("service_selector_unmatched", "Service/shop/cart") in terms(found(*shop(astray)))


def test_a_selector_of_one_pod_of_a_set_that_does_not_run_yet() -> None:
    one = service("cart", selector={"app": "cart", "statefulset.kubernetes.io/pod-name": "cart-0"})

    assert terms(found(deployment("cart"), one)) == set()


def test_a_target_port_where_nothing_listens() -> None:
    objects = shop(service("cart", target=9090))

    assert ("service_target_port_wrong", "Service/shop/cart") in terms(found(*objects, logs=[REFUSED]))
    assert terms(found(*objects)) == set(), (
        "a port that is not declared may still be open: callers have to complain"
    )


def test_a_target_that_is_not_the_port_of_both_sides() -> None:
    same = service("cart", port=8080, target=9090)
    web = deployment("web")
    cart = deployment("cart")

    said = terms(found(cart, pod(cart), web, pod(web), same))

    assert ("service_target_port_wrong", "Service/shop/cart") in said


def test_a_protocol_that_the_container_does_not_speak() -> None:
    udp = service("cart", ports=[{"port": 80, "targetPort": 8080, "protocol": "UDP"}])

    assert ("service_protocol_wrong", "Service/shop/cart") in terms(found(*shop(udp)))


def test_an_address_that_is_a_slip_of_a_service() -> None:
    carts = service("carts")
    carts["spec"]["selector"] = {"app": "cart"}
    log = Log("web", ("lookup cart on 10.0.0.2:53: no such host",), "shop")
    cart = deployment("basket")
    cart["spec"]["template"]["metadata"]["labels"] = {"app": "cart"}
    web = deployment("web", container={"env": [{"name": "CART_ADDR", "value": "cart:80"}]})

    assert ("service_address_wrong", WEB) in terms(found(cart, pod(cart), web, pod(web), carts, logs=[log]))


def test_a_service_that_others_call_and_that_does_not_exist() -> None:
    other = service("web")

    assert ("service_missing", CART) in terms(found(*shop(other)))


def test_a_quota_of_services_that_left_one_out() -> None:
    quota = {
        "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "few", "namespace": "shop"},
        "status": {"hard": {"services": "1"}, "used": {"services": "1"}},
    }  # fmt: skip

    assert ("service_quota_exceeded", "ResourceQuota/shop/few") in terms(found(*shop(service("web"), quota)))


def gateway(target: str) -> dict[str, Any]:
    routes = "\n".join(
        f"  - id: {name}\n    uri: lb://{to}\n    predicates:\n      - Path=/api/{name}/**"
        for name, to in (("cart", target), ("user", "shop-user-service"), ("order", "shop-order-service"))
    )
    return {
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "gateway", "namespace": "shop", "uid": "g"},
        "data": {"app.yml": f"routes:\n{routes}\n"},
    }  # fmt: skip


@pytest.mark.parametrize(("target", "wrong"), [("shop-user-service", True), ("shop-cart-service", False)])
def test_a_route_that_leads_to_another_service(target: str, wrong: bool) -> None:
    services = [service(f"shop-{name}-service") for name in ("cart", "user", "order")]

    said = terms(found(gateway(target), *services))

    assert (("gateway_route_wrong", "Service/shop/shop-cart-service") in said) is wrong


def database() -> list[dict[str, Any]]:
    server = deployment("store", container={"image": "mysql:8"})
    return [server, pod(server), service("store", port=3306)]


@pytest.mark.parametrize(
    ("line", "term"),
    [
        ("SQLException: Access denied for user 'shop'@'10.1.1.1' (using password: YES)", "database_credentials_wrong"),
        ("Communications link failure\nCaused by: ConnectException: Connection refused", "database_port_wrong"),
    ],
)  # fmt: skip
def test_a_client_that_its_database_refuses(line: str, term: str) -> None:
    cart = deployment("cart")
    down = pod(cart, ready=False, restartCount=3, state={"waiting": {"reason": "CrashLoopBackOff"}})
    log = Log("cart", tuple(line.splitlines()), "shop")

    assert (term, CART) in terms(found(cart, down, *database(), logs=[log]))


@pytest.mark.parametrize(
    ("line", "term"),
    [
        ("FATAL: Too many connections", "database_connections_exhausted"),
        ("The MySQL server is running with the --read-only option", "database_read_only"),
    ],
)  # fmt: skip
def test_a_database_that_refuses_many(line: str, term: str) -> None:
    logs = [Log("cart", (line,), "shop"), Log("web", (line,), "shop")]

    assert (term, "Deployment/shop/store") in terms(
        found(*shop(service("cart"), service("web")), *database(), logs=logs)
    )


def secret(name: str, sizes: dict[str, int]) -> dict[str, Any]:
    data = {key: "A" * (-(-size * 4 // 3)) for key, size in sizes.items()}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": "shop"},
        "data": data,
    }


def test_a_secret_that_differs_in_length_from_those_of_the_others() -> None:
    usual = [secret(f"{name}-db", {"HOST": 6, "PASSWORD": 9}) for name in ("a", "b", "c", "d")]
    cart = deployment("cart", container={"envFrom": [{"secretRef": {"name": "cart-db"}}]})
    down = pod(cart, ready=False, state={"waiting": {"reason": "CrashLoopBackOff"}}, restartCount=2)
    odd = secret("cart-db", {"HOST": 6, "PASSWORD": 12})

    assert ("database_credentials_wrong", CART) in terms(found(cart, down, odd, *usual))
    assert terms(found(cart, pod(cart), odd, *usual)) == set()


def test_a_pod_that_asks_a_wrong_dns_server() -> None:
    cart = deployment("cart", dnsPolicy="None", dnsConfig={"nameservers": ["10.9.9.9"]})
    log = Log("cart", ("lookup db on 10.9.9.9:53: read udp 10.1.1.1:3->10.9.9.9:53: i/o timeout",), "shop")

    assert ("dns_settings_wrong", CART) in terms(found(cart, pod(cart, ready=False), logs=[log]))


def test_a_workload_that_is_scaled_to_nothing() -> None:
    _, _, web, web_pod = shop()

    assert ("scaled_to_zero", CART) in terms(
        found(deployment("cart", replicas=0), web, web_pod, service("cart"))
    )


def test_a_port_that_a_sidecar_already_has() -> None:
    cart = deployment("cart")
    cart["spec"]["template"]["spec"]["containers"].append({"name": "proxy", "image": "proxy:1"})
    down = pod(cart, ready=False, restartCount=2)
    log = Log("cart", ("Web server failed to start. Port 8080 was already in use.",), "shop")

    assert ("sidecar_port_conflict", CART) in terms(found(cart, down, logs=[log]))


def test_a_kubelet_that_does_not_report() -> None:
    lost = node("worker-1")
    lost["status"]["conditions"] = [
        {
            "type": "Ready",
            "status": "Unknown",
            "reason": "NodeStatusUnknown",
            "message": "Kubelet stopped posting node status.",
        }
    ]

    assert ("kubelet_unavailable", "Node/worker-1") in terms(found(*shop(service("cart"), lost)))


def test_a_container_runtime_that_does_not_answer() -> None:
    cart = deployment("cart")
    stuck = pod(cart, ready=False, state={"waiting": {"reason": "ContainerCreating"}})
    message = 'dial unix /run/containerd/containerd.sock: connect: no such file or directory"'
    failed = event("Pod", "cart-1", "FailedCreatePodSandBox", message)

    assert ("container_runtime_unavailable", "Node/worker-1") in terms(
        found(cart, stuck, failed, node("worker-1"))
    )


def test_a_node_whose_pods_cannot_reach_services() -> None:
    web = deployment(
        "web",
        container={"env": [{"name": "A", "value": "http://cart"}, {"name": "B", "value": "http://pay"}]},
    )
    parts = [deployment("cart"), deployment("pay")]
    services = [service("cart", clusterIP="10.0.0.1"), service("pay", clusterIP="10.0.0.2")]
    pods = [pod(web, node="worker-1"), *(pod(part, node="worker-2") for part in parts)]
    log = Log("web", ("dial tcp 10.0.0.1:80: i/o timeout", "dial tcp 10.0.0.2:80: i/o timeout"), "shop")

    said = terms(found(web, *parts, *services, *pods, node("worker-1"), node("worker-2"), logs=[log]))

    assert ("kube_proxy_unavailable", "Node/worker-1") in said


@pytest.mark.parametrize(
    "line",
    [
        'Error while dialing: dial tcp 10.0.0.1:80: i/o timeout"',
        "failed to connect to all addresses; last error: UNKNOWN: ipv4:10.0.0.1:80: connection attempt timed out",
    ],
)
def test_of_two_nodes_with_callers_the_one_whose_pods_complain(line: str) -> None:
    env = {"env": [{"name": "CART_ADDR", "value": "cart:80"}]}
    web, pay, cart = deployment("web", container=env), deployment("pay", container=env), deployment("cart")
    pods = [pod(pay, node="worker-1"), pod(web, node="worker-2"), pod(cart, node="worker-1")]
    nodes = [node("worker-1"), node("worker-2")]
    objects = [web, pay, cart, service("cart", clusterIP="10.0.0.1"), *pods, *nodes]

    assert ("kube_proxy_unavailable", "Node/worker-2") in terms(
        found(*objects, logs=[Log("web", (line,), "shop")])
    )


def claim(**spec: Any) -> list[dict[str, Any]]:
    cart = deployment("cart", volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}])
    pending = {
        "apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data", "namespace": "shop"}, "spec": spec, "status": {"phase": "Pending"},
    }  # fmt: skip
    return [cart, pod(cart, ready=False, node=""), pending, volume()]


def volume(**status: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "disk", "labels": {"type": "ssd"}},
        "spec": {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}, **status.pop("spec", {})},
        "status": {"phase": "Available", **status},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "term"),
    [
        ({"accessModes": ["ReadWriteMany"]}, "claim_access_mode_unmatched"),
        ({"accessModes": ["ReadWriteOnce"], "selector": {"matchLabels": {"type": "hdd"}}}, "claim_selector_unmatched"),
        ({"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "5Gi"}}}, "claim_size_unmatched"),
        ({"accessModes": ["ReadWriteOnce"], "storageClassName": "fast"}, "claim_storage_class_missing"),
    ],
)  # fmt: skip
def test_why_a_claim_is_not_bound(spec: dict[str, Any], term: str) -> None:
    assert (term, CART) in terms(found(*claim(**spec)))


def test_a_volume_that_another_claim_holds() -> None:
    *objects, _ = claim(accessModes=["ReadWriteOnce"])
    taken = volume(phase="Bound", spec={"claimRef": {"namespace": "shop", "name": "other"}})

    assert ("volume_taken", CART) in terms(found(*objects, taken))


def test_a_config_map_that_was_not_made() -> None:
    cart = deployment("cart", container={"envFrom": [{"configMapRef": {"name": "cart"}}]})
    other = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web", "namespace": "shop"}}
    down = pod(cart, ready=False, state={"waiting": {"reason": "CreateContainerConfigError"}})

    assert ("config_map_missing", CART) in terms(found(cart, down, other))
    assert "config_map_missing" not in {term for term, _ in terms(found(cart, down))}, (
        "no ConfigMap was read at all"
    )


def test_an_autoscaler_without_its_target() -> None:
    scaler = {
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "cart", "namespace": "shop"},
        "spec": {"scaleTargetRef": {"kind": "Deployment", "name": "basket"}},
    }  # fmt: skip

    assert ("scaling_limited", "HorizontalPodAutoscaler/shop/cart") in terms(
        found(*shop(service("cart"), scaler))
    )


def test_a_service_account_that_may_not() -> None:
    cart = deployment("cart")
    line = 'pods is forbidden: User "system:serviceaccount:shop:cart" cannot list resource "pods" in API group ""'

    assert ("permission_denied", CART) in terms(
        found(cart, pod(cart, ready=False), logs=[Log("cart", (line,), "shop")])
    )


def test_a_network_policy_that_lets_nothing_in() -> None:
    policy = {
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
        "metadata": {"name": "deny", "namespace": "shop"},
        "spec": {"podSelector": {"matchLabels": {"app": "cart"}}, "policyTypes": ["Ingress"]},
    }  # fmt: skip
    log = Log("web", ("get http://cart/: dial tcp 10.0.0.9:80: i/o timeout",), "shop")

    said = terms(found(*shop(service("cart"), policy), logs=[log]))

    assert ("network_policy_blocks", "NetworkPolicy/shop/deny") in said
    assert ("network_policy_blocks", "NetworkPolicy/shop/deny") not in terms(
        found(*shop(service("cart"), policy))
    )


def test_a_rollout_that_has_given_up() -> None:
    cart = deployment("cart")
    cart["status"] = {
        "conditions": [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}]
    }

    assert ("rollout_stuck", CART) in terms(found(cart, pod(cart, ready=False)))
