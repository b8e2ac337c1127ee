"""What every connector that reads a folder must do; one entry in `SOURCES` adds a connector."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from connectors.base import Connector, Item
from connectors.documents import PUBLIC, Document, Failure, Unchanged
from connectors.errors import TemporaryError, UnreachableError
from connectors.files.connector import FilesConnector
from connectors.kubernetes.connector import KubernetesManifestsConnector
from connectors.terraform.connector import TerraformConnector

LONG_AGO = 1_600_000_000
"""Times of the files in seconds: a crawl does not trust files that were touched just now."""


@dataclass(frozen=True)
class Source:
    """A connector and a small tree it can read: `changed` is new content for the file `victim`."""

    connector: Callable[..., Connector]
    tree: Mapping[str, str | bytes]
    victim: str
    changed: str
    broken: str
    """The path of a binary file with a name that the connector wants."""


SOURCES = {
    "files": Source(
        connector=FilesConnector,
        tree={
            "README.md": "---\ntitle: Shop\nowner: team-shop\n---\n\nThe shop.\n\n```sh\nmake run\n```\n",
            "docs/a guide.md": "# Guide\r\n\r\n1. One\r\n\r\n   ```yaml\r\n   a: 1\r\n   ```\r\n",
            "docs/old.rst": "Old\n===\n\ntext::\n\n   code\n",
            "docs/new.adoc": "= New\n\nNOTE: text\n",
            "notes.txt": "one\n\ntwo\n",
        },
        victim="docs/old.rst",
        changed="New\n===\n\nother\n",
        broken="bad.md",
    ),
    "kubernetes": Source(
        connector=KubernetesManifestsConnector,
        tree={
            "README.md": "# Manifests\n\nRun `kubectl -n shop get deploy/cart`.\n",
            "base/cart.yaml": (
                "# The cart.\napiVersion: apps/v1\nkind: Deployment\n"
                "metadata: {name: cart, namespace: shop}\n---\r\n"
                "apiVersion: v1\r\nkind: Service\r\nmetadata:\r\n  name: cart\r\n"
            ),
            "overlays/prod/cart.yaml": (
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cart, namespace: shop}\n"
            ),
            "overlays/prod/redis.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: redis}\n",
            "overlays/prod/kustomization.yaml": "resources:\n  - cart.yaml\n",
            "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
            "chart/values-prod.yaml": "replicas: 3\n",
            "chart/templates/cm.yaml": "{{- if .Values.on }}\napiVersion: v1\nkind: ConfigMap\n{{- end }}\n",
            "list.json": '{"kind": "PodList", "apiVersion": "v1", "items": [{"metadata": {"name": "p"}}]}',
        },
        victim="overlays/prod/redis.yaml",
        changed="apiVersion: v1\nkind: Pod\nmetadata: {name: other}\n",
        broken="base/bad.yaml",
    ),
    "terraform": Source(
        connector=TerraformConnector,
        tree={
            "README.md": "# Infra\n\nRun `terraform apply`.\n",
            "modules/db/main.tf": 'variable "size" {\n  default = "small"\n}\n',
            "deploy/main.tf": (
                "# The network.\r\nlocals {\r\n  cidr = var.cidr\r\n}\r\n\r\n"
                'variable "cidr" {\r\n  description = "Range of the network."\r\n}\r\n'
            ),
            "deploy/outputs.tf": 'output "cidr" {\n  value = local.cidr\n}\n',
            "variables/prod/deploy.tfvars": 'cidr = "10.0.0.0/16"\n',
            "deploy/user data.sh.tftpl": "#!/bin/sh\necho ${name}\n",
        },
        victim="deploy/outputs.tf",
        changed='output "range" {\n  value = "${local.cidr}"\n}\n',
        broken="deploy/bad.tf",
    ),
}


@pytest.fixture(params=SOURCES)
def source(request: pytest.FixtureRequest) -> Source:
    return SOURCES[request.param]


@pytest.fixture
def root(source: Source, tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    for path, content in source.tree.items():
        put(folder, path, content)
    return folder


def put(root: Path, path: str, content: str | bytes, at: int = LONG_AGO) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    os.utime(file, (at, at))


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust files at once: their change time is now, whatever a test does."""
    monkeypatch.setattr("connectors.filetree.connector._SETTLED_NS", -(10**12))


def crawl(
    connector: Connector, checkpoint: Mapping[str, Any] | None = None
) -> tuple[list[Item], dict[str, Any]]:
    """All items and the checkpoint, as it comes back from a ledger."""
    items: list[Item] = []
    crawling = connector.crawl(checkpoint)
    while True:
        try:
            items.append(next(crawling))
        except StopIteration as end:
            return items, json.loads(json.dumps(end.value))


def documents(items: list[Item]) -> dict[str, Document]:
    found = [item for item in items if isinstance(item, Document)]
    assert len({document.id for document in found}) == len(found), "an id twice in one crawl"
    return {document.id: document for document in found}


def named(items: list[Item]) -> set[str]:
    """The ids that a crawl says exist."""
    unchanged = {name for item in items if isinstance(item, Unchanged) for name in item.ids}
    return unchanged | set(documents(items))


def failures(items: list[Item]) -> list[Failure]:
    return [item for item in items if isinstance(item, Failure)]


def test_it_is_a_connector_and_says_that_it_can_read(source: Source, root: Path) -> None:
    connector = source.connector("demo", root)
    assert isinstance(connector, Connector)
    assert connector.name == "demo"
    assert connector.check().ok


