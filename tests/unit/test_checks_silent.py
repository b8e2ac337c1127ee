"""What is told where words are missing: silent crashes, events that are gone, pods that nothing explains."""

from __future__ import annotations

from typing import Any

import pytest

from incidents.bundles import read_text
from incidents.checks.images import registry_of
from incidents.evidence import Log
from incidents.investigate import investigate
from tests.unit.incident_outputs import deployment, evidence, found, node, pod, service, terms

CART = deployment("cart")


def all_terms(*objects: dict[str, Any]) -> set[tuple[str, str]]:
    """Term and object of everything that is found, however unsure."""
    return {(one.term, one.shown) for one in found(*objects)}


def test_a_container_that_listens_on_a_port_of_its_proxy() -> None:
    cart = deployment("cart", container={"ports": [{"containerPort": 15021}]})
    crashing: dict[str, Any] = {"restartCount": 3, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}
    down = pod(cart, ready=False, **crashing)
    down["spec"] = {
        **down["spec"],
        "containers": [*down["spec"]["containers"], {"name": "istio-proxy", "image": "proxyv2"}],
    }

    assert ("sidecar_port_conflict", "Deployment/shop/cart") in terms(found(cart, down))
    assert ("sidecar_port_conflict", "Deployment/shop/cart") not in terms(
        found(cart, pod(cart, ready=False, **crashing))
    )


def test_what_is_left_of_a_silent_crash() -> None:
    env = [{"secretRef": {"name": "cart-mysql"}}]
    cart = deployment("cart", container={"envFrom": env})
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "cart-mysql", "namespace": "shop"},
        "data": {"CART_MYSQL_PASSWORD": "QUFB", "CART_MYSQL_PORT": "MzMwNg=="},
    }
    ended: dict[str, Any] = {
        "restartCount": 3,
        "lastState": {"terminated": {"exitCode": 1}},
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
    }
    down = pod(cart, ready=False, **ended)
    log = Log("cart", ("Traceback (most recent call last)", "KeyError: 'x'"), "shop")

    causes = [one.cause for one in investigate(evidence(cart, down, secret)).causes]
    told = [one.cause for one in investigate(evidence(cart, down, secret, logs=[log])).causes]

    assert causes[:2] == ["database_credentials_wrong", "database_port_wrong"]
    assert "database_credentials_wrong" not in told, "where there is a log, it decides"


@pytest.mark.parametrize(("code", "term"), [(127, "command_not_found"), (137, "out_of_memory")])
def test_exit_codes_that_say_what_happened(code: int, term: str) -> None:
    ended: dict[str, Any] = {
        "restartCount": 3,
        "lastState": {"terminated": {"exitCode": code}},
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
    }

    assert (term, "Deployment/shop/cart") in all_terms(CART, pod(CART, ready=False, **ended))


def waiting(container: dict[str, Any] | None = None, **spec: Any) -> list[dict[str, Any]]:
    """A pod that a scheduler looked at, and of which no event is left."""
    cart = deployment("cart", container=container, **spec)
    lost = pod(cart, ready=False, node="")
    lost["status"]["conditions"].append({"type": "PodScheduled", "status": "False"})
    return [cart, lost]


def worker(name: str, labels: dict[str, str] | None = None, cpu: str = "4", **spec: Any) -> dict[str, Any]:
    one = node(name, **spec)
    one["metadata"]["labels"] = labels or {}
    one["status"]["allocatable"] = {"cpu": cpu, "memory": "8Gi"}
    return one


TAINT = {"key": "team", "value": "data", "effect": "NoSchedule"}
OWN = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}


@pytest.mark.parametrize(
    ("objects", "nodes", "term"),
    [
        (waiting(), [worker("a", unschedulable=True)], "node_cordoned"),
        (waiting(), [worker("a", taints=[TAINT])], "taint_not_tolerated"),
        (
            waiting(nodeSelector={"disk": "ssd"}),
            [worker("a"), worker("b", taints=[TAINT])],
            "taint_not_tolerated",
        ),
        (
            waiting(nodeSelector={"disk": "ssd"}),
            [worker("a"), worker("b", taints=[TAINT]), worker("c", taints=[OWN]), worker("d", taints=[OWN])],
            "taint_not_tolerated",
        ),
        (waiting(nodeSelector={"disk": "ssd"}), [worker("a"), worker("b")], "node_selector_unmatched"),
        (waiting({"resources": {"requests": {"cpu": "16"}}}), [worker("a")], "cpu_insufficient"),
        (waiting({"resources": {"limits": {"memory": "9Gi"}}}), [worker("a")], "memory_insufficient"),
    ],
)
def test_why_a_pod_finds_no_node_without_what_the_scheduler_said(
    objects: list[dict[str, Any]], nodes: list[dict[str, Any]], term: str
) -> None:
    assert (term, "Deployment/shop/cart") in terms(found(*objects, *nodes))


