"""What objects have together: containers, memory and CPU of all their pods."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answers.cluster.amounts import MEASURES, quantity
from answers.cluster.catalog import Catalog, containers, pod_path
from answers.cluster.reading import Reading
from answers.cluster.said import Draft, counted
from cluster.graph import Node
from cluster.values import at

_TOTAL = (
    r"totals?|sums?|summed|combined|together|altogether|overall|aggregated?"
    r"|add(?:ed|ing|s)?(?: .{1,80}?)? (?:up|together)|in all|cumulated"
)
_CONTAINERS = r"(?:how many|number of|count(?: of)?|total(?: of)?) (?:[a-z]+ ){0,2}?containers?"
_REPLICAS = r"(?:how many|number of|count of|total|sum of) (?:[a-z]+ ){0,2}?replicas"
_wanted = next(measure for _, name, measure in MEASURES if name == "replicas")
_size = next(measure for _, name, measure in MEASURES if name == "size")
_SIZED = ("PersistentVolumeClaim", "PersistentVolume")
_SEVERAL = 2
_WHOLE = 2
"""Cores from which on a whole number of them is not written in thousandths."""
_BOUNDS = ("requests", "limits")


def say(draft: Draft, reading: Reading, catalog: Catalog) -> None:
    """Adds the sums that the question asks for of the pods of the objects that are told of."""
    if reading.asks(_CONTAINERS):
        pods = _pods(draft.objects, catalog)
        number = sum(
            group.endswith(".containers") or group == "spec.containers"
            for pod in pods
            for group, _, _ in containers(pod)
        )
        draft.lead.append(f"{counted(number, 'container')} in {counted(len(pods), 'Pod')}")
    elif reading.asks(_REPLICAS) and not reading.mentions:
        wanted = sum(_wanted(node, catalog) or 0.0 for node in draft.objects)
        draft.lead.append(f"{wanted:.0f} replicas wanted together")
    else:
        _sums(draft, reading, catalog)


def of_named(draft: Draft, reading: Reading, catalog: Catalog) -> None:
    """Adds the sums over the objects that a question names, where it names several and asks for a sum."""
    clusters = list(dict.fromkeys(node.cluster for node in draft.objects))
    if len(reading.mentions) < _SEVERAL or len(draft.objects) < _SEVERAL * len(clusters):
        return
    for cluster in clusters:
        part = Draft(objects=[node for node in draft.objects if node.cluster == cluster])
        _sums(part, reading, catalog)
        if len(clusters) == 1:
            draft.lead += part.lead
        else:
            draft.notes[cluster] = [*draft.notes.get(cluster, ()), *part.lead]


def _sums(draft: Draft, reading: Reading, catalog: Catalog) -> None:
    if not reading.asks(_TOTAL) or not draft.objects:
        return
    if draft.objects[0].kind == "Node":
        _capacity(draft)
    elif draft.objects[0].kind in _SIZED:
        total = shown_amount("memory", sum(_size(node, catalog) or 0.0 for node in draft.objects))
        draft.lead.append(f"{counted(len(draft.objects), draft.objects[0].kind)} together: {total}")
    elif reading.asks("memory|ram|cpus?"):
        _amounts(draft, reading, catalog)


def of_node(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> None:
    """Adds what the pods on a node request or may use together, where the question asks for it."""
    if node.kind == "Node" and reading.asks(r"request\w*|limit\w*|allocated|reserved"):
        _amounts(Draft(objects=[node], lead=draft.lead), reading, catalog)


def _capacity(draft: Draft) -> None:
    nodes = [node for node in draft.objects if node.kind == "Node"]
    for resource in ("cpu", "memory"):
        total = sum(quantity(at(node.value, f"status.capacity.{resource}")) or 0.0 for node in nodes)
        shown = f"{total:g}" if resource == "cpu" else shown_amount(resource, total)
        draft.lead.append(f"{counted(len(nodes), 'Node')} together: {resource} {shown}")


def _amounts(draft: Draft, reading: Reading, catalog: Catalog) -> None:
    pods = _pods(draft.objects, catalog)
    bounds = [bound for bound in _BOUNDS if reading.asks(rf"{bound[:-1]}\w*")] or _BOUNDS
    for resource in [one for one in ("memory", "cpu") if reading.asks(f"{one}s?")] or ("memory", "cpu"):
        for bound in bounds:
            words = f"{resource} {bound}"
            measure = next(m for pattern, _, m in MEASURES if re.fullmatch(pattern, words))
            total = sum(measure(pod, catalog) or 0.0 for pod in pods)
            shown = shown_amount(words, total)
            draft.lead.append(f"{counted(len(pods), 'Pod')} together: {words} {shown}")


def _pods(nodes: Sequence[Node], catalog: Catalog) -> list[Node]:
    found = [pod for node in nodes for pod in ([node] if node.kind == "Pod" else catalog.pods(node))]
    return list({pod.id: pod for pod in found if pod_path(pod)}.values())


def shown_amount(name: str, amount: float) -> str:
    """An amount of memory or CPU as people write it, by its name."""
    if "memory" not in name.lower():
        return f"{amount:g}" if amount >= _WHOLE and amount.is_integer() else f"{round(amount * 1_000)}m"
    return (
        f"{amount / 2**20:.0f}Mi"
        if amount < 10 * 2**30
        else f"{f'{amount / 2**30:.1f}'.removesuffix('.0')}Gi"
    )
