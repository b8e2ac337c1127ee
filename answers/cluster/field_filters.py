"""Objects by a field of their own: `privileged containers`, `with the Recreate strategy`, `nodes without taints`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from answers.cluster.around import is_denied, verb_before
from answers.cluster.catalog import Catalog
from answers.cluster.conditions import Filter, Found, Test
from answers.cluster.fields import CAMEL, SYNONYMS, Path, fields_of
from answers.cluster.kinds import singular
from answers.cluster.mentions import is_inside
from answers.cluster.reading import Reading
from answers.cluster.wording import LACKS
from cluster.graph import Node
from cluster.values import at

_MOST = 3_000
"""Objects that are looked into."""
_CHOICE = re.compile(r"[A-Z][A-Za-z]+")
"""What a field with a few values to choose from holds: `Recreate`, `ReadWriteMany`."""
_OF_CHOICES = r"polic(?:y|ies)|strateg(?:y|ies)|modes?|class(?:es)?|types?|protocols?"
"""What fields are called that have a few values to choose from."""
_SHORT = {"rwo": "readwriteonce", "rwx": "readwritemany", "rox": "readonlymany", "rwop": "readwriteoncepod"}
_FREE = frozenset(
    {"labels", "annotations", "matchLabels", "env", "data", "args", "command", "conditions", "nodeInfo"}
)
"""Fields under which stands what people write themselves, or what has a reading of its own."""
_ELSEWHERE = frozenset(
    "livenessProbe readinessProbe startupProbe limits requests labels annotations replicas image ports resources name "
    "namespace storageClassName serviceAccountName serviceAccount clusterIP clusterIPs type phase nodeName ready "
    "containers template spec status metadata selector matchLabels conditions strategy data volumes".split()
)
"""Fields that other conditions are about, and those that every object has."""
_OPTIONAL = {
    "taints": r"taints?|tainted",
    "tolerations": r"tolerations?",
    "unschedulable": r"cordoned|unschedulable",
    "hostNetwork": r"host ?network(?:ing)?",
    "hostPID": r"host ?pid",
    "hostIPC": r"host ?ipc",
    "privileged": r"privileged",
    "initContainers": r"init ?-?containers?",
    "finalizers": r"finalizers?",
    "affinity": r"affinit(?:y|ies)(?: rules?)?",
    "nodeSelector": r"node ?selectors?",
    "hostPath": r"host ?paths?(?: volumes?)?",
    "emptyDir": r"empty ?dirs?(?: volumes?)?",
    "priorityClassName": r"(?:a )?priority ?class(?:es)?",
    "securityContext": r"security ?contexts?",
    "imagePullSecrets": r"(?:image )?pull secrets?",
    "topologySpreadConstraints": r"(?:topology )?spread constraints?",
    "lifecycle": r"(?:lifecycle|pre-?stop) hooks?",
    "runAsNonRoot": r"(?:run(?:ning)? )?as non-?root|non-?root",
    "readOnlyRootFilesystem": r"read-?only (?:root )?(?:file ?systems?|fs)",
    "tls": r"tls|https",
    "ingressClassName": r"ingress ?class(?:es)?",
    "egress": r"egress(?: rules?)?",
    "claimRef": r"claims?|claimed",
}
"""Fields that objects may be without, and what people call them."""
_ONE_WAY = {
    way: rf"only (?:\w+ ){{0,2}}{way}|{way}[- ]only|{way} (?:traffic )?only|(?:nothing but|just) {way}"
    for way in ("egress", "ingress")
}
"""Asks for policies about one way of traffic and not the other."""
_ONLY_OF = {"egress": "NetworkPolicy", "claimRef": "PersistentVolume"}

_Held = Mapping[tuple[str, str], Mapping[str, Path]]
_KNOWN: WeakKeyDictionary[Catalog, dict[tuple[str, ...], _Held]] = WeakKeyDictionary()


def by_field(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> Iterator[Found]:
    """The conditions on fields that a question sets, by a value or by a field's name."""
    if reading.mentions or not 0 < len(catalog.of(kinds)) <= _MOST:
        return
    for key, spelled in _OPTIONAL.items():
        own = any(f"{kind[0].lower()}{kind[1:]}Name" == key for kind in kinds)
        own = own or _ONLY_OF.get(key, kinds[0]) != kinds[0]
        if not own and (match := _asked(spelled, reading)) is not None:
            yield _having(key, match[0], reading)
            return
    if "NetworkPolicy" in kinds and reading.asks("denies everything"):
        yield Filter("that let nothing through by default", _denies), {"denies"}
        return
    for way, spelled in _ONE_WAY.items():
        if "NetworkPolicy" in kinds and reading.asks(spelled):
            yield (
                Filter(f"for {way} only", _is_for(way)),
                {way, "only", "restrict", "restricts", "limited", "rules"},
            )
            return
    yield from _by_choice(reading, kinds, catalog)


