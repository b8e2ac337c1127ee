"""Which and how many objects meet conditions that only questions for numbers set: parts of names, what a role is bound by."""

from __future__ import annotations

import re

from answers.cluster import scripts
from answers.cluster.candidates import chosen, kind_word, passes, where_of
from answers.cluster.catalog import WORKLOADS, Catalog
from answers.cluster.choice import choose
from answers.cluster.conditions import Filter, Test
from answers.cluster.numeric.asked import Plan, blanked, conditions, is_untold, subjects_of
from answers.cluster.numeric.names import by_name_part
from answers.cluster.numeric.resources import by_resource
from answers.cluster.numeric.tags import software, users_of
from answers.cluster.overviews import quote_count
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot, counted
from answers.cluster.wording import Aggregate
from cluster.edges.base import EdgeType
from cluster.graph import Node
from cluster.values import at

_LISTS = re.compile(
    r"(?<![\w-])(?:which|what|list|show|name|all|any|every|how many|number|count|tally)(?![\w-])"
)
_COUNTS = re.compile(r"(?<![\w-])(?:how many|number of|count|tally)(?![\w-])")
_OUTSIDE = re.compile(
    r"(?<![\w-])(?:(?:exposed|reachable|visible|open|published|accessible|available) (?:to|from|on|for) (?:the )?(?:internet|outside(?: world)?|public|world)"
    r"|exposed(?: externally| publicly)|(?:externally|publicly) (?:exposed|reachable|visible|accessible|available)|are exposed(?= *[?.!]*$))(?![\w-])"
)
_RUNS = re.compile(r"(?<![\w-])(?:runs?|running|uses? images?|uses?|using|images?)(?![\w-])")
_BINDINGS = frozenset({"RoleBinding", "ClusterRoleBinding"})
_SHOWN = 40
_GRANTS = frozenset(
    "hand hands grant grants give gives confer confers bestow bestows refer refers reference references role roles".split()
)
_MOVED = frozenset(
    "maintenance move moved moving evict evicted evicting reschedule rescheduled rescheduling drain drained draining lose losing lost "
    "affected affect go down hit displaced displace migrate migrated relocate relocated would will be have to if when i we for before the on of "
    "are is how many pods pod sit sits live hosted host does do run running there currently now".split()
)


def answer(reading: Reading, reader: Reader, plan: Plan) -> Draft | None:
    """The objects that meet the conditions and how many; None where such a condition is not set."""
    if not _LISTS.search(reading.masked):
        return None
    named = [*by_name_part(reading), *by_resource(reading)]
    if not named:
        counts = _COUNTS.search(reading.masked)
        if not counts:
            return None
        return _of_named(reading, reader) or _exposed(reading, reader) or _running(reading, reader)
    rest = blanked(reading, [span for _, span in named])
    kinds = subjects_of(rest)
    if not kinds or rest.mentions or "Event" in kinds or is_untold(rest.masked):
        return None
    nodes = chosen(rest, reader.catalog, kinds)
    filters = conditions(reading, kinds, reader.catalog)
    if filters is None:
        return None
    return _told(nodes, kinds, filters, reading, reader)


def _exposed(reading: Reading, reader: Reader) -> Draft | None:
    """How many Services can be reached from outside: by their type, or since an Ingress routes to them."""
    if subjects_of(reading) != ("Service",) or not (said := _OUTSIDE.search(reading.masked)):
        return None
    catalog = reader.catalog
    filters = conditions(blanked(reading, [said.span()]), ("Service",), catalog)
    if filters is None:
        return None

    def test(node: Node) -> bool:
        routed = any(
            catalog.graph.node(e.source).kind == "Ingress"
            for e in catalog.graph.reaching(node.id, EdgeType.ROUTES)
        )
        return at(node.value, "spec.type") in ("LoadBalancer", "NodePort") or routed

    exposed = Filter(
        "that can be reached from outside (by their type, or since an Ingress routes to them)", test
    )
    return _told(chosen(reading, catalog, ("Service",)), ("Service",), [exposed, *filters], reading, reader)


