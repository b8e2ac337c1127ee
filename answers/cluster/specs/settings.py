"""The options and environment variables of a workload's containers, as fields that can be asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path as File

from answers.cluster.catalog import containers
from answers.cluster.fields import Path
from answers.cluster.specs.glossary import Entry
from answers.cluster.specs.held import Held, Place
from cluster.graph import Node
from cluster.values import entries, text

OF_SETTINGS = "settings"
_FILE = File(__file__).with_name("settings.txt")
_OPTION = re.compile(r"--?([A-Za-z][\w.-]*)(?:=(.*))?", re.DOTALL)
_HEADS = re.compile(r"\[([^\]]+)\]")
_APART = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z])")
_LONGEST = 300
"""Characters of a value: what is longer is a script and no setting."""


def settings_of(node: Node) -> dict[str, Held]:
    """Each option and variable of an object's containers, under a key that is made of the words of its name."""
    found: dict[str, Held] = {}
    for name, value, path in _settings(node):
        key = ".".join([OF_SETTINGS, *_words(name)])
        found.setdefault(key, Held(key)).places.append(Place(node, path, value))
    return found


def spoken_for(key: str) -> tuple[Entry, ...]:
    """What people say for a setting, by the words of its name."""
    words = set(key.split("."))
    return tuple(entry for heads, entry in _entries() if heads <= words)


def _settings(node: Node) -> Iterator[tuple[str, str, Path]]:
    for group, place, container in containers(node):
        if not group.endswith(".containers"):
            continue
        at: Path = (*group.split("."), place)
        for key in ("command", "args"):
            given = container.get(key)
            yield from _options([str(one) for one in given] if isinstance(given, list) else [], (*at, key))
        for number, variable in entries(container, "env"):
            if (value := text(variable, "value")) and len(value) <= _LONGEST:
                yield text(variable, "name"), value, (*at, "env", number, "value")


def _options(words: Sequence[str], at: Path) -> Iterator[tuple[str, str, Path]]:
    """`--name=value`, `--name value` and `--name` alone."""
    for place, word in enumerate(words):
        match = _OPTION.fullmatch(word)
        if match is None or len(word) > _LONGEST or word in ("-c", "-ec", "-e"):
            continue
        behind = words[place + 1] if place + 1 < len(words) else ""
        follows = match[2] is None and behind and not behind.startswith("-") and len(behind) <= _LONGEST
        yield match[1], match[2] or (behind if follows else "true"), (*at, place)


def _words(name: str) -> list[str]:
    return [part.lower() for part in _APART.split(name) if part]


@lru_cache(maxsize=1)
def _entries() -> tuple[tuple[frozenset[str], Entry], ...]:
    found: list[tuple[frozenset[str], Entry]] = []
    heads: list[str] = []
    for line in map(str.strip, _FILE.read_text(encoding="utf-8").splitlines()):
        if line.startswith("["):
            heads = _HEADS.findall(line)
        elif line and not line.startswith("#"):
            found += [
                (frozenset(head.split()), Entry(head, "", said))
                for head in heads
                for said in line.split(", ")
            ]
    return tuple(found)
