"""Finds the names that a misspelled or shortened one is meant to be."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.distance import OSA

from answers.cluster.catalog import WORKLOADS, Catalog
from answers.cluster.kinds import singular
from cluster.graph import Node

_NAMED_KINDS = (*WORKLOADS, "Service", "Namespace", "Node", "ConfigMap", "PersistentVolumeClaim", "StorageClass",
                "ServiceAccount", "HorizontalPodAutoscaler", "Ingress", "PodDisruptionBudget", "Secret")  # fmt: skip
_SHORTEST = 4
_SHORTEST_GUESS = 6
"""Shorter words are words of their own too often: `chart` is no `cart`."""
_DIGITS = re.compile(r"\d+")
_ENDINGS = ("service", "-service", "svc", "-svc", "s", "-deployment", "-server", "-controller")
"""What people leave away of a name, or say too much."""


class Spelling:
    """The names of one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._workloads = catalog.workloads()
        self._of_parts: dict[tuple[str, ...], list[Node]] = {}
        for node in self._workloads:
            self._of_parts.setdefault(_parts(node.name.lower()), []).append(node)
        self._names = sorted(
            {node.name.lower() for node in catalog.of(_NAMED_KINDS)} | set(catalog.namespaces)
        )

    def near(self, word: str, kinds: Sequence[str] = (), namespaces: Sequence[str] = ()) -> list[str]:
        """The names that `word` is almost like, of the given kinds or namespaces where some are; none if unsure."""
        if len(word) < _SHORTEST:
            return []
        known = set(self._names)
        if kinds:
            known = {node.name.lower() for node in self._catalog.of(kinds)}
        elif namespaces:
            within = {node.name.lower() for node in self._catalog.of(_NAMED_KINDS, namespaces)}
            known = within | set(self._catalog.namespaces)
        for ending in _ENDINGS:
            for form in (word + ending, word.removesuffix(ending)):
                if form != word and form in known:
                    return [form]
        if len(word) < _SHORTEST_GUESS:
            return []
        most = 1 if len(word) < 9 else 2
        # Another number is another object: `node-9` is no `node-1`.
        alike = [n for n in known if n[0] == word[0] and _DIGITS.findall(n) == _DIGITS.findall(word)]
        scored = [(OSA.distance(word, name, score_cutoff=most), name) for name in alike]
        best = min((distance for distance, _ in scored), default=most + 1)
        return sorted(name for distance, name in scored if distance == best) if best <= most else []

    def part(self, word: str, kinds: Sequence[str] = (), namespaces: Sequence[str] = ()) -> list[str]:
        """The one name of workloads that has `word` as a part, as `valkey` for `valkey-cart`; none if several have."""
        spaces = {part for name in self._catalog.namespaces for part in re.split(r"[-.]", name.lower())}
        if len(word) < _SHORTEST or word in spaces:  # `otel cart` is the cart of namespace otel-demo
            return []
        within = self._catalog.of(kinds or WORKLOADS, namespaces)
        names = {node.name.lower() for node in within if _is_part(word, node.name.lower())}
        return sorted(names) if len(names) == 1 else []

    def begun(self, words: Sequence[str], namespaces: Sequence[str] = ()) -> list[Node]:
        """The workloads of the one name that begins with these words: `spark workers`, `spark-worker-controller`."""
        starts = {"-".join(words), "-".join((*words[:-1], singular(words[-1])))}
        nodes = [
            node
            for node in self._workloads
            if (not namespaces or node.namespace in namespaces)
            and any(node.name.lower() == one or node.name.lower().startswith(f"{one}-") for one in starts)
        ]
        return nodes if len({node.name for node in nodes}) == 1 else []

    def ended(self, words: Sequence[str], namespaces: Sequence[str] = ()) -> list[Node]:
        """The workloads of the one name that ends with these words: `repo server`, `argocd-repo-server`."""
        end = f"-{'-'.join(words)}"
        nodes = [
            node
            for node in self._workloads
            if (not namespaces or node.namespace in namespaces) and node.name.lower().endswith(end)
        ]
        return nodes if len({node.name for node in nodes}) == 1 else []

    def turned(self, words: Sequence[str], namespaces: Sequence[str] = ()) -> list[Node]:
        """The workloads of the one name that has just these words as parts, in any order and number."""
        nodes = [
            node
            for node in self._of_parts.get(_parts("-".join(words)), ())
            if not namespaces or node.namespace in namespaces
        ]
        return nodes if len({node.name for node in nodes}) == 1 else []

    def namespace(self, word: str) -> str:
        """The one namespace that has `word` as a part of its name, as `boutique` for `online-boutique`; else ''."""
        found = [name for name in self._catalog.namespaces if word in re.split(r"[-.]", name.lower())]
        return found[0] if len(word) >= _SHORTEST_GUESS and len(found) == 1 else ""


def _parts(name: str) -> tuple[str, ...]:
    return tuple(sorted(singular(part) for part in name.split("-")))


def _is_part(word: str, name: str) -> bool:
    """Whether a word is a part of a name, or most of one: `postgres` of `postgresql`."""
    parts = re.split(r"[-.]", name)
    return word in parts or (
        len(word) >= _SHORTEST_GUESS
        and any(p.startswith(word) and 3 * len(p) <= 4 * len(word) for p in parts)
    )