def _running(reading: Reading, reader: Reader) -> Draft | None:
    """How many workloads or pods run the one software that is named: `in how many workloads do we run mongo`."""
    kinds = subjects_of(reading)
    if (
        not kinds
        or not set(kinds) <= {*WORKLOADS, "Pod"}
        or not _RUNS.search(reading.masked)
        or reading.asks("containers?")
    ):
        return None
    nodes = chosen(reading, reader.catalog, kinds)
    word = software(reading, nodes)
    if word is None or is_untold(_RUNS.sub(" ", reading.masked)):
        return None
    ids = {node.id: image for image, found in users_of(word, nodes).items() for node in found}
    runs = Filter(f"with an image {word}", lambda node: node.id in ids, quoted=lambda node: (ids[node.id],))
    return _told(nodes, kinds, [runs], reading, reader)


def _of_named(reading: Reading, reader: Reader) -> Draft | None:
    """How many bindings grant a role, how many pods a node has to let go of."""
    kinds = subjects_of(reading)
    if set(kinds) <= _BINDINGS and kinds:
        return _granting(kinds, reading, reader)
    mention = reading.mentions[0] if len(reading.mentions) == 1 else None
    if mention is None or mention.guessed or kinds != ("Pod",):
        return None
    nodes = choose(mention, reading, Draft(), reader.catalog)
    words = {token.low for token in reading.tokens if "§" not in reading.masked[token.start : token.end]}
    if nodes and nodes[0].kind == "Node" and words <= _MOVED and not reading.namespaces:
        ids = {pod.id for pod in reader.catalog.pods(nodes[0])}
        condition = Filter(
            f"on node {nodes[0].name}",
            lambda node: node.id in ids,
            quoted=lambda node: (f"on node {nodes[0].name}",),
        )
        draft = _told(chosen(reading, reader.catalog, kinds), kinds, [condition], reading, reader)
        draft.commands = [
            ["kubectl", "get", "pods", "-A", f"--field-selector=spec.nodeName={nodes[0].name}", "-o", "wide"]
        ]
        return draft
    return None


def _granting(kinds: tuple[str, ...], reading: Reading, reader: Reader) -> Draft | None:
    """How many bindings grant the one role that is named."""
    roles = [
        node for token in reading.tokens for node in reader.catalog.by_name.get(token.low, ())
        if node.kind in ("ClusterRole", "Role")
    ]  # fmt: skip
    if len(roles) != 1 or any(m.said != roles[0].name for m in reading.mentions if not m.guessed):
        return None
    left = {w.lower() for w in (*reading.unknown, *reading.missing)} - _GRANTS
    if left:
        return None
    condition = Filter(f"that grant {roles[0].kind} {roles[0].name}", _grants(roles[0], reader.catalog))
    return _told(chosen(reading, reader.catalog, kinds), kinds, [condition], reading, reader)


def _grants(role: Node, catalog: Catalog) -> Test:
    ids = {edge.source for edge in catalog.graph.reaching(role.id, EdgeType.REFERENCES)}
    return lambda node: node.id in ids


def _told(
    nodes: list[Node], kinds: tuple[str, ...], filters: list[Filter], reading: Reading, reader: Reader
) -> Draft:
    found = [node for node in nodes if passes(node, filters)]
    word = kind_word(kinds)
    draft = Draft(clusters=list(reading.clusters), settled=True, objects=found)
    conditions_ = "".join(f" {one.words}" for one in filters)
    number = counted(len(found), word) if found else f"No {word}"
    draft.lead.append(f"{number} of {len(nodes)}{where_of(reading)}{conditions_}")
    if not found or Aggregate.COUNT in reading.aggregates:
        quote_count(draft, reading.namespaces, nodes, word)
    for node in found[:_SHOWN]:
        draft.say(node, Spot(short=2, needles=tuple(text for one in filters for text in one.quoted(node))))
        for path in (path for one in filters for path in one.fields(node)):
            draft.say(node, Spot(path=path), detail=True)
    draft.left_out = max(0, len(found) - _SHOWN)
    arguments = [word for one in filters for word in one.arguments]
    shown = list(dict.fromkeys(node.kind for node in found or nodes))[:5]
    draft.commands = scripts.of_list(draft, reading, shown, arguments, reader.kinds)
    return draft
