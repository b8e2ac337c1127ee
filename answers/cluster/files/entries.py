"""The settings in the files of a ConfigMap, each with the lines that it takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from answers.cluster.fields import Path
from answers.cluster.second.lines import parts
from cluster.graph import Node
from connectors.formats.yaml_nodes import Node as YamlNode
from connectors.formats.yaml_nodes import YamlDocument, load
from index.tokens import stem

_MOST, _DEEPEST, _LONGEST = 1_500, 9, 20_000
IDENTITY = ("name", "id", "key", "title", "alert", "record", "receiver", "job_name")
"""What the items of lists are called by, first the usual."""
_TITLE = re.compile(r"[\w./# @:-]{1,60}")
_SECTION = re.compile(r"\s*\[([^\]]+)\]\s*$")
_ASSIGNED = re.compile(r"\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*[=:]\s*(.*?)\s*$")
_ASSIGNS = (".ini", ".properties", ".conf", ".cnf", ".env", ".cfg", ".toml")


@dataclass(frozen=True, slots=True)
class Entry:
    """A setting: of which file `key`, at which path within it, its value, and its first and last line there."""

    key: str
    path: Path
    value: Any = field(compare=False)
    first: int
    last: int
    titles: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The last name in its path; of an item of a list what it is called, '' where it is not."""
        last = self.path[-1] if self.path else self.key
        return last if isinstance(last, str) else (self.titles[-1] if self.titles else "")

    @property
    def own(self) -> frozenset[str]:
        """The stems of its name."""
        return _stems(self.name)

    @property
    def above(self) -> frozenset[str]:
        """The stems of the names that it stands under, and of what the items of lists on the way are called."""
        names = [step for step in self.path[:-1] if isinstance(step, str)]
        return frozenset().union(*(_stems(name) for name in (*names, *self.titles)))

    @property
    def said(self) -> frozenset[str]:
        """The stems of its value, where that is a plain one."""
        plain = isinstance(self.value, str) and len(self.value) <= 80
        return _stems(self.value) if plain else frozenset()

    @property
    def lines(self) -> int:
        """How many lines it takes."""
        return self.last - self.first + 1


def entries_of(node: Node) -> list[Entry]:
    """The settings of all files that a ConfigMap holds, in their order."""
    data = node.value.get("data")
    held = data.items() if isinstance(data, dict) else ()
    return [one for key, text in held if isinstance(text, str) for one in _entries(str(key), text)]


@lru_cache(maxsize=256)
def _entries(key: str, text: str) -> tuple[Entry, ...]:
    if len(text) >= _LONGEST:
        return ()  # it was cut
    if "\n" not in text.strip():
        return (Entry(key, (), text.strip(), 0, 0),)
    if key.endswith(_ASSIGNS):
        return tuple(_assigned(key, text))
    found: list[Entry] = []
    for document in load(text):
        if document.root is not None and document.root.type in ("mapping", "sequence"):
            found += _walked(key, document, document.root, (), ())
        if len(found) > _MOST:
            break
    return tuple(found[:_MOST])


def _assigned(key: str, text: str) -> Iterator[Entry]:
    """The lines `name = value` of a file in sections."""
    section = ""
    for place, line in enumerate(text.split("\n")):
        if (head := _SECTION.match(line)) is not None:
            section = head[1]
        elif (match := _ASSIGNED.match(line)) is not None and not line.lstrip().startswith(("#", ";")):
            path = (section, match[1]) if section else (match[1],)
            yield Entry(key, path, match[2], place, place)


def _walked(
    key: str, document: YamlDocument, node: YamlNode, path: Path, titles: tuple[str, ...]
) -> Iterator[Entry]:
    if len(path) > _DEEPEST:
        return
    for name, value in node.pairs:
        step = document.scalar(name) or document.source(name)
        yield _entry(key, document, name.start, value, (*path, step), titles)
        yield from _walked(key, document, value, (*path, step), titles)
    for place, item in enumerate(node.items):
        called = (*titles, title) if (title := _title(document, item)) else titles
        yield _entry(key, document, item.start, item, (*path, place), called)
        yield from _walked(key, document, item, (*path, place), called)


def _entry(
    key: str, document: YamlDocument, start: int, value: YamlNode, path: Path, titles: tuple[str, ...]
) -> Entry:
    end = max(value.end, start + 1)
    while end > start + 1 and document.text[end - 1].isspace():
        end -= 1
    first, last = document.line_at(start) - 1, document.line_at(end - 1) - 1
    return Entry(key, path, document.plain(value), first, max(first, last), titles)


def _title(document: YamlDocument, item: YamlNode) -> str:
    named = {document.scalar(name): document.scalar(value) for name, value in item.pairs}
    found = (str(named[field]) for field in IDENTITY if named.get(field))
    return next((title for title in found if _TITLE.fullmatch(title)), "")


@lru_cache(maxsize=50_000)
def _stems(name: str) -> frozenset[str]:
    return frozenset(stem(part) for part in (*parts(name), name.lower()))
