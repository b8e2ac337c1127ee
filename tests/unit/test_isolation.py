"""NetworkPolicies between a caller and what it calls."""

from __future__ import annotations

from typing import Any

import pytest

from incidents.evidence import Log
from tests.unit.incident_outputs import deployment, found, pod, service, terms

DB = deployment("db")
WEB = deployment("web", container={"env": [{"name": "DB_HOST", "value": "db"}]})
CALLING = [WEB, pod(WEB), DB, pod(DB), service("db")]


def policy(name: str, app: str, **spec: Any) -> dict[str, Any]:
    chosen = {"podSelector": {"matchLabels": {"app": app}}, **spec}
    metadata = {"name": name, "namespace": "shop", "uid": f"np-{name}"}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata,
        "spec": chosen,
    }


def pods_of(app: str) -> dict[str, Any]:
    return {"podSelector": {"matchLabels": {"app": app}}}


TIMEOUT = (Log("web-1", ("dial tcp: db:5432: i/o timeout",), "shop"),)
NO_NAME = (Log("web-1", ("lookup db on 10.96.0.10:53: read udp: i/o timeout",), "shop"),)


@pytest.mark.parametrize(
    ("rules", "logs", "told"),
    [
        (policy("p", "db", policyTypes=["Ingress"], ingress=[{"from": [pods_of("api")]}]), TIMEOUT, True),
        (policy("p", "db", policyTypes=["Ingress"], ingress=[{"from": [pods_of("web")]}]), TIMEOUT, False),
        (policy("p", "db", policyTypes=["Ingress"], ingress=[{}]), TIMEOUT, False),
        (policy("p", "db", policyTypes=["Ingress"], ingress=[{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}]),
         TIMEOUT, False),
        (policy("p", "db", policyTypes=["Ingress"], ingress=[{"from": [
            {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "pay"}}}]}]), TIMEOUT, True),
        (policy("p", "web", policyTypes=["Egress"], egress=[{"to": [pods_of("cache")]}]), TIMEOUT, True),
        (policy("p", "web", policyTypes=["Egress"], egress=[{"to": [pods_of("db")]}]), TIMEOUT, False),
        (policy("p", "web", policyTypes=["Egress"], egress=[{"to": [pods_of("db")], "ports": [{"port": 5432}]}]),
         NO_NAME, True),
        (policy("p", "web", policyTypes=["Egress"], egress=[{"to": [pods_of("db")]}, {"ports": [{"port": 53}]}]),
         NO_NAME, False),
        (policy("p", "other", policyTypes=["Egress"]), NO_NAME, False),
        (policy("p", "db", policyTypes=["Ingress"], ingress=[{"from": [pods_of("api")]}]), (), False),
    ],
)  # fmt: skip
def test_a_policy_between_a_caller_and_what_it_calls(
    rules: dict[str, Any], logs: tuple[Log, ...], told: bool
) -> None:
    assert (
        ("network_policy_blocks", "NetworkPolicy/shop/p") in terms(found(*CALLING, rules, logs=logs))
    ) is told
