"""Two or more named things or namespaces compared by a number: `has node-4 fewer pods than node-3`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answers.cluster import scripts
from answers.cluster.catalog import Catalog
from answers.cluster.choice import choose
from answers.cluster.numeric.asked import Plan, blanked, is_untold, subjects_of
from answers.cluster.numeric.measure import Measure
from answers.cluster.numeric.measures import AGE, default_of, measure_of
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot, listed, told_apart
from cluster.graph import Node

_MORE = "more|higher|larger|bigger|greater|longer|heavier|most|highest|largest|biggest|greatest|longest|stricter|roomier"
_LESS = "less|fewer|lower|smaller|shorter|lighter|least|fewest|lowest|smallest|shortest"
_OLDER, _NEWER = "older|oldest|earlier", "newer|newest|younger|youngest|later|fresher"
_COMPARES = re.compile(
    rf"(?<![\w-])(?:(?P<older>{_OLDER})|(?P<newer>{_NEWER})|(?P<more>{_MORE})|(?P<less>{_LESS})|(?P<same>same|equal(?:ly)?|identical|as (?:much|many|big|large|old|long)|compare\w*|versus|vs|differ\w*))(?![\w-])"
)
_VERSIONS = re.compile(r"(?<![\w-])(?:versions?|images?|tags?|releases?)(?![\w-])")
_MOST = 6


def answer(reading: Reading, reader: Reader, plan: Plan) -> Draft | None:
    """Which of the named things has more of something; None where that is not asked, or not understood."""
    said = _COMPARES.search(reading.masked)
    if said is None or is_untold(reading.masked):
        return None
    if _VERSIONS.search(reading.masked) or reading.missing or re.search(r"(?<![\w-])than \d", reading.masked):
        return None
    draft = Draft(clusters=list(reading.clusters), settled=True)
    if (spaces := _of_namespaces(said, reading, reader)) is not None:
        return spaces
    things = _things(reading, reader.catalog, draft)
    if not 2 <= len(things) <= _MOST:
        return None
    measure = _measure(said, reading, things)
    if measure is None:
        return None
    amounts = [(n, node) for node in things if (n := measure.amount(node, reader.catalog)) is not None]
    if len(amounts) < len(things):
        return None
    draft.lead.append(_said(said, measure, amounts))
    for amount, node in amounts:
        draft.say(node)
        for path in (
            measure.paths(node)[:8]
            if measure.unit in ("bytes", "cores", "", "time") or amount <= _MOST
            else ()
        ):
            draft.say(node, Spot(path=path), detail=True)
    draft.objects = things
    draft.commands = [scripts.describe(node, reader.kinds) for node in things[:4]]
    if measure.unit == "pod" and things[0].kind == "Node":
        draft.commands.insert(0, ["kubectl", "get", "pods", "-A", "-o", "wide"])
    return draft


def _of_namespaces(said: re.Match[str], reading: Reading, reader: Reader) -> Draft | None:
    """Which of some namespaces has more of what its pods hold together: `which asks for more CPU, shop or monitoring`."""
    if reading.mentions or len(reading.namespaces) < 2 or said["older"] or said["newer"]:
        return None
    if set(subjects_of(reading)) - {"Pod", "Namespace"} or reading.unknown:
        return None
    pods = {place: reader.catalog.of(("Pod",), (place,), reading.clusters) for place in reading.namespaces}
    every = [pod for found in pods.values() for pod in found]
    measure = _measure(said, reading, every) if every else None
    if measure is None or measure.unit in ("", "time"):
        return None
    sums = {
        place: sum((measure.amount(pod, reader.catalog) or 0.0 for pod in found), 0.0)
        for place, found in pods.items()
    }
    draft = Draft(clusters=list(reading.clusters), settled=True, objects=every)
    shown = listed(f"{place} {measure.written(round(amount, 4))}" for place, amount in sums.items())
    best = max(sums, key=lambda place: sums[place])
    least = min(sums, key=lambda place: sums[place])
    end = (
        "as much"
        if len(set(sums.values())) == 1
        else f"least in {least}"
        if said["less"]
        else f"most in {best}"
    )
    draft.lead.append(f"{measure.name[0].upper()}{measure.name[1:]} of all pods: {shown}; {end}")
    for pod in every[: 6 * _MOST]:
        draft.say(pod, Spot(short=1))
        for path in measure.paths(pod)[:2] if measure.unit in ("bytes", "cores") else ():
            draft.say(pod, Spot(path=path), detail=True)
    draft.left_out = max(0, len(every) - 6 * _MOST)
    draft.commands = scripts.of_list(draft, reading, ["Pod"], [], reader.kinds)
    return draft


def _things(reading: Reading, catalog: Catalog, draft: Draft) -> list[Node]:
    """The objects that are compared: the named ones, or the namespaces as objects."""
    named = [m for m in reading.mentions if not m.guessed]
    if len(named) < len(reading.mentions):
        return []
    if len(named) >= 2 and len(reading.namespaces) <= 1:
        found = [
            node
            for mention in named
            if (nodes := choose(mention, reading, draft, catalog))
            for node in nodes[:1]
            if node.present
        ]
        return list(dict.fromkeys(found))
    if len(named) == 1 and len(reading.namespaces) >= 2:
        return [
            n
            for place in reading.namespaces
            for n in _same_kind(choose(named[0], reading, draft, catalog), place)
        ]
    if (
        not named
        and len(reading.namespaces) >= 2
        and not [s for s in reading.subjects if "Namespace" not in s.kinds]
    ):
        spaces = catalog.of(("Namespace",), clusters=reading.clusters)
        return [one for place in reading.namespaces for one in spaces if one.name == place]
    return []


def _same_kind(nodes: Sequence[Node], place: str) -> list[Node]:
    return [node for node in nodes if node.namespace == place and node.kind == nodes[0].kind][:1]


def _measure(said: re.Match[str], reading: Reading, things: Sequence[Node]) -> Measure | None:
    if said["older"] or said["newer"]:
        return AGE
    names = [(t.start, t.end) for t in reading.tokens if "§" in reading.masked[t.start : t.end]]
    rest = blanked(reading, [said.span(), *names])
    words = re.sub(
        r"(?<![\w-])(?:is|are|does|do|has|have|had|got|get|gets|which|what|who|whose|the|of|than|that|or|and|in|for|with|between|both|one|ones|a|an|on|its|their|it|them|was|were|"
        r"run|runs|allowed|any|there|s|as|to|namespaces?|nodes?|deployments?|services?|statefulsets?|daemonsets?|workloads?|pvcs?|claims?|by|how|much|many|you|tell|me|if|whether|please|set|give|given|in total|total|totally|altogether|overall|clusterroles?|roles?|namespace s|comes?|ask(?:s|ing)? for|request(?:s|ing)?|claims?|reserves?)(?![\w-])",
        " ", rest.masked.replace("·", " ").replace("§", " "),
    )  # fmt: skip
    phrase = re.sub(r"[^a-z -]+|\s+", " ", words).strip()
    if not phrase:
        return default_of(list(dict.fromkeys(node.kind for node in things)))
    return measure_of(phrase, reading.masked, things)


def _said(said: re.Match[str], measure: Measure, amounts: Sequence[tuple[float, Node]]) -> str:
    called = told_apart(node for _, node in amounts)
    shown = [f"{called[node.id]} {measure.shown(node, amount)}" for amount, node in amounts]
    if len({amount for amount, _ in amounts}) == 1:
        return f"The same {measure.name}: {listed(shown)}"
    high = max(amounts, key=lambda one: one[0])[1]
    low = min(amounts, key=lambda one: one[0])[1]
    if measure is AGE:
        return (
            f"{listed(shown)}: {called[high.id]} is the older"
            if len(amounts) == 2
            else f"{listed(shown)}: {called[high.id]} is the oldest"
        )
    verdict = f"the least in {called[low.id]}" if said["less"] else f"the most in {called[high.id]}"
    if len(amounts) == 2:
        verdict += f", by {measure.written(abs(amounts[0][0] - amounts[1][0]))}"
    return f"{measure.name[0].upper()}{measure.name[1:]}: {listed(shown)}; {verdict}"
