"""Running objects leave the places among results to what declares and owns them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from connectors.documents import OBJECT, Document
from index.chunk_store import Card
from index.places import one_result_a_thing
from index.ranking import Candidate
from tests.unit.index_fakes import a_chunk, document


def candidate(ident: str, kind: str = OBJECT) -> Candidate:
    """A candidate whose document is `ident`, such as `live/shop/Pod/cart-1`."""
    page: Document = replace(document(ident, "text", kind=kind), id=f"kubernetes:{ident}")
    return Candidate(a_chunk(ident, "text", page.id), Card.of(page), frozenset())


def order(candidates: Sequence[Candidate], question: str = "what runs") -> list[str]:
    return [c.chunk.id for c in one_result_a_thing(candidates, question)]


MANIFEST = candidate("git/shop/Deployment/cart@production", "manifest")
CART = candidate("live/shop/Deployment/cart")
POD = candidate("live/shop/Pod/cart-7d9f-x2x")
PAGE = candidate("page", "page")


def test_an_object_stands_behind_its_manifest_and_all_other_results() -> None:
    assert order([CART, MANIFEST, PAGE]) == [c.chunk.id for c in (MANIFEST, PAGE, CART)]


def test_an_object_without_a_manifest_keeps_its_place() -> None:
    assert order([CART, PAGE]) == [CART.chunk.id, PAGE.chunk.id]


def test_the_same_object_of_another_cluster_stands_behind() -> None:
    other = candidate("other/shop/Deployment/cart")
    assert order([CART, other, PAGE]) == [c.chunk.id for c in (CART, PAGE, other)]


@pytest.mark.parametrize(("question", "first"), [("what runs", PAGE), ("why does cart-7d9f-X2X fail", POD)])
def test_what_a_workload_made_stands_behind_unless_it_is_asked_for(question: str, first: Candidate) -> None:
    assert order([POD, PAGE], question)[0] == first.chunk.id
