"""Crawls many synthetic objects into a store and reads them: `python -m bench.objects [N]`."""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cluster.store import ObjectStore
from connectors.kubernetes.observed import ObservedObject


def pods(count: int, changed: int = 0) -> Iterator[ObservedObject]:
    """Pods about as large as real ones, made one by one; the first `changed` are not as usual."""
    for number in range(count):
        namespace, name = f"team-{number % 200}", f"app-{number % 5000}-{number:06d}"
        ready = "False" if number < changed else "True"
        container: dict[str, Any] = {
            "name": "app", "image": f"registry.example/app:{number % 50}",
            "env": [{"name": f"SETTING_{index}", "value": f"value {index} of {number}"} for index in range(20)],
            "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
            "volumeMounts": [{"name": "token", "mountPath": "/var/run/secrets", "readOnly": True}],
        }  # fmt: skip
        value = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": name,
                "namespace": namespace,
                "uid": f"uid-{number}",
                "labels": {"app": name[:9]},
            },
            "spec": {"containers": [container], "nodeName": f"node-{number % 300}", "tolerations": [{}] * 3},
            "status": {
                "phase": "Running",
                "podIP": f"10.0.{number % 256}.{number // 256 % 256}",
                "conditions": [
                    {"type": kind, "status": ready, "lastTransitionTime": "2026-01-01T00:00:00Z"}
                    for kind in ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady")
                ],
            },
        }
        yield ObservedObject("bench", "bench", f"kubernetes:bench/{namespace}/Pod/{name}", value)


def crawl(store: ObjectStore, objects: Iterator[ObservedObject]) -> float:
    """The processor seconds of a whole crawl in the store; making the objects counts, waiting for the disk does not."""
    start = time.process_time()
    store.begin("bench")
    for one in objects:
        store.saw(one)
    store.complete("bench", "v1", "Pod")
    store.finish("bench")
    return time.process_time() - start


def main() -> None:
    """Prints the processor seconds of each step, the size of the file and the most memory that was used."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=50_000)
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory() as folder:
        store = ObjectStore(Path(folder))
        start = time.process_time()
        for _ in pods(count):
            pass
        print(f"making {count} objects      {time.process_time() - start:6.2f} s")
        print(f"first crawl                {crawl(store, pods(count)):6.2f} s")
        print(f"crawl, nothing changed     {crawl(store, pods(count)):6.2f} s")
        print(f"crawl, 1% changed          {crawl(store, pods(count, count // 100)):6.2f} s")
        print(f"crawl, all gone            {crawl(store, pods(0)):6.2f} s")
        print(f"crawl, all back            {crawl(store, pods(count)):6.2f} s")
        start = time.process_time()
        first = store.snapshots("bench")[0]
        now, then = (sum(1 for _ in store.objects(at=at)) for at in (None, first))
        print(f"reading {now} + {then}     {time.process_time() - start:6.2f} s")
        start = time.process_time()
        store.names(clusters=["bench"])
        print(f"reading their names        {time.process_time() - start:6.2f} s")
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"file {size / 1e6:.0f} MB, peak memory {peak} MB")


if __name__ == "__main__":
    main()
