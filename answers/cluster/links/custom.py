"""Custom resources by their own fields, in the words that people have for them: `how long does it keep its data`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from answers.cluster import scripts
from answers.cluster.catalog import pod_path
from answers.cluster.fields import CAMEL, Path, fields_of, value_at
from answers.cluster.kinds import singular
from answers.cluster.links.asked import Asked
from answers.cluster.said import Draft, Spot, listed, titled
from answers.cluster.wording import FILLERS
from cluster.graph import Node

_CONCEPTS: tuple[tuple[str, str], ...] = (
    (r"tls|https|ssl|encrypt\w*|terminat\w*|certificates?|plain ?(?:text|http)?|http|mutual|mtls", "tls|protocol|mode"),
    (r"keeps?|kept|retain\w*|retention|stores?|stored|remember\w*", "retention|retentionSize"),
    (r"how often|how frequently|frequency|every how many|intervals?|cadence|period\w*", "interval|scrapeInterval|evaluationInterval"),
    (r"automat\w*|by itself|self-?heal\w*|prun\w*|sync(?:s|ed|ing)?(?: policy)?", "syncPolicy"),
    (r"destinations?|deploy\w*|lands?|put|target cluster|into which|where", "destination|destinations"),
    (r"repo\w*|git|manifests?|charts?|branch\w*|revisions?|pulls?|pulled|sourced?|comes? from", "source|sources|sourceRepos"),
    (r"weights?|shares?|percent\w*|split\w*|traffic|canar\w*|subset|routes?|routed|routing|sends?|sent|goes|go|gets", "http|tcp"),
    (r"subsets|versions", "subsets"),
    (r"gateways?|hooked|attached|mesh|entry", "gateways"),
    (r"hosts?|hostnames?|domains?|names", "hosts|host"),
    (r"selects?|selected|selectors?|match\w*|meant for|appl(?:y|ies)|aimed at|picks?|targets?|watch\w*|scrap\w*|covers?|which pods", "selector|namespaceSelector|serviceMonitorSelector"),
    (r"namespaces?", "namespaceSelector"),
    (r"ports?|listens?|listening", "port|ports|number"),
    (r"forbid\w*|forbidden|deny|denie[sd]|blacklist\w*|not allowed|ban\w*|may not|cannot|can't|must not|prohibit\w*|barred|namespaced", "clusterResourceBlacklist|namespaceResourceBlacklist"),
    (r"allow\w*|permit\w*|whitelist\w*|may|namespaced|cluster-wide|cluster-scoped", "clusterResourceWhitelist|namespaceResourceWhitelist|destinations|sourceRepos"),
    (r"alert\w*|notif\w*", "alerting"),
    (r"copies|how many pods|members", "replicas"),
    (r"project", "project"),
    (r"load ?-?balanc\w*|outlier\w*|connection pool", "trafficPolicy"),
)  # fmt: skip
"""Words for fields that custom resources of the usual operators have, beside the fields' own names."""
_ONLY_CUSTOM = r"subsets?|weights?|traffic|canar\w*|percent\w*|tls|mtls|mesh|virtual ?service\w*|destination ?rules?|outlier\w*"
"""Words for fields that nothing else of the name has."""
_ELSE = r"when|why|who|whom|since|last|ago|firing|fired|healthy|health|status|in sync|out ?of ?sync|broken|running|ready|per second|how many (?:requests|users|samples|series)|errors?|fail\w*"
_COMMON = frozenset(
    {
        "name",
        "namespace",
        "kind",
        "spec",
        "metadata",
        "group",
        "server",
        "value",
        "type",
        "resource",
        "config",
        "data",
        "label",
        "time",
    }
)
_FORBIDS = r"forbid\w*|forbidden|deny|denie[sd]|blacklist\w*|not (?:be )?(?:allowed|permitted)|n't (?:be )?(?:allowed|permitted)|may not|cannot|can't|must not|ban\w*|prohibit\w*|barred"
_PERMITS = r"(?:allow\w*|permit\w*|whitelist\w*|may|can) .*(?:kinds?|resources?|objects?)|(?:kinds?|resources?|objects?) .*(?:allow\w*|permit\w*|whitelist\w*|may|can)"
_SCOPES = (
    (
        r"namespaced?|in(?:side)? (?:a |its |the )?namespaces?|namespace[- ](?:level|scoped|wide)",
        "namespaceResource",
    ),
    (r"cluster[- ](?:wide|scoped|level|resources?)|clusterwide", "clusterResource"),
)
_OF_LABELS = frozenset({"selector", "labels", "matchLabels", "annotations"})
"""Under these stand keys that people make up."""
_MOST = 8
_WHOLE = 4
"""Fields of an object that are shown in full where it is named by its kind."""


