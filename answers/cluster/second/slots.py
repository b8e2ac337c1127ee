"""Takes the names, kinds and values out of a question, so that what is left is how it is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from answers.cluster.amounts import MEASURES
from answers.cluster.mentions import KindMention, Mention
from answers.cluster.reading import Reading

_WORDS: tuple[tuple[str, str], ...] = (
    ("value", r"[\w.-]+/[\w./-]+(?::[\w.-]+)?|[\w.-]+:[\w.-]+|[\w./-]+=[\w./-]+|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+"),
    ("state", r"pending|succeeded|completed|unknown|lost|released|terminating|evicted|crashloop\w*|imagepullbackoff|"
              r"errimagepull|oomkilled|waiting|unschedulable|suspended|outofsync|progressing|terminated|unbound"),
    ("resource", r"memory|cpu"),
    ("bound", r"limits?|requests?"),
    ("probe", r"liveness|readiness|startup"),
    ("extreme", r"most|highest|largest|biggest|greatest|fewest|least|lowest|smallest|oldest|newest|youngest"),
    ("verb", r"read|get|list|watch|create|delete|update|patch|edit|write|modify|remove"),
    ("number", r"\d+(?:\.\d+)?(?:[kmgtp]i?)?b?|two|three|four|five|six|seven|eight|nine|ten"),
)  # fmt: skip
_MAY = frozenset({"may", "can", "could", "to", "allowed", "not"})
_OF_BOUNDS = frozenset({"memory", "cpu", "limit", "limits", "resource", "resources"})
_HOLDER = re.compile(r"(?:worker )?nodes?|namespaces?|ns|machines?")
"""Kinds that hold others: they say how a question is asked."""
STAND_IN = {
    "name": "cart", "name2": "payment", "node": "node-1", "node2": "node-2", "namespace": "shop", "namespace2": "blog",
    "state": "pending", "resource": "memory", "bound": "limit", "probe": "readiness", "extreme": "most", "number": "3",
    "measure": "replicas", "verb": "read", "value": "mongo", "kind": "deployments", "kind2": "services",
}  # fmt: skip
"""What stands for each slot where a phrase is embedded: an ordinary word, so that the model reads a sentence."""


@dataclass(frozen=True, slots=True)
class Slotted:
    """A question with slots: its text with stand-ins, and what it holds.

    `literal` has its own words for kinds, `general` has none, `on_node` says of a node that it is one.
    """

    literal: str
    general: str
    on_node: str
    held: dict[str, list[str]]

    def values(self) -> dict[str, str]:
        """What each slot is filled with: `name` is the first name, `name2` the second."""
        found = {slot: said[0] for slot, said in self.held.items()}
        return found | {f"{slot}2": said[1] for slot, said in self.held.items() if len(said) > 1}


def slotted(reading: Reading) -> Slotted:
    """The question with its names, namespaces and values taken out."""
    held: dict[str, list[str]] = {}
    literal: list[str] = []
    general: list[str] = []
    on_node: list[str] = []
    end = 0
    for start, stop, slot in sorted(_spans(reading)):
        if start < end:
            continue
        said = reading.text[start:stop]
        values = held.setdefault(slot, [])
        if said not in values:
            values.append(said)
        number = "2" if values.index(said) else ""
        stands = STAND_IN.get(f"{slot}{number}", STAND_IN[slot])
        plain = (
            STAND_IN[f"name{number}"]
            if slot == "node"
            else said
            if _HOLDER.fullmatch(said.lower())
            else stands
        )
        between = reading.text[end:start]
        literal += [between, said if slot == "kind" else plain]
        general += [between, plain]
        on_node += [between, said if slot == "kind" else stands]
        end = stop
    rest = reading.text[end:]
    measured = next(
        (m[0] for words, _, _ in MEASURES if (m := re.search(rf"\b(?:{words})\b", reading.masked))), ""
    )
    if measured and ("extreme" in held or "number" in held):
        held["measure"] = [measured]
    if reading.clusters:
        held["cluster"] = list(reading.clusters)
    return Slotted(_joined(literal, rest), _joined(general, rest), _joined(on_node, rest), held)


def _joined(parts: list[str], rest: str) -> str:
    return " ".join("".join([*parts, rest]).split())


def _spans(reading: Reading) -> Iterator[tuple[int, int, str]]:
    """Where in the text what stands that fills a slot."""
    covered: set[int] = set()
    beside_names = [kind for kind in reading.typed if kind not in reading.subjects]
    for mention in reading.named:
        first, last = _widened(mention, beside_names, reading)
        covered.update(range(first, last))
        yield *_place(first, last, reading), _slot_of(mention)
    for subject in reading.subjects:
        if covered.isdisjoint(range(subject.first, subject.last)):
            covered.update(range(subject.first, subject.last))
            yield *_place(subject.first, subject.last, reading), "kind"
    said = {token.low for token in reading.tokens}
    for place, token in enumerate(reading.tokens):
        if place not in covered:
            for slot, words in _WORDS:
                if slot == "bound" and token.low.startswith("request") and not _OF_BOUNDS & said:
                    continue  # `requests per second`
                if slot == "verb" and not (place and reading.tokens[place - 1].low in _MAY):
                    continue
                if re.fullmatch(words, token.text if slot == "value" else token.low):
                    yield token.start, token.end, slot
                    break


def _place(first: int, last: int, reading: Reading) -> tuple[int, int]:
    return reading.tokens[first].start, reading.tokens[last - 1].end


def _slot_of(mention: Mention) -> str:
    if mention.namespace:
        return "namespace"
    return "node" if any(node.kind == "Node" for node in mention.nodes) else "name"


def _widened(mention: Mention, kinds: list[KindMention], reading: Reading) -> tuple[int, int]:
    """The words of a name with the kind that stands beside it: `the deployment called cart`."""
    first, last = mention.first, mention.last
    for kind in kinds:
        between = {token.low for token in reading.tokens[kind.last : first]}
        if kind.last <= first and between <= {"called", "named", "the", "name"}:
            first = kind.first
        elif kind.first == last:
            last = kind.last
    return first, last
