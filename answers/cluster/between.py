"""Clusters compared: what stands in one and not in another, and what of the same name differs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from answers.cluster import scripts
from answers.cluster.catalog import WORKLOADS, Catalog, containers
from answers.cluster.mentions import KindMention, Mention
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot, counted, listed, titled
from cluster.graph import Node
from cluster.values import at

_DIFFER = re.compile(
    r"\b(?:differ|differs|differences?|different|compare|compared|comparison|vs|versus|diverge|diverged|drift|drifted"
    r"|out of sync|same|identical|equal|match|matches)\b"
)
_ONLY = re.compile(r"\b(?:only|not|missing|lacks?|absent|without|nowhere else|exclusively|isn t|aren t)\b")
_WORDS = frozenset(
    "what which who is are does do the a an all any between from of in on to and or but with than there not "
    "only just run runs running deployed exist exists existing present missing have has that how cluster "
    "clusters environment environments env envs compare compared comparison differ differs difference "
    "differences different diverge diverged drift drifted out sync vs versus same identical equal match matches "
    "both two each other one else everything something anything things thing objects object resources resource "
    "lacks lack absent without exclusively t isn aren it its they them show list me tell namespace namespaces s "
    "their where can you please".split()
)
_ASPECTS = {
    "image": re.compile(r"\b(?:images?|versions?|tags?|releases?)\b"),
    "replicas": re.compile(r"\b(?:replicas?|replica counts?|scale|size|sizes)\b"),
}
_ASPECT_WORDS = frozenset(
    "image images version versions tag tags release releases replica replicas count counts scale size sizes".split()
)
_KINDS = (*WORKLOADS, "Service", "Ingress", "ConfigMap")
"""What is compared where no kind is named."""
_MOST = 12
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Pair:
    """What one cluster has and another has not, and what both have."""

    first: str
    second: str
    only_first: list[Node]
    only_second: list[Node]
    both: list[tuple[Node, Node]]


def answer(question: str, reader: Reader) -> Draft | None:
    """How two clusters differ; None where that is not asked, or a word is not understood."""
    clusters = reader.catalog.clusters
    plain = " ".join(re.sub(r"[?!.,;:'’]+", " ", question.lower()).split())
    differ, only = bool(_DIFFER.search(plain)), bool(_ONLY.search(plain))
    if len(clusters) < 2 or not (differ or only):
        return None
    reading = reader.read(question)
    named = reading.clusters
    if len(named) == 1 and only and len(clusters) == 2:
        named = [named[0], next(one for one in clusters if one != named[0])]
    elif (
        not named
        and differ
        and len(clusters) == 2
        and re.search(r"\b(?:clusters|environments|envs)\b", plain)
    ):
        named = clusters
    if len(named) != 2 or any(m.guessed or not m.nodes for m in reading.mentions) or _unknown(reading):
        return None
    wanted = [name for name, pattern in _ASPECTS.items() if pattern.search(reading.masked)]
    kinds = tuple(kind for kind in reading.kinds if kind != "Namespace") or _KINDS
    pair = _pair(named, kinds, reading, reader.catalog)
    if not (pair.only_first or pair.only_second or pair.both):
        return None
    return _told(pair, wanted, only and not differ, plain, reading, reader)


def _unknown(reading: Reading) -> bool:
    spans: list[Mention | KindMention] = [*reading.named, *reading.typed]
    words = {
        token.low for place, token in enumerate(reading.tokens)
        if not any(span.first <= place < span.last for span in spans)
    }  # fmt: skip
    names = {name.lower() for name in reading.clusters} | {"prod", "stage"}
    return bool(words - _WORDS - _ASPECT_WORDS - names)


def _pair(named: Sequence[str], kinds: Sequence[str], reading: Reading, catalog: Catalog) -> _Pair:
    # `shop in staging and shop in production`: the namespace, though an Ingress is called so too.
    places = [m.said for m in reading.mentions if m.said in catalog.namespaces and not m.kinds]
    meant = {(n.kind, n.namespace, n.name) for m in reading.mentions if m.said not in places for n in m.nodes}
    found: list[dict[Key, Node]] = [
        {
            (n.kind, n.namespace, n.name): n
            for n in catalog.of(kinds, [*reading.namespaces, *places], (cluster,))
            if not catalog.owner(n) and (not meant or (n.kind, n.namespace, n.name) in meant)
        }
        for cluster in named
    ]
    first, second = found
    return _Pair(
        named[0], named[1],
        [node for key, node in first.items() if key not in second],
        [node for key, node in second.items() if key not in first],
        [(node, second[key]) for key, node in first.items() if key in second],
    )  # fmt: skip


def _told(
    pair: _Pair, wanted: Sequence[str], alone: bool, plain: str, reading: Reading, reader: Reader
) -> Draft:
    draft = Draft(settled=True, clusters=[pair.first, pair.second])
    sides = [(pair.first, pair.only_first), (pair.second, pair.only_second)]
    if alone:
        sides = [one for one in sides if one[0] == _side(plain, pair, reading)]
    for cluster, nodes in sides if not wanted else ():
        if not nodes and not alone:
            continue
        shown = listed((titled(node) for node in nodes), _MOST)
        draft.lead.append(
            f"Only in {cluster}: {shown}" if nodes else f"Nothing that was compared is only in {cluster}"
        )
        draft.say_all(nodes, Spot(short=1), _MOST)
        draft.objects += nodes
    for name in () if alone else wanted or _ASPECTS:
        _differences(draft, pair, name)
    if not draft.said:
        for node in [node for both in pair.both[:4] for node in both] or [
            *pair.only_first,
            *pair.only_second,
        ][:4]:
            draft.say(node, Spot(short=2))
    draft.objects = draft.objects or [node for both in pair.both for node in both]
    shown_kinds = list(dict.fromkeys(node.kind for node in draft.objects))[:4] or list(WORKLOADS[:3])
    draft.commands = scripts.of_list(draft, reading, shown_kinds, [], reader.kinds)
    return draft


def _side(plain: str, pair: _Pair, reading: Reading) -> str:
    """The cluster whose own things are asked for: `only in staging`, `in staging but not in production`."""
    first = re.search(rf"\b(?:{'|'.join(map(re.escape, (pair.first, pair.second)))}|prod|stage)\b", plain)
    low = first[0][:4] if first else pair.first
    said = pair.first if pair.first.lower().startswith(low) else pair.second
    other = pair.second if said == pair.first else pair.first
    before = plain[: first.start()] if first else ""
    # `missing in production`, `not in production`: what the other one has.
    return (
        other
        if re.search(r"\b(?:missing|not|lacks?|absent|without)\b", before) and "only" not in before
        else said
    )


def _differences(draft: Draft, pair: _Pair, name: str) -> None:
    """Which objects of the same name differ in their images or in the replicas they ask for."""
    value = _VALUES[name]
    known = [(a, b, list(value(a)), list(value(b))) for a, b in pair.both]
    found = [one for one in known if [v for _, v in one[2]] != [v for _, v in one[3]]]
    compared = [one for one in known if one[2] or one[3]]
    if not compared:
        return
    if not found:
        draft.lead.append(f"The same {name} in both: all {counted(len(compared), 'workload')} that both have")
        return
    each = listed(
        (f"{titled(a)} ({pair.first} {_short(x)}, {pair.second} {_short(y)})" for a, b, x, y in found), _MOST
    )
    draft.lead.append(f"Differ in {name}: {each}")
    for a, b, x, y in found[:_MOST]:
        for node, values in ((a, x), (b, y)):
            draft.say(node, Spot(short=1))
            for path, _ in values[:2]:
                draft.say(node, Spot(path=path), detail=True)
    draft.objects += [node for a, b, _, _ in found for node in (a, b) if node not in draft.objects]


def _short(values: Iterable[tuple[tuple[str | int, ...], str]]) -> str:
    return " ".join(value.rpartition("/")[2] for _, value in values) or "none"


def _images(node: Node) -> Iterable[tuple[tuple[str | int, ...], str]]:
    for group, place, container in containers(node):
        if container.get("image"):
            yield (*group.split("."), place, "image"), str(container["image"])


def _replicas(node: Node) -> Iterable[tuple[tuple[str | int, ...], str]]:
    number = at(node.value, "spec.replicas")
    if isinstance(number, int):
        yield ("spec", "replicas"), str(number)


_VALUES: dict[str, Callable[[Node], Iterable[tuple[tuple[str | int, ...], str]]]] = {
    "image": _images, "replicas": _replicas,
}  # fmt: skip
