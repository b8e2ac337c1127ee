"""Checks on objects around workloads: budgets, CronJobs, ways in, certificates, quotas, bindings, lints."""

from __future__ import annotations

from typing import Any

import pytest

from incidents.checks.cronjobs import is_schedule
from incidents.checks.lints import is_untagged
from incidents.evidence import Log
from incidents.investigate import investigate
from incidents.vocabulary import Rank
from tests.unit.incident_outputs import deployment, event, evidence, found, pod, service, terms

CART = deployment("cart")
WELL = [CART, pod(CART), service("cart")]


def thing(api: str, kind: str, name: str, spec: Any = None, **more: Any) -> dict[str, Any]:
    """Any object of the shop."""
    metadata = {"name": name, "namespace": "shop", "uid": f"{kind}-{name}"}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **({"spec": spec} if spec else {}), **more}


def all_terms(*objects: dict[str, Any], logs: tuple[Log, ...] = ()) -> set[tuple[str, str]]:
    """Term and object of everything that is found, however unsure."""
    return {(one.term, one.shown) for one in found(*objects, logs=logs)}


def budget(**status: Any) -> dict[str, Any]:
    spec = {"minAvailable": 1, "selector": {"matchLabels": {"app": "cart"}}}
    return thing("policy/v1", "PodDisruptionBudget", "cart", spec, status=status)


def test_a_budget_that_refused_an_eviction() -> None:
    strict = budget(disruptionsAllowed=0, expectedPods=1, currentHealthy=1, desiredHealthy=1)
    refused = event(
        "Pod", "cart-1", "Evicting", "Cannot evict pod as it would violate the pod's disruption budget."
    )

    assert ("disruption_budget_blocks", "PodDisruptionBudget/shop/cart") in terms(
        found(*WELL, strict, refused)
    )
    assert terms(found(*WELL, strict)) == set(), "a budget of which nobody asked anything harms nobody"


def test_a_budget_that_guards_nothing_is_a_lint() -> None:
    astray = thing("policy/v1", "PodDisruptionBudget", "b", {"selector": {"matchLabels": {"app": "basket"}}})

    assert ("disruption_budget_unmatched", "PodDisruptionBudget/shop/b") in all_terms(*WELL, astray)
    assert investigate(evidence(*WELL, astray)).healthy


def test_an_autoscaler_at_its_end_is_told_but_no_alarm() -> None:
    limited = {
        "type": "ScalingLimited",
        "status": "True",
        "reason": "TooManyReplicas",
        "message": "at most 3",
    }
    scaler = thing(
        "autoscaling/v2", "HorizontalPodAutoscaler", "cart",
        {"maxReplicas": 3, "scaleTargetRef": {"kind": "Deployment", "name": "cart"}}, status={"conditions": [limited]},
    )  # fmt: skip

    assert ("scaling_limited", "HorizontalPodAutoscaler/shop/cart") in all_terms(*WELL, scaler)
    assert investigate(evidence(*WELL, scaler)).healthy


@pytest.mark.parametrize(
    "schedule",
    [
        "*/5 * * * *",
        "0 3 * * mon-fri",
        "@daily",
        "@every 1h30m",
        "TZ=Europe/Berlin 0 0 1 jan *",
        "0 0 1,15 * ?",
    ],
)
def test_schedules_that_kubernetes_reads(schedule: str) -> None:
    assert is_schedule(schedule)


@pytest.mark.parametrize(
    "schedule",
    ["* * * *", "60 * * * *", "0 0 0 * *", "*/0 * * * *", "@often", "5-1 * * * *", "a b c d e", ""],
)
def test_schedules_that_it_does_not(schedule: str) -> None:
    assert not is_schedule(schedule)


def test_cron_jobs_that_do_not_run() -> None:
    broken = thing("batch/v1", "CronJob", "broken", {"schedule": "0 25 * * *"})
    late = thing("batch/v1", "CronJob", "late", {"schedule": "0 5 * * *"})
    missed = event("CronJob", "late", "TooManyMissedTimes", "too many missed start times: 101")
    asleep = thing("batch/v1", "CronJob", "asleep", {"schedule": "0 5 * * *", "suspend": True})

    said = found(broken, late, missed, asleep)

    assert terms(said) == {
        ("cron_schedule_invalid", "CronJob/shop/broken"),
        ("cron_job_missed", "CronJob/shop/late"),
    }
    assert ("cron_job_suspended", "CronJob/shop/asleep") in {(one.term, one.shown) for one in said}


GATEWAY = thing("gateway.networking.k8s.io/v1", "Gateway", "front", {"gatewayClassName": "nginx"})
CLASS = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "GatewayClass", "metadata": {"name": "envoy"}}


def route(parent: str = "front", **more: Any) -> dict[str, Any]:
    rules = [{"backendRefs": [{"name": "cart", "port": 80}]}]
    spec = {"parentRefs": [{"name": parent}], "rules": rules}
    return thing("gateway.networking.k8s.io/v1", "HTTPRoute", "cart", spec, **more)


