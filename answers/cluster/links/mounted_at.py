"""Where in a container a ConfigMap, a Secret or a claim is mounted: `under which path does cart see its config`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from answers.cluster import scripts
from answers.cluster.catalog import containers, pod_path
from answers.cluster.fields import Path
from answers.cluster.links.asked import Asked
from answers.cluster.mentions import compiled
from answers.cluster.said import Draft, Spot, listed, titled
from cluster.graph import Node
from cluster.values import Value, at, entries, text

_PATH = (
    r"(?:which|what|whose|the|under|at) (?:\w+ )?(?:paths?|director(?:y|ies)|dirs?|folders?|locations?|mount ?points?|mount ?paths?|file ?names?)"
    r"|mount ?(?:paths?|points?)|where (?:in|inside) (?:the |its |their )?(?:containers?|pods?|file ?systems?)|to (?:which|what) (?:path|directory|folder)"
    r"|where (?:does|do|is|are) .{1,80}?(?:mount\w*|find|finds|see|sees|expect\w*)"
)
_MOUNTS = (
    r"mount\w*|sees?|finds?|reads?|gets?|expects?|loads?|placed|put|available|appears?|visible|containers?|in"
)
_HELD = ("ConfigMap", "Secret", "PersistentVolumeClaim")
_PARTS = re.compile(r"[-._]")
_MOST = 4


def answer(one: Asked) -> Draft | None:
    """The paths at which the named workload, or each that does, mounts the named object; None where none does."""
    said = compiled(_PATH).search(one.reading.text.lower())
    if not one.reading.mentions or said is None or not one.says(_MOUNTS):
        return None
    draft = Draft(sure=0.85)
    mentions = [m for m in one.reading.mentions if m.said.lower() not in said[0].split()]
    named = [found for m in mentions if (found := one.named(Draft(), m))]
    users = [found[0] for found in named if pod_path(found[0])]
    held = [node for found in named if not pod_path(found[0]) for node in found if node.kind in _HELD]
    if len(users) == 1 and not held:
        held = list(_meant(one, users[0]))
    elif not one.is_plain():
        return None
    if not held or len(users) > 1:
        return None
    for node in held:
        among = users or one.catalog.workloads([node.namespace], [node.cluster])
        for user in among:
            if (user.cluster, user.namespace) == (node.cluster, node.namespace):
                _say(draft, user, node)
    draft.commands = [scripts.describe(n, one.kinds) for n in draft.objects if pod_path(n)][:_MOST]
    return draft if draft.said else None


def _meant(one: Asked, user: Node) -> Iterator[Node]:
    """What a workload mounts of the kind that is asked for, by the other words of the question: `its rules configmap`."""
    words = {word.lower() for word in (*one.reading.unknown, *one.reading.missing)}
    kinds = [kind for subject in one.reading.typed for kind in subject.kinds if kind in _HELD]
    for node in one.catalog.of(kinds, [user.namespace], [user.cluster]) if kinds else ():
        if words <= {*_PARTS.split(node.name.lower())} and next(_mounts(user, node), None):
            yield node


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
                yield (
                    (*group.split("."), place, "volumeMounts", number, "mountPath"),
                    text(mount, "mountPath"),
                )


def _of_kind(volume: Value, kind: str) -> set[str]:
    """The names of the objects of a kind that a volume is filled from."""
    sources = [volume, *(source for _, source in entries(volume, "projected.sources"))]
    if kind == "ConfigMap":
        return {text(at(one, "configMap"), "name") for one in sources}
    if kind == "Secret":
        return {text(at(one, "secret"), key) for one in sources for key in ("secretName", "name")}
    return {text(at(volume, "persistentVolumeClaim"), "claimName")}
