"""Compares the resource graph with KubeDiagrams: `python -m bench.kubediagrams FOLDER --json`.

FOLDER holds the list responses of a cluster, one JSON file a resource. Of each application (a namespace with what
belongs to the whole cluster) both tools get the same objects, once as they run and once as manifests: without status,
owners and what controllers make. Each edge that KubeDiagrams draws must be in our graph: between the same two objects
and of a type that means the same. KubeDiagrams is installed into a virtual environment of its own; it
needs Graphviz and its headers: `apt-get install graphviz libgraphviz-dev gcc pkg-config`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import yaml

from bench.graph import read, timed
from bench.kubediagrams_compare import Drawn, Result, application, as_manifests, compare, edges_of
from connectors.kubernetes.observed import ObservedObject

VERSION = "0.8.0"
APPLICATIONS = ("online-boutique", "monitoring", "bookinfo")
LEAST = 0.99
_RUNS = 5


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


def installed(folder: Path) -> Path:
    """The `kube-diagrams` command of a virtual environment, made where it is not there yet."""
    if shutil.which("dot") is None:
        raise RuntimeError(
            "KubeDiagrams needs Graphviz: apt-get install graphviz libgraphviz-dev gcc pkg-config"
        )
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
    graph, clock, processor = timed(everything, _RUNS)
    whole = {
        "objects": len(everything), "nodes": len(graph), "edges": sum(1 for _ in graph.edges()),
        "seconds": round(statistics.median(clock), 3), "cpu_seconds": round(statistics.median(processor), 3),
    }  # fmt: skip
    if chosen.json:
        told = {"version": VERSION, "results": [one.to_json() for one in results]}
        print(json.dumps({**told, "whole": whole}, indent=2))
    else:
        _table(results)
        print(f"the whole cluster: {json.dumps(whole)}")
    raise SystemExit(0 if all(one.share >= LEAST for one in results) else 1)


def _table(results: list[Result]) -> None:
    print(
        f"{'application':18} {'form':10} {'KubeDiagrams':>12} {'in ours':>8} {'share':>7} {'ours':>6} {'calls':>6}"
    )
    for one in results:
        print(
            f"{one.application:18} {one.form:10} {one.theirs:12} {one.found:8} {one.share:7.1%}"
            f" {one.ours:6} {one.calls:6}"
        )
        for line in one.missing:
            print(f"    missing: {line}")


if __name__ == "__main__":
    main()
