"""Which kind of source a question points to: "in terraform", "the chart", "per the runbook"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from connectors.documents import OBJECT
from index.intent import Expect, Intent

_TERRAFORM = "terraform"
_PAGES = "page"
_HELM = "helm"
_MANIFESTS = "manifest"

_SAYS = r"\b(?:in|within|from|per|according to|by|does|do)(?: the| our| your)?(?: [\w-]+)?? "
_NAMES = {
    _TERRAFORM: r"(?:terraform|tf|hcl|tfvars)\b(?! (?:cloud|enterprise))",
    _HELM: r"(?:helm|charts?|values(?: files?|\.ya?ml)?)\b",
    _MANIFESTS: r"(?:manifests?|ya?mls?|清单)(?![a-z])",
    _PAGES: r"(?:docs|documentation|manual|handbook|wiki|runbooks?|playbooks?|confluence|notion|文档|手册)(?![a-z])",
}
_WORDS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {kind: re.compile(rf"{_SAYS}{name}|{name} ?[里中]", re.IGNORECASE) for kind, name in _NAMES.items()}
)
_LEADS = r"(?:the|our|your)?(?: [\w-]+)?? ?"
_ATTRIBUTED = tuple(
    (
        kind,
        re.compile(
            rf"^(?:(?:in|from|according to|per|going by|as per) {_LEADS}(?P<a>{name})\s*[,:]\s*"
            rf"|what (?:does|do|did) {_LEADS}(?P<b>{name}) (?:say|tell us|state|claim)s? (?:about|on|of)\s+"
            rf"|(?:根据|按照?|在)\s*(?P<c>{name})\s*(?:里面?|中)?\s*[,，:：]?\s*)"
            rf"|[,\s]+(?:according to|as per|per) {_LEADS}(?P<d>{name})\s*(?=[?.!]*$)",
            re.IGNORECASE,
        ),
    )
    for kind, name in _NAMES.items()
)
_HELM_KINDS = frozenset({"values", "template", "config"})


def sources_named(text: str, intent: Intent) -> frozenset[str]:
    """The kinds of source that a question points to, for `is_of`.

    None where steps or a reason are asked for: "how do I change the chart?" is told by a page.
    """
    if {Expect.STEPS, Expect.REASON} & set(intent.wanted):
        return frozenset()
    return frozenset(name for name, words in _WORDS.items() if words.search(text))


@dataclass(frozen=True, slots=True)
class Attributed:
    """A question that says where its answer stands: `question` without that, the source as it was `named`, its kind."""

    question: str
    named: str
    kinds: frozenset[str]


def attributed(text: str) -> Attributed | None:
    """`according to the wiki, who …`: the question and the source to answer it from; None where none is named so."""
    for kind, pattern in _ATTRIBUTED:
        if found := pattern.search(text):
            named = next(word for word in found.groupdict().values() if word)
            rest = (text[: found.start()] + text[found.end() :]).strip()
            return Attributed(rest, named.lower(), frozenset({kind})) if rest.strip("?？. ") else None
    return None


def is_of(document_id: str, kind: str, kinds: frozenset[str]) -> bool:
    """Whether a document is of one of these kinds of source."""
    if kind == _PAGES:
        return _PAGES in kinds
    if document_id.startswith("terraform:"):
        return _TERRAFORM in kinds
    if kind in _HELM_KINDS and _HELM in kinds:
        return True
    return _MANIFESTS in kinds and kind in ("manifest", "config", OBJECT)
