"""Which workloads run an image by a tag that moves, such as `latest` or none, and which by a version."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from answers.cluster import scripts
from answers.cluster.catalog import WORKLOADS, containers
from answers.cluster.fields import Path
from answers.cluster.links.asked import Asked, listing
from answers.cluster.said import Draft, Spot, listed, told_apart
from cluster.graph import Node
from cluster.values import text

_MOVES = r"(?:float\w*|moving|mutable|rolling|unpinned|non-?fixed|changing|unversioned)(?: \w+)? ?(?:image|tag|version)?s?|unpinned|floats?|moving|un-?versioned"
_FIXED = r"pinn?(?:ed|s)?|pinning|(?:fixed|proper|exact|specific|concrete|real|definite|immutable|numbered|stable) (?:image )?(?:tag|version|release)s?"
_IMAGE = r"images?|tags?|versions?|releases?|latest|pinn?(?:ed|s|ing)?"
_NOT = r"(?:not|n't|never|un)[ -]?(?:\w+ ){0,2}(?:pinn?ed|fixed)|no (?:fixed|pinned|proper|exact|specific) "
_ELSE = r"digests?|sha256|why|who|when|node|nodes|cpus?|policy"
_PLAIN = r"pinn?(?:ed|s|ing)?|float\w*|unpinned|mutable|tags?|moving|release[sd]?|latest|versions?|proper|fixed|rolling|unversioned|\W*"
_KINDS = frozenset({*WORKLOADS, "Pod", "Namespace"})


def answer(one: Asked) -> Draft | None:
    """The workloads of which an image moves, or only those by a fixed version where that alone is asked."""
    moves, fixed = one.says(_MOVES), one.says(_FIXED)
    if not (moves or fixed) or not one.says(_IMAGE) or one.says(_ELSE):
        return None
    if not set(one.reading.kinds) <= _KINDS or not one.is_plain(_PLAIN):
        return None
    among = _among(one)
    if not among:
        return None
    floating = [node for node in among if any(_moving(node))]
    if one.reading.mentions:
        return _told(one, among)
    if fixed and not moves and not one.says(_NOT) and not one.says(r"latest|or|all|every\w*|everything"):
        found = [node for node in among if node not in floating]
        return listing(
            one, found, among, "with every image by a tag of a version", lambda node: _spots(node, False)
        )
    words = "with an image by a moving tag (latest, none, or one without a number)"
    return listing(one, floating, among, words, lambda node: _spots(node, True))


def _among(one: Asked) -> list[Node]:
    if one.reading.mentions:
        named = [one.catalog.top(n) for m in one.reading.mentions for n in one.named(Draft(), m)]
        return [node for node in dict.fromkeys(named) if any(True for _ in containers(node))]
    kinds = {*one.reading.kinds} - {"Namespace"}
    if "Pod" in kinds:
        return one.of("Pod")
    nodes = one.catalog.workloads(one.reading.namespaces, one.reading.clusters)
    return [node for node in nodes if not kinds or node.kind in kinds]


def _told(one: Asked, among: Sequence[Node]) -> Draft:
    """Whether the images of named workloads move."""
    draft = Draft(sure=0.8, clusters=list(one.reading.clusters), objects=list(among))
    called = told_apart(among)
    for node in among:
        moving = [image for _, image in _moving(node)]
        fixed = [image for _, image in _images(node) if image not in moving]
        said = [f"{listed(moving)} by a moving tag"] * bool(moving) + [
            f"{listed(fixed)} by a fixed one"
        ] * bool(fixed)
        draft.lead.append(f"{called[node.id]}: {' and '.join(said)}")
        draft.say(node, Spot(short=2))
        for path, _ in _images(node):
            draft.say(node, Spot(path=path), detail=True)
    draft.commands = [scripts.describe(node, one.kinds) for node in among[:4]]
    return draft


def _spots(node: Node, moving: bool) -> Iterator[Spot]:
    for path, _ in _moving(node) if moving else _images(node):
        yield Spot(path=path)


def _moving(node: Node) -> Iterator[tuple[Path, str]]:
    return ((path, image) for path, image in _images(node) if moves(image))


def _images(node: Node) -> Iterator[tuple[Path, str]]:
    for group, place, container in containers(node):
        if image := text(container, "image"):
            yield (*group.split("."), place, "image"), image


def moves(image: str) -> bool:
    """Whether an image may be another one tomorrow: no digest, and no tag with a number."""
    if "@" in image:
        return False
    tag = image.rpartition("/")[2].partition(":")[2]
    return re.search(r"\d", tag) is None
