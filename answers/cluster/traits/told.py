"""Says how a named object's pods are set up: whether they use the host network, which user they run as."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from answers.cluster import scripts
from answers.cluster.catalog import Catalog
from answers.cluster.choice import choose
from answers.cluster.fact_parts import with_pods
from answers.cluster.kinds import KindWords
from answers.cluster.reading import Reading
from answers.cluster.said import Draft, Spot, listed, titled
from answers.cluster.traits import held
from answers.cluster.traits.asked import NEUTRAL, Asked, asked_in
from answers.cluster.traits.held import Held
from answers.cluster.wording import Aspect
from cluster.graph import Node

_MOST = 8
"""Fields of an object that are quoted."""
_PODS = 4
_ELSEWHERE = (Aspect.WHY, Aspect.OWNER, Aspect.LOGS)


def answer(draft: Draft, reading: Reading, catalog: Catalog, kinds: KindWords) -> bool:
    """Tells the traits that the question asks of the objects it names; False where it asks for something else."""
    asked = [one for one in asked_in(reading) if not one.trait.listed]
    if not asked or reading.aspect in _ELSEWHERE or reading.missing:
        return False
    guessed = any(mention.guessed for mention in reading.mentions)
    if len([w for w in reading.unknown if w.lower() not in NEUTRAL]) > (0 if guessed else 1):
        return False
    trial = Draft(clusters=draft.clusters)
    plain = replace(reading, aspects=[])  # `allowed to run as root` asks for no rights of an account
    chosen = [choose(mention, plain, trial, catalog) for mention in reading.mentions]
    nodes = [node for one in chosen for node in one if node.present]
    makers = [maker for node in nodes if (maker := _subject(node, asked, catalog)) is not None]
    if not all(chosen) or len(makers) < len(nodes):
        return False
    draft.lead += trial.lead
    draft.objects = list(dict.fromkeys(makers))
    for maker in draft.objects:
        for one in asked:
            _tell(draft, one, maker, catalog)
    draft.commands = [_command(maker, asked, catalog, kinds) for maker in draft.objects]
    return True


def _subject(node: Node, asked: Sequence[Asked], catalog: Catalog) -> Node | None:
    """The object that has the traits, or may have them: the named one, or what makes its pods."""
    own = [one.trait.kinds for one in asked if one.trait.kinds]
    if own:
        return node if all(node.kind in kinds for kinds in own) else None
    return with_pods(node, catalog)


def _tell(draft: Draft, one: Asked, maker: Node, catalog: Catalog) -> None:
    of_pods = one.trait.of_pods and maker.kind != "Pod"
    told = catalog.pods(maker)[:_PODS] if of_pods else [maker]
    draft.say(maker, Spot(short=2))
    for node in told:
        found = one.trait.find(node)
        draft.lead.append(f"{titled(node)}{_summed(one, node, found)}")
        for h in found[:_MOST]:
            draft.say(node, Spot(short=2))
            draft.say(node, Spot(path=_shown(one, h)), detail=True)


def _summed(one: Asked, node: Node, found: Sequence[Held]) -> str:
    """`runAsUser 1000 (container server)`, `no init containers`."""
    if one.trait.holds is not None:
        return f": {one.trait.spoken[not one.trait.holds(node)]}"
    if not found:
        noun = re.sub(r"^an? ", "", one.trait.said)
        return f" has no {noun}{' set' * (noun.isalpha() and not noun.endswith('s'))}"
    named = [f"{h.path[-1]} " if h.value is True and h.path[-1] != one.trait.said else "" for h in found]
    said = list(dict.fromkeys(name + _value(one, h) for name, h in zip(named, found, strict=True)))
    number = f" ({len(found)})" if len(said) > 1 or not _is_plain(found) else ""
    return f": {one.trait.said}{number}: {listed(said)}"


def _is_plain(found: Sequence[Held]) -> bool:
    """Whether a field has one value for the whole pod, and is no list of things that are counted."""
    return not any("initContainers" in h.path or isinstance(h.path[-1], int) for h in found)


def _value(one: Asked, h: Held) -> str:
    of = f" (container {h.container})" if h.container and "initContainers" not in h.path else ""
    if isinstance(h.value, dict) and (terms := [k for k in h.value if str(k).endswith("DuringExecution")]):
        return listed(f"{'hard' if term.startswith('required') else 'soft'} ({term})" for term in terms)
    if isinstance(h.value, dict):
        plain = [f"{key} {value}" for key, value in h.value.items() if isinstance(value, str | int)]
        return (" ".join(plain[:3]) if plain else "set") + of
    value = " ".join(map(str, h.value)) if isinstance(h.value, list) else str(h.value)
    return value.replace("True", "true").replace("False", "false") + of


def _shown(one: Asked, h: Held) -> tuple[str | int, ...]:
    """The field that is quoted: of an init container all of it."""
    return h.path[:-1] if "initContainers" in h.path and h.path[-1] == "name" else h.path


def _command(maker: Node, asked: Sequence[Asked], catalog: Catalog, kinds: KindWords) -> list[str]:
    if all(one.trait.of_pods for one in asked) and (pods := catalog.pods(maker)) and maker.kind != "Pod":
        return scripts.describe(pods[0], kinds)
    place = ["-n", maker.namespace] if maker.namespace else []
    return ["kubectl", "get", kinds.resource(maker.kind, maker.group), maker.name, *place, "-o", "yaml"]


def sets(maker: Node, one: Asked) -> bool:
    """Whether an object has a trait at all."""
    return any(held.is_set(h, empty=one.trait.empty) for h in one.trait.find(maker))
