"""What is said of one object from itself and its pods: images, replicas, nodes, resources, settings, labels."""

from __future__ import annotations

import re

from answers.cluster import totals
from answers.cluster.catalog import Catalog, containers, labels, pod_path
from answers.cluster.fact_parts import say_field, say_summary, with_pods
from answers.cluster.link_facts import say_users
from answers.cluster.reading import Reading
from answers.cluster.said import Draft, Spot, counted, listed, titled
from answers.cluster.wording import OWNER_KEYS, ROLLED_OUT, Aggregate
from cluster.graph import Node
from cluster.values import at, entries, mapping, text

_SPREAD = (
    r"(?:same|different|separate|distinct|various|several|multiple|one|single|two|three) (?:worker )?"
    r"(?:nodes?|machines?)|spread"
)
"""Asks whether pods stand together."""
_PROBES = ("liveness", "readiness", "startup")


def say_containers(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """Image, resources, ports and state of each container."""
    maker = with_pods(node, catalog)
    if maker is None:
        return say_field(draft, node, reading, catalog)
    if Aggregate.COUNT in reading.aggregates and reading.asks("containers?"):
        main = [c for group, _, c in containers(maker) if group.endswith(".containers")]
        draft.lead.append(f"{titled(maker)} has {counted(len(main), 'container')}")
    for group, _, container in containers(maker):
        noun = "Container" if group.endswith(".containers") else "Init container"
        draft.say(maker, Spot(needles=(f"{noun} {container.get('name')}:",)))
    return bool(draft.said)


def say_image(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """The images of the containers, or the version that another object names."""
    if say_containers(draft, node, reading, catalog):
        return True
    fields = [
        path
        for name in ("image", "version", "targetRevision", "tag", "chart")
        for path in (("spec", name), ("spec", "source", name))
        if isinstance(at(node.value, ".".join(path)), str)
    ]
    for path in fields:
        draft.say(node, Spot(path=path))
    if not fields and node.kind == "Node":
        draft.say(node)
    return bool(fields) or node.kind == "Node"


def say_replicas(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """Wanted and ready replicas."""
    subject = node if node.kind == "HorizontalPodAutoscaler" else with_pods(node, catalog)
    if subject is None:
        return say_field(draft, node, reading, catalog)
    draft.say(catalog.top(subject) if subject.kind == "Pod" else subject)
    return True


def say_restarts(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """How often the containers of its pods restarted."""
    maker = with_pods(node, catalog)
    pods = ([node] if node.kind == "Pod" else catalog.pods(maker)) if maker else []
    draft.say_all(pods, most=10)
    return bool(pods)


def say_node(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """The nodes that its pods run on."""
    if node.kind == "Node":
        return say_summary(draft, node, reading, catalog)
    maker = with_pods(node, catalog)
    pods = ([node] if node.kind == "Pod" else catalog.pods(maker)) if maker else []
    if maker is not None and reading.asks(r"(?:all|every|each) (?:\w+ )?nodes?"):
        hosts = {host for pod in pods if (host := text(pod.value, "spec.nodeName"))}
        known = catalog.of(("Node",), clusters=(node.cluster,))
        draft.lead.append(f"{titled(maker)} runs on {len(hosts)} of {counted(len(known), 'Node')}")
    if len(pods) > 1 and reading.asks(_SPREAD):
        used = sorted({host for pod in pods if (host := text(pod.value, "spec.nodeName"))})
        draft.lead.append(f"{len(pods)} Pods on {counted(len(used), 'Node')}: {listed(used)}")
    for pod in pods[:10]:
        draft.say(pod, Spot(short=2, needles=(f"on node {text(pod.value, 'spec.nodeName')}",)))
    draft.left_out += max(0, len(pods) - 10)
    return bool(pods)


def say_place(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """Cluster and namespace, and the nodes of its pods."""
    where = f"namespace {node.namespace} of " if node.namespace else ""
    draft.lead.append(f"{titled(node)} is in {where}cluster {node.cluster}")
    draft.say(node, Spot(short=2))
    maker = with_pods(node, catalog)
    if maker is not None and maker.kind != "Pod":
        say_node(draft, maker, reading, catalog)
    return True


def say_contents(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """What a node runs, a ConfigMap holds, a workload consists of."""
    if node.kind != "Node":
        draft.say(node)
        if node.kind == "ConfigMap" and mapping(node.value, "data"):
            draft.say(node, Spot(path=("data",)))
        return say_containers(draft, node, reading, catalog) or True
    pods = [p for p in catalog.pods(node) if p.namespace in reading.namespaces or not reading.namespaces]
    draft.lead.append(f"{counted(len(pods), 'Pod')} run on {node.name}")
    draft.say(node)
    draft.say_all(pods, Spot(short=1))
    return True


def say_resources(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """Requests and limits, sizes, capacities."""
    if node.kind != "HorizontalPodAutoscaler" and (maker := with_pods(node, catalog)) is not None:
        _say_unset(draft, maker, reading)
        return say_containers(draft, node, reading, catalog)
    totals.of_node(draft, node, reading, catalog)
    return say_summary(draft, node, reading, catalog)


def _say_unset(draft: Draft, maker: Node, reading: Reading) -> None:
    """That no container sets the one resource or bound that is asked for."""
    resources = [one for one in ("memory", "cpu", "gpu") if reading.asks(rf"{one}s?")]
    bounds = [one for one in ("limits", "requests") if reading.asks(rf"{one}?")] or ["limits", "requests"]
    for resource in resources:
        if not any(
            key.rpartition("/")[2] == resource
            for _, _, c in containers(maker)
            for bound in bounds
            for key in mapping(c, f"resources.{bound}")
        ):
            draft.lead.append(f"{titled(maker)} sets no {resource} {' or '.join(bounds)}")


def say_probes(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """The probes of its containers: those that are named, else all; says which containers have none."""
    maker = with_pods(node, catalog)
    if maker is None:
        return say_field(draft, node, reading, catalog)
    wanted = [name for name in _PROBES if reading.asks(name)] or list(_PROBES)
    draft.say(maker, Spot(short=2))
    for group, place, container in containers(maker):
        if not group.endswith(".containers"):
            continue
        found = [name for name in wanted if container.get(f"{name}Probe")]
        for name in found:
            draft.say(maker, Spot(path=(*_steps(group), place, f"{name}Probe")), detail=True)
        if not found:
            none = "no probes" if len(wanted) > 1 else f"no {wanted[0]} probe"
            draft.lead.append(f"Container {container.get('name')} of {titled(maker)} has {none}")
    return True


def say_environment(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """Environment variables, or the keys of a ConfigMap: those that are named, else all."""
    maker = with_pods(node, catalog)
    wanted = {token.text for token in reading.tokens}
    found = [
        ((*_steps(group), place, "env"), number, text(variable, "name"))
        for group, place, container in (containers(maker) if maker else ())
        for number, variable in entries(container, "env")
    ]
    named = [one for one in found if one[2] in wanted or one[2].lower() in {word.lower() for word in wanted}]
    if maker is None:
        data = mapping(node.value, "data")
        for key in data if node.kind == "ConfigMap" else ():
            if key in wanted:
                draft.say(node, Spot(path=("data", key)))
        return bool(draft.said)
    asked = [word for word in wanted if re.fullmatch(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+", word)]
    if asked and not named:
        draft.lead.append(f"{titled(maker)} sets no {listed(sorted(asked))}")
        draft.say(maker, Spot(short=2))
        return bool(found)
    for path, number, _ in named:
        draft.say(maker, Spot(path=(*path, number)))
    if not named:
        for path in dict.fromkeys(path for path, _, _ in found):
            draft.say(maker, Spot(path=path))
    return bool(found)


def _steps(path: str) -> tuple[str | int, ...]:
    return tuple(path.split("."))


def say_labels(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """Labels or annotations."""
    field = "annotations" if reading.asks("annotations?") else "labels"
    if mapping(node.value, f"metadata.{field}"):
        draft.say(node, Spot(path=("metadata", field)))
    template = pod_path(node).removesuffix(".spec")
    if field == "labels" and not draft.said and template and labels(node):
        draft.say(node, Spot(path=(*_steps(template), "metadata", "labels")))
    return bool(draft.said)


def say_owner(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """Who owns it, by a label or annotation of it or of its namespace."""
    for one in (node, *catalog.of(("Namespace",), clusters=(node.cluster,))):
        if one is not node and one.name != node.namespace:
            continue
        for field in ("labels", "annotations"):
            for key in mapping(one.value, f"metadata.{field}"):
                if str(key).rpartition("/")[2].lower() in OWNER_KEYS:
                    draft.say(one, Spot(path=("metadata", field, str(key))))
        if draft.said:
            return True
    return False


def say_account(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """The service account that its pods run as."""
    if node.kind == "ServiceAccount":
        return say_users(draft, node, reading, catalog)
    maker = with_pods(node, catalog)
    for one in (maker, *(catalog.pods(maker)[:1])) if maker else ():
        name = text(one.value, f"{pod_path(one)}.serviceAccountName")
        if name:
            draft.say(one, Spot(short=1, needles=(f"service account {name}",)))
            draft.say(one, Spot(path=(*_steps(pod_path(one)), "serviceAccountName")), detail=True)
            return True
    return False


def _rolled_out(draft: Draft, node: Node, catalog: Catalog) -> bool:
    """When what runs now was rolled out: the time of the ReplicaSet of its pods; False where there is none."""
    makers = [catalog.owner(pod) for pod in catalog.pods(node)]
    sets = {one.id: one for one in makers if one is not None and one.kind == "ReplicaSet"}
    if not sets or node.kind == "ReplicaSet":
        return False
    newest = max(sets.values(), key=lambda one: text(one.value, "metadata.creationTimestamp"))
    draft.say(node, Spot(short=2))
    draft.say(newest, Spot(short=2))
    draft.say(newest, Spot(path=("metadata", "creationTimestamp")), detail=True)
    return True


def say_age(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """When it was created, or what runs now was rolled out."""
    if reading.asks(ROLLED_OUT) and _rolled_out(draft, node, catalog):
        return True
    draft.say(node, Spot(short=2))
    draft.say(node, Spot(path=("metadata", "creationTimestamp")), detail=True)
    return True
