"""Manifests and Terraform that disagree with what runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cluster.findings import Scope
from tests.unit.findings_world import (
    Team,
    Value,
    a_node,
    a_shop,
    a_workload,
    an_autoscaler,
    an_object,
    as_yaml,
    manifests,
    terraform,
)

_TYPE = "node__kubernetes__io/instance-type"


def _team(tmp_path: Path, files: dict[str, str], *more: Value) -> Team:
    return Team({"prod": [*a_shop(), *more]}, documents=manifests(tmp_path, files))


def test_a_manifest_that_is_not_what_runs_drifts(tmp_path: Path) -> None:
    wanted = a_workload("cart", 4, "acme/cart:v1.5.0", limits={"memory": "1Gi"})
    found = _team(tmp_path, {"production/cart.yaml": as_yaml(wanted)}).findings()
    assert [(one.type, one.subject, one.value) for one in found] == [
        ("drift", "Deployment shop/cart", "replicas"), ("drift", "Deployment shop/cart", "image of container cart"),
    ]  # fmt: skip
    assert [(one.said.quote, one.holds.quote) for one in found] == [
        ("replicas: 4", "replicas: 3"), ("image: acme/cart:v1.5.0", "image: acme/cart:v1.4.0"),
    ]  # fmt: skip
    assert found[0].text.startswith("`production/cart.yaml` sets replicas of Deployment shop/cart to 4, ")


def test_another_environments_manifest_is_not_held_against_this_cluster(tmp_path: Path) -> None:
    assert _team(tmp_path, {"staging/cart.yaml": as_yaml(a_workload("cart", 1))}).told() == []


def test_a_cluster_of_no_known_environment_is_not_compared_with_one(tmp_path: Path) -> None:
    code = manifests(tmp_path, {"production/cart.yaml": as_yaml(a_workload("cart", 9))})
    assert Team({"acme": a_shop()}, documents=code).told() == []
    scopes = {"acme": Scope(environment="production")}
    assert Team({"acme": a_shop()}, documents=code, scopes=scopes).told() == [
        ("drift", "Deployment shop/cart", "replicas")
    ]


def test_labels_of_namespaces_say_the_environment(tmp_path: Path) -> None:
    code = manifests(tmp_path, {"production/cart.yaml": as_yaml(a_workload("cart", 9))})
    shop = an_object("Namespace", "shop", "", labels={"acme.example/environment": "prod"})
    assert Team({"acme": [shop, *a_shop()[1:]]}, documents=code).told() == [
        ("drift", "Deployment shop/cart", "replicas")
    ]


def test_replicas_are_the_autoscalers_where_there_is_one(tmp_path: Path) -> None:
    files = {"prod/cart.yaml": as_yaml(a_workload("cart", 9))}
    assert _team(tmp_path, files, an_autoscaler("cart", 2, 6)).told() == []


@pytest.mark.parametrize(
    "overlay",
    [
        {"prod/kustomization.yaml": "resources: [cart.yaml]\nreplicas:\n  - {name: cart, count: 3}\n"},
        {"overlay/kustomization.yaml": "resources: [../prod]\npatches:\n  - path: p.yaml\n"},
    ],
)
def test_what_kustomize_changes_is_left_alone(tmp_path: Path, overlay: dict[str, str]) -> None:
    assert _team(tmp_path, {"prod/cart.yaml": as_yaml(a_workload("cart", 9)), **overlay}).told() == []


@pytest.mark.parametrize(
    "image", ["acme/cart:${TAG}", "acme/cart:latest", "mirror.example/acme/cart:v1.4.0", "acme/cart"]
)
def test_images_that_may_be_the_same(tmp_path: Path, image: str) -> None:
    assert _team(tmp_path, {"prod/cart.yaml": as_yaml(a_workload("cart", 3, image))}).told() == []


_GROUP = """
variable "types" { type = list(string) }
resource "aws_eks_node_group" "workers" {
  cluster_name    = "acme"
  node_group_name = "workers"
  instance_types  = var.types
}
"""
_TYPES = {
    "main.tf": _GROUP,
    "vars/production.tfvars": 'types = ["m7g.large"]\n',
    "vars/staging.tfvars": 'types = ["t4g.large"]\n',
}


def _nodes(size: str, group: str = "workers") -> list[Value]:
    labels = {"node.kubernetes.io/instance-type": size, "eks.amazonaws.com/nodegroup": group}
    node = an_object("Node", "node-1", "", labels=labels)
    return [*a_shop()[:-1], {**node, "status": {"nodeInfo": {"kubeletVersion": "v1.34.1"}}}]


def test_node_groups_are_held_against_their_nodes(tmp_path: Path) -> None:
    code = terraform(tmp_path, _TYPES)
    found = Team({"prod": _nodes("m6i.large")}, documents=code).findings()
    assert [(one.type, one.subject, one.value) for one in found] == [
        ("drift", "Node node-1", "instance type")
    ]
    assert found[0].said.quote.startswith('production: instance_types = ["m7g.large"]')
    assert found[0].holds.quote.endswith("m6i.large")
    assert Team({"prod": _nodes("m7g.large")}, documents=code).told() == []
    assert Team({"staging": _nodes("t4g.large")}, documents=code).told() == []
    assert Team({"prod": _nodes("m6i.large", "gpu")}, documents=code).told() == []


def test_a_clusters_version_is_held_against_all_its_nodes(tmp_path: Path) -> None:
    code = terraform(
        tmp_path,
        {
            "production/main.tf": 'resource "aws_eks_cluster" "this" {\n  name    = "acme"\n  version = "1.33"\n}\n'
        },
    )
    assert Team(documents=code).told() == [("drift", "Node node-1", "Kubernetes version")]
    behind = {"prod": [*a_shop(), a_node("node-2", "v1.33.4")]}
    assert Team(behind, documents=code).told() == []


_RELEASE = """
resource "helm_release" "redis" {
  name      = "redis"
  namespace = "shop"
  chart     = "redis"
  version   = "%s"
  set = [{ name = "replicaCount", value = "%s" }]
}
"""


@pytest.mark.parametrize(
    ("version", "replicas", "expected"),
    [
        ("20.1.0", "2", []),
        ("20.0.1", "2", ["chart version of release redis"]),
        ("20.1.0", "5", ["replicas"]),
        ("~> 20", "2", []),
    ],
)
def test_helm_releases_are_held_against_what_they_installed(
    tmp_path: Path, version: str, replicas: str, expected: list[str]
) -> None:
    labels = {"app.kubernetes.io/instance": "redis", "helm.sh/chart": "redis-20.1.0"}
    value = a_workload("redis-server", 2)
    value["metadata"]["labels"] = labels
    code = terraform(tmp_path, {"production/main.tf": _RELEASE % (version, replicas)})
    assert [one[2] for one in Team({"prod": [*a_shop(), value]}, documents=code).told()] == expected


_DEPLOYMENT = """
resource "kubernetes_deployment_v1" "cart" {
  metadata {
    name      = "cart"
    namespace = "shop"
  }
  spec {
    replicas = 5
    template {
      spec {
        container {
          name  = "cart"
          image = "acme/cart:v1.3.0"
        }
      }
    }
  }
  %s
}
"""


@pytest.mark.parametrize(
    ("lifecycle", "expected"),
    [
        ("", ["replicas", "image"]),
        ("lifecycle {\n    ignore_changes = [spec[0].replicas]\n  }", ["image"]),
        ("lifecycle {\n    ignore_changes = all\n  }", []),
    ],
)
def test_objects_of_terraform_are_held_against_what_runs(
    tmp_path: Path, lifecycle: str, expected: list[str]
) -> None:
    code = terraform(tmp_path, {"production/main.tf": _DEPLOYMENT % lifecycle})
    assert [one[2] for one in Team(documents=code).told()] == expected


def _values(text: str) -> dict[str, str]:
    return {
        "web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        "web/values-production.yaml": text,
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("replicaCount: 2\nimage:\n  tag: v1.4.0\n", []),
        ("replicaCount: 4\n", ["replicas"]),
        ("image:\n  tag: v1.5.0\n", ["image tag"]),
        ("image:\n  tag: latest\n", []),
        ("resources:\n  limits:\n    memory: 1Gi\n", []),
    ],
)
def test_values_of_a_chart_are_held_against_its_workload(
    tmp_path: Path, text: str, expected: list[str]
) -> None:
    value = a_workload("site", 2)
    value["metadata"]["labels"] = {"helm.sh/chart": "web-1.0.0"}
    documents = [one for one in manifests(tmp_path, _values(text)) if one.kind == "values"]
    assert [one[2] for one in Team({"prod": [*a_shop(), value]}, documents=documents).told()] == expected
    assert Team({"staging": [*a_shop(), value]}, documents=documents).told() == []


def test_what_a_chart_makes_by_default_is_not_held_against_the_cluster(tmp_path: Path) -> None:
    made = [
        replace(one, labels=("rendered",))
        for one in manifests(tmp_path, {"cart.yaml": as_yaml(a_workload("cart", 9))})
    ]
    assert Team(documents=made).told() == []
