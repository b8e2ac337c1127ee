"""What a question names of an object in the words of the object's own fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from answers.cluster.catalog import containers
from answers.cluster.fields import SYNONYMS, Path, fields_of, named_fields, value_at
from answers.cluster.kinds import singular
from answers.cluster.reading import Reading
from answers.cluster.said import Draft, Spot, listed, titled
from answers.cluster.wording import Aggregate, Aspect
from cluster.graph import Node
from cluster.values import entries, text

_OPTIONAL = frozenset(
    "taint toleration affinity finalizer hostalias sidecar initcontainer nodeselector imagepullsecret".split()
)
"""Fields that objects may be without."""


def references(node: Node, reading: Reading) -> list[Path]:
    """The fields that name an object of a kind which the question names: `the priority class of cart`."""
    keys = {
        f"{kind[0].lower()}{kind[1:]}Name"
        for kind in reading.kinds
        if kind.endswith("Class") and kind != node.kind
    }
    return [path for path, value in fields_of(node) if path[-1] in keys and value] if keys else []


def tell_fields(draft: Draft, node: Node, reading: Reading) -> bool:
    """Quotes the fields of the object that the question names in their own words, if any."""
    paths = named_fields(node, reading.loose, rare=reading.unknown)
    if reading.aspect is Aspect.NODE:  # `on which nodes do the replicas run` asks for no number
        paths = [path for path in paths if path[-1] != "replicas"]
    if paths:
        draft.say(node)
    for path in paths:
        draft.say(node, Spot(path=path), detail=True)
        held = value_at(node, path)
        if Aggregate.COUNT in reading.aggregates and isinstance(held, list | dict):
            draft.lead.append(f"{titled(node)}: {len(held)} {path[-1]}")
    return bool(paths)


def field_words(reading: Reading, nodes: Iterable[Node]) -> set[str]:
    """The words of the question that name fields of the objects."""
    paths = [path for node in nodes for path in named_fields(node, reading.loose, rare=reading.unknown)]
    keys = [str(path[-1]) for path in paths]
    parts = {singular(p.lower()) for key in keys for p in re.split(r"(?<=[a-z0-9])(?=[A-Z])|[-_./]", key)}
    parts |= {word for key in keys for word in SYNONYMS.get(key, ())}
    whole = {key.lower() for key in keys} | {".".join(map(str, path)).lower() for path in paths}
    return {w.lower() for w in reading.unknown if singular(w.lower()) in parts or w.lower() in whole}


def unset(unknown: Sequence[str], nodes: Sequence[Node]) -> str:
    """That the objects are without what the words name, which not every object has: taints, finalizers."""
    if not {singular(word.lower()) for word in unknown} <= _OPTIONAL:
        return ""
    return f"{listed(map(titled, nodes))} {'has' if len(nodes) == 1 else 'have'} no {listed(unknown)}"


def settings(reading: Reading, nodes: Iterable[Node]) -> set[str]:
    """The words that are environment variables: of the objects, or by their looks (`CART_ADDR`)."""
    names = {text(v, "name") for node in nodes for _, _, c in containers(node) for _, v in entries(c, "env")}
    words = (token.text for token in reading.tokens)
    return {w for w in words if w in names or re.fullmatch(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+", w)}
