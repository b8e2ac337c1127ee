"""What is written about clusters, as the ledger holds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from api.knowledge import LedgerKnowledge
from connectors.documents import Document, ResourceRef
from index.ledger import Ledger
from tests.integration.clusters import a_page

CART = ResourceRef("Service", "cart", "shop")
MANIFEST = replace(
    a_page("cart.yaml"),
    id="kubernetes:docs/shop/Service/cart",
    text="apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\n",
    sections=(),
    kind="manifest",
    resource=CART,
)


class CountingLedger(Ledger):
    """Counts the documents that are read."""

    read: list[str]

    def get_many(self, ids: Sequence[str]) -> dict[str, Document]:
        self.read = [*getattr(self, "read", []), *ids]
        return super().get_many(ids)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[CountingLedger]:
    with CountingLedger.at(tmp_path) as made:
        yield made


def test_documents_about_objects_and_manifests_are_known(ledger: CountingLedger) -> None:
    other = replace(a_page("elsewhere.md", CART), id="files:other/elsewhere.md", source="other")
    ledger.put([a_page("runbook.md", CART), a_page("menu.md"), MANIFEST, other])
    found = LedgerKnowledge(lambda: ledger, ("docs",))()
    assert {one.id for one in found.documents} == {"files:docs/runbook.md", MANIFEST.id}
    assert [one.document_id for one in found.declared] == [MANIFEST.id]
    assert found.declared[0].declared
    assert all(one.text == "" for one in found.documents)


def test_only_what_changed_is_read_again(ledger: CountingLedger) -> None:
    ledger.put([a_page("a.md", CART), a_page("b.md", CART), MANIFEST])
    knowledge = LedgerKnowledge(lambda: ledger, ("docs",))
    first = knowledge()
    ledger.read = []
    assert knowledge() is first
    ledger.put([replace(a_page("a.md", CART), title="New title")])
    ledger.remove(["files:docs/b.md", MANIFEST.id])
    second = knowledge()
    assert ledger.read == ["files:docs/a.md"]
    assert second.stamp != first.stamp
    assert [one.title for one in second.documents] == ["New title"]
    assert second.declared == ()


def test_what_is_not_about_clusters_does_not_change_the_stamp(ledger: CountingLedger) -> None:
    ledger.put([a_page("a.md", CART)])
    knowledge = LedgerKnowledge(lambda: ledger, ("docs",))
    first = knowledge()
    ledger.put([replace(a_page("x.md"), id="kubernetes:live/x", source="live")])
    ledger.set_access("files:docs/a.md", frozenset({"ops"}))
    assert knowledge() is first


def test_who_may_read_what_is_as_of_now(ledger: CountingLedger) -> None:
    ledger.put([a_page("a.md", CART)])
    ledger.set_access("files:docs/a.md", frozenset({"ops"}))
    assert ledger.readable_ids(frozenset({"public"})) == frozenset()
    assert ledger.readable_ids(frozenset({"public", "ops"})) == {"files:docs/a.md"}