def _is_for(way: str) -> Test:
    return lambda node: (
        [str(one).lower() for one in at(node.value, "spec.policyTypes") or ("Ingress",)] == [way]
    )


def _denies(node: Node) -> bool:
    """Whether a network policy is for all pods and lets nothing in or nothing out."""
    wanted = [str(one).lower() for one in at(node.value, "spec.policyTypes") or ("Ingress",)]
    return not at(node.value, "spec.podSelector") and any(not at(node.value, f"spec.{one}") for one in wanted)


def _asked(spelled: str, reading: Reading) -> re.Match[str] | None:
    return re.search(rf"(?<![\w-])(?:{spelled})(?![\w-])", reading.masked)


def _having(key: str, said: str, reading: Reading) -> Found:
    """The condition that a field is set, or is not."""
    escaped = re.escape(said)
    lacks = reading.asks(rf"(?:{LACKS}|not|non)(?: \w+){{0,2}}? {escaped}")
    words = {part for word in said.split() for part in (word, word.removesuffix("s"))}
    return (
        Filter(
            f"{'without' if lacks else 'with'} {key}",
            lambda node: bool(_set(node, key)) is not lacks,
            fields=lambda node: _set(node, key)[:2],
        ),
        words,
    )


def _set(node: Node, key: str) -> list[Path]:
    """Where an object sets a field to something."""
    return [p for p, value in fields_of(node) if p[-1] == key and value not in (None, "", [], {}, False)]


def _by_choice(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> Iterator[Found]:
    """`reclaim policy Retain`, `the Recreate strategy`: a word that is the value of a field with few to choose from."""
    said = {
        _SHORT.get(token.low, token.low): token
        for place, token in enumerate(reading.tokens)
        if not is_inside(place, reading.named) and not is_inside(place, reading.subjects)
    }
    if not reading.unknown and not reading.asks(_OF_CHOICES):
        return
    spoken = {singular(word) for word in said}
    held = _held(catalog, kinds)
    named = [(_named(key, spoken), key, low) for key, low in held if low in said]
    # A word that the grammar knows (`always`, `delete`) is a value only beside a word of its field.
    sure = [one for one in named if one[0] or said[one[2]].text in reading.unknown]
    if not sure:
        return
    _, key, low = max(sure, key=lambda one: (one[0], len(held[one[1], one[2]]), one[1]))
    found = held[key, low]
    parts = [part.lower() for part in CAMEL.split(key) if part]
    words = {low, said[low].low, *parts, *map(singular, parts), "strategy", "policy", "policies"}
    denied = is_denied(reading.masked, said[low].start)
    others = {one for (other, _), nodes in held.items() if other == key for one in nodes}
    yield (
        Filter(
            f"with {key}{' other than' * denied} {said[low].text}",
            lambda node: (node.id in found) is not denied and (not denied or node.id in others),
            fields=lambda node: [found[node.id]] if node.id in found else [],
        ),
        words | verb_before(reading, said[low].start),
    )


def _held(catalog: Catalog, kinds: Sequence[str]) -> _Held:
    """Where the objects of these kinds hold which choice of which field: by field and choice, then by object."""
    known = _KNOWN.setdefault(catalog, {})
    if (found := known.get(tuple(kinds))) is None:
        held: dict[tuple[str, str], dict[str, Path]] = {}
        for node in catalog.of(kinds):
            for path, value in fields_of(node):
                for low in _choices(path, value):
                    held.setdefault((_key(path), low), {}).setdefault(node.id, path)
        found = known[tuple(kinds)] = held
    return found


def _key(path: Path) -> str:
    """The name of a field, with what it stands under where it says nothing itself: `strategy` of `strategy.type`."""
    names = [step for step in path if isinstance(step, str)]
    return names[-2] if names[-1] == "type" and len(names) > 1 else names[-1]


def _choices(path: Path, value: Any) -> set[str]:
    if _FREE.intersection(map(str, path)) or path[-1] in _ELSEWHERE - {"type"} or _key(path) == "spec":
        return set()
    values = value if isinstance(value, list) else [value]
    return {one.lower() for one in values if isinstance(one, str) and _CHOICE.fullmatch(one)}


def _named(key: str, spoken: set[str]) -> int:
    """How many words of a field's name are said."""
    parts = {singular(part.lower()) for part in CAMEL.split(key) if part} | set(SYNONYMS.get(key, ()))
    return len(parts & spoken)
