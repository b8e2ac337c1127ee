"""Named objects compared: which has more replicas, memory, pods or keys, which the newer version."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answers.cluster.amounts import MEASURES
from answers.cluster.catalog import Catalog, images
from answers.cluster.reading import Reading
from answers.cluster.said import Draft, listed, told_apart
from answers.cluster.totals import shown_amount
from cluster.graph import Node

_COMPARES = (
    r"compare\w*|vs|versus|than|differ\w*|same|equal\w*|identical|as (?:many|much|old|new|large|big)|more|most|fewer|"
    r"fewest|less|least|higher|highest|lower|lowest|larger|largest|bigger|biggest|smaller|smallest|old(?:er|est)|"
    r"new(?:er|est)|younge(?:r|st)|gaps?|apart"
)
_VERSIONS = r"versions?|images?|tags?|releases?|newer|newest"
_COUNTED = frozenset(
    {"replicas", "ready replicas", "restarts", "containers", "keys", "ports", "rules", "pods"}
)
"""What is counted in whole numbers."""
_VERSION = re.compile(r"v?(\d+(?:\.\d+)+)")


def say(draft: Draft, reading: Reading, catalog: Catalog) -> None:
    """Adds which of the objects that are told of has more of what the question compares them by."""
    nodes = list(dict.fromkeys(draft.objects))
    if not 2 <= len(nodes) <= 8 or not reading.asks(_COMPARES):
        return
    if reading.asks(_VERSIONS) and (said := _by_version(nodes)):
        draft.lead.append(said)
        return
    for words, name, measure in MEASURES:
        if not reading.asks(words):
            continue
        amounts = [(found, node) for node in nodes if (found := measure(node, catalog)) is not None]
        if len(amounts) == len(nodes):
            draft.lead.append(_ordered(name, amounts))
            return


def _ordered(name: str, amounts: Sequence[tuple[float, Node]]) -> str:
    ordered = sorted(amounts, key=lambda one: -one[0])
    numbers = name in _COUNTED
    called = told_apart(node for _, node in ordered)
    shown = [called[node.id] for _, node in ordered]
    if numbers:
        shown = [f"{called[node.id]} {amount:.0f}" for amount, node in ordered]
    elif "memory" in name or "CPU" in name:
        shown = [f"{called[node.id]} {shown_amount(name, amount)}" for amount, node in ordered]
    if len({amount for amount, _ in amounts}) == 1:
        return f"The same {name}: {listed(shown)}"
    return f"{name[0].upper()}{name[1:]}, the most first: {listed(shown)}"


def _by_version(nodes: Sequence[Node]) -> str:
    """Which runs the newer version of the same software, or whether the images are the same; '' if that is open."""
    used = [images(node, main=True) for node in nodes]
    called = told_apart(nodes)
    if not all(used):
        return ""
    if all(set(one) == set(used[0]) for one in used[1:]):
        return f"The same images: {listed(called[node.id] for node in nodes)}"
    shared = set.intersection(*({_repository(image) for image in one} for one in used))
    if not shared:
        return f"Different images: {listed(called[node.id] for node in nodes)}"
    repository = sorted(shared)[0]
    versions = [_version(next(i for i in one if _repository(i) == repository)) for one in used]
    ordered = sorted(zip(versions, (called[node.id] for node in nodes), strict=True), reverse=True)
    if not all(versions) or len(set(versions)) == 1:
        return ""
    shown = listed(f"{title} {'.'.join(map(str, version))}" for version, title in ordered)
    return f"Versions of {repository}, the newest first: {shown}"


def _repository(image: str) -> str:
    return image.rsplit("/", 1)[-1].partition("@")[0].partition(":")[0]


def _version(image: str) -> tuple[int, ...]:
    found = _VERSION.search(image.rsplit("/", 1)[-1].partition(":")[2])
    return tuple(map(int, found[1].split("."))) if found else ()
