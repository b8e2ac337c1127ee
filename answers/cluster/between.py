"""Clusters compared: what stands in one and not in another, and what of the same name differs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from answers.cluster import scripts
from answers.cluster.catalog import WORKLOADS, Catalog
from answers.cluster.differences import COMPARED, OTHERS, shown
from answers.cluster.gloss import translator
from answers.cluster.mentions import is_cluster
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot, counted, listed, titled
from cluster.graph import Node

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
    "their where can you please as lack misses miss".split()
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
_SAME = re.compile(r"\b(?:same|identical|equal|match|matches)\b")
_UNWELL = re.compile(r"\b(?:not|isn t|aren t) running\b")
_LACKS = re.compile(r"\b(?:lacks?|misses|miss|not have)\b|\bt have\b")
_english = translator({
    **dict.fromkeys(("区别", "不同", "差异", "差别"), "differ"), **dict.fromkeys(("对比", "比较"), "compare"),
    **dict.fromkeys(("一样", "相同", "一致"), "same"), **dict.fromkeys(("只在", "仅在"), "only in"),
    "没有": "not have", "缺少": "lacks", "有": "has", "什么": "what", "哪些": "which", "哪个": "which", "两个": "both",
    "集群": "clusters", "环境": "environments", "之间": "between", "运行": "run", "镜像": "images", "版本": "versions",
    "副本数": "replicas", "副本": "replicas", "部署": "deployments", "服务": "services", "命名空间": "namespace",
    "在": "in", **dict.fromkeys("和与跟而", "and"), **dict.fromkeys("的了吗呢里上中是", ""),
})  # fmt: skip
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Pair:
    """What one cluster has and another has not, and what both have; `second` may stand for all `others`."""

    first: str
    second: str
    others: tuple[str, ...]
    only_first: list[Node]
    only_second: list[Node]
    both: list[tuple[Node, Node]]


def answer(question: str, reader: Reader, namespaces: Sequence[str] = ()) -> Draft | None:
    """How two clusters differ; None where that is not asked, or a word is not understood.

    `namespaces` are those that the caller looks at, where the question names none.
    """
    clusters = reader.catalog.clusters
    question = _english(question)
    plain = " ".join(re.sub(r"[?!.,;:'’？！。，]+", " ", question.lower()).split())
    differ, only = bool(_DIFFER.search(plain)), bool(_ONLY.search(plain))
    if len(clusters) < 2 or not (differ or only):
        return None
    reading = reader.read(question, namespaces)
    named = reading.clusters
    if len(named) == 1 and only:
        if _UNWELL.search(plain) and "only" not in plain:
            return None  # `which deployments are not running in staging`: how they are
        named = [named[0], *(one for one in clusters if one != named[0])]
    elif (
        not named
        and differ
        and len(clusters) == 2
        and re.search(r"\b(?:clusters|environments|envs)\b", plain)
    ):
        named = clusters
    alone = only and not differ
    if (
        len(named) < 2
        or (len(named) > 2 and not (alone and len(reading.clusters) == 1))
        or any(m.guessed or not m.nodes for m in reading.mentions)
        or _unknown(reading)
    ):
        return None
    wanted = [name for name, pattern in _ASPECTS.items() if pattern.search(reading.masked)]
    kinds = tuple(kind for kind in reading.kinds if kind != "Namespace") or _KINDS
    if reading.kinds == ("Namespace",) and not reading.namespaces:
        kinds = reading.kinds
    pair = _pair(named, kinds, reading, reader.catalog)
    if not (pair.only_first or pair.only_second or pair.both):
        return None
    return _told(pair, wanted, alone, plain, reading, reader)


def _unknown(reading: Reading) -> bool:
    rest = {token.low for token in reading.unnamed} - _WORDS - _ASPECT_WORDS
    return any(not any(is_cluster(word, name) for name in reading.clusters) for word in rest)


def _pair(named: Sequence[str], kinds: Sequence[str], reading: Reading, catalog: Catalog) -> _Pair:
    # `shop in staging and shop in production`: the namespace, though an Ingress is called so too.
    places = [m.said for m in reading.mentions if m.said in catalog.namespaces and not m.kinds]
    meant = {(n.kind, n.namespace, n.name) for m in reading.mentions if m.said not in places for n in m.nodes}
    found: list[dict[Key, Node]] = [
        {
            (n.kind, n.namespace, n.name): n
            for n in catalog.of(kinds, [*reading.namespaces, *places], some)
            if not catalog.owner(n) and (not meant or (n.kind, n.namespace, n.name) in meant)
        }
        for some in ((named[0],), tuple(named[1:]))
    ]
    first, second = found
    return _Pair(
        named[0], named[1] if len(named) == 2 else f"clusters other than {named[0]}", tuple(named[1:]),
        [node for key, node in first.items() if key not in second],
        [node for key, node in second.items() if key not in first],
        [(node, second[key]) for key, node in first.items() if key in second],
    )  # fmt: skip


def _told(
    pair: _Pair, wanted: Sequence[str], alone: bool, plain: str, reading: Reading, reader: Reader
) -> Draft:
    draft = Draft(settled=True, clusters=[pair.first, *pair.others])
    sides = [(pair.first, pair.only_first), (pair.second, pair.only_second)]
    if alone:
        sides = [one for one in sides if one[0] == _side(pair, reading)]
    for cluster, nodes in sides if alone or not wanted else ():
        if not nodes and not alone:
            continue
        names = listed((titled(node) for node in nodes), _MOST)
        draft.lead.append(
            f"Only in {cluster}: {names}" if nodes else f"Nothing that was compared is only in {cluster}"
        )
        _say_unread(draft, nodes, pair.others if cluster == pair.first else (pair.first,), reader.catalog)
        draft.say_all(nodes, Spot(short=1), _MOST)
        draft.objects += nodes
    same = bool(_SAME.search(plain)) and not re.search(r"\b(?:not|t|different)\b", plain)
    for name in wanted if alone else wanted or COMPARED:
        _differences(draft, pair, name, same)
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


def _say_unread(draft: Draft, nodes: Sequence[Node], others: Sequence[str], catalog: Catalog) -> None:
    """Of which kinds nothing at all is known elsewhere: they may only not have been read."""
    for kind in dict.fromkeys(node.kind for node in nodes):
        for other in others:
            if not catalog.of((kind,), (), (other,)):
                draft.lead.append(f"No {kind} of {other} is known at all: they may not have been read")


def _side(pair: _Pair, reading: Reading) -> str:
    """The cluster whose own things are asked for: `only in staging`, `in staging but not in production`."""
    words = [token.low for token in reading.tokens]
    known = (pair.first, *pair.others)
    places = [(i, name) for i, word in enumerate(words) for name in known if is_cluster(word, name)]
    if not places:
        return pair.first
    (at, name), *rest = places
    said, other = (pair.first, pair.second) if name == pair.first else (pair.second, pair.first)
    before = " ".join(words[:at])
    behind = " ".join(words[at + 1 : rest[0][0] if rest else None])
    # `missing in production`, `not in production`, `what production lacks`: what the other one has.
    lacks = re.search(r"\b(?:missing|not|lacks?|absent|without)\b", before) and "only" not in before
    return other if lacks or _LACKS.search(behind) else said


def _differences(draft: Draft, pair: _Pair, name: str, same: bool) -> None:
    """Which objects of the same name differ in their images, in the replicas they ask for, or in other fields."""
    known = [(a, b, *COMPARED[name](a, b)) for a, b in pair.both]
    found = [one for one in known if [v for _, v in one[2]] != [v for _, v in one[3]]]
    compared = known if name == OTHERS else [one for one in known if one[2] or one[3]]
    if not compared:
        return
    if not found:
        what = counted(len(compared), "object" if name == OTHERS else "workload")
        every = f"all {what} that both have" if len(compared) > 1 else titled(compared[0][0])
        draft.lead.append(f"The same {name} in both: {every}")
        return
    if same and len(found) < len(compared):
        alike = listed((titled(one[0]) for one in compared if one not in found), _MOST)
        draft.lead.append(f"The same {name} in both: {alike}")
    each = listed(
        (
            f"{titled(a)} ({pair.first} {shown(name, x, y)}, {pair.second} {shown(name, y, x)})"
            for a, b, x, y in found
        ),
        _MOST,
    )
    draft.lead.append(f"Differ in {name}: {each}")
    for a, b, x, y in found[:_MOST]:
        for node, values in ((a, x), (b, y)):
            draft.say(node, Spot(short=1))
            for path, _ in [one for one in values if one[0]][:2]:
                draft.say(node, Spot(path=path), detail=True)
    draft.objects += [node for a, b, _, _ in found for node in (a, b) if node not in draft.objects]
