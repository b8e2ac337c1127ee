"""One crawl of a fake wiki, counted: what both benchmarks of large wikis report."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, Protocol

from bench.measure import peak_mb
from connectors.base import Crawl
from connectors.documents import Document, Failure, Milestone, Unchanged


class Counted(Protocol):
    """A connector that counts its requests."""

    @property
    def requests(self) -> int:
        """How many the last crawl has sent."""
        ...

    def crawl(self, checkpoint: Mapping[str, Any] | None = None) -> Crawl:
        """See `connectors.base.Connector`."""
        ...


def crawled(
    connector: Counted, checkpoint: Mapping[str, Any] | None, dies_at: int = 0
) -> tuple[dict[str, Any], Any]:
    """The figures of a crawl and its checkpoint.

    With `dies_at` it ends after so many documents; the checkpoint is then that of its last milestone.
    """
    before, began = int(peak_mb()), time.perf_counter()
    counts = {"documents": 0, "unchanged": 0, "failures": 0}
    crawl = connector.crawl(checkpoint)
    after: Any = None
    while not dies_at or counts["documents"] < dies_at:
        try:
            item = next(crawl)
        except StopIteration as end:
            after = json.loads(json.dumps(end.value))
            break
        if dies_at and isinstance(item, Milestone):
            after = json.loads(json.dumps(item.checkpoint))
        counts["documents"] += isinstance(item, Document)
        counts["unchanged"] += len(item.ids) if isinstance(item, Unchanged) else 0
        counts["failures"] += isinstance(item, Failure)
    crawl.close()
    return {
        **counts,
        "requests": connector.requests,
        "seconds": round(time.perf_counter() - began, 1),
        "peak memory MB (server included) before": before,
        "after": int(peak_mb()),
        "checkpoint MB": round(len(json.dumps(after)) / 1e6, 1),
    }, after
