"""Compares the resource graph with KubeDiagrams: `python -m bench.kubediagrams FOLDER --json`.

FOLDER holds the list responses of a cluster, one JSON file a resource. Of each application (a namespace with what
belongs to the whole cluster) both tools get the same objects, once as they run and once as manifests: without status,
owners and what controllers make. Each edge that KubeDiagrams draws must be in our graph: between the same two objects
and of a type that means the same (`MEANINGS`). KubeDiagrams is installed into a virtual environment of its own; it
needs Graphviz and its headers: `apt-get install graphviz libgraphviz-dev gcc pkg-config`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from bench.graph import read
from cluster.edges.base import EdgeType
from cluster.graph import Edge, Node, ResourceGraph, build
from connectors.kubernetes.observed import ObservedObject

VERSION = "0.8.0"
APPLICATIONS = ("online-boutique", "monitoring", "bookinfo")
LEAST = 0.99
MADE = frozenset({"Pod", "ReplicaSet", "Endpoints", "EndpointSlice", "ControllerRevision", "IPAddress", "Lease"})
"""Kinds that controllers make: no manifest holds them."""
MEANINGS: dict[str, frozenset[EdgeType]] = {
    "owner": frozenset({EdgeType.OWNS}),
    "controller": frozenset({EdgeType.SELECTS}),
    "selector": frozenset({EdgeType.SELECTS, EdgeType.OWNS}),
    "reference": frozenset(
        {EdgeType.REFERENCES, EdgeType.MOUNTS, EdgeType.ROUTES, EdgeType.SCALES, EdgeType.RUNS_ON, EdgeType.SELECTS}
    ),
    "communication": frozenset({EdgeType.ALLOWS}),
    "dependence": frozenset({EdgeType.CALLS}),
}
"""Their kinds of edges, and what ours are called. Theirs are told apart by colour and style in what they write.

A `selector` from a Service to its EndpointSlices is `owns` here, a `reference` from a slice to its pods is `selects`.
`communication` joins pods where they run; here it joins the workloads of those pods.
"""
Key = tuple[str, str, str]
"""Kind, API group, name: unique among one namespace and the whole cluster."""


@dataclass(frozen=True, slots=True, order=True)
class Drawn:
    """An edge as KubeDiagrams draws it."""

    source: Key
    target: Key
    meaning: str


@dataclass(slots=True)
class Result:
    """What both tools found in the same objects."""

    application: str
    form: str
    objects: int
    theirs: int
    found: int
    otherwise: int
    ours: int
    calls: int
    kinds: dict[str, int]
    missing: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of their edges that we have, of the same meaning."""
        return self.found / self.theirs if self.theirs else 1.0

    def to_json(self) -> dict[str, Any]:
        """The result as JSON."""
        return {
            "application": self.application, "form": self.form, "objects": self.objects,
            "kubediagrams_edges": self.theirs, "of_these_in_kubelore": self.found, "share": round(self.share, 4),
            "in_kubelore_of_another_type": self.otherwise, "kubediagrams_edges_by_kind": self.kinds,
            "kubelore_edges": self.ours, "kubelore_service_calls": self.calls, "kubediagrams_service_calls": 0,
            "missing": self.missing,
        }  # fmt: skip


def application(objects: Iterable[ObservedObject], namespace: str) -> list[ObservedObject]:
    """The objects of a namespace and of the whole cluster, without events and definitions."""
    return [
        one
        for one in objects
        if one.kind not in ("Event", "CustomResourceDefinition")
        and (one.namespace == namespace or (not one.namespace and one.kind != "Namespace") or one.name == namespace)
    ]


def as_manifests(objects: Iterable[ObservedObject]) -> list[ObservedObject]:
    """The objects as somebody would have written them."""
    found = []
    for one in objects:
        if one.kind in MADE:
            continue
        value = {key: part for key, part in one.value.items() if key != "status"}
        value["metadata"] = {
            key: part for key, part in one.metadata.items() if key not in ("uid", "ownerReferences", "resourceVersion")
        }
        found.append(replace(one, value=value, declared=True))
    return found


