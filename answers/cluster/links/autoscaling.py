"""Autoscalers that do nothing, or not what they should, and what they say of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from answers.cluster import scripts
from answers.cluster.links.asked import Asked, listing
from answers.cluster.said import Draft, Spot, titled
from cluster.edges.base import EdgeType
from cluster.graph import Node
from cluster.values import entries, text

KIND = "HorizontalPodAutoscaler"
_SCALES = r"auto-?\s?scal\w*|hpas?|horizontal(?: ?pod ?autoscal\w*)?|scal(?:es?|ing|ed)(?: \w+){0,2} (?:automatically|by itself)"
_IDLE = (
    r"inactive|not active|idle|dead|broken|stuck|disabled|fail\w*|unable|cannot|can not|\w+n't|not|never|nothing|refus\w*|stop\w*|"
    r"block\w*|prevent\w*|keep\w* .{1,60}? from|hinder\w*|trouble\w*|wrong|problem\w*|issues?|complain\w*|unhealthy|degraded|ambiguous|conflict\w*|fight\w*|clash\w*"
)
_WHY = r"why|how come|what (?:is )?(?:keeps?|stops?|prevents?|blocks?|hinders?|makes?|'s|is|does)|which|what|any|reason\w*|cause\w*|are there|is there|do|does|list|show"
_ELSE = r"covered|scaled by|have an?|has an?|without|has no|have no|no (?:hpa|autoscaler)|lack\w*|how many|maximum|minimum|max|min|target(?:s|ed)?|limits?|replicas?|missing|below|above"
_ADDED = r"ambiguous|inactive|autoscal\w*"


def answer(one: Asked) -> Draft | None:
    """The autoscalers that a question finds idle, with the conditions in which they say why."""
    if not one.says(_SCALES) or not one.says(_IDLE) or not one.says(_WHY) or one.says(_ELSE):
        return None
    known = {KIND, "Pod", "Deployment"} if one.reading.mentions else {KIND}
    if not set(one.reading.kinds) <= known or not one.is_plain(_ADDED, told="will"):
        return None
    among = one.of(KIND)
    if not one.reading.mentions:
        said = [hpa for hpa in among if _is_said(hpa, one)] if not one.reading.namespaces else []
        failing = [hpa for hpa in said or among if list(_failing(hpa))]
        return listing(one, failing, said or among, "that cannot scale", _shows) if failing else None
    draft = Draft(sure=0.85)
    found: list[Node] = []
    for mention in one.reading.mentions:
        for node in mention.nodes if not one.reading.namespaces else one.named(draft, mention):
            found += [node] if node.kind == KIND else _scalers(node, one)
    failing = [hpa for hpa in dict.fromkeys(found) if list(_failing(hpa))]
    if not failing:
        return None
    for hpa in failing:
        reasons = "; ".join(f"{text(c, 'reason')}: {text(c, 'message')}" for c in _failing(hpa))
        draft.lead.append(f"{titled(hpa)}: {reasons}")
        draft.say(hpa)
        for spot in _shows(hpa):
            draft.say(hpa, spot, detail=True)
    draft.objects = failing
    draft.commands = [scripts.describe(hpa, one.kinds) for hpa in failing]
    return draft


def _is_said(hpa: Node, one: Asked) -> bool:
    """Whether a word that nothing else explains is a part of an autoscaler's name."""
    parts = set(re.split(r"[-.]", hpa.name.lower())) - {"hpa", "autoscaler", "server"}
    return bool(parts & {word.lower() for word in (*one.reading.unknown, *one.reading.missing)})


def _scalers(node: Node, one: Asked) -> list[Node]:
    sources = (
        one.catalog.graph.node(edge.source) for edge in one.catalog.graph.reaching(node.id, EdgeType.SCALES)
    )
    return [source for source in sources if source.present]


def _failing(hpa: Node) -> Iterator[object]:
    for _, found in entries(hpa.value, "status.conditions"):
        if text(found, "type") in ("ScalingActive", "AbleToScale") and text(found, "status") == "False":
            yield found


def _shows(hpa: Node) -> Iterator[Spot]:
    for found in _failing(hpa):
        yield Spot(needles=(f"Condition {text(found, 'type')}",))
