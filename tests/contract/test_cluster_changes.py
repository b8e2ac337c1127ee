"""The changes that the store of objects tells, as one caller may see them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cluster.changes import ChangeType
from cluster.changes.kept import changes
from cluster.store import ObjectStore
from connectors.kubernetes.observed import ObservedObject
from tests.contract.test_cluster_store import NOON, Clock, crawl, seen
from tests.unit.incident_outputs import deployment

DAY = timedelta(days=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> ObjectStore:
    return ObjectStore(tmp_path, clock=clock)


def at_image(name: str, image: str) -> ObservedObject:
    return seen(name, spec=deployment(name, container={"image": image})["spec"])


def told(store: ObjectStore, clock: Clock, **choice: Any) -> list[str]:
    found = changes(store, clock.now - DAY, clock.now, clusters=["prod"], **choice)
    return [f"{one.type} {one.object}" for one in found]


def test_two_crawls_differ(store: ObjectStore, clock: Clock) -> None:
    crawl(store, at_image("cart", "cart:1"), at_image("orders", "orders:1"))
    clock.forward(hours=1)
    crawl(store, at_image("cart", "cart:2"))

    found = changes(store, NOON - DAY, clock.now, clusters=["prod"])

    assert [(one.type, one.object, one.after, one.at) for one in found] == [
        (ChangeType.IMAGE, "Deployment/shop/cart", NOON, clock.now),
        (ChangeType.OTHER, "Deployment/shop/orders", NOON, clock.now),
    ]
    assert found[0].fields[0].new == "cart:2"


def test_only_of_the_time_that_is_asked_for(store: ObjectStore, clock: Clock) -> None:
    for hour in range(4):
        crawl(store, at_image("cart", f"cart:{hour}"))
        clock.forward(hours=1)

    one = changes(store, NOON + timedelta(minutes=90), NOON + timedelta(minutes=150), clusters=["prod"])

    assert [change.fields[0].to_json()["new"] for change in one] == ["cart:2"]


def test_only_what_may_be_read(store: ObjectStore, clock: Clock) -> None:
    crawl(store, at_image("cart", "cart:1"), at_image("orders", "orders:1"))
    clock.forward(hours=1)
    crawl(store, at_image("cart", "cart:2"), at_image("orders", "orders:2"))

    assert told(store, clock, may_read=lambda ident: ident.endswith("cart")) == ["image Deployment/shop/cart"]
    assert told(store, clock, namespace="other") == []
    assert len(told(store, clock, namespace="shop")) == 2
    assert told(store, clock, most=1) == ["image Deployment/shop/orders"]
    assert told(store, clock, names={"cart"}, most=1) == ["image Deployment/shop/cart"]
    assert told(store, clock, kinds={"Service"}) == []


def test_another_cluster_has_its_own(store: ObjectStore, clock: Clock) -> None:
    crawl(store, at_image("cart", "cart:1"))
    clock.forward(hours=1)
    crawl(store, at_image("cart", "cart:2"))

    assert changes(store, NOON - DAY, clock.now, clusters=["staging"]) == []