def test_a_pod_may_not_stand_beside_another() -> None:
    rule = {"labelSelector": {"matchLabels": {"app": "mail"}}, "topologyKey": "kubernetes.io/hostname"}
    affinity = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [rule]}}
    mail = deployment("mail")

    said = terms(found(*waiting(affinity=affinity), mail, pod(mail, node="a"), worker("a")))

    assert ("pod_anti_affinity_unmatched", "Deployment/shop/cart") in said
    tolerant = waiting(tolerations=[{"key": "team", "operator": "Exists"}])
    assert terms(found(*tolerant, worker("a", taints=[TAINT]))) == {
        ("pod_unschedulable", "Deployment/shop/cart"), ("not_ready", "Deployment/shop/cart")
    }  # fmt: skip


@pytest.mark.parametrize(
    ("image", "first"), [("registry.test/cart:1", "image_registry_unresolved"), ("cart:2", "image_not_found")]
)
def test_what_may_keep_an_image_from_being_pulled(image: str, first: str) -> None:
    cart = deployment("cart", container={"image": image})
    down = pod(cart, ready=False, state={"waiting": {"reason": "ImagePullBackOff"}}, image=image)
    mail = deployment("mail")

    causes = [one.cause for one in investigate(evidence(cart, down, mail, pod(mail))).causes]

    assert causes[0] == first
    assert set(causes[:3]) == {"image_registry_unresolved", "image_pull_unauthorized", "image_not_found"}


def test_registries_of_images() -> None:
    assert registry_of("cart") == registry_of("team/cart:1") == "docker.io"
    assert registry_of("localhost/cart") == "localhost"
    assert registry_of("host:5000/team/cart") == "host:5000"


@pytest.mark.parametrize(
    ("probes", "status", "term"),
    [
        ({"readinessProbe": {"tcpSocket": {"port": 9}}}, {}, "readiness_probe_wrong_port"),
        (
            {"readinessProbe": {"httpGet": {"port": 8080}}, "livenessProbe": {"grpc": {"port": 8080}}}, {},
            "readiness_probe_wrong_protocol",
        ),
        ({"livenessProbe": {"tcpSocket": {"port": 9}}}, {"restartCount": 3}, "liveness_probe_wrong_port"),
    ],
)  # fmt: skip
def test_probes_that_cannot_fit_by_what_is_declared(
    probes: dict[str, Any], status: dict[str, Any], term: str
) -> None:
    cart = deployment("cart", container=probes)
    down = pod(cart, ready=False, state={"running": {}}, **status)

    assert (term, "Deployment/shop/cart") in terms(found(cart, down, service("cart")))
    assert terms(found(cart, pod(cart), service("cart"))) == set()


def test_two_symptoms_of_one_thing_do_not_hide_each_other() -> None:
    endpoints = {"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "cart", "namespace": "shop"}}

    report = investigate(evidence(CART, pod(CART, ready=False), service("cart"), endpoints))

    assert not report.healthy
    assert report.causes[0].cause in ("not_ready", "endpoints_missing")


def test_tables_alone_tell_whose_pod_it_is_and_what_its_events_say() -> None:
    text = """$ kubectl get deployments -n shop -o wide
NAME   READY   UP-TO-DATE   AVAILABLE   AGE   CONTAINERS   IMAGES   SELECTOR
cart   0/1     0            0           96s   server       cart:1   app=cart

$ kubectl get replicasets -n shop
NAME              DESIRED   CURRENT   READY   AGE
cart-64ddc5c766   1         0         0       100s

$ kubectl get pods -n shop
NAME                    READY   STATUS    RESTARTS   AGE
mail-79b49f5555-vhgs2   1/1     Running   0          93s

$ kubectl get events -n shop | tail -n 1
36s    Warning   FailedCreate   replicaset/cart-64ddc5c766   EXCEEDED
"""
    text = text.replace("EXCEEDED", "exceeded quota: few, requested: pods=1, used: pods=10, limited: pods=10")

    causes = [(one.cause, one.object) for one in investigate(read_text(text, "shop")).causes]

    assert causes[0] == ("pod_quota_exceeded", "Namespace/shop")


def test_a_description_does_not_show_the_names_of_ports() -> None:
    text = """$ kubectl describe deployment cart -n shop
Name:               cart
Namespace:          shop
Selector:           app=cart
Replicas:           1 desired | 1 updated | 1 total | 1 available | 0 unavailable
Pod Template:
  Labels:  app=cart
  Containers:
   server:
    Image:      cart:1
    Port:       8080/TCP

$ kubectl describe service cart -n shop
Name:              cart
Namespace:         shop
Selector:          app=cart
Type:              ClusterIP
Port:              http  80/TCP
TargetPort:        http/TCP
Endpoints:         10.0.0.1:8080
"""

    ready = """
$ kubectl get pods -n shop --show-labels
NAME                    READY   STATUS    RESTARTS   AGE   LABELS
cart-79b49f5555-vhgs2   1/1     Running   0          93s   app=cart

$ kubectl get endpoints -n shop
NAME   ENDPOINTS   AGE
cart   <none>      80s
"""

    assert investigate(read_text(text, "shop")).healthy
    astray = investigate(read_text(text + ready, "shop"))
    assert [one.cause for one in astray.causes][:1] == ["service_target_port_wrong"]
