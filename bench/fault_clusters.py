"""A live cluster on a fake server in which things happen at random: what `bench.faults` crawls besides wikis."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.fault_wikis import Reader
from connectors.base import Connector
from connectors.documents import PUBLIC
from connectors.http.rate import Time
from tests.integration.live_clusters import POLICY, SHOP, Place, place, pod
from tests.servers.faults import schedule
from tests.servers.kube import from_objects

_PODS = 40
_NOW = 1_800_000_000.0
_WHERE = ("", "/pods", "/api/v1", "/apis")


class LiveCluster:
    """A small shop whose pods come, go and fail."""

    def __init__(self, served: Place, chance: random.Random) -> None:
        self._place, self._cluster, self._chance = served, served.cluster, chance
        self._milestone = chance.choice([3, 1_000])

    def connector(self) -> Connector:
        """Reads it in small pages."""
        clock = Time(sleep=lambda seconds: None, now=lambda: _NOW)
        return self._place.connector(clock=clock, policy=POLICY, page=7, milestone=self._milestone)

    def change(self) -> None:
        """Do one random thing that happens in clusters."""
        chance, cluster = self._chance, self._cluster
        name = f"many-{chance.randrange(_PODS):02}"
        changes: list[Callable[[], object]] = [
            lambda: cluster.delete("Pod", name, "shop"),
            lambda: cluster.put(pod(name, phase=chance.choice(["Running", "Failed", "Pending"]))),
            lambda: cluster.patch("ConfigMap", "settings", {"data": {"color": name}}, "shop"),
            lambda: cluster.patch(
                "HorizontalPodAutoscaler", "cart", {"spec": {"maxReplicas": chance.randrange(9)}}, "shop"
            ),
            cluster.store.compact,
        ]
        with suppress(LookupError):  # it is not there any more
            chance.choice(changes)()

    def disturb(self, faults: int, changes: int) -> None:
        """Let the next requests meet random faults, and changes between them."""
        self._cluster.faults = schedule(
            self._chance.randrange(10**9),
            where=self._chance.choice(_WHERE),
            number=faults,
            within=80,
            actions=[self.change] * changes,
        )

    def heal(self) -> None:
        """No more faults."""
        self._cluster.faults = []

    def waits_for_a_sweep(self, document_id: str) -> bool:
        """No: each crawl looks at everything."""
        return False

    def calm(self) -> None:
        """No more faults."""
        self.heal()

    def readers(self) -> Iterator[Reader]:
        """Everybody may read all of it."""
        yield "anybody", frozenset({PUBLIC}), set(self.connector().list_ids())


@contextmanager
def live_cluster(chance: random.Random) -> Iterator[LiveCluster]:
    """Such a cluster, served."""
    cluster = from_objects([*SHOP, *(pod(f"many-{number:02}") for number in range(_PODS))])
    with TemporaryDirectory() as folder, place(Path(folder), cluster) as served:
        yield LiveCluster(served, chance)
