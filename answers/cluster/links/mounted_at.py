"""Where in a container a ConfigMap, a Secret or a claim is mounted: `under which path does cart see its config`."""

from __future__ import annotations

from collections.abc import Iterator

from answers.cluster import scripts
from answers.cluster.catalog import containers, pod_path
from answers.cluster.fields import Path
from answers.cluster.links.asked import Asked
from answers.cluster.said import Draft, Spot, listed, titled
from cluster.graph import Node
from cluster.values import Value, at, entries, text

_PATH = (
    r"(?:which|what|whose|the|under|at) (?:\w+ )?(?:paths?|director(?:y|ies)|dirs?|folders?|locations?|mount ?points?|mount ?paths?|file ?names?)"
    r"|mount ?(?:paths?|points?)|where (?:in|inside) (?:the |its |their )?(?:containers?|pods?|file ?systems?)|to (?:which|what) (?:path|directory|folder)"
    r"|where (?:does|do|is|are) .{1,80}?(?:mount\w*|find|finds|see|sees|expect\w*)"
)
_MOUNTS = r"mount\w*|sees?|finds?|reads?|gets?|expects?|loads?|placed|put|available|appears?|visible|containers?|in"
_HELD = ("ConfigMap", "Secret", "PersistentVolumeClaim")
_MOST = 4


def answer(one: Asked) -> Draft | None:
    """The paths at which the named workload, or each that does, mounts the named object; None where none does."""
    if not one.reading.mentions or not one.says(_PATH) or not one.says(_MOUNTS):
        return None
    draft = Draft(sure=0.85)
    nodes = [(one.named(Draft(), m), m.nodes) for m in one.reading.mentions]
    users = [node for chosen, _ in nodes for node in chosen[:1] if pod_path(node)]
    held = [n for chosen, _ in nodes if not (chosen and pod_path(chosen[0])) for n in chosen if n.kind in _HELD]
    if not held or len(users) > 1 or not one.is_plain():
        return None
    for node in held:
        among = users or one.catalog.workloads([node.namespace], [node.cluster])
        for user in among:
            if (user.cluster, user.namespace) == (node.cluster, node.namespace):
                _say(draft, user, node)
    draft.commands = [scripts.describe(n, one.kinds) for n in draft.objects if pod_path(n)][:_MOST]
    return draft if draft.said else None


def _say(draft: Draft, user: Node, held: Node) -> None:
    found = list(_mounts(user, held))
    if not found or len(draft.objects) > 2 * _MOST:
        return
    paths = list(dict.fromkeys(path for _, path in found))
    draft.lead.append(f"{titled(user)} mounts {titled(held)} at {listed(paths)}")
    draft.say(user, Spot(short=2))
    for place, _ in found[:_MOST]:
        draft.say(user, Spot(path=place), detail=True)
    draft.say(held, Spot(short=2))
    draft.objects += [node for node in (user, held) if node not in draft.objects]


def _mounts(user: Node, held: Node) -> Iterator[tuple[Path, str]]:
    """The fields that say where the containers of a workload mount an object, with what they hold."""
    volumes = {
        text(volume, "name")
        for _, volume in entries(user.value, f"{pod_path(user)}.volumes")
        if held.name in _of_kind(volume, held.kind)
    }
    for group, place, container in containers(user):
        for number, mount in entries(container, "volumeMounts"):
            if text(mount, "name") in volumes:
                yield (*group.split("."), place, "volumeMounts", number, "mountPath"), text(mount, "mountPath")


def _of_kind(volume: Value, kind: str) -> set[str]:
    """The names of the objects of a kind that a volume is filled from."""
    sources = [volume, *(source for _, source in entries(volume, "projected.sources"))]
    if kind == "ConfigMap":
        return {text(at(one, "configMap"), "name") for one in sources}
    if kind == "Secret":
        return {text(at(one, "secret"), key) for one in sources for key in ("secretName", "name")}
    return {text(at(volume, "persistentVolumeClaim"), "claimName")}
