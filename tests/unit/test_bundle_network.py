"""Ingresses, NetworkPolicies and autoscalers as `kubectl describe` and events tell of them."""

from __future__ import annotations

from typing import Any

import pytest

from incidents.bundles import read_text
from incidents.investigate import investigate

INGRESS = """\
$ kubectl describe ingress shop -n shop
Name:             shop
Namespace:        shop
Ingress Class:    nginx
Default backend:  <default>
TLS:
  shop-tls terminates shop.acme.io,www.acme.io
Rules:
  Host          Path  Backends
  ----          ----  --------
  shop.acme.io
                /       web:80 (10.0.0.3:8080,10.0.0.4:8080)
                /pay    payments:http (<error: services "payments" not found>)
  *
                /api    api:8080 ()
Events:         <none>
"""
POLICY = """\
$ kubectl describe networkpolicy cart -n shop
Name:         cart
Namespace:    shop
Spec:
  PodSelector:     app=cart
  Allowing ingress traffic:
    To Port: 8080/TCP
    From:
      NamespaceSelector: kubernetes.io/metadata.name=edge
      PodSelector: app=gateway
    ----------
    To Port: <any> (traffic allowed to all ports)
    From:
      PodSelector: app in (mail,web)
  Allowing egress traffic:
    <none> (Selected pods are isolated for egress connectivity)
  Policy Types: Ingress, Egress
"""
ROWS = """\
$ kubectl get pods -n shop
NAME                    READY   STATUS    RESTARTS   AGE
web-7d9f8b6c5d-vhgs2    1/1     Running   0          9d
"""


def spec(text: str, kind: str) -> dict[str, Any]:
    return next(dict(one.value["spec"]) for one in read_text(text).objects if one.kind == kind)


def test_an_ingress_that_is_described() -> None:
    found = spec(INGRESS, "Ingress")

    assert found["ingressClassName"] == "nginx"
    assert found["tls"] == [{"secretName": "shop-tls", "hosts": ["shop.acme.io", "www.acme.io"]}]
    assert [(rule["host"], path["path"], path["backend"]["service"]) for rule in found["rules"]
            for path in rule["http"]["paths"]] == [
        ("shop.acme.io", "/", {"name": "web", "port": {"number": 80}}),
        ("shop.acme.io", "/pay", {"name": "payments", "port": {"name": "http"}}),
        ("*", "/api", {"name": "api", "port": {"number": 8080}}),
    ]  # fmt: skip
    assert "defaultBackend" not in found


def test_what_a_description_says_is_missing_is_missing() -> None:
    causes = [
        (one.cause, one.object, "payments" in one.text)
        for one in investigate(read_text(INGRESS + ROWS)).causes
    ]

    assert causes == [("ingress_backend_missing", "Ingress/shop/shop", True)]


def test_a_service_of_which_no_list_was_read_may_exist() -> None:
    one = "$ kubectl get svc web -n shop\nNAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE\n"
    one += "web    ClusterIP   10.9.0.1     <none>        80/TCP    9d\n"

    assert investigate(
        read_text(INGRESS.replace('<error: services "payments" not found>', "") + one + ROWS)
    ).healthy


def test_a_policy_that_is_described() -> None:
    found = spec(POLICY, "NetworkPolicy")

    assert found["podSelector"] == {"matchLabels": {"app": "cart"}}
    assert found["policyTypes"] == ["Ingress", "Egress"]
    assert found["egress"] == []
    assert found["ingress"] == [
        {"ports": [{"port": 8080, "protocol": "TCP"}],
         "from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "edge"}},
                   "podSelector": {"matchLabels": {"app": "gateway"}}}]},
        {"from": [{"podSelector": {"matchExpressions": [
            {"key": "app", "operator": "In", "values": ["mail", "web"]}]}}]},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("    <none> (Selected pods are isolated for ingress connectivity)", []),
        (
            "    To Port: <any> (traffic allowed to all ports)\n    From: <any> (traffic not restricted by source)",
            [{}],
        ),
    ],
)
def test_policies_that_let_nothing_or_everything_in(rule: str, expected: list[object]) -> None:
    text = POLICY[: POLICY.index("    To Port")] + rule + "\n  Policy Types: Ingress\n"

    assert spec(text.replace("app=cart", "<none> (Allowing the specific traffic to all pods)"), "NetworkPolicy") == {
        "podSelector": {}, "policyTypes": ["Ingress"], "ingress": expected,
    }  # fmt: skip


def test_an_autoscaler_without_metrics_is_told_by_its_events() -> None:
    text = ROWS + (
        "$ kubectl get events -n shop\nLAST SEEN   TYPE      REASON                    OBJECT                       "
        " MESSAGE\n"
        "2m          Warning   FailedGetResourceMetric   horizontalpodautoscaler/web   failed to get cpu utilization\n"
        "$ kubectl get hpa -n shop\nNAME   REFERENCE        TARGETS         MINPODS   MAXPODS   REPLICAS   AGE\n"
        "web    Deployment/web   <unknown>/70%   1         10        1          40d\n"
    )

    assert [(one.cause, one.object) for one in investigate(read_text(text)).causes] == [
        ("scaling_limited", "HorizontalPodAutoscaler/shop/web")
    ]
