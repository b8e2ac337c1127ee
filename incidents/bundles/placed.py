"""The namespaces of rows that name none: `kubectl get pods` prints none, `describe` does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from connectors.documents import ANY, ResourceRef
from incidents.bundles.kinds import by_name

_OF_THE_SYSTEM = "kube-"


def homes(refs: Collection[ResourceRef]) -> dict[ResourceRef, ResourceRef]:
    """For objects of an unknown namespace, what they are in truth, where that can be told.

    One is the only other object of its kind and name; without any, it is of the only namespace that anything names.
    """
    known: dict[tuple[str, str], list[ResourceRef]] = defaultdict(list)
    for ref in refs:
        if ref.namespace != ANY:
            known[ref.kind, ref.name].append(ref)
    spaces = {ref.namespace for ref in refs if not ref.namespace.startswith(_OF_THE_SYSTEM)} - {ANY}
    only = spaces.pop() if len(spaces) == 1 else ""
    found = {}
    for ref in refs:
        if ref.namespace == ANY and _is_namespaced(ref.kind):
            same = known.get((ref.kind, ref.name), [])
            if len(same) == 1:
                found[ref] = same[0]
            elif not same and only:
                found[ref] = ResourceRef(ref.kind, ref.name, only)
    return found


def _is_namespaced(kind: str) -> bool:
    known = by_name(kind)
    return known is not None and known.namespaced
