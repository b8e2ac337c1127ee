"""Environment variables that a question names in words: `the slack hook url`, `cassandra's cluster name`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from answers.cluster import scripts
from answers.cluster.catalog import Catalog, containers
from answers.cluster.choice import choose
from answers.cluster.conditions import Filter, Found
from answers.cluster.fact_parts import with_pods
from answers.cluster.fields import Path
from answers.cluster.kinds import KindWords, singular
from answers.cluster.mentions import VARIABLE
from answers.cluster.reading import Reading
from answers.cluster.said import Draft, Spot
from answers.cluster.wording import Aspect
from cluster.graph import Node
from cluster.values import entries, text

_WORD = re.compile(r"[a-z0-9]+")
_ELSEWHERE = (Aspect.WHY, Aspect.OWNER, Aspect.LOGS, Aspect.ACCESS, Aspect.EVENTS)
_MOST = 4
_RARE = 0.5
"""How much of a variable's name a question has to say where it says a rare word of it."""


_SOURCE = (
    r"(?:from|in|by|via|which|what) (?:an? |the |which |what )?(?:key .{0,20}?)?(?:\w+ )?(?:secrets?|config ?maps?)|"
    r"where .{0,60}?(?:come from|comes from|taken from|take .{0,40}? from|get .{0,40}? from|defined|stored|read)"
)
_HIDDEN = r"\b(?:passwords?|credentials?|tokens?|(?:api|access|private)[ -]?keys?)\b"
_SAYS_VARIABLE = re.compile(r"\b(?:env|envs|environment|variables?|vars?)\b", re.IGNORECASE)


def without_secrets(text: str, reading: Reading) -> str:
    """The text without what is secret, where the question only asks where it is taken from."""
    asks = reading.mentions and reading.asks(_SOURCE)
    return re.sub(_HIDDEN, "§", text) if asks else text


def by_variable(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> Iterator[Found]:
    """The condition to set an environment variable that the question names: `who sets GOMEMLIMIT`."""
    names = {word for word in (*reading.unknown, *reading.missing) if VARIABLE.fullmatch(word)}
    for name in sorted(names):
        nodes = catalog.of(kinds)
        found = {node.id: path for node in nodes if (path := _set(node, name)) is not None}
        part = not found and _SAYS_VARIABLE.search(reading.text) is not None
        if part:
            found = {n.id: path for n in nodes if (path := _set(n, name, part=True)) is not None}
        if found:
            yield (
                Filter(
                    f"with {'an ' * part}environment variable {'with ' * part}{name}{' in its name' * part}",
                    lambda node, found=found: node.id in found,  # type: ignore[misc]
                    fields=lambda node, found=found: [found[node.id]] if node.id in found else [],  # type: ignore[misc]
                ),
                {name.lower()},
            )


def _set(node: Node, name: str, *, part: bool = False) -> Path | None:
    """Where a variable of the name is set, or one of whose name this is a part."""
    for group, place, container in containers(node):
        for number, variable in entries(container, "env"):
            known = text(variable, "name")
            if known == name or (part and name in known.split("_")):
                return (*group.split("."), place, "env", number)
    return None


def answer(draft: Draft, reading: Reading, catalog: Catalog, kinds: KindWords) -> bool:
    """Tells the variables of the named objects that the question spells in words; False where it spells none."""
    if reading.aspect in _ELSEWHERE:
        return False
    for mention in reading.mentions:
        trial = Draft(clusters=draft.clusters)
        for node in choose(mention, reading, trial, catalog)[:_MOST]:
            maker = with_pods(node, catalog) if node.present else None
            paths = _spelled(maker, reading) if maker is not None else []
            if maker is None or not paths:
                continue
            draft.lead += trial.lead
            draft.say(maker, Spot(short=2))
            for path in paths[:_MOST]:
                draft.say(maker, Spot(path=path), detail=True)
            draft.objects.append(maker)
        if draft.objects:
            draft.aspect = Aspect.ENV
            draft.commands = [scripts.describe(maker, kinds) for maker in draft.objects]
            return True
    return False


def _spelled(maker: Node, reading: Reading) -> list[Path]:
    """Where the variables stand of which the question says the name, or most of it and a word that is rare."""
    said = _WORD.findall(reading.text.lower())
    words = {singular(word) for word in said}
    rare = {singular(word.lower()) for word in reading.unknown if word.isalpha()}
    own = {singular(part) for part in _WORD.findall(maker.name.lower())}
    found: list[tuple[int, Path]] = []
    for group, place, container in containers(maker):
        for number, variable in entries(container, "env"):
            parts = [singular(part) for part in _WORD.findall(text(variable, "name").lower())]
            held = set(parts) & words
            whole = len(parts) > 1 and _in_row(parts, [singular(word) for word in said])
            most = bool(rare & held) and len(held) >= _RARE * len(set(parts)) and rare <= held | own
            if (whole and len(set(parts) - own) > 1) or most:
                found.append((-len(held), (*group.split("."), place, "env", number)))
    best = min((size for size, _ in found), default=0)
    return list(dict.fromkeys(path for size, path in found if size == best))


def _in_row(parts: Sequence[str], said: Sequence[str]) -> bool:
    """Whether the words of a name follow each other in a question."""
    return any(
        list(said[first : first + len(parts)]) == list(parts) for first in range(len(said) - len(parts) + 1)
    )
