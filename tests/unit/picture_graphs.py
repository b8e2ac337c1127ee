"""Small clusters to draw, and a reader of the SVG that comes out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from cluster.graph import ResourceGraph, build
from connectors.documents import Document, ResourceRef
from connectors.kubernetes.observed import ObservedObject

SVG = "{http://www.w3.org/2000/svg}"
Value = dict[str, Any]


def thing(kind: str, name: str, namespace: str = "shop", api: str = "v1", **fields: Any) -> Value:
    """An object of any kind."""
    metadata: Value = {"name": name, "uid": f"{kind}-{namespace}-{name}"}
    if namespace:
        metadata["namespace"] = namespace
    metadata |= fields.pop("metadata", {})
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **fields}


def deployment(
    name: str,
    namespace: str = "shop",
    *,
    ready: int = 1,
    want: int = 1,
    calls: Iterable[str] = (),
    **spec: Any,
) -> Value:
    """A Deployment whose pods carry `app: <name>` and that calls some services."""
    env = [{"name": f"{one.upper()}_ADDR", "value": f"http://{one}:8080"} for one in calls]
    pod = {"containers": [{"name": "app", "image": f"example.com/team/{name}:v1", "env": env}], **spec}
    status: Value = {"readyReplicas": ready, "updatedReplicas": want, "observedGeneration": 1}
    if ready < want:
        gone = {"type": "Available", "status": "False", "reason": "MinimumReplicasUnavailable"}
        status["conditions"] = [gone]
    return thing(
        "Deployment", name, namespace, "apps/v1",
        spec={"replicas": want, "template": {"metadata": {"labels": {"app": name}}, "spec": pod}},
        status=status,
    )  # fmt: skip


def service(name: str, namespace: str = "shop", *, app: str = "", port: int = 8080, **spec: Any) -> Value:
    """A Service in front of the pods of an app, by default of the same name."""
    return thing(
        "Service", name, namespace, spec={"selector": {"app": app or name}, "ports": [{"port": port}], **spec}
    )


def pods(name: str, count: int, namespace: str = "shop", *, crashing: int = 0) -> list[Value]:
    """A ReplicaSet of a Deployment and its pods, the first of which crash."""
    owner = [{"kind": "Deployment", "name": name, "uid": f"Deployment-{namespace}-{name}"}]
    replica_set = thing(
        "ReplicaSet", f"{name}-abc", namespace, "apps/v1", metadata={"ownerReferences": owner}
    )
    above = [{"kind": "ReplicaSet", "name": f"{name}-abc", "uid": replica_set["metadata"]["uid"]}]
    return [replica_set] + [
        thing(
            "Pod", f"{name}-abc-{number}", namespace,
            metadata={"ownerReferences": above, "labels": {"app": name}},
            spec={"nodeName": "node-1", "containers": [{"name": "app", "image": f"{name}:v1"}]},
            status=_crashing() if number < crashing else _running(),
        )
        for number in range(count)
    ]  # fmt: skip


def _running() -> Value:
    return {
        "phase": "Running",
        "conditions": [{"type": "Ready", "status": "True"}],
        "containerStatuses": [{"name": "app", "ready": True, "state": {"running": {}}}],
    }


def _crashing() -> Value:
    waiting = {"waiting": {"reason": "CrashLoopBackOff"}}
    return {"phase": "Running", "containerStatuses": [{"name": "app", "ready": False, "state": waiting}]}


def page(ident: str, *refs: ResourceRef, title: str = "A page", kind: str = "page") -> Document:
    """A document that names objects; of Terraform, one that creates them."""
    made = {"creates": refs} if kind == "terraform" else {"mentions": refs}
    return Document(ident, title, "text", (), "wiki", kind, **made)


def graph_of(*values: Value, cluster: str = "prod", documents: Iterable[Document] = ()) -> ResourceGraph:
    """The graph of objects of one cluster."""
    return build(observed(values, cluster), documents)


def observed(values: Iterable[Value], cluster: str = "prod") -> list[ObservedObject]:
    """The objects as a connector hands them on."""
    return [
        ObservedObject(cluster, cluster, f"{cluster}:{value['kind']}/{value['metadata']['name']}", value)
        for value in values
    ]


def boutique() -> list[Value]:
    """Four workloads that call each other, one of which crashes."""
    return [
        deployment("web", calls=["cart", "pay"]), service("web"), *pods("web", 1),
        deployment("cart", ready=0, calls=["redis"]), service("cart"), *pods("cart", 1, crashing=1),
        deployment("pay"), service("pay"), deployment("redis"), service("redis"),
        thing("Ingress", "shop", api="networking.k8s.io/v1", spec={"rules": [{"host": "shop.example", "http": {
            "paths": [{"path": "/", "backend": {"service": {"name": "web", "port": {"number": 8080}}}}]}}]}),
    ]  # fmt: skip


@dataclass
class Shape:
    """A rectangle of the picture; `text` is what stands in it, `titles` what is shown on hovering."""

    id: str
    group: str
    x: float
    y: float
    width: float
    height: float
    classes: set[str] = field(default_factory=set)
    text: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)

    def inside(self, other: Shape) -> bool:
        """Whether it lies within another."""
        return (
            other.x <= self.x
            and other.y <= self.y
            and self.x + self.width <= other.x + other.width
            and self.y + self.height <= other.y + other.height
        )

    def overlaps(self, other: Shape) -> bool:
        """Whether both share some of the plane."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


