"""A small live cluster for questions: a shop with a broken cart, a second shop, nodes, roles, a page about it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from typing import Any

from answers.cluster.history import Place
from answers.cluster.history.past import ENOUGH
from answers.cluster.responder import ClusterResponder
from answers.cluster.second.again import SecondReader
from answers.model import Answer
from cluster.changes.model import Change
from cluster.graph import ResourceGraph, build
from cluster.inventory import ClusterInventory
from cluster.store import EventRecord
from cluster.store.events import event_of
from cluster.view import EVERYTHING, Reader
from connectors.documents import PUBLIC, Document, ResourceRef, Section, SectionKind, assemble
from connectors.kubernetes.live.cleaning import clean
from connectors.kubernetes.live.documents import Origin, document_of
from connectors.kubernetes.live.overview import Overview
from connectors.kubernetes.observed import ObservedObject
from index.search_types import Filters

SEEN = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
SINCE = "2026-11-23T05:00:00Z"
Json = dict[str, Any]


def an_object(api: str, kind: str, name: str, namespace: str = "", **fields: Any) -> Json:
    """An object as a server lists it."""
    uid = f"{namespace}/{kind}/{name}"
    metadata: Json = {"name": name, "uid": uid, "creationTimestamp": SINCE, **fields.pop("metadata", {})}
    if namespace:
        metadata["namespace"] = namespace
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **fields}


def a_container(name: str, image: str, **fields: Any) -> Json:
    return {"name": name, "image": image, **fields}


def a_deployment(
    name: str, namespace: str, replicas: int, *containers: Json, ready: int | None = None, **pod: Any
) -> Json:
    ready = replicas if ready is None else ready
    well = ready >= replicas
    available = {
        "type": "Available", "status": "True" if well else "False", "lastTransitionTime": SINCE,
        "reason": "MinimumReplicasAvailable" if well else "MinimumReplicasUnavailable", "message": "as it is",
    }  # fmt: skip
    return an_object(
        "apps/v1", "Deployment", name, namespace,
        metadata={
            "labels": {"app": name, "app.kubernetes.io/part-of": namespace, **pod.pop("labels", {})},
            "annotations": {"deployment.kubernetes.io/revision": "4"},
        },
        spec={
            "replicas": replicas, "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": list(containers), **pod}},
        },
        status={"readyReplicas": ready, "replicas": replicas, "updatedReplicas": replicas, "conditions": [available]},
    )  # fmt: skip


def a_pod(owner: Json, node: str, status: Json | None = None) -> list[Json]:
    """A ReplicaSet and its pod of a Deployment."""
    name, namespace = owner["metadata"]["name"], owner["metadata"]["namespace"]
    template = owner["spec"]["template"]
    owned = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "name": name,
        "uid": owner["metadata"]["uid"],
        "controller": True,
    }
    replica_set = an_object(
        "apps/v1", "ReplicaSet", f"{name}-5d", namespace, metadata={"ownerReferences": [owned], "labels": {"app": name}},
        spec={"replicas": 1, "template": template}, status={"readyReplicas": 1, "replicas": 1},
    )  # fmt: skip
    by_set = {**owned, "kind": "ReplicaSet", "name": f"{name}-5d", "uid": replica_set["metadata"]["uid"]}
    running = {
        "phase": "Running", "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": SINCE}],
        "containerStatuses": [
            {"name": c["name"], "ready": True, "restartCount": 0, "state": {"running": {"startedAt": SINCE}}}
            for c in template["spec"]["containers"]
        ],
    }  # fmt: skip
    pod = an_object(
        "v1", "Pod", f"{name}-5d-x7k2p", namespace, metadata={"ownerReferences": [by_set], "labels": {"app": name}},
        spec={**template["spec"], "nodeName": node}, status=status or running,
    )  # fmt: skip
    return [replica_set, pod]


def a_service(name: str, namespace: str, port: int, kind: str = "ClusterIP", **port_fields: Any) -> Json:
    spec = {
        "type": kind, "clusterIP": "10.0.0.7", "selector": {"app": name},
        "ports": [{"name": "http", "port": port, "targetPort": port, **port_fields}],
    }  # fmt: skip
    return an_object("v1", "Service", name, namespace, spec=spec)


def a_node(name: str) -> Json:
    ready = {"type": "Ready", "status": "True", "reason": "KubeletReady", "lastTransitionTime": SINCE}
    return an_object(
        "v1", "Node", name, metadata={"labels": {"topology.kubernetes.io/zone": "eu-1a"}},
        status={"conditions": [ready], "capacity": {"cpu": "8", "memory": "32Gi"}, "nodeInfo": {"kubeletVersion": "v1.31.2"}},
    )  # fmt: skip


CRASHING: Json = {
    "phase": "Running",
    "conditions": [{"type": "Ready", "status": "False", "reason": "ContainersNotReady", "lastTransitionTime": SINCE}],
    "containerStatuses": [{
        "name": "server", "ready": False, "restartCount": 7,
        "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s"}},
        "lastState": {"terminated": {"exitCode": 137, "reason": "OOMKilled", "finishedAt": SINCE}},
    }],
}  # fmt: skip


def shop() -> list[Json]:
    """The objects of the cluster."""
    cart = a_deployment(
        "cart", "shop", 1,
        a_container("server", "registry.io/cart:v2.3", env=[{"name": "REDIS_ADDR", "value": "redis:6379"}],
                    resources={"limits": {"memory": "128Mi"}, "requests": {"cpu": "100m"}}),
        ready=0, serviceAccountName="cart", labels={"team": "checkout-crew"},
        volumes=[{"name": "config", "configMap": {"name": "cart-config"}}],
    )  # fmt: skip
    redis = a_deployment(
        "redis", "shop", 3, a_container("redis", "redis:7.2", ports=[{"containerPort": 6379}])
    )
    frontend = a_deployment("frontend", "shop", 2, a_container("web", "registry.io/frontend:v1"))
    other = a_deployment("frontend", "blog", 5, a_container("web", "registry.io/blog-frontend:v9"))
    warning = an_object(
        "v1", "Event", "cart.17a", "shop", type="Warning", reason="BackOff", message="Back-off restarting", count=4,
        involvedObject={"kind": "Pod", "name": "cart-5d-x7k2p", "namespace": "shop"}, lastTimestamp=SINCE,
    )  # fmt: skip
    rule = {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}
    return [
        *(an_object("v1", "Namespace", name, status={"phase": "Active"}) for name in ("shop", "blog", "empty")),
        a_node("node-a"), a_node("node-b"),
        cart, *a_pod(cart, "node-a", CRASHING), redis, *a_pod(redis, "node-b"), frontend, *a_pod(frontend, "node-a"), other,
        a_service("redis", "shop", 6379), a_service("frontend", "shop", 80, "NodePort", nodePort=30080),
        an_object("v1", "ConfigMap", "cart-config", "shop", data={"mode": "fast"}),
        an_object("v1", "ServiceAccount", "cart", "shop"),
        an_object("rbac.authorization.k8s.io/v1", "Role", "reader", "shop", rules=[rule]),
        an_object(
            "rbac.authorization.k8s.io/v1", "RoleBinding", "cart-reads", "shop",
            roleRef={"kind": "Role", "name": "reader"}, subjects=[{"kind": "ServiceAccount", "name": "cart"}],
        ),
        an_object(
            "autoscaling/v2", "HorizontalPodAutoscaler", "frontend", "shop",
            spec={"minReplicas": 2, "maxReplicas": 6, "scaleTargetRef": {"kind": "Deployment", "name": "frontend", "apiVersion": "apps/v1"}},
            status={"currentReplicas": 2},
        ),
        warning,
    ]  # fmt: skip


def a_page() -> Document:
    """What the team wrote about the cart."""
    lines = ["The cart keeps baskets in redis and is run by checkout-crew.", "Nothing else is said here."]
    text, sections = assemble(Section(SectionKind.PARAGRAPH, line, "") for line in lines)
    return Document(
        "files:docs/cart.md", "About the cart", text, sections, "docs", "page", path="cart.md",
        mentions=(ResourceRef("Deployment", "cart", "shop"),), access=frozenset({PUBLIC}),
    )  # fmt: skip


class LiveCluster:
    """Clusters of these objects as `ClusterResponder` is given them; `hidden` documents nobody may read."""

    def __init__(
        self,
        objects: Iterable[Json] = (),
        *,
        cluster: str = "prod",
        also: dict[str, list[Json]] | None = None,
        hidden: Callable[[str], bool] = lambda _: False,
        pages: Iterable[Document] = (),
        second: SecondReader | None = None,
        past: Iterable[Change] = (),
        now: datetime = SEEN,
        asked: list[tuple[datetime, Place]] | None = None,
    ) -> None:
        self.documents: dict[str, Document] = {}
        self._hidden = hidden
        self._events: list[EventRecord] = []
        self._inventories: dict[str, ClusterInventory] = {}
        seen: list[ObservedObject] = []
        for name, values in {cluster: list(objects) or shop(), **(also or {})}.items():
            seen += self._observe(name, values)
        changes = sorted(past, key=lambda one: one.at)

        def told(_: frozenset[str], since: datetime, until: datetime, place: Place) -> list[Change]:
            (asked if asked is not None else []).append((since, place))
            return [one for one in changes if since <= one.at < until][-ENOUGH:]

        page = a_page()
        self.documents |= {one.id: one for one in (page, *pages)}
        self._graph = build(seen, [page]).readable(lambda ident: not hidden(ident))
        self.responder = ClusterResponder(
            self, self.get, lambda _: EVERYTHING, self.events, contexts={n: f"{n}-admin" for n in self._inventories},
            pages=lambda words, filters: [i for i in self.documents if i.startswith("files:")], second=second,
            past=told, clock=lambda: now,
        )  # fmt: skip

    def _observe(self, cluster: str, values: Iterable[Json]) -> list[ObservedObject]:
        source = f"live-{cluster}"
        overview = Overview(Origin(source, cluster))
        seen: list[ObservedObject] = []
        for value in map(clean, values):
            overview.put(value)
            document = document_of(value, source=source, cluster=cluster, observed_at=SEEN)
            self.documents[document.id] = document
            found = ObservedObject(cluster, source, document.id, value, SEEN)
            if value["kind"] == "Event":
                self._events.append(event_of(found, SEEN))
            else:
                seen.append(found)
        self.documents |= {one.id: one for one in overview.documents("v1.31.2", SEEN)}
        self._inventories[cluster] = ClusterInventory(seen)
        return seen

    def get(self, ids: Collection[str]) -> dict[str, Document]:
        return {
            ident: self.documents[ident]
            for ident in ids
            if ident in self.documents and not self._hidden(ident)
        }

    def events(self, namespaces: Collection[str]) -> list[EventRecord]:
        return [e for e in self._events if not namespaces or e.about.namespace in namespaces]

    def clusters(self, may_read: Reader) -> list[str]:
        return sorted(self._inventories)

    def graph(self, may_read: Reader, *, clusters: list[str] | None = None) -> ResourceGraph:
        return self._graph

    def inventory(self, cluster: str, may_read: Reader) -> ClusterInventory:
        return self._inventories[cluster]

    def observed_at(self, cluster: str) -> datetime | None:
        return SEEN

    def ask(self, question: str, **filters: Any) -> Answer | None:
        return self.responder.respond(question, Filters(**filters))

    def told(self, question: str, **filters: Any) -> Answer:
        """The answer to a question that has one."""
        answer = self.ask(question, **filters)
        assert answer is not None, question
        assert not answer.abstained, answer.answer
        return answer
