"""Edges that KubeDiagrams draws too: roles that name objects, claim templates, networks, fields that end in `Ref`."""

from __future__ import annotations

from cluster.edges.base import EdgeType
from tests.unit.picture_graphs import Value, deployment, graph_of, thing


def edges(*values: Value, kind: EdgeType = EdgeType.REFERENCES) -> set[tuple[str, str]]:
    """The edges of a type as `Kind/name` pairs."""
    graph = graph_of(*values)
    short = {node.id: f"{node.kind}/{node.name}" for node in graph.nodes()}
    return {(short[edge.source], short[edge.target]) for edge in graph.edges(kind)}


def test_a_role_names_objects_that_may_not_be_there_yet() -> None:
    rules = [
        {"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["redis"], "verbs": ["get"]},
        {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "resourceNames": ["leader"], "verbs": ["get"]},
        {"apiGroups": [""], "resources": ["pods/log"], "resourceNames": ["web"], "verbs": ["get"]},
        {"apiGroups": [""], "resources": ["unheardof"], "resourceNames": ["x"], "verbs": ["get"]},
    ]  # fmt: skip
    role = thing("Role", "app", api="rbac.authorization.k8s.io/v1", rules=rules)

    assert edges(role) == {("Role/app", "Secret/redis"), ("Role/app", "Lease/leader")}


def test_a_cluster_role_names_only_what_is_there() -> None:
    rules = [
        {"apiGroups": [""], "resources": ["secrets", "nodes"], "resourceNames": ["one"], "verbs": ["get"]}
    ]
    role = thing("ClusterRole", "app", "", "rbac.authorization.k8s.io/v1", rules=rules)

    assert edges(role) == set()
    assert edges(role, thing("Node", "one", "")) == {("ClusterRole/app", "Node/one")}


def test_a_stateful_set_without_claims_yet_points_to_its_first() -> None:
    def stateful() -> Value:
        template = {"metadata": {"name": "data"}}
        containers = [{"name": "db", "image": "db"}]
        pod = {"spec": {"containers": containers}}
        spec = {"replicas": 2, "volumeClaimTemplates": [template], "template": pod}
        return thing("StatefulSet", "db", api="apps/v1", spec=spec)

    first = ("StatefulSet/db", "PersistentVolumeClaim/data-db-0")
    assert edges(stateful(), kind=EdgeType.MOUNTS) == {first}
    second = thing("PersistentVolumeClaim", "data-db-1")
    assert edges(stateful(), second, kind=EdgeType.MOUNTS) == {
        ("StatefulSet/db", "PersistentVolumeClaim/data-db-1")
    }


def test_a_pod_is_on_the_networks_of_its_annotation() -> None:
    def on(networks: str) -> Value:
        value = deployment("web")
        value["spec"]["template"]["metadata"]["annotations"] = {"k8s.v1.cni.cncf.io/networks": networks}
        return value

    kind = "NetworkAttachmentDefinition"
    assert edges(on('[{"name": "fast"}, {"name": "slow", "namespace": "net"}]')) == {
        ("Deployment/web", f"{kind}/fast"), ("Deployment/web", f"{kind}/slow"),
    }  # fmt: skip
    assert edges(on("fast@eth1, net/slow")) == {
        ("Deployment/web", f"{kind}/fast"), ("Deployment/web", f"{kind}/slow"),
    }  # fmt: skip
    assert edges(on('[{"name": 7}, 1]')) == set()


def test_fields_that_end_in_ref_name_objects() -> None:
    certificate = thing("Certificate", "web", api="cert-manager.io/v1",
                        spec={"issuerRef": {"kind": "ClusterIssuer", "name": "letsencrypt"}})  # fmt: skip
    store = thing("ExternalSecret", "db", api="external-secrets.io/v1",
                  spec={"secretStoreRef": {"kind": "SecretStore", "name": "vault"},
                        "data": [{"sourceRef": {"storeRef": {"name": "x"}}}]})  # fmt: skip
    policy = thing("BackendTLSPolicy", "tls", api="gateway.networking.k8s.io/v1", spec={
        "targetRefs": [{"group": "", "kind": "Service", "name": "web"}],
        "validation": {"caCertificateRefs": [{"group": "", "kind": "ConfigMap", "name": "ca"}]}})  # fmt: skip
    there = [
        thing("ClusterIssuer", "letsencrypt", "", "cert-manager.io/v1"),
        thing("SecretStore", "vault", api="external-secrets.io/v1"),
        thing("Service", "web"),
    ]

    assert edges(certificate, store, policy, *there) == {
        ("Certificate/web", "ClusterIssuer/letsencrypt"),
        ("ExternalSecret/db", "SecretStore/vault"),
        ("BackendTLSPolicy/tls", "Service/web"),
        ("BackendTLSPolicy/tls", "ConfigMap/ca"),
    }


def test_a_ref_without_a_kind_is_of_the_kind_that_its_field_says() -> None:
    value = thing("Widget", "one", api="example.com/v1", spec={"auth": {"secretRef": {"name": "token"}}})

    assert edges(value, thing("Secret", "token")) == {("Widget/one", "Secret/token")}
    assert edges(value) == {("Widget/one", "Secret/token")}
    unknown = thing("Widget", "one", api="example.com/v1", spec={"gadgetRef": {"name": "x"}})
    assert edges(unknown) == set()


def test_what_routes_and_scales_is_no_reference_as_well() -> None:
    route = thing("HTTPRoute", "web", api="gateway.networking.k8s.io/v1", spec={
        "parentRefs": [{"name": "edge"}], "rules": [{"backendRefs": [{"name": "web", "port": 80}]}]})  # fmt: skip
    scaled = thing("ScaledObject", "web", api="keda.sh/v1alpha1", spec={"scaleTargetRef": {"name": "web"}})

    assert edges(route, scaled) == set()


def test_a_node_names_its_storage_drivers() -> None:
    node = thing(
        "CSINode", "one", "", "storage.k8s.io/v1", spec={"drivers": [{"name": "disk.csi"}, {"name": "gone"}]}
    )
    driver = thing("CSIDriver", "disk.csi", "", "storage.k8s.io/v1")

    assert edges(node, driver) == {("CSINode/one", "CSIDriver/disk.csi")}


def test_a_grant_stands_between_who_may_refer_and_what_may_be_referred_to() -> None:
    gateway = "gateway.networking.k8s.io"
    grant = thing("ReferenceGrant", "grant", "back", f"{gateway}/v1", spec={
        "from": [{"group": gateway, "kind": "HTTPRoute", "namespace": "shop"}],
        "to": [{"group": "", "kind": "Service", "name": "api"}, {"group": "", "kind": "Secret"}]})  # fmt: skip
    routes = [thing("HTTPRoute", "web", api=f"{gateway}/v1"), thing("HTTPRoute", "x", "ops", f"{gateway}/v1")]
    there = [thing("Service", "api", "back"), thing("Service", "db", "back"), thing("Secret", "tls", "back")]

    assert edges(grant, *routes, *there, kind=EdgeType.ALLOWS) == {
        ("HTTPRoute/web", "ReferenceGrant/grant"),
        ("ReferenceGrant/grant", "Service/api"),
        ("ReferenceGrant/grant", "Secret/tls"),
    }


def test_odd_shapes_of_refs_are_nothing() -> None:
    spec = {"aRef": "x", "bRefs": {"kind": 1}, "cRef": [1, None, {"name": ""}], "dRef": {"kind": "Secret"}}

    assert edges(thing("Widget", "one", api="example.com/v1", spec=spec)) == set()
