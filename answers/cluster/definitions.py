"""Objects that a question means without their names: the one of its kind, the definition of a custom kind."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answers.cluster.catalog import Catalog
from answers.cluster.mentions import KindMention, Mention, Token
from answers.cluster.wording import FILLERS
from cluster.graph import Node
from cluster.values import text

DEFINITION = "CustomResourceDefinition"
_OF_DEFINITION = re.compile(r"\b(?:(?:storage|stored|served|api|crd) versions?|short ?names?|api group)\b")
"""Asks what a definition says of a kind, and not what its objects are."""
_BETWEEN = frozenset({"for", "of", "the", "a", "an", "called", "named", "kind", "type"})
_ARTICLES = frozenset({"the", "our"})


def defined(
    tokens: Sequence[Token], subjects: Sequence[KindMention], catalog: Catalog
) -> tuple[list[Mention], list[KindMention]]:
    """The definitions that are named by their kind (`the ServiceMonitor CRD`), and the kinds that are left."""
    for own in (subject for subject in subjects if subject.kinds == (DEFINITION,)):
        for other in subjects:
            first, last = min(own.first, other.first), max(own.last, other.last)
            between = tokens[min(own.last, other.last) : max(own.first, other.first)]
            if other is own or not {token.low for token in between} <= _BETWEEN:
                continue
            nodes = [one for one in catalog.by_kind[DEFINITION] if _kind_of(one) in other.kinds]
            if len(nodes) == 1:
                said = " ".join(token.text for token in tokens[first:last])
                left = [subject for subject in subjects if subject not in (own, other)]
                return [Mention(first, last, said, nodes, kinds=(DEFINITION,))], left
    if len(subjects) == 1 and _OF_DEFINITION.search(" ".join(token.low for token in tokens)):
        subject = subjects[0]
        nodes = [one for one in catalog.by_kind[DEFINITION] if _kind_of(one) in subject.kinds]
        if len(nodes) == 1:
            said = " ".join(token.text for token in tokens[subject.first : subject.last])
            return [Mention(subject.first, subject.last, said, nodes, kinds=(DEFINITION,))], []
    return [], list(subjects)


def _kind_of(definition: Node) -> str:
    return text(definition.value, "spec.names.kind")


def _is_of(word: str, group: str) -> bool:
    """Whether people call an API group by a word: `argo` for `argoproj.io`, `istio` for `networking.istio.io`."""
    return len(word) > 2 and any(part.startswith(word) for part in group.split("."))


def only(
    tokens: Sequence[Token], mentions: Sequence[Mention], subjects: Sequence[KindMention], catalog: Catalog
) -> list[Mention]:
    """The one object of a kind that is named in the singular and with an article: `the istio gateway`."""
    if len(subjects) != 1 or any(not mention.namespace for mention in mentions) or not subjects[0].first:
        return []
    subject = subjects[0]
    before, said = tokens[subject.first - 1].low, tokens[subject.last - 1].low
    nodes = catalog.of(subject.kinds, [mention.namespace for mention in mentions])
    place = next((mention for mention in mentions if mention.last == subject.first), None)
    if place is not None:  # `the bookinfo ingress`
        of_place = bool(place.first) and tokens[place.first - 1].low in _ARTICLES and len(subject.kinds) == 1
        if not of_place or len(nodes) != 1 or (said.endswith("s") and not said.endswith("ss")):
            return []
        return [Mention(subject.first, subject.last, nodes[0].name, nodes, kinds=subject.kinds)]
    custom = [node for node in nodes if "." in node.group and not node.group.endswith(".k8s.io")]
    hint = before not in FILLERS and any(_is_of(before, node.group) for node in custom)
    article = tokens[subject.first - 1 - hint].low if subject.first > hint else ""
    if len(subject.kinds) > 1 and not hint:
        return []  # `the app`
    if article not in _ARTICLES or said.endswith("s") or len(custom) != 1:
        return []
    return [Mention(subject.first - hint, subject.last, custom[0].name, custom, kinds=subject.kinds)]
