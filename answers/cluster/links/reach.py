"""Whom network policies let reach what, on which ports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from answers.cluster import scripts
from answers.cluster.catalog import labels
from answers.cluster.fact_parts import with_pods
from answers.cluster.links import policies
from answers.cluster.links.asked import NAME, Asked
from answers.cluster.said import Draft, Spot, listed, titled
from cluster.edges.base import EdgeType
from cluster.graph import Edge, Node
from cluster.selectors import Selector
from cluster.values import Value, at, entries

_KIND = "NetworkPolicy"
_POLICY = r"(?:network ?)?polic(?:y|ies)|netpols?|firewall\w*|micro-?segmentation"
_BESIDES = r"but|besides|except(?: for)?|other than|apart from|aside from|beyond"
_LETS = rf"whitelist\w*|reachable|stops?|prevent\w*|keeps?|hinder\w*|may|might|can|could|allowed|permitted|permits?|able|gets? to|lets?|letting|accept\w*|admit\w*|block\w*|den(?:y|ies|ied)|forbid\w*|forbidden|restrict\w*|only ones?|open|welcome|free to|privileged to|supposed to|{_POLICY}"
_MEETS = r"reach\w*|talk\w*|speak\w*|connect\w*|contact\w*|communicat\w*|dial\w*|gossip\w*|scrap\w*|hit|hits|traffic|inbound|outbound|incoming|outgoing|ingress|egress|get (?:in|through|at)|gets (?:in|through|at)|into|query|queries|call\w*|access\w*|send\w*|let\w* in|let\w* (?:the )?§ in|peers?|knock\w*"
_ABROAD = r"browser|internet|outside(?! (?:the|its|of) namespace)|extern\w*|public\w*|node ?ports?|load ?balancers?|secrets?|config ?maps?|roles?|rbac|service ?accounts?|permissions?|api server|users?|ingress (?:host|rule|class|object|resource)s?|ingresses|urls?"
_OUT = rf"{NAME}(?:'s|s)? (?:\w+ )?(?:egress|outbound|outgoing)|(?:egress|outbound|outgoing|leave|leaving|exit\w*)\b.*{NAME}|(?:from|by) {NAME}\b(?!.*\bto {NAME})"
_ACTS = (
    rf"(?:may|might|can|could|does|do|is|are|lets?) (?:the |our )?{NAME} (?:\w+ ){{0,4}}?(?:{_MEETS})"
    rf"|{NAME} (?:\w+ )?(?:may|might|can|could|allowed|permitted|able|free)\b.*?(?:{_MEETS})"
)
_IN = rf"reachable|accept\w*|admit\w*|be (?:reached|contacted|called|accessed|hit)|reached|inbound|incoming|ingress|let\w* in|let\w* (?:the )?§ in|lets? (?:\w+ )*in|receiv\w*|(?:to|into|onto|with|at|of|reach|contact|hit|access|call) (?:the |our |a )?(?:\w+ ){{0,4}}?{NAME}|(?:port|ports) (?:\d+ )?of"
_NUMBER = re.compile(r"(?<![\w.])(\d{2,5})(?![\w.])")
_RULE = re.compile(r"spec\.(ingress|egress)\[(\d+)\]")
_PORT = re.compile(r", port (.*)$")
_MOST = 20


@dataclass(frozen=True, slots=True)
class Way:
    """That one end lets in or reaches another, by a rule of a policy; `ports` as the rule has them, '' for all."""

    other: Node
    policy: Node
    rule: tuple[str | int, ...]
    ports: str


def answer(one: Asked) -> Draft | None:
    """Who may reach the named object, whom it may reach."""
    about = _KIND in one.reading.kinds or one.says(_POLICY)
    if not one.reading.mentions:
        return policies.answer(one) if about else None
    if len(one.reading.mentions) == 2 and one.says(rf"{_BESIDES} (?:the |our )?{NAME}[^§]*$"):
        one = replace(one, reading=replace(one.reading, mentions=one.reading.mentions[:1]))
    meets = one.says(_MEETS) if one.says(_LETS) else None
    if (
        not meets
        or (one.says(_ABROAD) and not about)
        or not one.is_plain(r"\d+", told=r"traffic|will|next|before")
    ):
        return None
    if (
        not about
        and not one.says(
            r"ports?|may|might|allowed|permitted|only ones?|reachable by|whitelist\w*|stops?|prevent\w*|keeps?|hinder\w*"
        )
    ) or len(one.reading.mentions) > 2:
        return None
    return _between(one) if len(one.reading.mentions) == 2 else _around(one)


def _around(one: Asked) -> Draft | None:
    """Who may reach the one named object, or whom it may reach."""
    draft = Draft(sure=0.8)
    own = _pods_of(one, draft, 0)
    guards = _over(own, one) if own is not None else []
    if own is None or not guards:
        return _by_name(one, draft, 0)
    leaves = bool(one.says(_OUT)) or bool(one.says(_ACTS) and not one.says(_IN))
    ways = list(_ways(own, one, leaves))
    port = _port(one)
    if port and any(_has(way, port) for way in ways):
        ways = [way for way in ways if _has(way, port)]
    verbs = "may reach" if leaves else "may be reached by"
    draft.lead.append(f"By network policies {titled(own)} {verbs} {_listed(ways) or 'nobody'}")
    _say(draft, own, ways, guards, "egress" if leaves else "ingress", one)
    return draft


def _between(one: Asked) -> Draft | None:
    """Whether the first of two named objects may reach the second."""
    draft = Draft(sure=0.75)
    first, second = _pods_of(one, draft, 0), _pods_of(one, draft, 1)
    if one.says(rf"(?:polic\w+|rules?) (?:of|for|on|around) (?:the )?{NAME}.*let"):
        first, second = second, first
    if first is not None and second is not None and first.namespace != second.namespace:
        near = [
            n
            for m in one.reading.mentions
            for n in m.nodes
            if n.name == first.name and n.namespace == second.namespace
        ]
        first = next((m for n in near if (m := with_pods(n, one.catalog)) is not None), first)
    if first is not None and second is None:
        return _by_name(one, draft, 1, first)
    if first is None or second is None or first == second:
        return None
    if one.says(rf"{NAME}.*\b(?:from|by) {NAME}") and not one.says(rf"from {NAME}.*to {NAME}"):
        first, second = second, first
    guards = _over(second, one)
    if not guards:
        return None
    ways = [way for way in _ways(second, one, False) if way.other in (first, *guards)]
    port = _port(one)
    if port:
        ways = [way for way in ways if _has(way, port)]
    said = f" on {_ports(ways)}" * bool(_ports(ways))
    draft.lead.append(
        f"{titled(first)} may reach {titled(second)}{said} by {listed(dict.fromkeys(titled(w.policy) for w in ways))}"
        if ways
        else f"No rule of {listed(map(titled, guards))} lets {titled(first)} reach {titled(second)}{f' on port {port}' if port else ''}"
    )
    _say(draft, second, ways, guards, "ingress", one)
    return draft


def _pods_of(one: Asked, draft: Draft, place: int) -> Node | None:
    """What the pods of a name are made by; of several places the one where policies select them."""
    mention = one.reading.mentions[place]
    found = one.named(draft, mention)
    places = one.reading.namespaces
    others = [n for n in mention.nodes if not places or n.namespace in places]
    made = [m for n in (*found, *others) if (m := with_pods(n, one.catalog)) is not None]
    return next((m for m in made if _over(m, one)), made[0] if made else None)


def _by_name(one: Asked, draft: Draft, place: int, first: Node | None = None) -> Draft | None:
    """What the policy says that has the name, where it selects nothing that runs; whether it lets in `first`."""
    guards = [n for n in one.reading.mentions[place].nodes if n.kind == _KIND]
    guards = [n for n in guards if n.namespace in (one.reading.namespaces or [n.namespace])]
    if len(guards) != 1:
        return None
    policy = guards[0]
    rules = [(("spec", "ingress", i), rule) for i, rule in entries(policy.value, "spec.ingress")]
    port = _port(one)
    if first is not None:
        rules = [r for r in rules if _admits(r[1], first) and (not port or port in _ports_in(r[1]))]
        verb = "lets in" if rules else "does not let in"
        on = f" on port {listed(dict.fromkeys(p for _, r in rules for p in _ports_in(r)))}" * bool(rules)
        draft.lead.append(f"{titled(policy)} {verb} {titled(first)}{on}; it selects no pod that was read")
    else:
        draft.lead.append(f"{titled(policy)} selects no pod that was read; it lets in what its rules say")
    draft.say(policy)
    for path, _ in rules:
        draft.say(policy, Spot(path=path), detail=True)
    if not rules:
        draft.say(policy, Spot(path=("spec", "ingress")), detail=True)
    draft.objects = [policy]
    draft.commands = [scripts.describe(policy, one.kinds)]
    return draft


def _admits(rule: Value, node: Node) -> bool:
    """Whether a rule lets in the pods of a workload of the same namespace."""
    peers = [Selector.parse(at(peer, "podSelector")) for _, peer in entries(rule, "from")]
    return not rule.get("from") or any(one is not None and one.matches(labels(node)) for one in peers)


def _ports_in(rule: Value) -> list[str]:
    return [str(at(port, "port")) for _, port in entries(rule, "ports")]


def _over(own: Node, one: Asked) -> list[Node]:
    """The policies that select an object's pods."""
    edges = [
        e for n in (own, *one.catalog.pods(own)) for e in one.catalog.graph.reaching(n.id, EdgeType.SELECTS)
    ]
    found = (one.catalog.graph.node(edge.source) for edge in edges)
    return list(dict.fromkeys(node for node in found if node.kind == _KIND))


