"""The small sources that the contract of connectors is tried on; `SOURCES` holds those of folders, `WORLDS` all."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import pytest

from connectors.base import Connector, Item
from connectors.documents import Checkpoint, Document, Failure, Unchanged
from tests.contract.trees import LONG_AGO, SOURCES, Source
from tests.integration.live_clusters import POLICY, QUICK, SHOP, Place, pod
from tests.integration.live_clusters import place as serving_cluster
from tests.servers.kube import Fault, from_objects


def put(root: Path, path: str, content: str | bytes, at: int = LONG_AGO) -> None:
    """Writes a file that was last changed `at`."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    os.utime(file, (at, at))


class World(Protocol):
    """A small source as a test changes it; a thing of it is a file or an object."""

    type: str
    kinds: frozenset[str]
    """What its documents may be."""
    things: tuple[str, ...]
    victim: str

    def connector(self, **options: Any) -> Connector: ...

    def source(self) -> Mapping[str, Any]:
        """It as an entry of `sources` in a configuration."""
        ...

    def thing(self, document: Document) -> str:
        """What a document is made of; '' for one that is made of many things."""
        ...

    def change(self) -> None:
        """Give the victim another content."""
        ...

    def add(self) -> None:
        """Add a thing."""
        ...

    def take(self, thing: str) -> Callable[[], None]:
        """Delete a thing; the function puts it back."""
        ...

    def spoil(self) -> None:
        """Add a thing that cannot be read."""
        ...

    def break_(self) -> None:
        """Let reading the victim fail until `heal`."""
        ...

    def heal(self) -> None: ...

    def vanish(self) -> None:
        """Let the whole source be away."""
        ...


