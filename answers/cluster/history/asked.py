"""Whether a question is one for what changed, and of what."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from answers.cluster.catalog import Catalog
from answers.cluster.gloss import translator
from answers.cluster.history.windows import Window, window
from answers.cluster.reading import Reader, Reading
from cluster.changes.model import Action, ChangeType
from cluster.changes.noise import HISTORY_KINDS, UNTOLD_KINDS
from cluster.graph import Node

_CHANGE = frozenset(
    "change changes changed changing modification modifications modified modify updated edits edited redeployed "
    "altered upgraded reconfigured rescaled scaled bumped".split()
)
_HAPPENED = frozenset(
    "update updates edit deployed redeploy deploys rollout rollouts rolled release releases released shipped ship "
    "touched touch upgrade happened happen pushed".split()
)
"""Words for a change where a time is named, or the last one is asked for; without, for what is there now."""
_MADE = {
    **dict.fromkeys(("created", "added"), Action.ADDED),
    **dict.fromkeys(("deleted", "removed"), Action.REMOVED),
}
"""Words for what became of whole objects, where a time is named."""
_COMPARED = frozenset("different differs new".split())
"""Words for a change where a time says since when."""
_LOOSE = frozenset("happened happen".split())
_UNTOLD = UNTOLD_KINDS | HISTORY_KINDS
"""Kinds whose changes are nobody's doing, and are not told."""
_PAST = frozenset(
    "history revisions revision previously previous earlier former formerly before old prior".split()
)
"""Words for the rollouts of one object."""
_TYPES: tuple[tuple[re.Pattern[str], tuple[ChangeType, ...]], ...] = tuple(
    (re.compile(words), types)
    for words, types in (
        (r"images?|versions?|tags?", (ChangeType.IMAGE,)),
        (
            r"config|configs|configuration|configurations|settings?",
            (ChangeType.CONFIGURATION, ChangeType.ENVIRONMENT),
        ),
        (r"scale|scaled|rescaled|scaling|replicas?", (ChangeType.SCALE,)),
        (r"resources|limits?|requests?|memory|cpu", (ChangeType.RESOURCES,)),
        (r"probes?", (ChangeType.PROBE,)),
        (r"rbac|permissions?|rights", (ChangeType.RBAC,)),
        (r"terraform", (ChangeType.TERRAFORM,)),
    )
)
_TYPE_WORDS = frozenset(
    "image images version versions tag tags config configs configuration configurations setting settings scale "
    "scaling replica replicas resources limit limits request requests memory cpu probe probes rbac permission "
    "permissions rights terraform".split()
)
_STOP = frozenset(
    "what which who whom has have had having was were is are did does do been be being got get gets there any "
    "anything something everything anyone anybody someone all the a an our my in on of to for from with within "
    "inside by at and or it its that this these those me us you we i show list give tell see display recent "
    "latest last newest lately most recently when time moment cluster clusters namespace ns environment env thing "
    "things stuff running here since ago about around just now exactly made make done out up down go went gone "
    "live timeline please object objects resource resources how many between current into onto yet ever "
    "kubernetes k8s side going came come use used run ran".split()
)
_NEVER = re.compile(
    r"\b(?:how (?:do|can|should|would|to|does|often)|can i|should|would|could|will|shall|if|why|want|need|plan|planned|"
    r"before (?:deploying|a|an|the|you|we|i)|must|may|allowed|able|request|policy|process|strategy|procedure|"
    r"history limit|update revision|(?:release|deploy|deployment|rollout) change"
    r"|(?<!in )(?<!in the )(?<!in our )(?:kubernetes|k8s|clusters?) (?:last )?(?:upgraded?|updated?|bumped)"
    r"|(?:upgraded?|updated?|bumped) (?:the |our )?(?:kubernetes|k8s|clusters?))\b"
    r"|为什么|为何|为啥|怎么|怎样|如何|应该|可以|可否|能否|能不能|要不要|需要|打算|计划|流程|策略|审批|规定"
)
_LAST = re.compile(
    r"\bwhen (?:was|were|did|has|have|is)\b|\b(?:last|latest|most recent|newest) "
    r"(?:change|update|deploy|deployment|rollout|release|edit|modification)\b"
)
_ROLLOUTS = re.compile(r"\b(?:recent|latest|last|newest|any|todays?) (deployments|deploys|deployment)\b")


