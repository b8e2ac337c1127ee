"""Which kind of source a question points to: "in terraform", "the chart", "per the runbook"."""

from __future__ import annotations

import re
from collections.abc import Mapping
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
_HELM_KINDS = frozenset({"values", "template", "config"})


def sources_named(text: str, intent: Intent) -> frozenset[str]:
    """The kinds of source that a question points to, for `is_of`.

    None where steps or a reason are asked for: "how do I change the chart?" is told by a page.
    """
    if {Expect.STEPS, Expect.REASON} & set(intent.wanted):
        return frozenset()
    return frozenset(name for name, words in _WORDS.items() if words.search(text))


def is_of(document_id: str, kind: str, kinds: frozenset[str]) -> bool:
    """Whether a document is of one of these kinds of source."""
    if kind == _PAGES:
        return _PAGES in kinds
    if document_id.startswith("terraform:"):
        return _TERRAFORM in kinds
    if kind in _HELM_KINDS and _HELM in kinds:
        return True
    return _MANIFESTS in kinds and kind in ("manifest", "config", OBJECT)