class FolderWorld:
    """A tree of files."""

    kinds = frozenset({"page", "terraform", "manifest", "values", "config", "template"})

    def __init__(self, tree: Source, root: Path, patch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.type = str(getattr(tree.connector, "type", ""))
        self.victim, self.things = tree.victim, tuple(tree.tree)
        self._tree, self._patch = tree, patch
        for path, content in tree.tree.items():
            put(root, path, content)

    def connector(self, **options: Any) -> Connector:
        return self._tree.connector("demo", self.root, **options)

    def source(self) -> Mapping[str, Any]:
        return {"name": "demo", "type": self.type, "path": str(self.root)}

    def thing(self, document: Document) -> str:
        return document.path or ""

    def change(self) -> None:
        put(self.root, self.victim, self._tree.changed, at=LONG_AGO + 60)

    def add(self) -> None:
        put(self.root, f"more/{Path(self.victim).name}", self._tree.changed)

    def take(self, thing: str) -> Callable[[], None]:
        file = self.root / thing
        content = file.read_bytes()
        file.unlink()
        return partial(put, self.root, thing, content)

    def spoil(self) -> None:
        put(self.root, self._tree.broken, b"\x7fELF\0\1\2")

    def break_(self) -> None:
        real = Path.open

        def open_or_fail(path: Path, *arguments: Any, **options: Any) -> Any:
            if path == self.root / self.victim:
                raise FileNotFoundError(path)
            return real(path, *arguments, **options)

        self._patch.setattr(Path, "open", open_or_fail)

    def heal(self) -> None:
        self._patch.undo()

    def vanish(self) -> None:
        self.root.rename(self.root.with_name("elsewhere"))


class ClusterWorld:
    """A cluster that a fake API server serves; its clock stands still, so that two crawls can be compared."""

    type = "kubernetes"
    kinds = frozenset({"object"})
    victim = "Pod/shop/cart-1"
    things: tuple[str, ...] = (
        victim,
        "Pod/other/lonely",
        "Deployment/shop/cart",
        "Ingress/shop/door",
        "Event/shop/news.2",
    )

    def __init__(self, served: Place, vanish: Callable[[], None]) -> None:
        self._place = served
        self.cluster = served.cluster
        self.vanish = vanish

    def connector(self, **options: Any) -> Connector:
        clock = replace(QUICK, now=lambda: LONG_AGO)
        return self._place.connector(name="demo", clock=clock, milestone=4, policy=POLICY, **options)

    def source(self) -> Mapping[str, Any]:
        target = self._place.target()
        found = {"name": "demo", "type": self.type, "context": target.context}
        return {**found, "kubeconfig": target.kubeconfig}

    def thing(self, document: Document) -> str:
        _, namespace, kind, name = document.id.split("/")
        return "" if kind == "Overview" else f"{kind}/{namespace}/{name}"

    def change(self) -> None:
        self.cluster.patch("Pod", "cart-1", {"status": {"phase": "Failed"}}, "shop")

    def add(self) -> None:
        self.cluster.put(pod("new"))

    def take(self, thing: str) -> Callable[[], None]:
        kind, namespace, name = thing.split("/")
        (found,) = (
            one
            for one in SHOP
            if (one["kind"], one["metadata"].get("namespace"), one["metadata"]["name"])
            == (kind, namespace, name)
            and one["apiVersion"] != "shop.example.com/v1"
        )
        group = found["apiVersion"].rpartition("/")[0]
        self.cluster.delete(kind, name, namespace, group)
        return lambda: void(self.cluster.put(found))

    def spoil(self) -> None:
        self.cluster.put(
            pod("spoilt", "another")
        )  # the first of the list, which is the one that is malformed
        self.cluster.faults = [Fault("GET /api/v1/pods", "malformed", times=1_000)]

    def break_(self) -> None:
        self.cluster.faults = [Fault("GET /api/v1/pods", "status", times=1_000)]

    def heal(self) -> None:
        self.cluster.faults = []


def void(value: object) -> None:
    """Nothing, whatever is given."""


@contextmanager
def folder(tree: Source, root: Path, patch: pytest.MonkeyPatch) -> Iterator[World]:
    """A tree of files below `root`."""
    yield FolderWorld(tree, root / "tree", patch)


@contextmanager
def cluster(root: Path, patch: pytest.MonkeyPatch) -> Iterator[World]:
    """A served cluster, which is asked for nothing that it should not be asked for."""
    root.mkdir()
    serving = serving_cluster(root, from_objects(SHOP))
    served = serving.__enter__()
    stopped: list[bool] = []

    def stop() -> None:
        if not stopped:
            stopped.append(True)
            serving.__exit__(None, None, None)

    try:
        yield ClusterWorld(served, stop)
    finally:
        stop()
    assert not served.cluster.violations
    assert not served.cluster.secret_reads


WORLDS: dict[str, Callable[[Path, pytest.MonkeyPatch], AbstractContextManager[World]]] = {
    **{name: partial(folder, tree) for name, tree in SOURCES.items()},
    "live cluster": cluster,
}


def crawl(connector: Connector, checkpoint: Checkpoint | None = None) -> tuple[list[Item], dict[str, Any]]:
    """All items and the checkpoint, as it comes back from a ledger."""
    items: list[Item] = []
    crawling = connector.crawl(checkpoint)
    while True:
        try:
            items.append(next(crawling))
        except StopIteration as end:
            return items, json.loads(json.dumps(end.value))


def documents(items: list[Item]) -> dict[str, Document]:
    """The documents by id; none comes twice."""
    found = [item for item in items if isinstance(item, Document)]
    assert len({document.id for document in found}) == len(found), "an id twice in one crawl"
    return {document.id: document for document in found}


def named(items: list[Item]) -> set[str]:
    """The ids that a crawl says exist."""
    unchanged = {name for item in items if isinstance(item, Unchanged) for name in item.ids}
    return unchanged | set(documents(items))


def failures(items: list[Item]) -> list[Failure]:
    """What could not be read."""
    return [item for item in items if isinstance(item, Failure)]
