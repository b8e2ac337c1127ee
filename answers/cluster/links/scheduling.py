"""Pods that the scheduler has placed nowhere, and for want of what: `is there a pod that no node takes`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from answers.cluster import scripts
from answers.cluster.catalog import WORKLOADS
from answers.cluster.links.asked import Asked, listing
from answers.cluster.said import Draft, Spot, titled
from cluster.graph import Node
from cluster.values import entries, text

_NODE = r"(?:worker )?(?:nodes?|machines?|hosts?|box(?:es)?|vms?|servers?)"
_ABOUT = (
    rf"no (?:\w+ )?{_NODE} (?:that )?(?:will|would|can|could|wants? to|is able to|does|seems? to)? ?(?:\w+ ){{0,2}}?(?:tak|accept|fit|host|run|house|have|has|offer|provid|satisf|qualif|suit|match)\w*"
    rf"|(?:find|finds|found|finding|get|gets|got|has|have|had|waiting for|waits? for|look\w* for|assigned|given) (?:\w+ )?(?:no|a|any|its|an?) (?:\w+ )?(?:{_NODE}|home|room|spot|seat)"
    rf"|(?:not|n't|cannot|never|nowhere|unable)(?: \w+){{0,4}} (?:place[ds]?|schedul\w+|fit|put|land\w*|run on)(?: \w+)*"
    r"|(?:\w+n't|not|cannot) (?:the |our )?scheduler (?:\w+ ){0,2}(?:plac|schedul|put|fit|assign|bind|start|find|want|like|tak|pick)\w*"
    r"|scheduler (?:\w+ ){0,2}(?:\w+n't|not|never|cannot|skip\w*|ignor\w*|leav\w*)"
    rf"|fits? (?:on |onto )?no(?:where| {_NODE})|nowhere to (?:run|go)|homeless|unschedulable|unplaced|unscheduled|failedscheduling"
    r"|(?:keep|stop|prevent|hinder|hold|block|bar)\w* .{1,60}?(?:from|back)(?: \w+)?(?: being)? (?:schedul|plac|start|run)\w*"
    r"|scheduler (?:\w+ ){0,3}(?:given up|gave up|giv\w+ up|fail\w*|refus\w*|reject\w*|unable|not|cannot|complain\w*)"
    r"|(?:stuck|wait\w*|hang\w*|pending|blocked|starv\w*|held up|stall\w*)(?: \w+){0,3} (?:for|on|by|because of|due to|for want of|for lack of) (?:\w+ ){0,3}(?:volumes?|storage|disks?|claims?|pvcs?|gpus?|accelerators?|cpus?|memory|ram|resources?|capacity|taints?|nodes?)"
    r"|(?:lack|want|shortage|absence|insufficient|not enough|too little) (?:of )?(?:an? |any )?(?:volumes?|storage|gpus?|cpus?|memory|ram|resources?|capacity)"
)
_CAUSES: tuple[tuple[str, str], ...] = (
    (r"gpus?|accelerators?|graphics?(?: cards?)?|nvidia\S*", r"gpu"),
    (r"volumes?|storage|disks?|claims?|pvcs?|persistent\w*", r"persistentvolumeclaim|volume"),
    (r"cpus?|cores?", r"insufficient cpu"),
    (r"memory|ram", r"insufficient memory"),
    (r"resources?|capacity", r"insufficient"),
    (r"taints?|toleration\w*", r"taint"),
    (r"affinit\w*|node ?selectors?", r"affinity|selector"),
)
_STORAGE = ("PersistentVolumeClaim", "PersistentVolume")
_NOT_THIS = re.compile(
    r"\b(?:rather than|instead of|not|other than|and not|unlike)(?: (?:for|of|on|because of|due to))? (?:\w+ )?\w+"
)


def answer(one: Asked) -> Draft | None:
    """The pods that stand on no node, with what the scheduler says; of a named object its own."""
    known = {"Pod", "Node", *WORKLOADS, *_STORAGE}
    if not one.says(_ABOUT) or not set(one.reading.kinds) <= known or not one.is_plain(told="will"):
        return None
    if one.reading.mentions:
        return _of_named(one)
    first = one.reading.kinds[:1]
    if (first and first[0] in _STORAGE) or (first == ("Node",) and not one.says(f"no {_NODE}")):
        return None  # `which claims wait for a volume`
    if not set(first) & {"Pod", "Node", *WORKLOADS} and not one.says(r"anything|something|what|schedul\w*"):
        return None
    among, cause = one.of("Pod"), _cause(one.text)
    waiting = [pod for pod in among if _says(pod)]
    found = [pod for pod in waiting if not cause or re.search(cause, _says(pod).lower())]
    words = "that no node takes" + (" for that reason" if cause else "")
    return listing(one, found, among, words, _shows) if waiting else None


def _of_named(one: Asked) -> Draft | None:
    """What the scheduler says of the pods of the named objects."""
    draft = Draft(sure=0.85)
    for mention in one.reading.mentions:
        nodes = one.named(draft, mention)
        pods = [pod for node in nodes[:1] for pod in (node, *one.catalog.pods(node)) if pod.kind == "Pod"]
        waiting = [pod for pod in pods if _says(pod)]
        if not waiting:
            return None
        draft.lead.append(f"{titled(nodes[0])}: {len(waiting)} of {len(pods)} pods stand on no node")
        for pod in waiting[:5]:
            draft.say(pod)
            for spot in _shows(pod):
                draft.say(pod, spot, detail=True)
        draft.objects += [nodes[0], *waiting]
    draft.commands = [scripts.describe(pod, one.kinds) for pod in draft.objects if pod.kind == "Pod"][:3]
    return draft


def _cause(said: str) -> str:
    """What the scheduler's message must hold, as a pattern; '' where no reason is asked for."""
    said = _NOT_THIS.sub(" ", said)
    return next((told for words, told in _CAUSES if re.search(rf"\b(?:{words})\b", said)), "")


def _says(pod: Node) -> str:
    """Why the scheduler has not placed a pod; '' for one that it has."""
    for _, found in entries(pod.value, "status.conditions"):
        if text(found, "type") == "PodScheduled" and text(found, "status") == "False":
            return text(found, "message") or text(found, "reason") or "unknown"
    return ""


def _shows(pod: Node) -> Iterator[Spot]:
    yield Spot(needles=("Condition PodScheduled",))
