"""What people say for fields of Kubernetes: `glossary.txt`, read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).with_name("glossary.txt")
_PROBES = {
    "livenessProbe": "it is alive",
    "readinessProbe": "it is ready for traffic",
    "startupProbe": "it has started",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What a field tells in plain words: `tail` is the end of its path, `value` the value that the words are for."""

    tail: str
    value: str
    text: str

    def is_of(self, key: str) -> bool:
        """Whether a field whose path is written with dots is meant."""
        return key == self.tail or key.endswith(f".{self.tail}")


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """All entries, in the order of the file."""
    return tuple(_read(_FILE.read_text(encoding="utf-8")))


@lru_cache(maxsize=4_096)
def entries_of(key: str) -> tuple[Entry, ...]:
    """The entries of a field."""
    return tuple(one for one in entries() if one.is_of(key))


def _read(text: str) -> Iterator[Entry]:
    heads: list[tuple[str, str, str]] = []
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            heads = [head for spelled in line[1:-1].split() for head in _heads(spelled)]
        elif line and not line.startswith("#"):
            yield from (Entry(tail, value, line.replace("{ok}", ok)) for tail, value, ok in heads)


def _heads(spelled: str) -> Iterator[tuple[str, str, str]]:
    """The end of a path and a value; `*Probe` stands for each of the three."""
    tail, _, value = spelled.partition("=")
    for probe, ok in _PROBES.items() if "*Probe" in tail else {"": ""}.items():
        yield tail.replace("*Probe", probe), value.lower(), ok
