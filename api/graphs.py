"""Which part of the resource graph is asked for, and its picture."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from rapidfuzz import fuzz, process

from api.errors import NotThereError, UnclearError
from cluster.declared import declared_cluster, is_declared
from cluster.graph import Node, ResourceGraph
from cluster.picture import draw
from cluster.view import EVERYTHING, ClusterView, Reader

Format = Literal["svg", "mermaid", "dot", "json"]

_NOTHING = (
    "there is nothing to draw: no run has read a live cluster or a manifest;"
    " `kubelore status` says why, then run `kubelore ingest`"
)
_NEAR = 60
_CHOICES = 8


@dataclass(frozen=True, slots=True)
class GraphRequest:
    """What to draw: everything, one namespace, or one object (`KIND/NAME`) with what is around it.

    Without `cluster` all live clusters, or where there is none what manifests declare. `at` is a moment of the past.
    """

    format: Format = "json"
    namespace: str | None = None
    focus: str | None = None
    cluster: str | None = None
    at: datetime | None = None


def picture(view: ClusterView, reader: Reader, request: GraphRequest) -> str:
    """The picture in the format that is asked for, of what the reader may see.

    Raises `NotThereError` for what does not exist, also where there is nothing at all for who may see everything, and
    `UnclearError` where several objects may be meant.
    """
    clusters = _clusters(view, reader, request.cluster)
    if not clusters and reader is EVERYTHING:
        raise NotThereError(_NOTHING)
    at = request.at and _moment(view, clusters, request.at)
    graph = view.graph(reader, at=at, clusters=clusters)
    namespace = request.namespace and _namespace(graph, request.namespace)
    focus = request.focus and _focus(view, reader, graph, clusters, request)
    # Of what comes after the last look at a cluster nobody knows anything.
    as_of = {name: min(at or seen, seen) for name in clusters if (seen := view.observed_at(name))}
    return draw(graph, request.format, namespace=namespace, focus=focus, as_of=as_of or None)


def _clusters(view: ClusterView, reader: Reader, asked: str | None) -> list[str]:
    if asked is None:
        return view.all_clusters(reader)
    known = [*view.clusters(reader), *view.declared_clusters(reader)]
    for name in (asked, declared_cluster(asked)):
        if name in known:
            return [name]
    there = ", ".join(f"`{name}`" for name in known[:_CHOICES])
    others = _nearest(asked, known) or (f"; there is {there}" if known else "")
    raise NotThereError(f"there is no cluster `{asked}`{others}")


def _moment(view: ClusterView, clusters: Collection[str], at: datetime) -> datetime:
    """The moment, if anything is kept of it."""
    moment = at if at.tzinfo else at.replace(tzinfo=UTC)
    live = [name for name in clusters if not is_declared(name)]
    kept = [snapshots[0] for name in live if (snapshots := view.snapshots(name))]
    if not kept:
        raise NotThereError("nothing of the past is kept: no crawl of a live cluster has ended yet")
    if moment < min(kept):
        raise NotThereError(
            f"nothing is kept of that time; the oldest snapshot is of {min(kept):%Y-%m-%dT%H:%M:%SZ}"
        )
    return moment


def _namespace(graph: ResourceGraph, asked: str) -> str:
    known = {node.namespace for node in graph.nodes() if node.present and node.namespace}
    known |= {node.name for node in graph.nodes() if node.present and node.kind == "Namespace"}
    if asked not in known:
        raise NotThereError(f"there is no namespace `{asked}`{_nearest(asked, known)}")
    return asked


def _focus(
    view: ClusterView, reader: Reader, graph: ResourceGraph, clusters: Collection[str], request: GraphRequest
) -> str:
    """The id of the node that `KIND/NAME` or `NAMESPACE/KIND/NAME` names."""
    asked = str(request.focus)
    if asked in graph:
        return asked
    *spaces, word, name = asked.split("/") if asked.count("/") in (1, 2) else ("", "")
    if not word or not name or (spaces and request.namespace not in (None, spaces[0])):
        raise NotThereError(f"`{asked}` is not KIND/NAME, such as deployment/cart")
    namespace = spaces[0] if spaces else request.namespace
    kinds = _kinds(view, reader, graph, clusters, word)
    there = [
        node
        for node in graph.nodes()
        if node.kind in kinds
        and not node.is_document
        and (namespace is None or node.namespace in (namespace, ""))
    ]
    found = [node for node in there if node.name == name]
    found = [node for node in found if node.present] or found
    if not found:
        where = f" in namespace `{namespace}`" if namespace else ""
        kind = sorted(kinds)[0]
        names = {node.name for node in there if node.present}
        raise NotThereError(f"there is no {kind} `{name}`{where}{_nearest(name, names)}")
    if len(found) > 1:
        raise UnclearError(
            f"`{asked}` may be any of {_listed(found)}; say which with its namespace or cluster"
        )
    return found[0].id


def _kinds(
    view: ClusterView, reader: Reader, graph: ResourceGraph, clusters: Iterable[str], word: str
) -> set[str]:
    """The kinds that a word names in the clusters; by the graph alone where no API knows it."""
    inventories = [view.inventory(name, reader) for name in clusters]
    kinds = {kind for inventory in inventories if (kind := inventory.kind_of(word))}
    kinds |= {node.kind for node in graph.nodes() if node.kind.lower() == word.lower()}
    if not kinds:
        known = {one for inventory in inventories for one in inventory.kind_words()}
        raise NotThereError(f"there is no kind `{word}`{_nearest(word, known)}")
    return kinds


def _nearest(word: str, known: Collection[str]) -> str:
    """`; the nearest is `shop``, or '' where nothing is near."""
    best = process.extractOne(word, sorted(known), scorer=fuzz.WRatio, score_cutoff=_NEAR)
    return f"; the nearest is `{best[0]}`" if best else ""


def _listed(nodes: Iterable[Node]) -> str:
    names = [
        "/".join(filter(None, (node.namespace, node.kind, node.name))) + f" in {node.cluster}"
        for node in nodes
    ]
    more = f" and {len(names) - _CHOICES} more" if len(names) > _CHOICES else ""
    return ", ".join(names[:_CHOICES]) + more
