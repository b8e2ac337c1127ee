"""The evidence of one incident as checks look at it: objects with their relations, events, logs, quotes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

import yaml

from cluster.edges.base import Cluster, Item, item_of
from cluster.graph import EdgeType, ResourceGraph, build
from cluster.selectors import Selector
from cluster.values import at, entries, mapping, text
from connectors.documents import ANY, ResourceRef
from incidents.evidence import Event, Evidence, Log, Piece, PieceType

_MADE = re.compile(r".+-[bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}")
"""The name of a pod of a Deployment."""


class Situation:
    """Look-ups over the evidence. Only objects of the namespace in question, and cluster-wide ones, are `in_scope`."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.namespace = evidence.namespace
        name = evidence.objects[0].cluster if evidence.objects else "bundle"
        self.cluster = Cluster(name)
        for seen in evidence.objects:
            if seen.kind != "Event" and seen.name:
                self.cluster.add(item_of(seen, name))
        self.cluster.settle()
        self._events: dict[tuple[str, str], list[Event]] = defaultdict(list)
        self._texts: dict[str, list[tuple[str, str]]] = {}
        self._services: dict[str, list[Item]] = {}
        for event in evidence.events:
            self._events[event.object.kind, event.object.name].append(event)

    @cached_property
    def graph(self) -> ResourceGraph:
        """The resource graph of all objects."""
        return build(self.evidence.objects)

    def has_all(self, kind: str, namespace: str = "") -> bool:
        """Whether all objects of a kind in a namespace were read, so that one which was not does not exist."""
        coverage = self.evidence.coverage
        return coverage is None or coverage.has_all(kind, namespace)

    def lacks(self, kind: str, name: str, namespace: str) -> bool:
        """Whether an object certainly does not exist: others of its kind may be missing from the evidence only."""
        coverage = self.evidence.coverage
        read = coverage is not None or any(item.namespace == namespace for item in self.cluster.kind(kind))
        return read and self.has_all(kind, namespace) and self.cluster.get(kind, name, namespace) is None

    def has_events(self, item: Item, cut: bool = False) -> bool:
        """Whether the events about an object were read, so that what they do not tell did not happen lately.

        With `cut`, a list of the latest events is enough.
        """
        coverage = self.evidence.coverage
        return coverage is None or coverage.has_events(item.kind, item.name, item.namespace, cut)

    def in_scope(self, item: Item) -> bool:
        """Whether an object belongs to the namespace in question, to none, or to what that one calls elsewhere."""
        here = not self.namespace or not item.namespace or item.namespace == self.namespace
        return here or (item.namespace in self._called_namespaces and item.id in self._called)

    @cached_property
    def _called_namespaces(self) -> frozenset[str]:
        return frozenset(ident.split("/")[1] for ident in self._called)

    @cached_property
    def _called(self) -> frozenset[str]:
        """The ids of Services, workloads and pods of other namespaces that the namespace's workloads call.

        Others of these namespaces are no part of it: a failure there does not reach here.
        """
        own = [item.id for item in self.cluster.workloads() if item.namespace == self.namespace]
        found: set[str] = set()
        todo = list(own) if self.namespace else []
        while todo:
            for edge in self.graph.leaving(todo.pop(), EdgeType.CALLS):
                for behind in self.graph.leaving(edge.target, EdgeType.SELECTS):
                    if behind.target not in found and f"/{self.namespace}/" not in behind.target:
                        found |= {edge.target, behind.target}
                        todo.append(behind.target)
        made = [item for item in self.cluster.kind("Pod", "ReplicaSet") if self.workload(item).id in found]
        return frozenset(found | {item.id for item in made})

    def items(self, *kinds: str) -> list[Item]:
        """The objects of these kinds that are in scope."""
        return [item for item in self.cluster.kind(*kinds) if self.in_scope(item)]

    @cached_property
    def workloads(self) -> list[Item]:
        """The topmost makers of pods in scope, and bare pods."""
        return [item for item in self.cluster.workloads() if self.in_scope(item)]

    @cached_property
    def pods(self) -> list[Item]:
        """The pods in scope that have not ended well."""
        return [pod for pod in self.items("Pod") if not self.is_over(pod)]

    def is_over(self, pod: Item) -> bool:
        """Whether a pod has ended and nobody waits for it: it ended well, or its maker makes another in its place.

        A pod that failed as a whole is never started again; what remains of it says nothing of now.
        """
        phase = text(pod.value, "status.phase")
        replaced = self.workload(pod).kind not in ("Pod", "Job", "CronJob") or bool(_MADE.fullmatch(pod.name))
        return phase == "Succeeded" or (phase == "Failed" and replaced)

    def workload(self, item: Item) -> Item:
        """The topmost workload above an object, itself where there is none."""
        return self.cluster.maker(item)

    @cached_property
    def _pods_of(self) -> dict[str, list[Item]]:
        found: dict[str, list[Item]] = defaultdict(list)
        for pod in self.cluster.kind("Pod"):
            if not self.is_over(pod):
                found[self.workload(pod).id].append(pod)
        return found

    def pods_of(self, workload: Item) -> list[Item]:
        """The pods that a workload made and that have not ended well."""
        return self._pods_of.get(workload.id, [])

    def made_by(self, workload: Item) -> list[Item]:
        """The workload and the ReplicaSets and Jobs that it made."""
        return [workload] + [
            item
            for item in self.cluster.kind("ReplicaSet", "Job")
            if item.id != workload.id and self.workload(item).id == workload.id
        ]

    def events(self, item: Item, *reasons: str) -> list[Event]:
        """The events about an object, all or those with one of the reasons; the latest first."""
        found = [
            event
            for event in self._events.get((item.kind, item.name), [])
            if event.object.namespace in (ANY, item.namespace) and (not reasons or event.reason in reasons)
        ]
        return sorted(found, key=_age)

    def events_of_workload(self, workload: Item, *reasons: str) -> list[Event]:
        """The events about a workload, what it made, and its pods; the latest first."""
        things = [*self.made_by(workload), *self.pods_of(workload)]
        found = {id(event): event for item in things for event in self.events(item, *reasons)}
        return sorted(found.values(), key=_age)

    @cached_property
    def _logs(self) -> dict[str, list[Log]]:
        by_name: dict[str, list[Log]] = defaultdict(list)
        for log in self.evidence.logs:
            by_name[log.owner].append(log)
        return by_name

    def logs(self, workload: Item) -> list[Log]:
        """The logs of a workload, asked for by its own name or by that of one of its pods."""
        names = dict.fromkeys([workload.name, *(pod.name for pod in self.pods_of(workload))])
        return [
            log
            for name in names
            for log in self._logs.get(name, [])
            if log.namespace in ("", workload.namespace)
        ]

    def services_of(self, workload: Item) -> list[Item]:
        """The Services whose selector matches the pods of a workload."""
        if workload.id not in self._services:
            labels = self._pod_labels(workload)
            self._services[workload.id] = [
                service
                for service in self.cluster.kind("Service")
                if service.namespace == workload.namespace
                and (selector := Selector.flat(at(service.value, "spec.selector"))) is not None
                and any(selector.matches(one) for one in labels)
            ]
        return self._services[workload.id]

    def _pod_labels(self, workload: Item) -> list[dict[str, str]]:
        """The labels of a workload's template and of its pods, which may have more (the role of a leader)."""
        return [workload.pod_labels or workload.labels, *(pod.labels for pod in self.pods_of(workload))]

    def replicas(self, workload: Item) -> tuple[int | None, int]:
        """How many pods a workload wants (None where it does not say), and how many are ready."""
        wanted = at(workload.value, "spec.replicas")
        if workload.kind == "DaemonSet":
            wanted = at(workload.value, "status.desiredNumberScheduled")
        ready = sum(is_ready(pod) for pod in self.pods_of(workload))
        said = at(workload.value, "status.readyReplicas")
        said = at(workload.value, "status.availableReplicas") if said is None else said
        said = at(workload.value, "status.numberReady") if said is None else said
        partly = not self.pods_of(workload) or not self.has_all("Pod", workload.namespace)
        if partly and isinstance(said, int):
            ready = said
        if isinstance(wanted, bool) or not isinstance(wanted, int):
            # What does not say how many it wants wants those that there are; Jobs count otherwise.
            wanted = (
                len(self.pods_of(workload)) if workload.kind not in ("Job", "CronJob", "DaemonSet") else 0
            )
            return wanted or None, ready
        return wanted, ready

    def quote(self, item: Item, *needles: str, field: str = "") -> Piece:
        """The first line of the object's text that holds all the words, or the first of them, or else its name.

        What was read from no text is quoted as `field: value`.

        An object that was not read from a text is quoted from its YAML, where `Exit Code` is `exitCode`.
        """
        lines = self._text(item)
        for wanted in (needles, needles[:1]):
            words = [_plain(needle) for needle in wanted if _plain(needle)]
            for plain, line in lines if words else ():
                if all(word in plain for word in words):
                    return Piece(PieceType.OBJECT, line.strip(), shown(item))
        row = (
            next((line for plain, line in lines if _plain(item.name) in plain), "")
            if self._is_text(item)
            else ""
        )
        if row:
            return Piece(PieceType.OBJECT, row.strip(), shown(item))
        value = at(item.value, field) if field else None
        said = f"{field}: {value}" if value is not None else f"{item.kind} {item.name}"
        return Piece(PieceType.OBJECT, said, shown(item))

    def _is_text(self, item: Item) -> bool:
        return ResourceRef(item.kind, item.name, item.namespace or ANY) in self.evidence.texts

    def _text(self, item: Item) -> list[tuple[str, str]]:
        """The lines of an object's text, each also without case, spaces and signs."""
        if item.id not in self._texts:
            ref = ResourceRef(item.kind, item.name, item.namespace or ANY)
            text_of = self.evidence.texts.get(ref) or yaml.safe_dump(dict(item.value), sort_keys=False)
            self._texts[item.id] = [(_plain(line), line) for line in text_of.splitlines()]
        return self._texts[item.id]


_SIGNS = re.compile(r"[^a-z0-9]+")


def _plain(line: str) -> str:
    return _SIGNS.sub("", line.lower())


def _age(event: Event) -> float:
    if event.age is not None:
        return event.age
    return -event.at.timestamp() if event.at else 0.0


def shown(item: Item) -> str:
    """`Deployment/shop/cart`."""
    return "/".join(part for part in (item.kind, item.namespace, item.name) if part)


def is_ready(pod: Item) -> bool:
    """Whether a pod takes traffic."""
    for _, condition in entries(pod.value, "status.conditions"):
        if condition.get("type") == "Ready":
            return condition.get("status") == "True"
    return False


def statuses(pod: Item) -> Iterator[tuple[str, dict[str, object]]]:
    """The name and status of each container of a pod, init containers first."""
    for group in ("status.initContainerStatuses", "status.containerStatuses"):
        for _, status in entries(pod.value, group):
            yield text(status, "name"), dict(status)


def waiting_reason(status: object) -> str:
    """Why a container waits, '' if it does not."""
    return text(mapping(status, "state.waiting"), "reason")
