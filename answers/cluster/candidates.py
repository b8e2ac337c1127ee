"""Which objects a question about kinds is asked of, and in which words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answers.cluster.catalog import WORKLOADS, Catalog
from answers.cluster.conditions import Filter
from answers.cluster.mentions import is_inside
from answers.cluster.reading import Reading
from answers.cluster.said import listed
from answers.cluster.wording import Aggregate
from cluster.graph import Node


def unexplained(reading: Reading, explained: set[str]) -> bool:
    """Whether a word of the question is left that no condition explains."""
    low = {word.lower() for word in explained}
    return any(word.lower() not in low for word in (*reading.unknown, *reading.missing))


def chosen(reading: Reading, catalog: Catalog, kinds: Sequence[str]) -> list[Node]:
    """The objects of these kinds where the question looks."""
    if set(WORKLOADS) <= set(kinds):
        return catalog.workloads(reading.namespaces, reading.clusters)
    if reading.namespaces and not any(catalog.is_namespaced(kind) for kind in kinds):
        # What stands in no namespace belongs to one by its name, if at all: `cluster roles of argocd`.
        every = catalog.of(kinds, clusters=reading.clusters)
        if tuple(kinds) == ("Namespace",):
            return [node for node in every if node.name in reading.namespaces]
        return [
            n for n in every if any(place in (n.name, *_parts(n.name)) for place in reading.namespaces)
        ] or every
    return catalog.of(kinds, reading.namespaces, reading.clusters)


def _parts(name: str) -> list[str]:
    """The beginnings and ends of a name: `argocd-server` is of argocd."""
    words = re.split(r"[-.:]", name)
    return ["-".join(words[:end]) for end in range(1, len(words))] + words


def passes(node: Node, filters: Sequence[Filter]) -> bool:
    """Whether an object meets all conditions."""
    return all(one.test(node) for one in filters)


def where_of(reading: Reading) -> str:
    """` in shop` where the question names namespaces."""
    return f" in {listed(reading.namespaces)}" if reading.namespaces else ""


def kind_word(kinds: Sequence[str]) -> str:
    """What to call objects of these kinds."""
    return kinds[0] if len(kinds) == 1 else "workload" if set(WORKLOADS) <= set(kinds) else "object"


def superlative(reading: Reading) -> str:
    """`most` or `least` where the question asks for an extreme."""
    for aggregate in (Aggregate.MOST, Aggregate.LEAST):
        if aggregate in reading.aggregates:
            pattern = {"most": r"at most", "least": r"at least"}[aggregate.value]
            if not reading.asks(pattern):
                return aggregate.value
    return ""


def narrowed_kinds(reading: Reading, asked: Sequence[str], catalog: Catalog) -> list[str]:
    """Without the kinds that only a general word brought in, where another word says which API is meant."""
    # A word of a kind's own name says no API: `network policies` are not those of `networking.istio.io`.
    words = [
        t.low for i, t in enumerate(reading.tokens) if len(t.low) > 3 and not is_inside(i, reading.subjects)
    ]
    custom = [
        kind
        for kind in asked
        for node in catalog.by_kind.get(kind, [])[:1]
        if "." in node.group and any(word in node.group for word in words)
    ]
    if set(asked) == {"Role", "Node"}:
        return ["Node"]  # `what roles do the nodes have`: those are in their labels
    if asked[0] == "Event" and reading.unknown:
        return ["Event"]  # `ProvisioningFailed events: which claims`
    return custom or list(asked)
