"""What a crawl remembers of a tree of manifests, so that the next one reads only what a change can affect.

A file is read by others through little: that it makes its folder a chart, and the names of its objects, as objects
that share one each need an id of their own. While Helm renders the charts, any file may reach any other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import astuple, dataclass, field
from pathlib import PurePosixPath
from typing import Any

from connectors import environments
from connectors.kubernetes.charts import CHART, Chart
from connectors.kubernetes.identities import Identity


@dataclass
class Memory:
    """The objects of each file of the tree, as the ids that their names give, and the charts."""

    objects: dict[str, list[str]] = field(default_factory=dict)
    charts: list[Chart] = field(default_factory=list)

    @classmethod
    def from_json(cls, data: Any) -> Memory | None:
        """What `write_to` wrote; None for nothing and for what an older version wrote."""
        if not isinstance(data, Mapping) or not data:
            return None
        return cls(dict(data["objects"]), [Chart(*facts) for facts in data["charts"]])

    def write_to(self, data: dict[str, Any]) -> None:
        """Put the memory into `data` as JSON."""
        data.update(objects=self.objects, charts=[list(astuple(chart)) for chart in self.charts])

    def may_concern_all(self, changed: Set[str], paths: Set[str]) -> bool:
        """Whether a chart changed, came or went, now that the tree holds `paths`."""
        gone = self.objects.keys() - paths
        return any(PurePosixPath(path).name == CHART for path in (*changed, *gone))

    def updated(self, changed: Mapping[str, list[str]], paths: Set[str]) -> tuple[Memory, set[str]]:
        """The memory of the tree that holds `paths` now, and the unchanged files with objects that it names anew.

        `changed` are the objects of the files that are other than before or new.
        """
        after = {path: changed[path] if path in changed else self.objects.get(path, []) for path in paths}
        moved: set[str] = set()
        for path in changed.keys() | self.objects.keys() - paths:
            before, now = Counter(self.objects.get(path, [])), Counter(after.get(path, []))
            moved |= (before - now).keys() | (now - before).keys()
        shared = {path for path, ids in after.items() if path not in changed and not moved.isdisjoint(ids)}
        return Memory(after, self.charts), shared

    def identities(self, but: Set[str]) -> Iterator[Identity]:
        """The objects of all files but these."""
        for path, ids in self.objects.items():
            if path not in but:
                environment = environments.of_path(path)
                yield from ((name, environment, path) for name in ids)
