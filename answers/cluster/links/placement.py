"""On how many nodes the pods of something stand: `would losing one node take out both copies`."""

from __future__ import annotations

from answers.cluster import scripts
from answers.cluster.catalog import WORKLOADS, pod_path
from answers.cluster.fact_parts import with_pods
from answers.cluster.links.asked import Asked
from answers.cluster.said import Draft, Spot, counted, listed, titled
from answers.cluster.traits.asked import asked_in
from cluster.edges.base import EdgeType
from cluster.graph import Node
from cluster.values import text

_NODE = r"(?:worker )?(?:nodes?|machines?|hosts?|box(?:es)?|vms?|servers?|hardware)"
_TOGETHER = (
    rf"(?:same|single|one|1|a|any|shared?|sharing|shares|both|different|separate|distinct|more than one|several|two|whichever|how many|which|what) (?:\w+ ){{0,2}}?{_NODE}"
    rf"|{_NODE} (?:goes|went|go|fail\w*|dies|died|crash\w*|is lost|were lost|is gone|disappear\w*|burn\w*|vanish\w*)"
)
_LOST = r"los(?:e|es|ing|t)|survive\w*|take (?:out|down)|takes (?:out|down)|taking (?:out|down)|kill\w*|wipe\w*|outage|goes? (?:away|down)|went (?:away|down)|fail\w*|die[sd]?|gone|down|left|remain\w*|fire|burn\w*|crash\w*|reboot\w*"
_TOGETHERNESS = r"share\w*|sharing|together|apart|separate\w*|spread|same|co-?located|sit\w*|stand\w*|live\w*|placed?|different|distinct|end up|landed?|eggs"
_COPIES = r"copies|copy|replicas?|pods?|instances?|members?|both|all|every|brokers?|it|they|them|two|three|how much|how many"


def answer(one: Asked) -> Draft | None:
    """Which nodes the pods of the named workload stand on, and whether one holds them all."""
    if asked_in(one.reading):
        return None  # `which host namespaces does it share`
    nodes_named = [n for m in one.reading.mentions for n in m.nodes if n.kind == "Node"]
    others = [m for m in one.reading.mentions if not any(n.kind == "Node" for n in m.nodes)]
    asked = one.says(_LOST) if nodes_named else one.says(_TOGETHER) and one.says(f"{_LOST}|{_TOGETHERNESS}")
    if nodes_named and not others and one.says(_LOST):
        return _on_lost(one, nodes_named)
    if len(others) != 1 or not asked or not one.says(_COPIES):
        return None
    if not one.is_plain(told=r"would|will|could|if|next|before"):
        return None
    draft = Draft(sure=0.85)
    found = one.named(draft, others[0])
    maker = next((m for n in found[:1] if (m := n if pod_path(n) else with_pods(n, one.catalog))), None)
    pods = one.catalog.pods(maker) if maker is not None else []
    if maker is None or not pods:
        return None
    _say(draft, maker, pods, nodes_named, one)
    return draft


def _on_lost(one: Asked, lost: list[Node]) -> Draft | None:
    """Which workloads of the kinds that are asked for have pods on a node that may go."""
    kinds = [kind for kind in one.reading.kinds if kind in WORKLOADS]
    if (
        not kinds
        or not one.says(r"which|what|any|list|show")
        or not one.is_plain(told=r"would|will|could|if")
    ):
        return None
    names = {node.name for node in lost}
    among = one.of(*kinds)
    hit = {
        workload: on for workload in among if (on := [p for p in one.catalog.pods(workload) if text(p.value, "spec.nodeName") in names])
    }  # fmt: skip
    if not among:
        return None
    draft = Draft(sure=0.8, objects=list(hit))
    draft.lead.append(f"On {listed(sorted(names))}: {listed(map(titled, hit), 30) or 'none of these'}")
    for workload, on in list(hit.items())[:20]:
        draft.say(workload, Spot(short=2))
        for pod in on[:3]:
            draft.say(pod, Spot(short=2, needles=("on node",)))
    if not hit:
        draft.say_all(lost, Spot(short=2))
    where = f"--field-selector=spec.nodeName={lost[0].name}"
    draft.commands = [["kubectl", "get", "pods", "-A", where, "-o", "wide"]]
    return draft


def _say(draft: Draft, maker: Node, pods: list[Node], lost: list[Node], one: Asked) -> None:
    held: dict[str, list[Node]] = {}
    for pod in pods:
        for node in one.catalog.targets(pod, EdgeType.RUNS_ON):
            held.setdefault(node.name, []).append(pod)
    spread = listed(f"{name} {len(on)}" for name, on in sorted(held.items()))
    draft.lead.append(
        f"{titled(maker)}: {counted(len(pods), 'pod')} on {counted(len(held), 'node')}: {spread or 'none'}"
    )
    if lost and (names := {node.name for node in lost}):
        rest = sum(len(on) for name, on in held.items() if name not in names)
        draft.lead.append(f"Without {listed(sorted(names))} {counted(rest, 'pod')} would be left")
    elif len(held) == 1 and len(pods) > 1:
        draft.lead.append("One node holds all of them")
    elif len(held) > 1:
        draft.lead.append("No single node holds all of them")
    draft.say(maker, Spot(short=2))
    for pod in pods[:12]:
        draft.say(pod, Spot(short=2, needles=("on node",)))
    draft.objects = [maker]
    draft.commands = [scripts.pods_of(maker, "-o", "wide")]