def drawn_by(tool: Path, objects: Iterable[ObservedObject]) -> list[Drawn]:
    """The visible edges that KubeDiagrams draws of these objects, each once."""
    with tempfile.TemporaryDirectory() as folder:
        manifest, out = Path(folder, "objects.yaml"), Path(folder, "out.dot_json")
        manifest.write_text(yaml.safe_dump_all([dict(one.value) for one in objects]), "utf-8")
        command = [str(tool), str(manifest), "-o", str(out)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
        if not out.exists():
            raise RuntimeError(f"KubeDiagrams failed: {(done.stderr or done.stdout)[-500:]}")
        return edges_of(json.loads(out.read_text("utf-8")))


def edges_of(graph: dict[str, Any]) -> list[Drawn]:
    """The visible edges in Graphviz's JSON, each once, in order."""
    keys = {one["_gvid"]: _key(one.get("tooltip", "")) for one in graph.get("objects", []) if "nodes" not in one}
    found = set()
    for edge in graph.get("edges", []):
        source, target = keys.get(edge["tail"]), keys.get(edge["head"])
        meaning = _meaning(edge)
        if source and target and meaning:
            found.add(Drawn(source, target, meaning))
    return sorted(found)


def _key(tooltip: str) -> Key | None:
    try:
        told = yaml.safe_load(tooltip.removesuffix("..."))
        return (told["kind"], told["apiVersion"].rpartition("/")[0], str(told["metadata"]["name"]))
    except (yaml.YAMLError, KeyError, TypeError, AttributeError):
        return None


def _meaning(edge: dict[str, Any]) -> str:
    """The kind of one of their edges, '' for those that are there for the layout only."""
    style, colour = edge.get("style", "solid"), edge.get("color", "")
    if style in ("invis", "invisible") or colour == "transparent":
        return ""
    if colour == "brown":
        return "communication"
    if colour == "darkgrey":
        return "dependence"
    if style == "dotted":
        return "controller" if edge.get("xlabel") == "controller" else "owner"
    return "selector" if style == "dashed" else "reference"


def compare(application: str, form: str, objects: list[ObservedObject], drawn: list[Drawn]) -> Result:
    """Looks for each of their edges in our graph of the same objects; which way an arrow points does not matter.

    Counted are edges that the application has a part in, not those between two objects of the whole cluster.
    """
    graph = build(objects)
    nodes = {(node.kind, node.group, node.name): node for node in graph.nodes() if node.present}
    own = {(one.kind, one.api_version.rpartition("/")[0], one.name) for one in objects if one.namespace}
    drawn = [edge for edge in drawn if edge.source in own or edge.target in own]
    types: dict[frozenset[str], set[EdgeType]] = {}
    for edge in graph.edges():
        types.setdefault(frozenset((edge.source, edge.target)), set()).add(edge.type)
    result = Result(
        application, form, len(objects), len(drawn), 0, 0, sum(_touches(graph, edge) for edge in graph.edges()),
        sum(1 for _ in graph.edges(EdgeType.CALLS)), dict(Counter(edge.meaning for edge in drawn)),
    )  # fmt: skip
    for edge in drawn:
        ends = [nodes.get(edge.source), nodes.get(edge.target)]
        found = set().union(*(types.get(pair, set()) for pair in _pairs(graph, ends, edge.meaning)))
        if found & MEANINGS[edge.meaning]:
            result.found += 1
            continue
        result.otherwise += bool(found)
        other = f" (we have {', '.join(sorted(found))})" if found else ""
        result.missing.append(f"{_said(edge.source)} {edge.meaning} {_said(edge.target)}{other}")
    return result


def _touches(graph: ResourceGraph, edge: Edge) -> bool:
    return any(graph.node(end).namespace for end in (edge.source, edge.target))


def _pairs(graph: ResourceGraph, ends: list[Node | None], meaning: str) -> list[frozenset[str]]:
    known = [node.id for node in ends if node is not None]
    if len(known) < 2:
        return []
    pairs = [frozenset(known)]
    if meaning == "communication":
        pairs.append(frozenset(_workload(graph, ident) for ident in known))
    return pairs


def _workload(graph: ResourceGraph, ident: str) -> str:
    """The topmost owner of a pod."""
    for _ in range(5):
        above = graph.reaching(ident, EdgeType.OWNS)
        if not above:
            break
        ident = above[0].source
    return ident


def _said(key: Key) -> str:
    return f"{key[0]}/{key[2]}"


def installed(folder: Path) -> Path:
    """The `kube-diagrams` command of a virtual environment, made where it is not there yet."""
    if shutil.which("dot") is None:
        raise RuntimeError("KubeDiagrams needs Graphviz: apt-get install graphviz libgraphviz-dev gcc pkg-config")
    tool = folder / "bin" / "kube-diagrams"
    if not tool.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        command = [str(folder / "bin" / "pip"), "install", "--quiet", f"kubediagrams=={VERSION}"]
        subprocess.run(command, check=True, stdout=sys.stderr)
    return tool.absolute()


def main() -> None:
    """Prints what each application's edges are; exit code 1 if we have less than 99% of theirs anywhere."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--applications", nargs="+", default=APPLICATIONS)
    parser.add_argument("--venv", type=Path, default=Path(tempfile.gettempdir(), "kubelore-kubediagrams"))
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    try:
        tool = installed(chosen.venv)
    except (RuntimeError, subprocess.CalledProcessError) as error:
        print(f"kubediagrams: {error}", file=sys.stderr)
        raise SystemExit(3) from None
    everything = read(chosen.folder)
    results = []
    for name in chosen.applications:
        live = application(everything, name)
        for form, objects in (("live", live), ("manifests", as_manifests(live))):
            results.append(compare(name, form, objects, drawn_by(tool, objects)))
    if chosen.json:
        print(json.dumps({"version": VERSION, "results": [one.to_json() for one in results]}, indent=2))
    else:
        _table(results)
    raise SystemExit(0 if all(one.share >= LEAST for one in results) else 1)


def _table(results: list[Result]) -> None:
    print(f"{'application':18} {'form':10} {'KubeDiagrams':>12} {'in ours':>8} {'share':>7} {'ours':>6} {'calls':>6}")
    for one in results:
        print(
            f"{one.application:18} {one.form:10} {one.theirs:12} {one.found:8} {one.share:7.1%} {one.ours:6} {one.calls:6}"
        )
        for line in one.missing:
            print(f"    missing: {line}")


if __name__ == "__main__":
    main()
