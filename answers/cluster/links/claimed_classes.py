"""Storage classes that claims name and nothing defines: `does the class that they want exist`."""

from __future__ import annotations

from answers.cluster import scripts
from answers.cluster.links.asked import Asked
from answers.cluster.said import Draft, Spot, counted, listed, titled
from cluster.edges.base import EdgeType
from cluster.graph import Node
from cluster.values import text

CLAIM, CLASS = "PersistentVolumeClaim", "StorageClass"
_EXISTS = r"exists?|existing|there (?:at all|is|such)|missing|undefined|defined|known|unknown|absent|available|valid|such a|gone"
_CLAIMS = r"claims?|pvcs?|volumes?|storage"
_ELSE = r"how many|which storage ?class\w* (?:has|have|is|are)|provisioner|default storage"


def answer(one: Asked) -> Draft | None:
    """The claims of the named object with the class that each wants, and which of those classes are not there."""
    if CLASS not in one.reading.kinds or not one.says(_EXISTS) or not one.says(_CLAIMS) or one.says(_ELSE):
        return None
    if len(one.reading.mentions) != 1 or not one.is_plain(r"bind|bound|won|pvcs?"):
        return None
    mention = one.reading.mentions[0]
    places = one.reading.namespaces
    nodes = [n for n in mention.nodes if not places or n.namespace in places]
    claims = [claim for node in nodes for claim in _claims(node, mention.said.lower(), one)]
    claims = list(dict.fromkeys(claim for claim in claims if text(claim.value, "spec.storageClassName")))
    if not claims:
        return None
    known = {node.name: node for node in one.of(CLASS)}
    draft = Draft(sure=0.85, objects=claims)
    for name in dict.fromkeys(text(claim.value, "spec.storageClassName") for claim in claims):
        wanting = [claim for claim in claims if text(claim.value, "spec.storageClassName") == name]
        there = f"{CLASS} {name} exists" if name in known else f"{CLASS} {name} does not exist"
        draft.lead.append(f"{listed(map(titled, wanting), 6)} want {CLASS} {name}; {there}")
        for claim in wanting[:6]:
            draft.say(claim)
            draft.say(claim, Spot(path=("spec", "storageClassName")), detail=True)
        draft.say_all([known[name]] if name in known else [])
    draft.lead.append(f"{counted(len(known), CLASS)}: {listed(sorted(known), 12)}")
    draft.commands = [scripts.describe(claim, one.kinds) for claim in claims[:2]]
    draft.commands.append(["kubectl", "get", "storageclass", "-o", "wide"])
    return draft


def _claims(node: Node, said: str, one: Asked) -> list[Node]:
    """The claims that an object is or mounts, and those beside it that have its name as a part of theirs."""
    if node.kind == CLAIM:
        return [node]
    pods = [node, *one.catalog.pods(node)]
    used = [c for pod in pods for c in one.catalog.targets(pod, EdgeType.MOUNTS) if c.kind == CLAIM]
    beside = one.catalog.of((CLAIM,), (node.namespace,), (node.cluster,))
    return [*used, *(claim for claim in beside if said in claim.name.lower().split("-"))]