def test_documents_are_complete(source: Source, root: Path) -> None:
    found = documents(crawl(source.connector("demo", root, url="https://git.example/x/"))[0])
    assert {document.path for document in found.values()} == set(source.tree)
    for name, document in found.items():
        assert name.startswith(f"{connector_type(source)}:demo/")
        assert document.source == "demo"
        assert document.title
        assert document.kind in {"page", "terraform", "manifest", "values", "config", "template"}
        assert document.access == {PUBLIC}
        assert document.url.startswith("https://git.example/x/")
        assert " " not in document.url


def connector_type(source: Source) -> str:
    return getattr(source.connector, "type", "")


def test_spans_are_exact_and_in_order(source: Source, root: Path) -> None:
    for document in documents(crawl(source.connector("demo", root))[0]).values():
        position = 0
        assert document.sections
        for section in document.sections:
            assert document.text[section.start : section.end] == section.text
            assert section.start >= position
            assert section.anchor
            position = section.end


def test_documents_survive_json(source: Source, root: Path) -> None:
    for document in documents(crawl(source.connector("demo", root))[0]).values():
        again = Document.from_json(json.loads(json.dumps(document.to_json())))
        assert again == document
        assert again.content_hash == document.content_hash


def test_a_second_crawl_of_the_same_tree_reads_nothing(
    source: Source, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connector = source.connector("demo", root)
    first, checkpoint = crawl(connector)
    monkeypatch.setattr(Path, "open", lambda *a, **k: pytest.fail("a file was opened"))
    second, again = crawl(source.connector("demo", root), checkpoint)
    assert all(isinstance(item, Unchanged) for item in second)
    assert named(second) == named(first)
    assert again == checkpoint


def test_a_changed_file_yields_its_documents(source: Source, root: Path) -> None:
    first, checkpoint = crawl(source.connector("demo", root))
    put(root, source.victim, source.changed, at=LONG_AGO + 60)
    second, _ = crawl(source.connector("demo", root), checkpoint)
    full, _ = crawl(source.connector("demo", root))
    assert source.victim in {document.path for document in documents(second).values()}
    assert named(second) == named(full)
    for name, document in documents(full).items():
        before = documents(first).get(name)
        assert documents(second).get(name, before) == document


def test_a_deleted_file_is_not_named(source: Source, root: Path) -> None:
    first, checkpoint = crawl(source.connector("demo", root))
    gone = {name for name, document in documents(first).items() if document.path == source.victim}
    (root / source.victim).unlink()
    second, _ = crawl(source.connector("demo", root), checkpoint)
    assert gone
    assert named(second) == named(first) - gone
    assert set(source.connector("demo", root).list_ids()) == named(second)


def test_no_file_that_comes_or_goes_hands_its_ids_to_another(source: Source, root: Path) -> None:
    full = documents(crawl(source.connector("demo", root))[0])
    for path, content in source.tree.items():
        (root / path).unlink()
        without = documents(crawl(source.connector("demo", root))[0])
        assert len(without) == sum(document.path != path for document in full.values())
        for name in without.keys() & full.keys():
            assert without[name].path == full[name].path
        put(root, path, content)


def test_a_broken_file_is_a_failure_every_time_and_stops_nothing(source: Source, root: Path) -> None:
    good, _ = crawl(source.connector("demo", root))
    put(root, source.broken, b"\x7fELF\0\1\2")
    items, checkpoint = crawl(source.connector("demo", root))
    again, _ = crawl(source.connector("demo", root), checkpoint)
    for result in (items, again):
        assert named(result) == named(good)
        assert failures(result) == [Failure(source.broken, "binary file", skipped=True)]


def test_a_file_deleted_while_reading_is_a_temporary_failure(
    source: Source, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.open

    def open_or_fail(path: Path, *arguments: Any, **options: Any) -> Any:
        if path == root / source.victim:
            raise FileNotFoundError(path)
        return real(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", open_or_fail)
    items, checkpoint = crawl(source.connector("demo", root))
    assert [(f.item, f.temporary) for f in failures(items)] == [(source.victim, True)]
    with pytest.raises(TemporaryError, match="not all documents"):
        list(source.connector("demo", root).list_ids())
    monkeypatch.undo()
    items, _ = crawl(source.connector("demo", root), checkpoint)
    assert source.victim in {document.path for document in documents(items).values()}


def test_a_file_touched_just_now_is_read_again(
    source: Source, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    _, checkpoint = crawl(source.connector("demo", root))
    second, _ = crawl(source.connector("demo", root), checkpoint)
    assert {document.path for document in documents(second).values()} == set(source.tree)


@pytest.mark.parametrize("options", [{"url": "https://x"}, {"access": ["team"]}, {"max_bytes": 9_000}])
def test_other_settings_make_all_be_read_again(source: Source, root: Path, options: dict[str, Any]) -> None:
    first, checkpoint = crawl(source.connector("demo", root))
    second, _ = crawl(source.connector("demo", root, **options), checkpoint)
    assert set(documents(second)) == set(documents(first))


@pytest.mark.parametrize("checkpoint", [{}, {"settings": "old"}, {"files": {}}])
def test_a_foreign_checkpoint_is_as_none(source: Source, root: Path, checkpoint: dict[str, Any]) -> None:
    assert crawl(source.connector("demo", root), checkpoint)[0] == crawl(source.connector("demo", root))[0]


def test_no_folder_is_unreachable_and_no_file_is_told(source: Source, tmp_path: Path) -> None:
    missing = source.connector("demo", tmp_path / "none")
    assert "correct `path` of source demo" in missing.check().message
    with pytest.raises(UnreachableError, match="no folder"):
        crawl(missing)
    with pytest.raises(UnreachableError):
        list(missing.list_ids())
    assert not source.connector("demo", tmp_path).check().ok
    assert crawl(source.connector("demo", tmp_path))[0] == []
