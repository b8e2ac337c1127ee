"""The objects of one cluster, findable by what edges are made from: names, labels, owners, pod templates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from cluster.selectors import LabelIndex, Selector
from cluster.values import NOTHING, Value, at, entries, mapping, text
from connectors.kubernetes.observed import ObservedObject


class EdgeType(StrEnum):
    """How one thing hangs together with another; the list is part of the public contract."""

    OWNS = "owns"
    SELECTS = "selects"
    ROUTES = "routes"
    MOUNTS = "mounts"
    REFERENCES = "references"
    SCALES = "scales"
    ALLOWS = "allows"
    RUNS_ON = "runs_on"
    CALLS = "calls"
    CREATED_BY = "created_by"
    DOCUMENTED_BY = "documented_by"


@dataclass(frozen=True, slots=True)
class Found:
    """An edge as it was found: `evidence` is a sentence with the field's path and value.

    `through` is the id of a third object that the sentence is about (the policy that allows, the ConfigMap
    that holds the address), '' where both ends say it all.
    """

    source: str
    target: str
    type: EdgeType
    evidence: str
    through: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """An object as the edges see it. `pod` is its pod template (a pod is its own), `pod_path` where that stands."""

    id: str
    kind: str
    group: str
    name: str
    namespace: str
    value: Value
    seen: ObservedObject
    labels: dict[str, str]
    pod: Value
    pod_path: str
    pod_labels: dict[str, str]

    @property
    def spec_path(self) -> str:
        """Where the pod's spec stands in the object: `spec.template.spec`."""
        return f"{self.pod_path}.spec" if self.pod_path else "spec"


@dataclass(frozen=True, slots=True)
class Named:
    """What a reference points to; `item` is None where no such object was seen."""

    id: str
    kind: str
    name: str
    namespace: str
    item: Item | None = None


def _labels(value: Value) -> dict[str, str]:
    return {str(key): str(label) for key, label in mapping(value, "metadata.labels").items()}


_TEMPLATES = ("spec.template", "spec.jobTemplate.spec.template", "template")


def item_of(seen: ObservedObject, cluster: str, qualified: bool = False) -> Item:
    """The object with its group and pod template taken out. Its id holds the group too where it is `qualified`."""
    group, kind = seen.api_version.rpartition("/")[0], seen.kind
    path, pod = "", NOTHING
    if (group, kind) == ("", "Pod"):
        pod = seen.value
    else:
        for candidate in _TEMPLATES:
            template = mapping(seen.value, candidate)
            if isinstance(at(template, "spec.containers"), list):
                path, pod = candidate, template
                break
    ident = node_id(cluster, seen.namespace, f"{kind}.{group}" if qualified else kind, seen.name)
    return Item(
        ident, kind, group, seen.name, seen.namespace, seen.value, seen,
        _labels(seen.value), pod, path, _labels(pod),
    )  # fmt: skip


def node_id(cluster: str, namespace: str, kind: str, name: str) -> str:
    """`prod/shop/Deployment/cart`, with `_` for no namespace."""
    return f"{cluster}/{namespace or '_'}/{kind}/{name}"


@dataclass(slots=True)
class Cluster:
    """All objects of one cluster. Names that are pointed to and were not seen are kept in `absent`."""

    name: str
    items: list[Item] = field(default_factory=list)
    absent: dict[str, Named] = field(default_factory=dict)
    pods: LabelIndex[Item] = field(default_factory=LabelIndex)
    makers: LabelIndex[Item] = field(default_factory=LabelIndex)
    labelled: dict[str, LabelIndex[Item]] = field(default_factory=lambda: defaultdict(LabelIndex))
    _named: dict[tuple[str, str, str], list[Item]] = field(default_factory=lambda: defaultdict(list))
    _kinds: dict[str, list[Item]] = field(default_factory=lambda: defaultdict(list))
    _uids: dict[str, Item] = field(default_factory=dict)
    _controllers: dict[str, Item | None] = field(default_factory=dict)

    def add(self, item: Item) -> None:
        """Takes an object in; `settle` must follow when all are in."""
        self.items.append(item)
        self._named[item.kind, item.namespace, item.name].append(item)
        self._kinds[item.kind].append(item)
        if item.seen.uid:
            self._uids[item.seen.uid] = item

    def settle(self) -> None:
        """Finds who made what, and builds the indexes over labels."""
        self._controllers = {item.id: self._controller(item) for item in self.items}
        for item in self.items:
            self.labelled[item.kind].add(item.namespace, item.labels, item)
            if item.kind == "Pod" and not item.group:
                self.pods.add(item.namespace, item.labels, item)
            elif item.pod and self.controller(item) is None:
                self.makers.add(item.namespace, item.pod_labels, item)

    def kind(self, *kinds: str) -> Iterator[Item]:
        """All objects of these kinds."""
        for kind in kinds:
            yield from self._kinds.get(kind, [])

    def get(self, kind: str, name: str, namespace: str = "", group: str | None = None) -> Item | None:
        """The object of this name; of those that differ in their group alone, the one of `group` or the first."""
        found = self._named.get((kind, namespace, name), [])
        return next((item for item in found if group is None or item.group == group), None)

    def by_uid(self, uid: str) -> Item | None:
        """The object with this uid."""
        return self._uids.get(uid)

    def name_of(self, kind: str, name: str, namespace: str = "", group: str | None = None) -> Named:
        """What a reference points to, seen or not."""
        item = self.get(kind, name, namespace, group)
        if item is not None:
            return Named(item.id, kind, name, namespace, item)
        ident = node_id(self.name, namespace, kind, name)
        return self.absent.setdefault(ident, Named(ident, kind, name, namespace))

    def controller(self, item: Item) -> Item | None:
        """The workload that made this one: the owner that has a pod template itself, or whose jobs have."""
        return self._controllers[item.id]

    def _controller(self, item: Item) -> Item | None:
        for _, reference in entries(item.value, "metadata.ownerReferences"):
            owner = self.by_uid(text(reference, "uid"))
            if owner is not None and owner.pod:
                return owner
        return None

    def maker(self, item: Item) -> Item:
        """The topmost workload above an object: of a pod the Deployment, of a Deployment itself."""
        for _ in range(5):
            above = self.controller(item)
            if above is None:
                break
            item = above
        return item

    def workloads(self) -> Iterator[Item]:
        """What makes pods and was made by no other workload, bare pods included."""
        for item in self.items:
            if item.pod and self.controller(item) is None:
                yield item

    def selected(self, selector: Selector | None, namespaces: list[str] | None) -> list[Item]:
        """Workloads whose pods a selector matches, and workloads of matching pods; each once."""
        found = {item.id: item for item in self.makers.find(selector, namespaces)}
        for pod in self.pods.find(selector, namespaces):
            maker = self.maker(pod)
            found.setdefault(maker.id, maker)
        return list(found.values())

    def namespaces(self, selector: Selector | None) -> list[Item]:
        """The namespaces that a `namespaceSelector` matches; each has its name as a label, as the server sets it."""
        if selector is None:
            return []
        return [
            item
            for item in self.kind("Namespace")
            if selector.matches({"kubernetes.io/metadata.name": item.name, **item.labels})
        ]
