"""Traits that are numbers, to compare objects by: the longest grace period, the highest user id."""

from __future__ import annotations

from answers.cluster.amounts import Measure
from answers.cluster.catalog import Catalog
from answers.cluster.reading import Reading
from answers.cluster.traits.asked import asked_in
from cluster.graph import Node


def number_of(reading: Reading) -> tuple[str, Measure] | None:
    """The name and the largest value in an object of the numeric trait that a question asks for."""
    trait = next((one.trait for one in asked_in(reading) if one.trait.number), None)
    if trait is None:
        return None

    def measure(node: Node, catalog: Catalog) -> float | None:
        found = [float(h.value) for h in trait.find(node) if isinstance(h.value, int)]
        return max(found) if found else None

    return trait.said, measure