def answer(one: Asked) -> Draft | None:
    """The fields of the one custom resource that the question is about which its words mean."""
    if one.says(_ELSE):
        return None
    draft = Draft(sure=0.7)
    best: tuple[int, Node, list[Path]] | None = None
    for node in _subjects(one, draft):
        hits, paths = _fields(node, one)
        if paths and (best is None or hits > best[0]):
            best = hits, node, paths
    if best is None or not one.is_plain(_known(best[1]), told="traffic|will|next"):
        return None
    _, node, paths = best
    counts = one.says("how many|number of|count") is not None
    draft.say(node)
    for path in paths[:_MOST]:
        draft.say(node, Spot(path=path), detail=True)
        held = value_at(node, path)
        if counts and isinstance(held, list | int):
            number = len(held) if isinstance(held, list) else held
            draft.lead.append(f"{titled(node)}: {number} {path[-1]}")
    if counts and not draft.lead:
        return None
    draft.lead = draft.lead or [f"{titled(node)}: {listed(dict.fromkeys(str(p[-1]) for p in paths[:_MOST]))}"]
    draft.objects = [node]
    draft.commands = [scripts.describe(node, one.kinds)]
    return draft


def _subjects(one: Asked, draft: Draft) -> Iterator[Node]:
    """The custom resources that the question may be about: those of a named kind, or of the name that it holds."""
    mentions = one.reading.mentions
    if len(mentions) > 1:
        return
    for mention in mentions:
        named = [
            n for name in {n.name for n in mention.nodes} for n in one.catalog.by_name.get(name.lower(), ())
        ]
        nodes = [n for n in dict.fromkeys((*mention.nodes, *named)) if is_custom(n)]
        places = one.reading.namespaces
        clusters = one.reading.clusters
        nodes = [n for n in nodes if not clusters or n.cluster in clusters]
        here = [n for n in nodes if not places or n.namespace in places]
        said = {kind for subject in one.reading.typed for kind in subject.kinds}
        before = one.reading.tokens[mention.first - 1].low if mention.first else ""
        said |= {*one.kinds.find(before)}  # `vs` is a short name, and a word
        here = [n for n in here if n.kind in said] or here
        shared = any(not is_custom(n) for n in named) and not any(n.kind in said for n in here)
        if shared and not one.says(_ONLY_CUSTOM):
            return
        if len({n.namespace for n in here}) == 1:
            yield from here
        elif not nodes:
            yield from _only(mention.said.lower(), one)
    if not mentions:
        for subject in one.reading.subjects:
            yield from _only(" ".join(t.low for t in one.reading.tokens[subject.first : subject.last]), one)


def _only(word: str, one: Asked) -> list[Node]:
    """The one custom resource of the kind that a word names in the singular."""
    if word.endswith("s") and singular(word) != word:
        return []
    found = [n for n in one.of(*one.kinds.find(word)) if is_custom(n)]
    return found if len(found) == 1 else []


def is_custom(node: Node) -> bool:
    """Whether an object is of an API that somebody has added."""
    return "." in node.group and not node.group.endswith(".k8s.io") and not pod_path(node)


def _fields(node: Node, one: Asked) -> tuple[int, list[Path]]:
    """How many words of the question mean fields of the object, and those fields, outermost first."""
    wanted = _narrowed([set(keys.split("|")) for pattern, keys in _CONCEPTS if one.says(pattern)], one)
    words = {singular(t.low) for t in one.reading.tokens if len(t.low) > 2 and t.low not in FILLERS} - _COMMON
    own = _spelled(node, words)
    found: list[Path] = []
    hits = 0
    for keys in [*wanted, *own]:
        paths = [p for p in _paths(node) if p[-1] in keys and not any(p[: len(q)] == q for q in found)]
        hits += bool(paths)
        least = min(map(len, paths), default=0)
        found += [path for path in paths if len(path) <= least + 1][:_WHOLE]
    return hits, list(dict.fromkeys(found))


def _narrowed(wanted: list[set[str]], one: Asked) -> list[set[str]]:
    """Only what is forbidden, or allowed, where the question asks for that; of one scope only where it names one."""
    for said, end in ((_FORBIDS, "Blacklist"), (_PERMITS, "Whitelist")):
        lists = {key for keys in wanted for key in keys if key.endswith(end)}
        if lists and one.says(said):
            scope = next((scope for words, scope in _SCOPES if one.says(words)), "")
            return [{key for key in lists if key.startswith(scope)}]
    return wanted


def _spelled(node: Node, words: set[str]) -> list[set[str]]:
    """The names of fields of which every part is a word of the question."""
    keys = {str(path[-1]) for path in _paths(node) if not _OF_LABELS.intersection(map(str, path[:-1]))}
    return [
        {key} for key in sorted(keys)
        if (parts := [singular(part.lower()) for part in CAMEL.split(key) if part]) and set(parts) <= words
    ]  # fmt: skip


def _paths(node: Node) -> list[Path]:
    """Every path into the object's spec, lists and mappings too."""
    found: dict[Path, None] = {}
    for path, _ in fields_of(node):
        if path[0] == "spec":
            found.update(dict.fromkeys(path[:end] for end in range(2, len(path) + 1)))
    return [path for path in found if isinstance(path[-1], str)]


def _known(node: Node) -> str:
    """The words that the fields of the object, or their values, are made of."""
    groups = "|".join(rf"{re.escape(part[:4])}\w*" for part in node.group.split(".") if len(part) > 4)
    parts = {part.lower() for path in _paths(node) for part in CAMEL.split(str(path[-1])) if part}
    said = "|".join(pattern for pattern, _ in _CONCEPTS)
    return f"{said}|{groups}|(?:{'|'.join(map(re.escape, sorted(parts)))})s?"