def _ways(own: Node, one: Asked, leaves: bool) -> Iterator[Way]:
    graph = one.catalog.graph
    edges: Sequence[Edge] = (graph.leaving if leaves else graph.reaching)(own.id, EdgeType.ALLOWS)
    for edge in edges:
        other = graph.node(edge.target if leaves else edge.source)
        for sentence, through in edge.reasons:
            rule, ports = _RULE.search(sentence), _PORT.search(sentence)
            if through and rule:
                policy, path = graph.node(through), ("spec", rule[1], int(rule[2]))
                # An empty rule has no lines of its own.
                shown = path if _rule(policy, path) else path[:-1]
                yield Way(other, policy, shown, ports[1] if ports else "")


def _rule(policy: Node, path: tuple[str, str, int]) -> Value:
    rules = dict(entries(policy.value, f"spec.{path[1]}"))
    return rules.get(path[2], {})


def _port(one: Asked) -> str:
    said = _NUMBER.search(one.text)
    return said[1] if said else ""


def _has(way: Way, port: str) -> bool:
    return not way.ports or port in re.findall(r"\d+", way.ports)


def _ports(ways: Sequence[Way]) -> str:
    found = dict.fromkeys(way.ports for way in ways if way.ports)
    return f"port {listed(found)}" if found else ""


def _listed(ways: Sequence[Way]) -> str:
    held: dict[str, list[Way]] = {}
    for way in ways:
        name = "everybody" if way.other.kind == _KIND else titled(way.other)
        held.setdefault(name, []).append(way)
    return listed(
        (f"{name}{f' ({_ports(its)})' if _ports(its) else ''}" for name, its in held.items()), _MOST
    )


def _say(draft: Draft, own: Node, ways: Sequence[Way], guards: Sequence[Node], side: str, one: Asked) -> None:
    shown = list(dict.fromkeys(way.policy for way in ways)) or list(guards)
    for policy in shown[:_MOST]:
        draft.say(policy)
        paths = [way.rule for way in ways if way.policy == policy] or [("spec", side)]
        for path in dict.fromkeys(paths):
            draft.say(policy, Spot(path=path), detail=True)
    draft.say(own, Spot(short=1))
    draft.say_all((way.other for way in ways if way.other.kind != _KIND), Spot(short=1), most=_MOST)
    draft.objects = shown
    draft.commands = [scripts.describe(policy, one.kinds) for policy in shown[:3]]
