"""Objects by what their pods are set up with: `what runs privileged`, `pods without a startup probe`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from answers.cluster.catalog import Catalog, pod_path
from answers.cluster.conditions import Filter, Found
from answers.cluster.reading import Reading
from answers.cluster.traits import held
from answers.cluster.traits.asked import NEUTRAL, Asked, asked_in, squashed
from answers.cluster.traits.held import Held
from cluster.graph import Node

_SHOWN = 3
"""Fields of an object that show that it has a trait."""


def by_trait(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> Iterator[Found]:
    """The conditions on traits that a question sets."""
    asked = asked_in(reading)
    if not asked or not any(_makes_pods(kind, catalog) for kind in kinds):
        return
    for one in asked:
        found = values_of(one, reading, catalog.of(kinds), catalog)
        said = f"{_said(one)}{' ' * bool(found)}{' or '.join(sorted(found))}"
        words = {token.low for token in reading.tokens if squashed(token.text) in found} | set(NEUTRAL)
        yield (
            Filter(
                said,
                lambda node, one=one, found=found: has(node, one, found, catalog),  # type: ignore[misc]
                fields=lambda node, one=one, found=found: [  # type: ignore[misc]
                    h.path for h in matching(node, one, found, catalog)[:_SHOWN] if one.wanted or one.off
                ],
            ),
            words,
        )


def _makes_pods(kind: str, catalog: Catalog) -> bool:
    return any(pod_path(node) for node in catalog.by_kind.get(kind, ())[:1])


def _said(one: Asked) -> str:
    if any(one.trait.spoken):
        return one.trait.spoken[not one.wanted]
    if one.off:
        return f"that say no to {one.trait.said}"
    return f"{'with' if one.wanted else 'without'} {one.trait.said}"


def values_of(one: Asked, reading: Reading, nodes: Sequence[Node], catalog: Catalog) -> frozenset[str]:
    """The values of a trait that the question names, as far as any of the objects has them."""
    if one.value:
        return frozenset({one.value})
    if not one.trait.values:
        return frozenset()
    known = {squashed(word) for node in nodes for h in _found(node, one, catalog) for word in h.words}
    return frozenset(
        squashed(t.text)
        for t in reading.tokens
        if squashed(t.text) in known and not one.start <= t.start < one.end
    )


def _found(node: Node, one: Asked, catalog: Catalog) -> list[Held]:
    """Where an object, or a pod of it, sets a trait."""
    if one.trait.of_pods and node.kind != "Pod":
        return [h for pod in catalog.pods(node) for h in one.trait.find(pod)]
    find = (
        held.of_containers("securityContext.capabilities.drop")
        if one.off and _of_rights(one)
        else one.trait.find
    )
    return find(node)


def _of_rights(one: Asked) -> bool:
    return one.trait.said == "added capabilities"


def matching(node: Node, one: Asked, values: frozenset[str], catalog: Catalog) -> list[Held]:
    """Where an object sets a trait as it is asked for."""
    found = _found(node, one, catalog)
    if one.off and not _of_rights(one):
        return [h for h in found if h.value is False]
    return [
        h
        for h in found
        if held.is_set(h, empty=one.trait.empty) and (not values or values & set(map(squashed, h.words)))
    ]


def has(node: Node, one: Asked, values: frozenset[str], catalog: Catalog) -> bool:
    """Whether an object meets the condition that a question sets by a trait."""
    if not pod_path(node):
        return False
    found = matching(node, one, values, catalog)
    if one.off:
        return bool(found)
    if one.trait.holds is not None:
        return one.trait.holds(node) is one.wanted
    is_so = bool(found) or (
        one.trait.default and not any(h.value is False for h in _found(node, one, catalog))
    )
    return is_so is one.wanted