class Picture:
    """What an SVG shows, read as XML."""

    def __init__(self, svg: str) -> None:
        self.svg = svg
        self.root = ElementTree.fromstring(svg)
        self.boxes = {shape.id: shape for shape in map(_box, self._of_class("box"))}
        self.groups = {
            rect.get("data-group", ""): Shape(rect.get("data-group", ""), "", *_numbers(rect))
            for rect in self.root.iter(f"{SVG}rect")
            if rect.get("class") == "band"
        }
        self.links = {
            (one.get("data-source", ""), one.get("data-target", ""), one.get("data-type", ""))
            for one in self._of_class("link")
        }
        legend = next(self._of_class("legend"))
        self.legend = ["".join(text.itertext()) for text in legend.iter(f"{SVG}text")]
        self.texts = [_own_text(text) for text in self.root.iter(f"{SVG}text")]

    def _of_class(self, name: str) -> Any:
        return (one for one in self.root.iter(f"{SVG}g") if name in (one.get("class") or "").split())

    def box(self, name: str) -> Shape:
        """The box whose first line is this name."""
        return next(box for box in self.boxes.values() if box.text[:1] == [name])

    @property
    def names(self) -> set[str]:
        """The first line of every box."""
        return {box.text[0] for box in self.boxes.values()}


def _numbers(rect: ElementTree.Element) -> tuple[float, float, float, float]:
    x, y, width, height = (float(rect.get(key, "0")) for key in ("x", "y", "width", "height"))
    return x, y, width, height


def _box(element: ElementTree.Element) -> Shape:
    x, y = (float(one) for one in (element.get("transform") or "")[len("translate(") : -1].split())
    rect = next(one for one in element.iter(f"{SVG}rect") if "outline" in (one.get("class") or ""))
    texts = [_own_text(text) for text in element.iter(f"{SVG}text")]
    titles = ["".join(one.itertext()) for one in element.iter(f"{SVG}title")]
    _, _, width, height = _numbers(rect)
    classes = set((element.get("class") or "").split())
    return Shape(
        element.get("data-id", ""), element.get("data-group", ""), x, y, width, height, classes, texts, titles
    )


def _own_text(element: ElementTree.Element) -> str:
    """The text of an element without that of its <title>."""
    parts = [element.text or "", *(child.tail or "" for child in element)]
    return "".join(parts)
