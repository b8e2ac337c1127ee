"""Objects by a value that one of their fields holds: `claims of class standard`, `fsType xfs`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from answers.cluster.catalog import Catalog
from answers.cluster.conditions import Filter, Found
from answers.cluster.fields import Path, fields_of, words_of
from answers.cluster.kinds import singular
from answers.cluster.mentions import VERSION
from answers.cluster.reading import Reading
from answers.cluster.wording import LACKS

_MOST = 1_000
"""Objects that are looked into."""
_SHORTEST = 3
_FREE = frozenset({"labels", "annotations", "matchLabels", "env", "data", "args", "command", "conditions"})
"""Fields under which stands what people write themselves, or what has a reading of its own."""
_OWN = frozenset({"name", "namespace", "image", "nodeName", "kind", "apiVersion"})


def by_value(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> Iterator[Found]:
    """The conditions that unknown words of a question set, which are values of fields as a whole."""
    words = {
        w.lower().strip("/")
        for w in (*reading.unknown, *reading.missing)
        if len(w) >= _SHORTEST and not VERSION.fullmatch(w)
    }
    nodes = catalog.of(kinds) if words and not reading.mentions else []
    if not 0 < len(nodes) <= _MOST:
        return
    held: dict[str, dict[str, dict[str, Path]]] = {}
    for node in nodes:
        for path, value in fields_of(node):
            key, low = str(path[-1]).lower(), value.lower().strip("/") if isinstance(value, str) else ""
            of_value = low in words and not _is_free(path)
            of_key = key in words and key not in _OWN and value not in (None, "", [], False)
            if of_value or of_key:
                found = held.setdefault(low if of_value else key, {}).setdefault(_key(path), {})
                found.setdefault(node.id, path)
    spoken = {singular(token.low) for token in reading.tokens}
    for word, keys in held.items():
        sizes = Counter({key: len(found) for key, found in keys.items()})
        key = max(keys, key=lambda one: (len(set(words_of(one)) & spoken), sizes[one], one))
        found = keys[key]
        lacks = reading.asks(rf"(?:{LACKS}|not)(?: \w+){{0,2}}? {re.escape(word)}")
        yield (
            Filter(
                f"{'without' if lacks else 'with'} {key}{f' {word}' * (word != key.lower())}",
                lambda node, found=found, lacks=lacks: (node.id in found) is not lacks,  # type: ignore[misc]
                fields=lambda node, found=found: [found[node.id]] if node.id in found else [],  # type: ignore[misc]
            ),
            {word, *(singular(part) for part in words_of(key)), *words_of(key)},
        )


def _is_free(path: Path) -> bool:
    return bool(_FREE.intersection(map(str, path))) or path[-1] in _OWN


def _key(path: Path) -> str:
    return next(str(step) for step in reversed(path) if isinstance(step, str))
