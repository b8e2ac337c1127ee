"""A crawl after changes to a tree of manifests says what a crawl of everything says, and reads little for it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import TemporaryError
from connectors.filetree.walk import FileEntry, FileTree, TextFile
from connectors.kubernetes.connector import KubernetesManifestsConnector
from tests.effort import cases
from tests.unit.tree_crawls import Crawls

_FOLDERS = ("", "staging", "production", "charts/cart", "charts/cart/templates", "base")
_FILES = ("cart.yaml", "more.yaml", "README.md", "Chart.yaml", "values-production.yaml", "_helpers.tpl")


@st.composite
def _file(draw: st.DrawFn) -> tuple[str, str]:
    name = draw(st.sampled_from(_FILES))
    path = f"{draw(st.sampled_from(_FOLDERS))}/{name}".lstrip("/")
    if name == "Chart.yaml":
        return path, f"name: {draw(st.sampled_from(('cart', 'shop')))}\nversion: 1.2.3\n"
    if name == "README.md":
        return path, "# Notes\n\nSome.\n"
    if name == "values-production.yaml":
        return path, f"replicas: {draw(st.integers(1, 9))}\n"
    objects = draw(
        st.lists(st.tuples(st.sampled_from(("cart", "web")), st.integers(1, 9)), min_size=1, max_size=3)
    )
    return path, "---\n".join(_deployment(*each) for each in objects)


def _deployment(name: str, replicas: int = 1) -> str:
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\n  namespace: shop\n"
        f"spec:\n  replicas: {replicas}\n"
    )


_edits = st.lists(
    st.one_of(
        _file(),  # written or replaced
        _file(),
        st.tuples(st.sampled_from(("append", "remove", "move")), st.integers(0, 99)),
    ),
    min_size=1,
    max_size=3,
)


@pytest.fixture(autouse=True)
def plain_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as settled at once, and there is no Helm, with which any file may reach any other."""
    monkeypatch.setattr("connectors.filetree.connector._SETTLED_NS", -(10**18))
    monkeypatch.setattr("connectors.kubernetes.helm.find", lambda: None)


def _crawls(root: Path) -> Crawls:
    return Crawls(root, lambda root: KubernetesManifestsConnector("shop", root), _FOLDERS)


@settings(max_examples=cases(30), deadline=None)
@given(st.lists(_file(), min_size=2, max_size=9), st.lists(_edits, min_size=1, max_size=4))
def test_after_any_edits_a_crawl_says_what_a_full_crawl_says(
    files: list[tuple[str, str]], steps: list[list[tuple[str, Any]]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _crawls(Path(folder)).stays_right(files, steps)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Crawls]:
    """Cart runs in two environments, so that its object has two documents; web is defined once."""
    crawls = _crawls(tmp_path)
    crawls.write("staging/cart.yaml", _deployment("cart"))
    crawls.write("production/cart.yaml", _deployment("cart", 3))
    crawls.write("production/web.yaml", _deployment("web"))
    crawls.write("charts/cart/Chart.yaml", "name: cart\nversion: 1.0.0\n")
    crawls.write("charts/cart/README.md", "# Cart\n\nSells.\n")
    crawls.write("charts/cart/templates/cart.yaml", _deployment("{{ .Release.Name }}"))
    crawls.crawl()
    yield crawls
    crawls.is_right()


@pytest.mark.parametrize(
    ("path", "text", "made"),
    [
        ("charts/cart/README.md", "\nMore.\n", 1),
        ("charts/cart/templates/cart.yaml", "# more\n", 1),
        ("production/cart.yaml", "  paused: true\n", 1),
        ("charts/cart/Chart.yaml", "# more\n", 6),  # whose files these are may be said anew
    ],
)
def test_a_change_makes_only_what_it_can_affect_anew(shop: Crawls, path: str, text: str, made: int) -> None:
    shop.write(path, (shop.root / path).read_text() + text)
    assert len(shop.crawl()) == made


def test_an_object_that_is_no_longer_shared_has_its_own_name_again(shop: Crawls) -> None:
    (shop.root / "staging/cart.yaml").unlink()
    assert shop.crawl() == ["kubernetes:shop/shop/Deployment/cart"]


def test_an_object_that_another_file_defines_too_is_told_apart(shop: Crawls) -> None:
    shop.write("base/web.yaml", _deployment("web"))
    assert shop.crawl() == [
        "kubernetes:shop/shop/Deployment/web@base/web.yaml",
        "kubernetes:shop/shop/Deployment/web@production",
    ]


def test_what_was_made_while_a_file_could_not_be_read_is_made_again(
    shop: Crawls, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = FileTree.read

    def locked(tree: FileTree, entry: FileEntry) -> TextFile:
        if entry.path == "production/cart.yaml":
            raise TemporaryError("locked")
        return read(tree, entry)

    (shop.root / "staging/cart.yaml").unlink()
    with monkeypatch.context() as patch:
        patch.setattr(FileTree, "read", locked)
        shop.crawl()
    shop.crawl()