def test_a_gateway_of_a_class_that_is_not_there() -> None:
    assert ("gateway_class_missing", "Gateway/shop/front") in terms(found(*WELL, GATEWAY, CLASS))
    assert terms(found(*WELL, GATEWAY)) == set(), "classes that were not read prove nothing"


def test_a_gateway_that_its_controller_refuses() -> None:
    condition = {
        "type": "Programmed",
        "status": "False",
        "reason": "AddressNotAssigned",
        "message": "no address",
    }
    front = {**GATEWAY, "status": {"conditions": [condition]}}

    assert ("gateway_not_programmed", "Gateway/shop/front") in terms(found(*WELL, front))


def test_a_route_without_its_gateway_and_one_that_is_refused() -> None:
    condition = {
        "type": "Accepted",
        "status": "False",
        "reason": "NotAllowedByListeners",
        "message": "not allowed",
    }
    refused = route(status={"parents": [{"parentRef": {"name": "front"}, "conditions": [condition]}]})

    assert ("route_not_accepted", "HTTPRoute/shop/cart") in terms(found(*WELL, GATEWAY, route("back")))
    assert ("route_not_accepted", "HTTPRoute/shop/cart") in terms(found(*WELL, GATEWAY, refused))
    assert terms(found(*WELL, GATEWAY, route())) == set()


def ingress(port: int = 80, **spec: Any) -> dict[str, Any]:
    backend = {"service": {"name": "cart", "port": {"number": port}}}
    rules = [{"host": "shop.test", "http": {"paths": [{"path": "/", "backend": backend}]}}]
    return thing("networking.k8s.io/v1", "Ingress", "shop", {"rules": rules, **spec})


def test_ingresses_whose_class_secret_or_port_is_missing() -> None:
    nginx = {"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "nginx"}}
    other = thing("v1", "Secret", "other", type="Opaque")
    tls = [{"secretName": "shop-tls"}]
    at = "Ingress/shop/shop"

    assert ("ingress_class_missing", at) in terms(found(*WELL, nginx, ingress(ingressClassName="traefik")))
    assert ("tls_secret_missing", at) in terms(found(*WELL, other, ingress(tls=tls)))
    assert ("ingress_port_wrong", at) in terms(found(*WELL, ingress(port=8443)))
    assert terms(found(*WELL, ingress(ingressClassName="nginx", tls=tls))) == set()


def test_certificates_that_have_expired_or_were_never_issued() -> None:
    late = thing(
        "cert-manager.io/v1", "Certificate", "late", {"a": 1}, status={"notAfter": "2025-01-01T00:00:00Z"}
    )
    ready = {"type": "Ready", "status": "False", "reason": "DoesNotExist", "message": "issuer not found"}
    none = thing("cert-manager.io/v1", "Certificate", "none", {"a": 1}, status={"conditions": [ready]})
    now = event("Pod", "cart-1", "Pulled", "Pulled", warning=False)
    log = Log("cart", ("x509: certificate has expired or is not yet valid: current time ...",), "shop")

    said = terms(found(*WELL, late, none, now, logs=[log]))

    assert ("certificate_expired", "Certificate/shop/late") in said
    assert ("certificate_not_issued", "Certificate/shop/none") in said
    assert ("certificate_expired", "Deployment/shop/cart") in said


def test_bindings_and_policies_that_name_nothing_are_lints() -> None:
    role = thing("rbac.authorization.k8s.io/v1", "Role", "reader")
    binding = thing(
        "rbac.authorization.k8s.io/v1",
        "RoleBinding",
        "b",
        roleRef={"kind": "Role", "name": "writer"},
        subjects=[],
    )
    policy = thing(
        "networking.k8s.io/v1", "NetworkPolicy", "p", {"podSelector": {"matchLabels": {"app": "x"}}}
    )

    said = found(*WELL, role, binding, policy)

    assert {(one.term, one.shown) for one in said} == {
        ("role_missing", "RoleBinding/shop/b"),
        ("network_policy_unmatched", "NetworkPolicy/shop/p"),
    }
    assert all(one.cause.rank is Rank.LINT for one in said)


def test_lints_stand_below_what_is_wrong() -> None:
    loose = deployment("cart", container={"image": "cart:latest"})
    down = pod(loose, ready=False, restartCount=4, state={"waiting": {"reason": "CrashLoopBackOff"}})

    causes = investigate(evidence(loose, down)).causes

    assert causes[0].cause in ("crash_loop", "not_ready")
    assert "image_untagged" in [one.cause for one in causes][1:]


@pytest.mark.parametrize(
    ("image", "untagged"),
    [("cart", True), ("cart:latest", True), ("host:5000/cart", True), ("host:5000/cart:1", False),
     ("cart@sha256:0ff2", False), ("", False)],
)  # fmt: skip
def test_images_without_a_version(image: str, untagged: bool) -> None:
    assert is_untagged(image) is untagged


def quota(used: dict[str, str], hard: dict[str, str]) -> dict[str, Any]:
    return thing("v1", "ResourceQuota", "q", status={"used": used, "hard": hard})


@pytest.mark.parametrize(
    ("resource", "used", "hard", "term"),
    [("pods", "1", "1", "pod_quota_exceeded"), ("requests.cpu", "900m", "1", "cpu_quota_exceeded"),
     ("limits.memory", "600Mi", "1Gi", "memory_quota_exceeded")],
)  # fmt: skip
def test_a_quota_that_leaves_no_room_tells_so_without_events(
    resource: str, used: str, hard: str, term: str
) -> None:
    resources = {"requests": {"cpu": "200m"}, "limits": {"memory": "512Mi"}}
    cart = {**deployment("cart", container={"resources": resources}), "status": {"replicas": 0}}

    assert any(one == term for one, _ in terms(found(cart, quota({resource: used}, {resource: hard}))))
    room = {resource: "0"}
    assert not any(one == term for one, _ in terms(found(cart, quota(room, {resource: hard}))))


def test_a_storage_quota_that_refused_a_claim() -> None:
    cart = deployment("cart", volumes=[{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}])
    full = quota({"requests.storage": "10Gi"}, {"requests.storage": "10Gi"})

    assert any(
        term == "storage_quota_exceeded" for term, _ in terms(found(cart, pod(cart, ready=False), full))
    )


def test_a_key_that_its_config_map_does_not_have() -> None:
    env = [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "mode"}}}]
    cart = deployment("cart", container={"env": env})
    settings = {**thing("v1", "ConfigMap", "settings"), "data": {"level": "1"}}

    waiting = pod(cart, ready=False, state={"waiting": {"reason": "CreateContainerConfigError"}})

    assert ("config_key_missing", "Deployment/shop/cart") in terms(found(cart, waiting, settings))
    assert terms(found(cart, pod(cart), settings)) == set()


