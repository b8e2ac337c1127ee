"""How much heap Java gets: the options of the virtual machine in environment variables and arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from answers.cluster import scripts
from answers.cluster.catalog import WORKLOADS, containers
from answers.cluster.fact_parts import with_pods
from answers.cluster.fields import Path, value_at
from answers.cluster.links.asked import Asked, commands, listing
from answers.cluster.said import Draft, Spot, listed, titled
from cluster.graph import Node
from cluster.values import entries, text

_HEAP = r"heaps?|xm[xs]|-xm[xs]\w*|java[_ ]opt\w*|jvm (?:options?|flags?|args?|arguments?|settings?|memory)"
_LIMIT = r"limits?|requests?|fit\w*|memory of|container memory"
_ELSE = r"dump\w*|used|uses?|usage|leak\w*|how full|consum\w*|right now|currently|much of|free"
_OPTION = re.compile(r"-Xm[xsn]\S+|-XX:\S*(?:RAM|Heap|Metaspace)\S*")
_ADDED = r"jvm|heaps?|java\S*|-?xm[xs]\S*|vs\.?|max"


def answer(one: Asked) -> Draft | None:
    """The heap options of the named object, beside its memory where that is asked, or what sets any."""
    if not one.says(_HEAP) or one.says(_ELSE) or not one.is_plain(_ADDED, told=r"max\w*|limits?"):
        return None
    if not one.reading.mentions:
        among = [node for node in one.of(*WORKLOADS) if one.catalog.owner(node) is None]
        found = [node for node in among if list(_options(node))]
        return _all(one, found, among) if found else None
    draft = Draft(sure=0.85)
    for mention in one.reading.mentions:
        node = next(iter(one.named(draft, mention)), None)
        maker = with_pods(node, one.catalog) if node is not None else None
        if maker is None or not list(_options(maker)):
            return None
        said = dict.fromkeys(option for _, found in _options(maker) for option in found)
        draft.lead.append(f"{titled(maker)}: {listed(said)}")
        draft.say(maker)
        for spot in _spots(maker):
            draft.say(maker, spot, detail=True)
        for path, container in _containers(maker) if one.says(_LIMIT) else ():
            if text(container, "resources.limits.memory") or text(container, "resources.requests.memory"):
                draft.say(maker, Spot(path=(*path, "resources")), detail=True)
        draft.objects.append(maker)
    draft.commands = [scripts.describe(node, one.kinds) for node in draft.objects]
    return draft


def _all(one: Asked, found: list[Node], among: list[Node]) -> Draft:
    draft = listing(one, found, among, "", _spots)
    draft.lead[0] = f"{len(found)} workloads of {len(among)} have options for the heap of Java"
    draft.commands = commands(one, list(dict.fromkeys(node.kind for node in found)))
    return draft


def _containers(node: Node) -> Iterator[tuple[Path, object]]:
    for group, place, container in containers(node):
        yield (*group.split("."), place), container


def _options(node: Node) -> Iterator[tuple[Path, list[str]]]:
    """Where options stand: the item of an environment variable, or an argument."""
    for path, container in _containers(node):
        for place, variable in entries(container, "env"):
            if found := _OPTION.findall(text(variable, "value")):
                yield (*path, "env", place), found
        for name in ("args", "command"):
            given = value_at(node, (*path, name))
            for place, argument in enumerate(given if isinstance(given, list) else []):
                if found := _OPTION.findall(str(argument)):
                    yield (*path, name, place), found


def _spots(node: Node) -> Iterator[Spot]:
    return (Spot(path=path) for path, _ in _options(node))
