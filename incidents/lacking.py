"""Whether there is anything to judge by: only then is something called healthy."""

from __future__ import annotations

from connectors.documents import ANY
from incidents.evidence import Evidence
from incidents.places import may_be_in

_STILL = frozenset({"Namespace", "ConfigMap", "Secret", "ServiceAccount"})
"""Kinds of which nothing shows whether anything runs; each namespace has some of them."""
_USEFUL = (
    "What can be read: what `kubectl get`, `describe`, `logs`, `events` and `top` print (best with `-o wide`, or"
    " `-o yaml` of what is unwell), manifests, alerts as JSON, metrics as CSV."
)
_MOST_NAMES = 5


def lacking(evidence: Evidence) -> str:
    """Why nothing can be told of health by this evidence, and what can be read; '' where it can be told."""
    if _judged(evidence):
        return ""
    named = [f"`{one.name}`" for one in evidence.alerts if one.name]
    if named:
        names = ", ".join(dict.fromkeys(named[:_MOST_NAMES]))
        return f"Alerts alone ({names}) do not tell what is wrong: nothing else is known. {_USEFUL}"
    if any(one.plain for one in evidence.logs):
        return (
            "Nothing of Kubernetes was recognised in the text. Log lines need the command above them that printed them"
            f" (`kubectl logs NAME`), or a file `NAME.log`: it says whose they are. {_USEFUL}"
        )
    if evidence.objects and evidence.namespace:
        return f"There is no evidence: no workload, event, log or metric of `{evidence.namespace}` is known."
    return f"There is no evidence: nothing that is known was found. {_USEFUL}"


def _judged(evidence: Evidence) -> bool:
    """Whether an object that runs, an event, a log or a metric is known of the place in question."""
    here = {evidence.namespace, "", ANY}
    return bool(
        evidence.series
        or any(not one.plain and one.namespace in here for one in evidence.logs)
        or any(not evidence.namespace or one.object.namespace in here for one in evidence.events)
        or any(
            not evidence.namespace or may_be_in(one, evidence.namespace)
            for one in evidence.objects
            if one.kind not in _STILL
        )
    )
