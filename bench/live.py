"""How long a large live cluster takes and how much memory: `python -m bench.live [--objects 10000 50000]`.

A fake API server (a process of its own) makes pods as they are asked for. A crawl reads them all, a second one finds
nothing new; each is a process of its own, so that its peak of memory is its own. No index is written to.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from connectors.documents import Document, ResourceRef, Unchanged
from connectors.kubernetes.live.connection import Target
from connectors.kubernetes.live.connector import KubernetesLiveConnector
from connectors.kubernetes.observed import ObservedObject
from tests.servers.kube import Context, from_objects, kubeconfig, serving
from tests.servers.kube.synthetic import many_pods

_SPAWN = multiprocessing.get_context("spawn")


class _Counting:
    """An observer that keeps nothing."""

    def __init__(self) -> None:
        self.objects = 0

    def begin(self, source: str) -> None:
        """Counts nothing."""

    def saw(self, found: ObservedObject) -> None:
        """Counts an object."""
        self.objects += 1

    def complete(self, source: str, api_version: str, kind: str) -> None:
        """Counts nothing."""

    def gone(self, source: str, ref: ResourceRef, at: datetime) -> None:
        """Counts nothing."""


def serve(path: Path, objects: int, ready: Connection) -> None:
    """The work of the server's process: writes the kubeconfig, then serves until it is ended."""
    cluster = from_objects([])
    many_pods(cluster, objects)
    with serving(cluster) as served:
        kubeconfig(path, Context("big", served))
        ready.send(True)
        ready.recv()


def crawl(path: Path, kept: Path, answer: Connection) -> None:
    """The work of a crawl's process: from the checkpoint in `kept` if it is there, which is then replaced."""
    before = _peak()
    observer = _Counting()
    connector = KubernetesLiveConnector("big", Target("big", str(path)), observer=observer)
    checkpoint = json.loads(kept.read_text()) if kept.exists() else None
    documents = unchanged = 0
    began, cpu = time.monotonic(), time.process_time()
    crawling = connector.crawl(checkpoint)
    while True:
        try:
            item = next(crawling)
        except StopIteration as end:
            kept.write_text(json.dumps(end.value))
            break
        documents += isinstance(item, Document)
        unchanged += len(item.ids) if isinstance(item, Unchanged) else 0
    seconds = time.monotonic() - began
    answer.send(
        {
            "documents": documents,
            "unchanged": unchanged,
            "observed": observer.objects,
            "seconds": round(seconds, 1),
            "cpu_seconds": round(time.process_time() - cpu, 1),
            "start_mb": round(before),
            "peak_mb": round(_peak()),
            "checkpoint_mb": round(kept.stat().st_size / 1e6, 1),
        }
    )


def measure(objects: int) -> dict[str, Any]:
    """The figures of a cluster with so many pods."""
    with tempfile.TemporaryDirectory() as folder, _server(Path(folder) / "kubeconfig", objects) as path:
        kept = Path(folder) / "checkpoint.json"
        return {
            "objects": objects,
            "first": _in_a_process(path, kept),
            "unchanged": _in_a_process(path, kept),
        }


@contextmanager
def _server(path: Path, objects: int) -> Iterator[Path]:
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=serve, args=(path, objects, theirs))
    process.start()
    try:
        ours.recv()
        yield path
    finally:
        ours.send(True)
        process.join(10)
        process.terminate()


def _in_a_process(path: Path, kept: Path) -> dict[str, Any]:
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=crawl, args=(path, kept, theirs))
    process.start()
    theirs.close()
    found: dict[str, Any] = ours.recv()
    process.join()
    return found


def _peak() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the figures, one JSON object a size."""
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("--objects", type=int, nargs="+", default=[10_000, 50_000])
    for objects in parser.parse_args().objects:
        print(json.dumps(measure(objects)), flush=True)


if __name__ == "__main__":
    main()
