"""Revisions of a workload, as its ReplicaSets keep them: what ran before, in which revision, how many are kept."""

from __future__ import annotations

from answers.cluster import scripts
from answers.cluster.catalog import images, pod_path
from answers.cluster.fact_parts import with_pods
from answers.cluster.links.asked import Asked
from answers.cluster.said import Draft, Spot, counted, titled
from cluster.graph import Node
from cluster.values import at, mapping

_REVISION = "deployment.kubernetes.io/revision"
_LIMIT = ("spec", "revisionHistoryLimit")
_KEPT = r"(?:old|past|previous|former|earlier) (?:replica ?sets?|rs|revisions?|versions?)|revisions?|(?:replica ?sets?|rs) (?:\w+ ){0,4}(?:rollbacks?|rolling back|undo)"
_KEEPS = r"keeps?|kept|retains?|retained|stores?|stored|holds?|remembers?|around|for (?:a )?(?:rollbacks?|rolling back|undo)|available"
_HOW_MANY = r"how many|number of|count"
_BEFORE = (
    r"(?:first|previous|prior|last|former|original|older?|earlier|preceding|initial|second|third) (?:revisions?|rollouts?|versions?|releases?|images?|tags?|replica ?sets?)|"
    r"(?:revisions?|rollout) (?:#|no\.? ?)?\d+|revision history|history of (?:the )?(?:revisions|rollouts|§)|rollout history|"
    r"(?:before|until) (?:the )?(?:last|latest|most recent|current|newest)? ?(?:rollouts?|roll-?out|upgrades?|updates?|revisions?|changes?|deployments?|release)|"
    r"(?:rolled|roll(?:ing)?) (?:out|back)(?: \w+){0,3} (?:different|new|other|another)|roll(?:ed|ing)? ?back|rollback (?:target|to)|used to run|ran before|previously (?:ran|run|used)"
)
_WHAT = r"history|versions?|images?|tags?|which|what|ran|run|runs"
_ELSE = r"ago|yesterday|last (?:week|month|night|year)|who|whom|why|how long|when|helm|commit|should|pods?|restarts?|logs?|die[ds]?|crash\w*|container (?:die|exit)\w*|exit"


def answer(one: Asked) -> Draft | None:
    """The revisions of the named workload with their images, or how many old ones it keeps."""
    if len(one.reading.mentions) != 1 or one.says(_ELSE):
        return None
    kept = one.says(_HOW_MANY) and one.says(_KEPT) and one.says(_KEEPS)
    if not kept and not (one.says(_BEFORE) and one.says(_WHAT)):
        return None
    if not one.is_plain(
        r"i\.e|rollouts?|rollbacks?|revisions?|previous|prior|former|initial|history",
        told=r"previous\w*|history|before|used to|last|next|who|ago",
    ):
        return None
    draft = Draft(sure=0.85)
    node = next(iter(one.named(draft, one.reading.mentions[0])), None)
    owner = with_pods(node, one.catalog) if node is not None else None
    owner = one.catalog.top(owner) if owner is not None else None
    sets = _sets(owner, one) if owner is not None and owner.kind == "Deployment" else []
    if owner is None or not sets or (len(sets) == 1 and not kept and not one.says("first|initial|history")):
        return None
    return _kept(draft, owner, sets, one) if kept else _history(draft, owner, sets, one)


def _sets(owner: Node, one: Asked) -> list[Node]:
    """The ReplicaSets of a Deployment, the first revision first."""
    found = [
        node for node in one.catalog.of(("ReplicaSet",), (owner.namespace,), (owner.cluster,))
        if one.catalog.owner(node) == owner and pod_path(node)
    ]  # fmt: skip
    return sorted(found, key=_revision)


def _revision(node: Node) -> int:
    said = str(mapping(node.value, "metadata.annotations").get(_REVISION, ""))
    return int(said) if said.isdigit() else 0


def _kept(draft: Draft, owner: Node, sets: list[Node], one: Asked) -> Draft:
    old = [node for node in sets if _revision(node) != max(map(_revision, sets))]
    limit = at(owner.value, "spec.revisionHistoryLimit")
    said = (
        f"at most {limit} by its revisionHistoryLimit"
        if limit is not None
        else "at most 10, as it sets no limit"
    )
    draft.lead.append(f"{titled(owner)} keeps {said}; {counted(len(old), 'old ReplicaSet')} are there now")
    draft.say(owner)
    if limit is not None:
        draft.say(owner, Spot(path=_LIMIT), detail=True)
    draft.say_all(old, Spot(short=3), most=10)
    draft.objects = [owner]
    draft.commands = [scripts.describe(owner, one.kinds), _list(owner)]
    return draft


def _history(draft: Draft, owner: Node, sets: list[Node], one: Asked) -> Draft:
    current = max(map(_revision, sets))
    for node in sets:
        used = ", ".join(images(node, main=True))
        now = ", which is in force" if _revision(node) == current else ""
        draft.lead.append(f"Revision {_revision(node)} of {titled(owner)}{now}: {used}")
    draft.say(owner)
    for node in sets:
        draft.say(node)
        draft.say(node, Spot(path=("metadata", "annotations", _REVISION)), detail=True)
    draft.objects = [owner, *sets]
    draft.commands = [
        ["kubectl", "rollout", "history", f"deployment/{owner.name}", "-n", owner.namespace],
        _list(owner), scripts.describe(owner, one.kinds),
    ]  # fmt: skip
    return draft


def _list(owner: Node) -> list[str]:
    return ["kubectl", "get", "replicasets", "-n", owner.namespace, "-o", "wide"]
