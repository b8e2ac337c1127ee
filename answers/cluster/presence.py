"""Objects that set a field or leave it out, whatever it is called: `without rules`, `with session affinity`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from weakref import WeakKeyDictionary

from answers.cluster.around import is_denied
from answers.cluster.catalog import Catalog
from answers.cluster.conditions import Filter, Found
from answers.cluster.fields import CAMEL, Path, fields_of
from answers.cluster.kinds import singular
from answers.cluster.reading import Reading
from answers.cluster.wording import FILLERS, LACKS
from cluster.graph import Node
from index.tokens import stem

_MOST = 3_000
"""Objects that are looked into."""
_SAID = re.compile(
    rf"(?<![\w-])(?P<lacks>{LACKS}|not (?:set|setting|defining|using))|(?<![\w-])(?:with|ha(?:s|ve)|having"
    r"|sets?|setting|defin(?:e|es|ing)|us(?:e|es|ing)|enabl(?:e|es|ed|ing)|activat(?:e|es|ed)"
    r"|contain(?:s|ing)?|specif(?:y|ies)|(?:turn|switch)(?:ed|s|es|ing)? (?:on|off)|disabl(?:e|es|ed|ing))(?= )"
)
_DISABLED = re.compile(
    r"(?:turn(?:ed|s|ing)?|switch(?:ed|es|ing)?) (?:it |them )?off|disabl\w+|deactivat\w+|unset|empty"
    r"|not (?:set|defined|enabled|given)"
)
_WORDS = re.compile(r"[a-z][\w-]*")
_ABOUT = frozenset(
    "any some an a the of their own turned on off set enabled disabled switched actually field".split()
)
_FREE = frozenset({"labels", "annotations", "matchLabels", "selector", "data", "env", "nodeSelector"})
"""Fields under which stands what people name themselves."""
_EMPTY: tuple[object, ...] = (None, "", [], {}, False, "None", 0)
_ELSEWHERE = frozenset(
    "name kind namespace labels annotations replicas image images status ready type version resources containers spec "
    "node data".split()
)
"""Words that other conditions read, or that say too little."""

_KNOWN: WeakKeyDictionary[Catalog, dict[tuple[str, ...], frozenset[str]]] = WeakKeyDictionary()


def by_presence(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> Iterator[Found]:
    """The condition that a field is set, or is not, where some of the objects have it and others do not."""
    nodes = catalog.of(kinds)
    if reading.mentions or not 0 < len(nodes) <= _MOST:
        return
    keys = _keys(catalog, kinds)
    named = {token.low for subject in reading.typed for token in reading.tokens[subject.first : subject.last]}
    for match in _SAID.finditer(reading.loose):
        words = _behind(reading, match.end())
        for length in range(min(len(words), 4), 0, -1):
            said = words[:length]
            key = _key(said, keys) if said[0] not in named else None
            if key is None:
                continue
            having = {node.id for node in nodes if _set(node, key)}
            off = {node.id for node in nodes if any(p[-1] == key and v is False for p, v in fields_of(node))}
            if off and _DISABLED.search(reading.masked):
                yield _off(key, off, {*said, *_ABOUT, *match[0].split()})
                return
            denied = (
                bool(match["lacks"])
                or bool(_DISABLED.search(reading.masked))
                or is_denied(reading.masked, match.start())
            )
            if having and (len(having) < len(nodes) or denied):
                yield _setting(key, having, denied, {*said, *_ABOUT})
                return


def _keys(catalog: Catalog, kinds: Sequence[str]) -> frozenset[str]:
    """The names of all fields that objects of these kinds have."""
    known = _KNOWN.setdefault(catalog, {})
    if (keys := known.get(tuple(kinds))) is None:
        paths = (path for node in catalog.of(kinds) for path, _ in fields_of(node))
        keys = frozenset(str(p[-1]) for p in paths if not _FREE.intersection(map(str, p[:-1])))
        known[tuple(kinds)] = keys
    return keys


def _behind(reading: Reading, start: int) -> list[str]:
    """The words behind a place that may be those of a field, up to the end of what is said there."""
    part = re.split(r"[?.,;:()]", reading.loose[start:])[0]
    found = [word for word in _WORDS.findall(part) if word not in _ABOUT]
    return found[:4]


def _key(said: Sequence[str], keys: Set[str]) -> str | None:
    """The field whose name is these words, in any number: `sessionAffinity`, `rules`."""
    stems = [stem(part) for word in said for part in word.split("-")]
    if len(said) == 1 and (said[0] in _ELSEWHERE or said[0] in FILLERS):
        return None
    for key in sorted(keys, key=len):
        if len(said) == 1:  # `a termination grace period` is not what `terminated` is
            if singular(key.lower()) == singular(said[0]):
                return key
            continue
        parts = [stem(part.lower()) for part in CAMEL.split(key) if part]
        if parts == stems or "".join(parts) == "".join(stems):
            return key
    return None


def _set(node: Node, key: str) -> list[Path]:
    return [path for path, value in fields_of(node) if path[-1] == key and value not in _EMPTY]


def _off(key: str, off: set[str], words: set[str]) -> Found:
    return (
        Filter(
            f"with {key} switched off",
            lambda node: node.id in off,
            fields=lambda node: [
                path for path, value in fields_of(node) if path[-1] == key and value is False
            ][:2],
        ),
        words,
    )


def _setting(key: str, having: set[str], denied: bool, words: set[str]) -> Found:
    return (
        Filter(
            f"{'without' if denied else 'with'} {key}",
            lambda node: (node.id in having) is not denied,
            fields=lambda node: _set(node, key)[:2],
        ),
        words,
    )
