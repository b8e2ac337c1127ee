"""Objects of a kind by how they hang together with those of another: `secrets that no workload mounts`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from answers.cluster.catalog import WORKLOADS, Catalog
from answers.cluster.conditions import Filter, Found
from answers.cluster.fields import Path, fields_of
from answers.cluster.held import lacking
from answers.cluster.mentions import KindMention
from answers.cluster.reading import Reading
from answers.cluster.related import TIES
from answers.cluster.said import counted
from cluster.edges.base import EdgeType
from cluster.graph import Node

_HOLDERS = frozenset({"Namespace", "Node", "Event"})
"""Kinds that a question names as a place, or that have a reading of their own."""
_BINDABLE = frozenset({"PersistentVolume", "PersistentVolumeClaim"})
_ROLES = frozenset({"Role", "ClusterRole"})
_BOUND = re.compile(
    r"(?:not )?(?:bound|granted|assigned|used)(?: (?:to|by) (?:anyone|anybody|nobody|no one|nothing|any \w+))?"
)
_BINDINGS = frozenset({"RoleBinding", "ClusterRoleBinding"})
_NEGATION = re.compile(r"(?<![\w-])(?:no|not|without(?: any)?|lack\w*|never|nothing|none|neither)(?![\w-])")
_GONE_BEFORE = re.compile(
    r"(?:missing|gone|absent|non-?exist(?:ent|ing)|inexistent|deleted|removed|vanished|phantom|ghost|unknown|dangling)\W*$"
)
_GONE_BEHIND = re.compile(
    r"(?:s|es)?\W*(?:that |which |who )?(?:(?:do(?:es)?|can) not|no longer|never|not|nowhere)?\W*"
    r"(?:actually |even |really |longer )?"
    r"(?:exist\w*|be found)(?![\w-])|"
    r"(?:s|es)?\W*(?:that |which |who )?(?:is|are|was|were|has|have)(?: been)? (?:now )?"
    r"(?:missing|gone|absent|not (?:there|present|found|exist\w*)|deleted|removed|non-?exist\w+)"
)
_GONE_ANY = re.compile(
    r"(?:that|which|who) (?:do(?:es)?|is|are) (?:not|no longer) (?:exist\w*|there)|non-?exist(?:ent|ing)"
)
_DENIED = re.compile(r"not|no longer|never|nowhere|missing|gone|absent|deleted|removed|non-?exist")
_VERBS = re.compile(
    r"(?:point|target|attach|back|cover|guard|protect|refer|referenc|rely|load|select|match|mount|consum|depend|front|bind|bound"
    r"|link|connect|assign|associat|belong|bring|claim|request|ask|want|need|us|aim|direct|scal|read|share|contain|own|lead|send"
    r"|forward|configur|cling|tied|hook|fed|feed|sit|stand)\w*"
)
"""Words for how one object hangs together with another, whose ends say more than the word."""
_PARTS = frozenset({"containers", "initContainers", "ports", "volumes", "env", "volumeMounts"})
"""Lists whose items have names of their own."""
_INSTANCES = r"(?:instances?|objects?|resources|custom resources)"
_DANGLING = frozenset(
    "missing gone absent nonexistent dangling phantom ghost existent existing vanished deleted removed".split()
)


def by_relation(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> Iterator[Found]:
    """The condition to hang together with an object of another kind, with none, or with one that is not there."""
    if tuple(kinds) == ("CustomResourceDefinition",) and reading.asks(_INSTANCES):
        yield from _with_instances(reading, catalog)
        return
    if set(kinds) <= _ROLES and not reading.mentions and (bound := _BOUND.search(reading.masked)):
        yield _granted(bool(_NEGATION.search(reading.masked[: bound.end()])), catalog)
        return
    other = other_kind(reading, kinds)
    if reading.mentions or other is None or next(lacking(reading, kinds, catalog), None):
        return
    words = {t.low for t in reading.tokens if _VERBS.fullmatch(t.low)} | _DANGLING
    words |= {t.low for t in reading.tokens[other.first : other.last]}
    if is_gone(reading, other):
        if not is_unread(reading, kinds, catalog):
            yield _naming_nothing(other.kinds, catalog), words
        return
    if set(kinds) <= _BINDABLE and reading.asks("bound|unbound"):
        return  # a state of theirs
    if other.kinds[0] in _HOLDERS or not any(near(n, other.kinds, catalog) for n in catalog.of(kinds)):
        return
    first = min((s.first for s in reading.subjects if set(s.kinds) & set(kinds)), default=other.first)
    yield _beside(other.kinds, _is_denied(reading, first, other), catalog), words


def _granted(lacks: bool, catalog: Catalog) -> Found:
    """Whether a binding grants a role."""

    def test(node: Node) -> bool:
        edges = catalog.graph.reaching(node.id, EdgeType.REFERENCES)
        return any(catalog.graph.node(edge.source).kind in _BINDINGS for edge in edges) is not lacks

    return Filter(f"that {'no' if lacks else 'a'} binding grants", test), {
        "bound",
        "granted",
        "assigned",
        "used",
    }


def _naming_nothing(kinds: Sequence[str], catalog: Catalog) -> Filter:
    return Filter(
        f"that name a {kinds[0]} which does not exist",
        lambda node: bool(absent(node, kinds, catalog)),
        fields=lambda node: naming(node, absent(node, kinds, catalog)),
    )


def _beside(kinds: Sequence[str], lacks: bool, catalog: Catalog) -> Filter:
    plural = counted(2, "workload" if set(WORKLOADS) <= set(kinds) else kinds[0]).partition(" ")[2]
    return Filter(
        f"{'without' if lacks else 'with'} {plural}",
        lambda node: bool(near(node, kinds, catalog)) is not lacks,
        fields=lambda node: naming(node, [one.name for one in near(node, kinds, catalog)]),
    )


def _with_instances(reading: Reading, catalog: Catalog) -> Iterator[Found]:
    """The condition of a definition to have objects of its kind, or to have none."""
    lacks = bool(re.search(rf"{_NEGATION.pattern}(?: \w+){{0,2}} {_INSTANCES}|not used", reading.masked))
    if lacks or reading.asks(rf"(?:with|have|has|got) (?:any |some |actual )?{_INSTANCES}"):
        yield (
            Filter(
                f"{'without' if lacks else 'with'} instances",
                lambda node: bool(catalog.targets(node, EdgeType.REFERENCES)) is not lacks,
            ),
            {"used"},
        )


def other_kind(reading: Reading, kinds: Sequence[str]) -> KindMention | None:
    """The one kind that the question names beside those which it asks for, and not joined to them by `and`."""
    others = [s for s in reading.subjects if set(s.kinds).isdisjoint(kinds)]
    ours = [s for s in reading.subjects if set(s.kinds) & set(kinds)]
    if len(others) != 1 or not ours:
        return None
    for before, after in pairwise(sorted((*ours, *others), key=lambda one: one.first)):
        between = [token.low for token in reading.tokens[before.last : after.first]]
        if others[0] in (before, after) and (
            not between or {"and", "or", "their", "per", "vs"} & set(between)
        ):
            return None
    return others[0]


def says_gone(reading: Reading) -> bool:
    """Whether the question asks for what names something that is not there."""
    return _GONE_ANY.search(reading.masked) is not None


def is_unread(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> bool:
    """Whether the question asks for what names objects that are not there, of a kind of which none was read.

    So too where it names no kind of them: then nothing says which names to look at.
    """
    other = other_kind(reading, kinds)
    if other is None:
        return says_gone(reading)
    return is_gone(reading, other) and not any(catalog.by_kind.get(kind) for kind in other.kinds)


def is_gone(reading: Reading, kind: KindMention) -> bool:
    """Whether a kind is said of what is not there: `a deployment that does not exist`, `missing secrets`."""
    before = reading.masked[: reading.tokens[kind.first].start]
    behind = reading.masked[reading.tokens[kind.last - 1].end :]
    said = _GONE_BEHIND.match(behind)
    return bool(_GONE_BEFORE.search(before)) or (said is not None and bool(_DENIED.search(said[0])))


def _is_denied(reading: Reading, first: int, other: KindMention) -> bool:
    """Whether the question asks for what has none of the other kind."""
    start, end = reading.tokens[first].end, reading.tokens[other.first].start
    behind = [token.low for token in reading.tokens[other.last : other.last + 3]]
    return bool(_NEGATION.search(reading.masked[start:end])) or "not" in behind


def near(node: Node, kinds: Collection[str], catalog: Catalog) -> list[Node]:
    """The objects of these kinds that hang together with one, its pods or its owner, in either direction."""
    found: dict[str, Node] = {}
    for one in dict.fromkeys((node, catalog.top(node), *(catalog.pods(node) if node.kind != "Node" else ()))):
        for other in _around(one, catalog):
            above = catalog.top(other)
            bound = catalog.targets(other, EdgeType.REFERENCES) if other.kind in _BINDINGS else []
            for candidate in (other, *([above] if above.kind in WORKLOADS else ()), *bound):
                if candidate.kind in kinds and candidate.id != node.id and candidate.present:
                    found.setdefault(candidate.id, candidate)
    return list(found.values()) or _unread(node, kinds, catalog)


def _unread(node: Node, kinds: Collection[str], catalog: Catalog) -> list[Node]:
    """What an object names of kinds of which nothing was read: Secrets, where the caller may not list them."""
    if any(catalog.by_kind.get(kind) for kind in kinds):
        return []
    return [one for one in _around(node, catalog) if one.kind in kinds]


def _around(node: Node, catalog: Catalog) -> Iterator[Node]:
    yield from (catalog.graph.node(edge.target) for edge in catalog.graph.leaving(node.id, *TIES))
    yield from (catalog.graph.node(edge.source) for edge in catalog.graph.reaching(node.id, *TIES))


def absent(node: Node, kinds: Collection[str], catalog: Catalog) -> list[str]:
    """The names of objects of these kinds that an object points to and that were not seen."""
    edges = catalog.graph.leaving(node.id, *TIES)
    ends = [catalog.graph.node(edge.target) for edge in edges]
    found = [one.name for one in ends if not one.present and one.kind in kinds]
    keys = {f"{kind[0].lower()}{kind[1:]}Name": kind for kind in kinds if kind.endswith("Class")}
    for path, value in fields_of(node):
        if (kind := keys.get(str(path[-1]))) and isinstance(value, str) and value:
            there = {one.name for one in catalog.by_kind.get(kind, ())}
            found += [value] if value not in there else []
    return list(dict.fromkeys(found))


def naming(node: Node, names: Collection[str], most: int = 2) -> list[Path]:
    """The fields of an object that hold one of these names, or their list where many do."""
    if not names:
        return []
    wanted = set(names)
    paths = [
        path
        for path, value in fields_of(node)
        if isinstance(value, str) and value in wanted and _refers(path)
    ]
    return sorted(paths, key=lambda path: path[-1] == "name" and isinstance(path[-2], int))[:most]


def _refers(path: Path) -> bool:
    """Whether a field may name another object: not its own name, nor that of a part of it."""
    own = (
        path[:2] in {("metadata", "labels"), ("metadata", "name")}
        or "labels" in path
        or "matchLabels" in path
    )
    return not own and not _PARTS.intersection(map(str, path[-3:-1]))
