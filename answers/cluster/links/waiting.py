"""Which workloads wait for something before they start, by what their init containers say: `who waits for kafka`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from answers.cluster.catalog import WORKLOADS, pod_path
from answers.cluster.links.asked import Asked, listing
from answers.cluster.mentions import compiled
from answers.cluster.said import Draft, Spot
from cluster.graph import Node
from cluster.values import entries, text

_STARTS = r"(?:start\w*|come up|comes up|boot\w*|begin\w*|launch\w*|go live|run)"
_TILL = r"(?:before|until|unless|till|once|when|after|as soon as)"
_WAITS = (
    r"waits?|waiting|hold\w* (?:back|off|up)|held back|(?:delay|postpon|defer|block|paus|gat)\w*"
    rf"|(?:not|\w+n't|never|only|refuse\w* to) (?:\w+ ){{0,3}}{_STARTS}\b.*? {_TILL}|{_STARTS} only {_TILL}"
)
_BEGINS = rf"{_STARTS}|start-?up|init\w*|waits? (?:for|on|until)|waiting (?:for|on|until)"
_ELSE = r"why|how long|since|pending|stuck|crash\w*|bound|binding|claims?|volumes?|schedul\w*|terminat\w*|delet\w*|container ?creating|consumer|probes?|approv\w*|drain\w*|evict\w*"
_OPEN = r"(?:something|anything|someone|somebody|others?|another|what|dependenc\w+|each other)"
_TELLS_WAIT = re.compile(r"\b(?:wait|until|nc|sleep|pg_isready|nslookup|ping|dockerize)\b", re.IGNORECASE)
_PLAIN = r"waits?|waiting|back|off|up|before|until|till|unless|once|reachable|alive|available|there|ready|start\w*|first"
_KINDS = frozenset({*WORKLOADS, "Pod", "Service"})


def answer(one: Asked) -> Draft | None:
    """The workloads whose init containers wait for what is named, or for anything where the question says so."""
    waits = one.says(_WAITS)
    if waits is None or not one.says(_BEGINS) or one.says(_ELSE) or not set(one.reading.kinds) <= _KINDS:
        return None
    names = [m.said.lower() for m in one.reading.mentions]
    if (
        len(names) > 1
        or (names and "§" in one.text[: waits.start()])
        or not one.is_plain(_PLAIN, told=r"before|until|when .*|users?")
    ):
        return None
    if not names and not compiled(_OPEN).search(one.text[waits.end() :]):
        return None
    if names:
        names += [node.name.lower() for node in one.reading.mentions[0].nodes]
    kind = next((k for k in one.reading.kinds if k not in ("Pod", "Service")), "")
    among = [
        node
        for node in one.catalog.workloads(one.reading.namespaces, one.reading.clusters)
        if not kind or node.kind in one.reading.kinds
    ]
    found = [node for node in among if any(True for _ in _waiting(node, names))]
    said = f"wait for {one.reading.mentions[0].said}" if names else "wait for something else"
    if not among:
        return None
    return listing(
        one, found, among, f"whose init containers {said} before they start", lambda node: _spots(node, names)
    )


def _spots(node: Node, names: Collection[str]) -> Iterator[Spot]:
    for path, _ in _waiting(node, names):
        yield Spot(path=path)


def _waiting(node: Node, names: Collection[str]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The init containers that wait, for any of these names where there are some."""
    path = pod_path(node)
    for place, container in entries(node.value, f"{path}.initContainers") if path else ():
        words = [text(container, "name"), *_listed(container, "command"), *_listed(container, "args")]
        said = " ".join(words).lower()
        if _TELLS_WAIT.search(said) and (not names or any(_names(said, name) for name in names)):
            key = "command" if container.get("command") else "args" if container.get("args") else "name"
            yield (*path.split("."), "initContainers", place, key), said


def _names(said: str, name: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", said) is not None


def _listed(container: object, key: str) -> list[str]:
    held = container.get(key) if isinstance(container, dict) else None
    return [str(one) for one in held] if isinstance(held, list) else []
