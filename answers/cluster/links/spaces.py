"""Namespaces in which nothing runs."""

from __future__ import annotations

from answers.cluster.links.asked import Asked, listing
from answers.cluster.said import Draft

_NAMESPACES = r"(?:name ?spaces?|ns)"
_RUNS = r"(?:pods?|workloads?|anything|nothing|things?)"
_EMPTY = (
    rf"{_NAMESPACES} (?:\w+ ){{0,5}}?(?:no|without|zero|not any|n't any|not a single|not|n't|nothing|lack\w*|devoid of|free of)(?: \w+){{0,3}}? (?:{_RUNS}|runs?|running|lives?|happens?|deployed|inside|in them|in it)"
    rf"|(?:nothing|no pods?|not a single pod|no workloads?|zero pods?) (?:\w+ ){{0,5}}?(?:in|inside|within|from) (?:\w+ ){{0,2}}?{_NAMESPACES}"
    rf"|(?:empty|idle|deserted|vacant|abandoned|bare|hollow|unused|unpopulated|pod-?less|barren)(?:,? \w+){{0,2}} {_NAMESPACES}|{_NAMESPACES} (?:\w+ ){{0,3}}(?:empty|idle|deserted|vacant|abandoned|bare|hollow|unused|unpopulated|pod-?less)"
)
_ELSE = r"label\w*|annotation\w*|polic\w+|quota\w*|limit\w*|service\w*|secrets?|config ?maps?|claims?|ingress\w*|probes?|ready|healthy|fail\w*|broken|memory|cpu|autoscal\w*|restart\w*|latest|privileged|root|deployments?|jobs?"


def answer(one: Asked) -> Draft | None:
    """The namespaces without a pod."""
    if one.reading.mentions or one.reading.namespaces or not one.says(_EMPTY) or one.says(_ELSE):
        return None
    if not one.is_plain():
        return None
    spaces = one.catalog.of(("Namespace",), clusters=one.reading.clusters)
    held = {(pod.cluster, pod.namespace) for pod in one.catalog.of(("Pod",))}
    found = [space for space in spaces if (space.cluster, space.name) not in held]
    draft = listing(one, found, spaces, "without pods")
    draft.commands.append(["kubectl", "get", "pods", "-A", "-o", "wide"])
    return draft
