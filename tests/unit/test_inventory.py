"""What words name in a cluster."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.inventory import ClusterInventory
from cluster.scripts import parse, validate
from connectors.kubernetes.observed import ObservedObject


def an_object(
    kind: str, name: str, namespace: str = "", api_version: str = "v1", **value: Any
) -> ObservedObject:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    whole = {"apiVersion": api_version, "kind": kind, "metadata": metadata, **value}
    return ObservedObject("prod", "live", f"kubernetes:live/{namespace or '_'}/{kind}/{name}", whole)


def a_definition(
    kind: str, plural: str, group: str, scope: str = "Namespaced", *short: str
) -> ObservedObject:
    names = {"kind": kind, "plural": plural, "singular": kind.lower(), "shortNames": list(short)}
    return an_object(
        "CustomResourceDefinition", f"{plural}.{group}", api_version="apiextensions.k8s.io/v1",
        spec={"group": group, "scope": scope, "names": names},
    )  # fmt: skip


DEFINITIONS = [
    a_definition("VirtualService", "virtualservices", "networking.istio.io", "Namespaced", "vs"),
    a_definition("ClusterIssuer", "clusterissuers", "cert-manager.io", "Cluster"),
    a_definition("Service", "services", "serving.knative.dev", "Namespaced", "ksvc"),
]
OBJECTS = [
    *DEFINITIONS,
    an_object("Namespace", "shop"),
    an_object("Namespace", "empty"),
    an_object("Node", "node-1"),
    an_object("Deployment", "cart", "shop", "apps/v1"),
    an_object("Deployment", "mail", "staging", "apps/v1"),
    an_object("VirtualService", "cart", "shop", "networking.istio.io/v1"),
    an_object("NodeMetrics", "node-1", api_version="metrics.k8s.io/v1beta1"),
    an_object("Policy", "p", "shop", "odd.io/v1"),
]


@pytest.fixture
def inventory() -> ClusterInventory:
    return ClusterInventory(OBJECTS, [one.value for one in DEFINITIONS])


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("deploy", "Deployment"), ("Deployments", "Deployment"), ("deployment", "Deployment"),
        ("deployments.apps", "Deployment"), ("deployments.v1.apps", "Deployment"), ("po", "Pod"),
        ("vs", "VirtualService"), ("virtualservices.networking.istio.io", "VirtualService"),
        ("virtualservices.v1beta1.networking.istio.io", "VirtualService"), ("clusterissuer", "ClusterIssuer"),
        ("netpol", "NetworkPolicy"), ("ep", "Endpoints"), ("svc", "Service"), ("ksvc", "Service"),
        ("policies", "Policy"), ("policies.odd.io", "Policy"), ("crds", "CustomResourceDefinition"),
        ("deployments.extensions", ""), ("deployd", ""), ("", ""), ("cart", ""), ("deployments.v1.", ""),
    ],
)  # fmt: skip
def test_words_name_kinds_as_they_do_for_kubectl(inventory: ClusterInventory, word: str, kind: str) -> None:
    assert inventory.kind_of(word) == kind


def test_kinds_say_whether_they_stand_in_a_namespace(inventory: ClusterInventory) -> None:
    kinds = ("Deployment", "Node", "VirtualService", "ClusterIssuer", "NodeMetrics", "Policy")
    assert [inventory.is_namespaced(kind) for kind in kinds] == [True, False, True, False, False, True]


def test_names_are_those_of_the_objects(inventory: ClusterInventory) -> None:
    assert set(inventory.namespaces()) == {"shop", "empty", "staging"}
    assert set(inventory.names("Deployment", "")) == {"cart", "mail"}
    assert set(inventory.names("Deployment", "shop")) == {"cart"}
    assert set(inventory.names("Node", "")) == {"node-1"}
    assert not inventory.names("Pod", "shop")


def test_an_empty_cluster_still_knows_its_kinds() -> None:
    empty = ClusterInventory(())
    assert empty.kind_of("pods") == "Pod"
    assert not empty.namespaces()


def test_scripts_are_checked_against_it(inventory: ClusterInventory) -> None:
    script = "kubectl get deploy cart -n shop\nkubectl get vs,po -n shop\nkubectl get deploy kart -n shop"
    (problem,) = validate(parse(script), inventory)
    assert (problem.step, problem.word, problem.nearest) == (2, "kart", "cart")
    wrong = validate(parse("kubectl get virtualservice -n shopp"), inventory)
    assert [(one.word, one.nearest) for one in wrong] == [("shopp", "shop")]


@pytest.mark.parametrize(
    "odd", [{}, {"spec": []}, {"spec": {"names": {"kind": 3, "plural": None}, "group": []}}]
)
def test_definitions_of_odd_shape_are_left_out(odd: dict[str, Any]) -> None:
    assert ClusterInventory((), [odd]).kind_of("pod") == "Pod"
