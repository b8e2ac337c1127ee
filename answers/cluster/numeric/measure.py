"""What a number of objects is: how much each holds, the fields that show it, and how it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from answers.cluster.catalog import Catalog
from answers.cluster.fields import Path, value_at
from answers.cluster.said import counted
from answers.cluster.totals import shown_amount
from cluster.graph import Node

Amount = Callable[[Node, Catalog], float | None]


def _nowhere(node: Node) -> list[Path]:
    return []


@dataclass(frozen=True, slots=True)
class Measure:
    """A number of objects: `unit` is `bytes`, `cores`, `time`, '' for a field's own, or what is counted.

    `paths` are the fields that show it, `needle` what a first line holds that does.
    """

    name: str
    amount: Amount
    unit: str = ""
    paths: Callable[[Node], Sequence[Path]] = _nowhere
    needle: str = ""

    def shown(self, node: Node, amount: float) -> str:
        """The number as it stands in the object, or counted."""
        values = {str(value) for path in self.paths(node) if (value := value_at(node, path)) is not None}
        if self.unit == "time":
            return min(values, default="")
        if self.unit in ("bytes", "cores", "") and len(values) == 1 and len(self.paths(node)) == 1:
            return values.pop()
        return self.written(amount)

    def written(self, amount: float) -> str:
        """A number of this kind in words: `1500Mi`, `250m`, `3 containers`."""
        if self.unit == "bytes":
            return f"{amount:.0f} bytes" if amount < 2**20 else shown_amount("memory", amount)
        if self.unit == "cores":
            return f"{amount:g} CPU" if amount >= 1 else f"{amount * 1_000:.0f}m CPU"
        if self.unit and float(amount).is_integer():
            return counted(int(amount), self.unit)
        return (
            f"{round(amount, 2):g} {self.unit}s"
            if self.unit and self.unit not in ("time", "bytes", "cores")
            else f"{amount:g}"
        )


_SKIPPED = frozenset({"managedFields", "ownerReferences", "annotations", "labels", "openAPIV3Schema"})
_DEEPEST = 14


def walk(value: Any, above: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every field at any depth, without what people write themselves; of lists all items."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs if len(above) < _DEEPEST else ():
        if key in _SKIPPED:
            continue
        yield (*above, key), inner
        if isinstance(inner, dict | list):
            yield from walk(inner, (*above, key))
