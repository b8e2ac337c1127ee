"""Pages that are wrong about a cluster as a whole, or about where a Service listens."""

from __future__ import annotations

import pytest

from cluster.findings import Scope
from tests.unit.findings_world import Team, Value, a_node, a_shop, an_object


def a_cluster() -> list[Value]:
    headless = an_object("Service", "redis", spec={"clusterIP": "None", "ports": [{"port": 6379}]})
    outside = an_object(
        "Service", "mail", spec={"type": "ExternalName", "externalName": "m.example", "ports": [{"port": 25}]}
    )
    nodes = [a_node(f"node-{n}", "v1.34.1") for n in (1, 2)]
    for node in nodes:
        node["metadata"]["labels"] = {"node.kubernetes.io/instance-type": "m6i.4xlarge"}
    return [*(one for one in a_shop() if one["kind"] != "Node"), headless, outside, *nodes]


def _page(statement: str) -> str:
    return f"# The platform\n\n`kubectl -n shop get deploy/cart`\n\n{statement}\n"


WRONG = [
    ("The cluster runs Kubernetes 1.29.", "Kubernetes version"),
    ("We are on Kubernetes v1.31.2.", "Kubernetes version"),
    ("- **Kubernetes version:** 1.30", "Kubernetes version"),
    ("| What | Value |\n|---|---|\n| Kubernetes version | 1.30 |\n| Region | eu |", "Kubernetes version"),
    ("All nodes are `m5.large`.", "node type"),
    ("The production nodes run on m5.xlarge instances.", "node type"),
    ("Node type: `n2-standard-8`", "node type"),
    ("Our four worker nodes use Standard_D4s_v5.", "node type"),
    ("The API is at `cart.shop.svc.cluster.local:9090`.", "port"),
    ("```sh\ncurl http://cart.shop.svc:9090/health\n```", "port"),
]
HARMLESS = [
    "The cluster runs Kubernetes 1.34.", "The cluster ran Kubernetes 1.29.", "The cluster will run Kubernetes 1.36.",
    "The chart requires a cluster on Kubernetes 1.25 or newer.", "The cluster was upgraded from Kubernetes 1.29.",
    "In staging the cluster runs Kubernetes 1.30.", "Kubernetes 1.29 removed this API.",
    "The cluster runs Kubernetes 1.30 in staging and 1.34 in production.",
    "All nodes are `m6i.4xlarge`.", "The GPU nodes are `p3.2xlarge`.", "The database nodes are `db.r7g.large`.",
    "RDS runs on `m5.large`.", "If it is slow, nodes are m5.large.", "All nodes were m5.large.",
    "The API is at `cart.shop.svc.cluster.local:8080`.", "The API was at `cart.shop.svc:9090`.",
    "For example `cart.shop.svc:9090`.", "`redis.shop.svc:6380`", "`mail.shop.svc:26`", "`none.shop.svc:26`",
    "```sh\n# curl http://cart.shop.svc:9090/health\n```", "It listens on `cart.other.svc:9090`.",
]  # fmt: skip


@pytest.mark.parametrize(("statement", "value"), WRONG)
def test_a_statement_that_the_cluster_contradicts_is_told(statement: str, value: str) -> None:
    subject = "Service shop/cart" if value == "port" else "cluster prod"
    (found,) = Team({"prod": a_cluster()}).findings(_page(statement))
    assert (str(found.type), found.subject, found.value) == ("contradiction", subject, value)
    assert found.said.quote
    assert found.holds.quote


@pytest.mark.parametrize("statement", HARMLESS)
def test_a_statement_that_is_right_unsure_or_of_something_else_is_not(statement: str) -> None:
    assert Team({"prod": a_cluster()}).told(_page(statement)) == []


def test_both_sides_are_named() -> None:
    scopes = {"prod": Scope(version="v1.35.0")}
    (found,) = Team({"prod": a_cluster()}, scopes=scopes).findings(_page("The cluster runs Kubernetes 1.29."))
    assert found.text == (
        "`The platform` gives the Kubernetes version of cluster prod as 1.29,"
        " but its server runs v1.35.0, its nodes run v1.34.1."
    )
    assert "v1.34.1" in found.holds.quote


def test_a_server_that_is_ahead_of_its_nodes_has_its_own_version() -> None:
    scopes = {"prod": Scope(version="v1.35.0")}
    assert Team({"prod": a_cluster()}, scopes=scopes).told(_page("The cluster runs Kubernetes 1.35.")) == []


def test_nodes_that_are_made_at_will_have_any_type() -> None:
    cluster = a_cluster()
    cluster[-1]["metadata"]["labels"]["karpenter.sh/nodepool"] = "default"
    assert Team({"prod": cluster}).told(_page("All nodes are `m5.large`.")) == []
