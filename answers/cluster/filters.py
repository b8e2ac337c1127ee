"""Which of the objects of a kind are meant: by state, type, image, label, number, name, and what they lack."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from answers.cluster.amounts import MEASURES, amount
from answers.cluster.around import is_denied
from answers.cluster.catalog import Catalog, labels
from answers.cluster.claims import by_claim
from answers.cluster.conditions import Filter, Found
from answers.cluster.env_words import by_variable
from answers.cluster.field_filters import by_field
from answers.cluster.field_values import by_value
from answers.cluster.fields import SYNONYMS
from answers.cluster.held import lacking
from answers.cluster.image_filters import by_image
from answers.cluster.kinds import singular
from answers.cluster.mentions import Token
from answers.cluster.metadata_keys import by_key
from answers.cluster.number_fields import by_number_field
from answers.cluster.port_filters import by_port
from answers.cluster.presence import by_presence
from answers.cluster.reading import Reading
from answers.cluster.relations import by_relation
from answers.cluster.state_filters import by_state
from answers.cluster.time_filters import by_time, without_verbs
from answers.cluster.traits.asked import asked_in, without_words
from answers.cluster.traits.conditions import by_trait
from answers.cluster.wording import COMPARED, UNWELL
from cluster.graph import Node
from cluster.values import mapping, text

__all__ = ["Filter", "filters_of"]

_TYPES = {
    "LoadBalancer": "load ?-?balancers?", "NodePort": "node ?ports?", "ClusterIP": "cluster ?ips?",
    "ExternalName": "external ?names?",
}  # fmt: skip
_BYTES = re.compile(r"[kmgtp]i?b?$")
_STORAGE = {"PersistentVolumeClaim", "PersistentVolume"}
_CAMEL = re.compile(r"[a-z][A-Z]")
"""In the middle of a field's name, which is no part of an object's."""
_SHORTENED = 5
"""Letters that a part of a name must have to stand for a longer word: `maint` for `maintenance`."""
_LONGER = 6
"""Letters that such a word may have more."""
_TYPE_WORDS = frozenset("type load balancer balancers node port ports cluster ip ips external name".split())


def filters_of(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> tuple[list[Filter], set[str]]:
    """The conditions that a question sets, and the words that they explain."""
    found: list[Filter] = []
    explained: set[str] = set()
    for one, words in by_trait(reading, kinds, catalog):
        found.append(one)
        explained |= words
    if asked := asked_in(reading):
        reading = replace(reading, masked=without_words(reading.masked, asked))
    for part in _PARTS:
        if part in _LEFT:
            left = [w for w in reading.unknown if w.lower() not in explained]
            missing = [w for w in reading.missing if w.lower() not in explained]
            reading = replace(reading, unknown=left, missing=missing)
        if part is by_state and any(one.words.startswith("with completionTime") for one in found):
            reading = replace(reading, masked=without_verbs(reading.masked))
        for one, words in part(reading, kinds, catalog):
            if part in _ONCE and words & explained:
                continue
            found.append(one)
            explained |= words
    if found:  # what people say for the fields that conditions are about
        explained |= {word for words in SYNONYMS.values() for word in words}
    if any(one.words.startswith(("with label ", "without label ")) for one in found):
        found = [one for one in found if one.words not in ("with labels", "without labels")]
    return found, explained


def conditions_on(reading: Reading, catalog: Catalog) -> list[Filter]:
    """The conditions on how things are that a question sets beside a name: `pods on node-1 that are not ready`."""
    found, _ = filters_of(reading, ("Pod",), catalog) if "Pod" in reading.kinds else ([], set())
    unwell = reading.asks(rf"(?:are|is|that|any|which) (?:{UNWELL})")
    return [one for one in found if one.state or one.number or (one.unwell and unwell)]


def _by_type(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> Iterator[Found]:
    if "Service" not in kinds:
        return
    if reading.asks("headless"):
        yield (
            Filter("that are headless", lambda node: text(node.value, "spec.clusterIP") == "None"),
            {"headless"},
        )
    said = {
        name: match
        for name, spelled in _TYPES.items()
        if (match := re.search(rf"(?<![\w-])(?:{spelled})(?![\w-])", reading.masked))
    }
    denied = [name for name, match in said.items() if is_denied(reading.masked, match.start())]
    wanted = [name for name in said if name not in denied]
    words = {*_TYPE_WORDS, *(form for name in said for form in (name.lower(), f"{name.lower()}s"))}
    for name in denied:
        yield Filter(f"not of type {name}", _is_type([name], True)), words
    if wanted:
        yield Filter(f"of type {' or '.join(wanted)}", _is_type(wanted, False)), words


def _is_type(names: Sequence[str], denied: bool) -> Callable[[Node], bool]:
    return lambda node: (text(node.value, "spec.type") in names) is not denied


def _by_label(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> Iterator[Found]:
    """`app=cart`, or a word that is the value of a label and nothing else: `part of kube-prometheus`."""
    values: dict[str, set[str]] = {}
    for node in catalog.of(kinds):
        for key, value in labels(node).items():
            values.setdefault(value.lower(), set()).add(key)
    for token in reading.tokens:
        key, equals, value = token.text.partition("=")
        if equals and reading.asks(r"select\w*"):
            yield Filter(f"that select {token.text}", _selects(key, value)), {token.low, "selecting"}
        elif equals and key in values.get(value.lower(), ()):
            yield Filter(f"labelled {token.text}", _has_label({key}, value), ("-l", token.text)), {token.low}
        elif token.low in values and (token.text in reading.unknown or token.text in reading.missing):
            yield _by_value(token, sorted(values[token.low]), reading)


def _selects(key: str, value: str) -> Callable[[Node], bool]:
    paths = ("spec.selector", "spec.selector.matchLabels", "spec.podSelector.matchLabels")
    return lambda node: any(mapping(node.value, path).get(key) == value for path in paths)


def _by_value(token: Token, keys: list[str], reading: Reading) -> Found:
    if reading.asks(r"part of|belongs? to"):
        keys = [key for key in keys if "part-of" in key] or keys
    arguments = ("-l", f"{keys[0]}={token.text}") if len(keys) == 1 else ()
    return Filter(f"labelled {token.text}", _has_label(set(keys), token.text), arguments), {token.low}


def _has_label(keys: set[str], value: str) -> Callable[[Node], bool]:
    return lambda node: any(labels(node).get(key, "").lower() == value.lower() for key in keys)


def _by_number(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> Iterator[Found]:
    """`more than two replicas`, `at least 5 restarts`."""
    for match in COMPARED.finditer(reading.masked):
        sign, digits, behind = match[1], match[2], match[3] or ""
        if behind.startswith(("and ", "or ")):
            behind = ""  # what is asked further
        if reading.masked[match.end(2) :].lstrip().startswith(("%", "percent")) and digits:
            continue  # a share of something that no object holds
        if digits is None and sign != "a single":
            continue
        measured = [m for m in MEASURES if re.search(rf"\b(?:{m[0]})\b", behind)]
        measured += [m for m in MEASURES if re.search(rf"\b(?:{m[0]})\b", reading.masked)]
        if not measured and _BYTES.search(digits or "") and set(kinds) <= _STORAGE:
            measured = [m for m in MEASURES if m[1] == "size"]
        if not measured:
            continue
        _, name, measure = measured[0]
        holds = comparison(sign, amount(digits) if digits else 1)

        def test(node: Node) -> bool:
            found = measure(node, catalog)  # noqa: B023 - it is the only one
            return found is not None and holds(found)  # noqa: B023

        words = {*(digits or "").split(), *sign.split(), name, "single"}
        yield Filter(f"with {sign} {digits or ''} {name}".replace("  ", " "), test, number=True), words
        return


def comparison(sign: str, limit: float) -> Callable[[float], bool]:
    """`more than` and the like as a test of a number."""
    if sign in ("more than", "greater than", "over", "above", ">"):
        return lambda value: value > limit
    if sign in ("less than", "fewer than", "under", "below", "<"):
        return lambda value: value < limit
    if sign in ("at least", ">="):
        return lambda value: value >= limit
    return (lambda value: value <= limit) if sign in ("at most", "<=") else (lambda value: value == limit)


def _by_name(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> Iterator[Found]:
    """A word that is a part of names or of API groups of these kinds: `istio` among definitions."""
    placed = {after.text for token, after in pairwise(reading.tokens) if token.low in ("namespace", "ns")}
    for word in reading.unknown:
        low = word.lower()
        if word in placed or _CAMEL.search(word):
            continue  # `pods in namespace payments`: there is none of that name
        if len(low) < 3 or any(re.fullmatch(measure[0], low) for measure in MEASURES):
            continue
        forms = {low, singular(low)}
        ids = {n.id for n in catalog.of(kinds) if _has_part(n, forms)}
        if ids:
            yield Filter(f"named {word}", _is_one_of(ids)), {low}


def _has_part(node: Node, forms: set[str]) -> bool:
    """Whether a word is a part of an object's name or API group, or is what a part stands short for."""
    parts = re.split(r"[-._ ]", f"{node.name} {node.group}".lower())
    short = [part for part in parts if len(part) >= _SHORTENED]
    if any("." in f and (f == node.group or node.name.endswith(f".{f}")) for f in forms):
        return True
    return bool(forms & set(parts)) or any(
        f.isalpha() and f.startswith(part) and len(f) - len(part) <= _LONGER for f in forms for part in short
    )


def _is_one_of(ids: set[str]) -> Callable[[Node], bool]:
    return lambda node: node.id in ids


_PARTS = (
    lacking, by_key, by_claim, by_relation, by_time, _by_number, by_state, _by_type, by_port, by_image, by_variable,
    by_number_field, by_value, by_presence, by_field, _by_label, _by_name,
)  # fmt: skip
_ONCE = (by_number_field, by_relation, by_field, by_state, by_value, by_presence, _by_label)
"""Conditions that do not hold beside another one about the same words."""
_LEFT = (by_value, _by_label, _by_name)
"""Conditions on words that nothing before explains."""
