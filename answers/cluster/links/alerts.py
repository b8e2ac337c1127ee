"""Alerts and recording rules by their names: `in which rule object does Watchdog live`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from answers.cluster import scripts
from answers.cluster.fields import Path
from answers.cluster.links.asked import Asked
from answers.cluster.links.spoken_values import parts, stems
from answers.cluster.said import Draft, Spot, listed, titled
from cluster.graph import Node
from cluster.values import entries, text

_KIND = "PrometheusRule"
_NOW = r"(?:is|are|been|was|were|currently) (?:\w+ )?(?:firing|fired|active|triggered|raised)|silenc\w*|acknowledg\w*|resolved|right now|went off"
_CAMEL = re.compile(r"[a-z][A-Z]")
_GENERAL = frozenset({"kube", "kubernet", "alert"})
_MOST = 6


def answer(one: Asked) -> Draft | None:
    """The rules of the name that the question holds, and where they stand."""
    rules = one.of(_KIND)
    about = one.says(r"alert\w*|rules?|recording|prometheusrules?") is not None
    named = {t.low for t in one.reading.tokens if about or _CAMEL.search(t.text)}
    found = [(node, path, name) for node in rules for path, name in _named(node, named)]
    found = found or (_meant(rules, one) if about else [])
    if not found or one.says(_NOW):
        return None
    names = "|".join(re.escape(name.lower()) for _, _, name in found)
    if not one.is_plain(rf"{names}|\w*loop\w*|alert\w*|rules?|fires?", told="before|how long|will|next"):
        return None
    holders = list(dict.fromkeys(node for node, _, _ in found))
    draft = Draft(sure=0.85, objects=holders)
    draft.lead.append(f"{listed(dict.fromkeys(n for _, _, n in found))} is in {listed(map(titled, holders))}")
    for node, path, _ in found[:_MOST]:
        draft.say(node)
        draft.say(node, Spot(path=path), detail=True)
    draft.commands = [scripts.describe(node, one.kinds) for node in holders]
    return draft


def _named(node: Node, names: set[str] | None) -> Iterator[tuple[Path, str]]:
    """The rules of these names, or all, each with its place."""
    for place, group in entries(node.value, "spec.groups"):
        for number, rule in entries(group, "rules"):
            name = text(rule, "alert") or text(rule, "record")
            if names is None or name.lower() in names:
                yield ("spec", "groups", place, "rules", number), name


def _meant(rules: list[Node], one: Asked) -> list[tuple[Node, Path, str]]:
    """The alerts all words of whose names are in the question: `crash looping pods` for KubePodCrashLooping."""
    said = stems(one.text)
    known = [(node, path, name) for node in rules for path, name in _named(node, None)]
    fitting = [
        (len(words), found)
        for found in known
        if len(words := parts(found[2]) - _GENERAL) > 1 and words <= said
    ]
    most = max((number for number, _ in fitting), default=0)
    return [found for number, found in fitting if number == most]
