"""Objects by the labels and annotations that they carry or lack: `annotated for scraping`, `without a team label`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from answers.cluster.around import is_denied
from answers.cluster.catalog import Catalog, labels, pod_path
from answers.cluster.conditions import Filter, Found
from answers.cluster.fields import Path
from answers.cluster.mentions import is_inside
from answers.cluster.reading import Reading
from answers.cluster.wording import FILLERS, LACKS
from cluster.graph import Node
from cluster.values import mapping
from index.tokens import stem

_ASKED: tuple[tuple[str, str], ...] = (
    ("annotations", r"annotat\w*"),
    ("labels", r"labels?|labell?ed|tagged"),
)
_NAMED = re.compile(
    r"(?:labels?|labell?ed|annotations?|annotated) (?:is |are )?"
    r"(?:called |named |key |keyed |with (?:the )?(?:key )?|by |as )?"
    r"[\"'`]?([\w.-]+(?:/[\w.-]+)?)(?![\w./=-])|[\"'`]?([\w.-]+(?:/[\w.-]+)?)[\"'`]? (?:labels?|annotations?)(?!\w)"
)
_PARTS = re.compile(r"[-_./]|(?<=[a-z0-9])(?=[A-Z])")
_GENERAL = frozenset(
    {"label", "labels", "labelled", "labeled", "annotation", "annotations", "annotated", "tagged"}
)
_HOLDING = frozenset(
    {"carry", "carries", "bear", "bears", "wear", "wears", "set", "present", "key", "keys", "keyed"}
)


def by_key(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> Iterator[Found]:
    """The condition to have a label or an annotation whose key the question says, wholly or in parts."""
    for field, asked in _ASKED:
        if not reading.asks(asked):
            continue
        keys = {key for node in catalog.of(kinds) for key in _held(node, field)}
        named, words = _exact(reading, keys) or _partly(reading, kinds, keys)
        if named:
            yield _carrying(field, named, words, reading)
        return


def _carrying(field: str, named: frozenset[str], words: frozenset[str], reading: Reading) -> Found:
    said = " ".join(sorted(words))
    place = min((t.start for t in reading.tokens if t.low in words), default=0)
    lacks = is_denied(reading.masked, place) or reading.asks(
        rf"{LACKS} (?:an? |the |any )?(?:[\w./-]+ ){{0,3}}?(?:{_ASKED[0][1]}|{_ASKED[1][1]})"
    )
    return (
        Filter(
            f"{'without' if lacks else 'with'} {field.removesuffix('s')} {said}",
            lambda node: bool(named & _held(node, field).keys()) is not lacks,
            fields=lambda node: _paths(node, field, named),
        ),
        {*words, *_GENERAL, *_HOLDING},
    )


def _held(node: Node, field: str) -> Mapping[str, object]:
    return labels(node) if field == "labels" else mapping(node.value, f"metadata.{field}")


def _paths(node: Node, field: str, named: frozenset[str]) -> list[Path]:
    """Where an object carries them: its own, or those of the pods that it makes."""
    template = tuple(pod_path(node).removesuffix("spec").rstrip(".").split(".")) if pod_path(node) else ()
    for above in (("metadata", field), (*filter(None, template), "metadata", field)):
        found = [(*above, key) for key in mapping(node.value, ".".join(above)) if key in named]
        if found:
            return list(found)
    return []


def _exact(reading: Reading, keys: set[str]) -> tuple[frozenset[str], frozenset[str]] | None:
    """The keys that the question spells out, or whose last part it names as a label."""
    said = {token.low for place, token in enumerate(reading.tokens) if not is_inside(place, reading.typed)}
    if spelled := {key for key in keys if key.lower() in said and not key.isalpha()}:
        return frozenset(spelled), frozenset(key.lower() for key in spelled)
    for match in _NAMED.finditer(reading.text.lower()):
        word = match[1] or match[2]
        found = {key for key in keys if word == key.lower()} or {
            key for key in keys if word == key.lower().rpartition("/")[2]
        }
        if found:
            return frozenset(found), frozenset({word})
    return None


def _partly(reading: Reading, kinds: Sequence[str], keys: set[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The keys that hold all the words which nothing else explains, as `pod-security.kubernetes.io/warn` `security`.

    A word for another kind may be one of them: `the pod security label`, `annotated for prometheus`.
    """
    unknown = {
        word.lower() for word in (*reading.unknown, *reading.missing)
        if word.lower() not in _GENERAL | _HOLDING | FILLERS
    }  # fmt: skip
    others = {
        token.low
        for subject in reading.subjects
        if set(subject.kinds).isdisjoint(kinds)
        for token in reading.tokens[subject.first : subject.last]
    }
    for words in (unknown | others, unknown, others):
        stems = {stem(part) for word in words for part in _PARTS.split(word) if part}
        found = {key for key in keys if stems <= {stem(part.lower()) for part in _PARTS.split(key) if part}}
        if stems and found:
            return frozenset(found), frozenset(words)
    return frozenset(), frozenset()