def test_a_pull_secret_that_is_not_there() -> None:
    cart = deployment("cart", imagePullSecrets=[{"name": "registry"}])
    waiting = pod(cart, ready=False, state={"waiting": {"reason": "ImagePullBackOff"}})
    other = thing("v1", "Secret", "other", type="Opaque")

    assert ("image_pull_unauthorized", "Deployment/shop/cart") in terms(found(cart, waiting, other))


def test_a_webhook_whose_pods_are_down() -> None:
    hook = {"name": "check.shop.test", "clientConfig": {"service": {"name": "cart", "namespace": "shop"}}}
    config = {
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": "check"}, "webhooks": [hook],
    }  # fmt: skip

    said = terms(found(CART, pod(CART, ready=False), service("cart"), config))

    assert ("webhook_unavailable", "ValidatingWebhookConfiguration/check") in said
    assert not terms(found(*WELL, config))


def test_a_claim_that_a_stateful_set_makes_is_not_missed() -> None:
    volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    made = deployment("db", volumes=volumes)
    made = {
        **made,
        "kind": "StatefulSet",
        "spec": {**made["spec"], "volumeClaimTemplates": [{"metadata": {"name": "data"}}]},
    }
    claim = thing("v1", "PersistentVolumeClaim", "data-db-0", {"a": 1}, status={"phase": "Bound"})

    assert not any(term == "claim_missing" for term, _ in terms(found(made, claim)))


def gateway_config(**routes: str) -> dict[str, Any]:
    """A Spring gateway's settings: where each route leads to."""
    lines = [
        f"- id: {name}\n  uri: lb://${{X_HOST:{host}}}\n  predicates:\n    - Path=/{name}"
        for name, host in routes.items()
    ]
    return {**thing("v1", "ConfigMap", "gateway"), "data": {"application.yml": "\n".join(lines)}}


NAMES = ("cart", "mail", "pay", "ship", "stock", "user")


def test_one_route_of_many_that_leads_elsewhere() -> None:
    apps = [deployment(name) for name in NAMES]
    shop = [one for app in apps for one in (app, pod(app), service(app["metadata"]["name"]))]
    right = dict(zip(NAMES, NAMES, strict=True))
    slip = gateway_config(**{**right, "mail": "pay"}, **{"mail-old": "mail"})

    assert terms(found(*shop, gateway_config(**right))) == set()
    assert ("gateway_route_wrong", "Service/shop/mail") not in terms(found(*shop, slip)), (
        "five of six is no convention"
    )
    many = {**{f"v{n}-cart": "cart" for n in range(3)}, **right}
    assert ("gateway_route_wrong", "Service/shop/mail") in terms(
        found(*shop, gateway_config(**{**many, "mail": "nowhere"}))
    )


def test_a_workload_that_is_routed_to_without_a_service() -> None:
    apps = [deployment(name) for name in NAMES]
    idle = deployment("idle", replicas=0)
    shop = [one for app in apps for one in (app, pod(app), service(app["metadata"]["name"]))]
    config = gateway_config(**dict(zip(NAMES, NAMES, strict=True)), idle="idle")

    assert ("scaled_to_zero", "Deployment/shop/idle") in terms(found(*shop, idle, config))
    assert ("scaled_to_zero", "Deployment/shop/idle") not in terms(found(*shop, idle))
