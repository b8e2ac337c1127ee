"""The namespace and the workload that an investigation is asked about, looked up in the evidence."""

from __future__ import annotations

from dataclasses import replace

from api.errors import NotThereError, UnclearError
from connectors.documents import ANY
from incidents.evidence import Evidence
from incidents.focus import find, nearest, ref_of
from incidents.lacking import lacking
from incidents.places import unknown_namespace
from incidents.situation import Situation, shown

_MOST = 5


def focused(evidence: Evidence, workload: str) -> Evidence:
    """The evidence as it is for one workload and its namespace; as it was where `workload` is ''.

    Raises `NotThereError` with the nearest names where there is no such namespace or workload, and `UnclearError`
    with the names of several.
    """
    missing = unknown_namespace(evidence)
    if missing:
        raise NotThereError(missing)
    if not workload or (not evidence.objects and lacking(evidence)):
        return evidence
    situation = Situation(evidence)
    found = find(situation, workload)
    if not found and evidence.namespace and workload.count("/"):
        # The words may name another namespace than the one that the evidence speaks of most.
        situation = Situation(evidence.within(""))
        found = find(situation, workload)
    if not found:
        near = nearest(situation, workload)
        raise NotThereError(
            f"there is no workload `{workload}`" + (f"; the nearest is `{near}`" if near else "")
        )
    if len(found) > 1:
        names = ", ".join(shown(item) for item in found[:_MOST])
        raise UnclearError(f"`{workload}` may be any of {names}; say which, as NAMESPACE/KIND/NAME")
    ref = ref_of(found[0])
    namespace = "" if ref.namespace == ANY else ref.namespace
    return replace(evidence, focus=ref, namespace=namespace or evidence.namespace)
