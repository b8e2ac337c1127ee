"""Namespaces that the evidence knows of."""

from __future__ import annotations

from rapidfuzz import fuzz, process

from cluster.builtin_kinds import BUILTIN
from connectors.documents import ANY
from connectors.kubernetes.observed import ObservedObject
from incidents.evidence import Evidence

_NAMESPACED = frozenset(names.kind for names in BUILTIN if names.namespaced)
_NEAR = 60
_MOST = 5


def may_be_in(one: ObservedObject, namespace: str) -> bool:
    """Whether an object is in the namespace, or may be, as the text that shows it does not tell its own."""
    return one.namespace == namespace or (not one.namespace and one.kind in _NAMESPACED)


def unknown_namespace(evidence: Evidence) -> str:
    """That the namespace in question is not known, with the nearest ones, as a sentence; '' where it may be.

    What was read without its namespace, as the tables of `kubectl get` are, may be in any.
    """
    asked = evidence.namespace
    known = _known(evidence)
    if not asked or not known or asked in known or any(may_be_in(one, asked) for one in evidence.objects):
        return ""
    near = [name for name, *_ in process.extract(
        asked, sorted(known), scorer=fuzz.WRatio, score_cutoff=_NEAR, limit=_MOST
    )]  # fmt: skip
    names = ", ".join(f"`{name}`" for name in near or sorted(known)[:_MOST])
    told = "the nearest is" if len(near) == 1 else "the nearest are" if near else "there is"
    return f"there is no namespace `{asked}`; {told} {names}"


def _known(evidence: Evidence) -> set[str]:
    found = {one.name for one in evidence.objects if one.kind == "Namespace"}
    found |= {one.namespace for one in evidence.objects} | {one.namespace for one in evidence.logs}
    found |= {one.object.namespace for one in evidence.events}
    return found - {"", ANY}
