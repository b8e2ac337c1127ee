"""Configurations with clusters, ingested as far as pictures and scripts need it: the ledger and the objects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cluster.store import ObjectStore
from connectors.documents import Document, ResourceRef, Section, SectionKind, assemble
from connectors.kubernetes.observed import ObservedObject
from index.ledger import Ledger
from tests.servers.kube import Cluster


@dataclass(frozen=True)
class Live:
    """A live source: its name, its context, who may read it, the objects that were seen of it."""

    name: str
    objects: Iterable[dict[str, Any]]
    access: str = "public"
    context: str = ""
    options: str = ""


def objects_of(cluster: Cluster, *kinds: str) -> list[dict[str, Any]]:
    """The objects of a fake cluster as a crawl would see them."""
    store = cluster.store
    return [dict(one.obj) for kind in kinds for one in store.records(store.registry.named(kind))]


def write_clusters(folder: Path, *sources: Live, pages: Iterable[Document] = (), extra: str = "") -> Path:
    """The configuration of these live sources and of a source `docs`, with their documents and objects stored."""
    lines = [
        f"  - {{name: {one.name}, type: kubernetes, context: {one.context or one.name}, access: [{one.access}]"
        f"{one.options}}}"
        for one in sources
    ]
    config = folder / "config.yaml"
    config.write_text(
        "sources:\n  - {name: docs, type: files, path: .}\n" + "\n".join(lines)
        + f"\nindex: {{path: state}}\n{extra}",
        encoding="utf-8",
    )  # fmt: skip
    with Ledger.at(folder / "state") as ledger:
        ledger.put(list(pages))
        for source in sources:
            _store(folder / "state", ledger, source)
    return config


def a_page(name: str, *mentions: ResourceRef) -> Document:
    """A public page that names objects."""
    text, sections = assemble([Section(SectionKind.PARAGRAPH, f"About {name}.", "L1")])
    return Document(
        f"files:docs/{name}", name, text, sections, "docs", "page", path=name, mentions=mentions,
        access=frozenset({"public"}),
    )  # fmt: skip


def _store(state: Path, ledger: Ledger, source: Live) -> None:
    store = ObjectStore(state)
    store.begin(source.name)
    kinds = set()
    for value in source.objects:
        metadata = value["metadata"]
        place, kind, name = metadata.get("namespace") or "_", value["kind"], metadata["name"]
        ident = f"kubernetes:{source.name}/{place}/{kind}/{name}"
        store.saw(ObservedObject(source.context or source.name, source.name, ident, value))
        ledger.put([_document(ident, f"{kind} {place}/{name}", source)])
        kinds.add((value["apiVersion"], kind))
    for api_version, kind in kinds:
        store.complete(source.name, api_version, kind)
    store.finish(source.name)


def _document(ident: str, title: str, source: Live) -> Document:
    text, sections = assemble([Section(SectionKind.PARAGRAPH, f"{title}: it runs", "metadata")])
    return Document(ident, title, text, sections, source.name, "object", access=frozenset({source.access}))