_DOING = frozenset("did who anybody anyone somebody someone".split())
_english = translator({
    "最近": "recently", "变化": "changes", "变更": "changes", "改动": "changes", "更改": "changes", "变了": "changed",
    "改了": "changed", "改的": "changed", "改变": "changed", "修改": "changed", "更新": "changed", "部署了": "deployed",
    "部署的": "deployed", "删除": "deleted", "删了": "deleted", "创建": "created", "发生": "happened",
    "今天": "today", "昨天": "yesterday", "本周": "this week", "这周": "this week", "上周": "last week",
    "过去": "past", "小时": "hours", "分钟": "minutes", "天内": "days", "天": "days",
    "一周": "week", "一天": "day", "一小时": "hour",
    "什么时候": "when was", "何时": "when was",
    "上次": "last", "最后一次": "last", "谁": "who", "什么": "what", "哪些": "what", "哪个": "what", "镜像": "image",
    "副本数": "replicas", "配置": "config", "在": "in", **dict.fromkeys("有的了内中里是个被", ""),
})  # fmt: skip
_RECENT = re.compile(r"最近(?=\s*[\d一])")


@dataclass(frozen=True, slots=True)
class Asked:
    """What changes are asked for: when, of which objects (none: of all), of which types, who made them.

    `last`: only the newest of each object; `rollouts`: the history of one object, whatever the time; `loose`: events
    may be meant as well.
    """

    window: Window
    reading: Reading
    nodes: tuple[Node, ...]
    kinds: tuple[str, ...]
    types: tuple[ChangeType, ...]
    actions: tuple[Action, ...]
    last: bool
    who: bool
    rollouts: bool
    loose: bool


def asked(question: str, reader: Reader, now: datetime, namespaces: Sequence[str] = ()) -> Asked | None:
    """What a question asks of the past; None where it asks something else, or holds a word that is not understood.

    `namespaces` are those that the caller looks at, where the question names none.
    """
    low = _RECENT.sub("past ", question.lower())
    plain = " ".join(re.sub(r"[?!.,;…？。]+(?=\s|$)|['’]s\b", " ", _english(low)).split())
    if _NEVER.search(plain) or _NEVER.search(low):
        return None
    last = bool(_LAST.search(plain))
    time = window(_ROLLOUTS.sub("rollouts", plain), now)
    reading = reader.read(time.rest, namespaces)
    known = {cluster.lower() for cluster in reading.clusters}
    words = {token.low for token in reading.unnamed} - known
    past = bool(words & _PAST)
    timed = last or time.stated
    made = tuple(dict.fromkeys(_MADE[word] for word in words & _MADE.keys() if time.stated))
    did = made or words & _CHANGE or (words & _HAPPENED and timed) or ("scale" in words and words & _DOING)
    if not did and not (words & _COMPARED and time.stated) and not past:
        return None
    if (
        words
        - _CHANGE
        - _HAPPENED
        - _STOP
        - _TYPE_WORDS
        - _PAST
        - (_COMPARED | _MADE.keys() if time.stated else frozenset())
    ):
        return None
    if any(mention.guessed for mention in reading.mentions) or any(not m.nodes for m in reading.mentions):
        return None
    named = [node for mention in reading.mentions for node in mention.nodes if node.present]
    nodes = tuple(dict.fromkeys(node for one in named if (node := _told_of(one, reader.catalog))))
    kinds = tuple(kind for kind in reading.kinds if not nodes and kind != "Namespace")
    if (named and not nodes) or (kinds and not set(kinds) - _UNTOLD):
        return None
    if past and not did and not nodes:
        return None
    if past and not _is_rollout(words):
        return None
    types = tuple(kind for pattern, kinds_ in _TYPES for kind in kinds_ if any(map(pattern.fullmatch, words)))
    loose = not made and not words & (_CHANGE | _HAPPENED - _LOOSE)
    return Asked(
        time,
        reading,
        nodes,
        kinds,
        types,
        made,
        last and not time.stated,
        "who" in plain.split(),
        past,
        loose,
    )


def _told_of(node: Node, catalog: Catalog) -> Node | None:
    """The object, or of a pod what made it; None where nobody notes what becomes of such."""
    while node.kind in _UNTOLD:
        owner = catalog.owner(node)
        if owner is None:
            return None
        node = owner
    return node


def _is_rollout(words: Collection[str]) -> bool:
    return bool({"history", "revisions"} & set(words)) or bool(
        {"image", "images", "version", "versions", "tag", "release", "rollout", "rollouts"} & set(words)
    )
