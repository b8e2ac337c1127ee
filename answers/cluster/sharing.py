"""Images that several workloads run: who runs the same as a named one, which images are shared."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answers.cluster.catalog import Catalog, images, pod_path
from answers.cluster.fact_parts import with_pods
from answers.cluster.reading import Reading
from answers.cluster.said import Draft, Spot, counted, listed, titled
from cluster.graph import Node

_SAME = re.compile(
    r"(?:same|identical|exact|very) (?:\w+ )?images?|images? (?:in common|(?:is|are) shared|as well)"
    r"|shar(?:e|es|ed|ing) (?:\w+ ){0,3}images?|shared images?|images? .{0,20}(?:with|as) (?:§|others)"
    r"|other \w+(?: \w+)? (?:use|run|share|have|pull)\w* the images? of"
)
_SEVERAL = re.compile(
    r"images? (?:that |which |are |is |get |being )*(?:used|run|shared|pulled|deployed|running)? ?"
    r"(?:by|in|across|between|among)? ?"
    r"(?:more than one|more than once|several|multiple|many|two or more|various|different|at least two)|shared images?"
    r"|images? (?:are|is|get) shared|images? (?:that |which |do |does )*(?:both|common)"
    r"|(?:workloads|deployments|things|who) .{0,20}shar\w+ (?:an |the same )?images?"
)
_SHOWN = 20


def asks_same(reading: Reading) -> bool:
    """Whether a question asks who runs the image of the one workload that it names."""
    return len(reading.mentions) == 1 and _SAME.search(reading.masked) is not None


def asks_shared(reading: Reading) -> bool:
    """Whether a question asks which images several workloads run."""
    return not reading.mentions and _SEVERAL.search(reading.masked) is not None


def say_same(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """Adds the other workloads with an image of this one."""
    maker = with_pods(node, catalog) or node
    own = images(maker)
    others = [
        one for one in catalog.workloads(reading.namespaces if len(reading.namespaces) > 1 else (), (node.cluster,))
        if one.id != maker.id and set(images(one)) & set(own)
    ]  # fmt: skip
    if not own or not pod_path(maker):
        return False
    draft.lead.append(
        f"{counted(len(others), 'other workload')} run{'s' * (len(others) == 1)} an image of {titled(maker)}"
        + (f": {listed((titled(one) for one in others), _SHOWN)}" if others else "")
    )
    for one in (maker, *others[:_SHOWN]):
        shared = [image for image in own if image in images(one)]
        draft.say(one, Spot(short=2, needles=tuple(shared[:1])))
        draft.say(one, Spot(value=shared[0]), detail=True)
    draft.left_out += max(0, len(others) - _SHOWN)
    draft.objects = [maker, *others]
    return True


def say_shared(draft: Draft, reading: Reading, catalog: Catalog, nodes: Sequence[Node]) -> bool:
    """Adds the images that more than one of these workloads runs, those of most first."""
    runs: dict[str, list[Node]] = {}
    for node in nodes:
        for image in dict.fromkeys(images(node)):
            runs.setdefault(image, []).append(node)
    wanted = set(reading.namespaces) if len(reading.namespaces) > 1 else set()
    shared = sorted(
        (
            (image, users)
            for image, users in runs.items()
            if len(users) > 1 and wanted <= {node.namespace for node in users}
        ),
        key=lambda one: (-len(one[1]), one[0]),
    )
    draft.lead.append(
        f"{counted(len(shared), 'image')} of {len(runs)} run by more than one workload"
        + (f": {listed((f'{image} ({len(users)})' for image, users in shared), 40)}" if shared else "")
    )
    for image, users in shared[:_SHOWN]:
        for node in users[:3]:
            draft.say(node, Spot(short=2, needles=(image,)))
    draft.objects = [node for _, users in shared for node in users]
    if not shared:
        draft.say_all(nodes, Spot(short=2), most=5)
    return bool(draft.said)
