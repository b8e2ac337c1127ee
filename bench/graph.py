"""Builds the resource graph of a snapshot and says how long it took: `python -m bench.graph FOLDER`.

`--pods N` builds that of so many synthetic pods instead.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import time
from collections import Counter
from pathlib import Path

from bench.objects import pods
from cluster.graph import ResourceGraph, build
from connectors.kubernetes.observed import ObservedObject


def read(folder: Path, cluster: str = "snapshot") -> list[ObservedObject]:
    """The objects of a folder of list responses, one JSON file a resource."""
    found = []
    for path in sorted(folder.glob("*.json")):
        for value in json.loads(path.read_text(encoding="utf-8"))["items"]:
            metadata = value["metadata"]
            place = metadata.get("namespace") or "_"
            ident = f"kubernetes:{cluster}/{place}/{value['kind']}/{metadata['name']}"
            found.append(ObservedObject(cluster, cluster, ident, value))
    return found


def timed(objects: list[ObservedObject], runs: int) -> tuple[ResourceGraph, list[float], list[float]]:
    """The graph of the objects, and of so many builds of it the seconds by the clock and those of the processor."""
    graph = ResourceGraph()
    clock, processor = [], []
    for _ in range(runs):
        start, busy = time.perf_counter(), time.process_time()
        graph = build(objects)
        clock.append(time.perf_counter() - start)
        processor.append(time.process_time() - busy)
    return graph, clock, processor


def main() -> None:
    """Prints counts and the median seconds of several builds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--pods", type=int, default=0)
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args()
    if not chosen.pods and not chosen.folder:
        parser.error("name a folder, or --pods")
    objects = list(pods(chosen.pods)) if chosen.pods else read(chosen.folder)
    graph, seconds, processor = timed(objects, chosen.runs)
    types = Counter(str(edge.type) for edge in graph.edges())
    print(f"objects {len(objects)}, nodes {len(graph)}, edges {sum(types.values())}")
    print(", ".join(f"{name} {count}" for name, count in types.most_common()))
    print(f"seconds: median {statistics.median(seconds):.3f}, worst {max(seconds):.3f} of {len(seconds)}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    print(f"of the processor: median {statistics.median(processor):.3f}, worst {max(processor):.3f}")


if __name__ == "__main__":
    main()
