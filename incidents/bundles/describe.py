"""Reads the text of `kubectl describe` into a tree of sections by its indentation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from incidents.bundles import tables
from incidents.bundles.tables import Row

_FIELD = re.compile(r"^(?P<key>[^\s:][^:]*?):(?:\s+(?P<value>.*))?$")
_NOTHING = frozenset({"<none>", "<unset>", "<nil>", "<unknown>"})


@dataclass(slots=True)
class Section:
    """`Key: value` with the lines that are indented below it; `lines` are those, as they stand, without the indent."""

    key: str
    value: str = ""
    children: list[Section] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def child(self, *path: str) -> Section:
        """The section at a path of keys; an empty one where there is none."""
        here = self
        for key in path:
            here = next((child for child in here.children if child.key == key), _EMPTY)
        return here

    def text(self, *path: str) -> str:
        """The value at a path of keys; '' for `<none>`."""
        value = self.child(*path).value.strip()
        return "" if value in _NOTHING else value

    def has(self, key: str) -> bool:
        """Whether there is a section of this key."""
        return any(child.key == key for child in self.children)

    def listed(self, key: str) -> list[str]:
        """The value of a key and the lines that continue it: labels, annotations, selectors."""
        found = self.child(key)
        return [
            line
            for line in (found.value.strip(), *map(str.strip, found.lines))
            if line and line not in _NOTHING
        ]

    def table(self, *path: str) -> list[Row]:
        """The rows of the table in a section."""
        return tables.rows(self.child(*path).lines)

    def pairs(self, key: str, separator: str = "=") -> dict[str, str]:
        """`app=cart` lines as a mapping; lines without the separator are left out."""
        split = (line.partition(separator) for line in self.listed(key))
        return {name.strip(): value.strip() for name, found, value in split if found}


_EMPTY = Section("")


def parse(text: str) -> Section:
    """The sections of one described object, under a root without a key."""
    root = Section("")
    open_sections: list[tuple[int, Section]] = [(-1, root)]
    for line in text.splitlines():
        if not line.strip():
            continue
        indent = len(line) - len(line.lstrip())
        while len(open_sections) > 1 and open_sections[-1][0] >= indent:
            open_sections.pop()
        for above, section in open_sections[1:]:
            section.lines.append(line[above + 1 :])
        match = _FIELD.match(line.strip())
        made = Section(match["key"], match["value"] or "") if match else Section("", line.strip())
        open_sections[-1][1].children.append(made)
        open_sections.append((indent, made))
    for section in walk(root):
        _outdent(section)
    return root


def walk(section: Section) -> Iterator[Section]:
    """The section and all below it."""
    yield section
    for child in section.children:
        yield from walk(child)


def _outdent(section: Section) -> None:
    indents = [len(line) - len(line.lstrip()) for line in section.lines]
    if indents:
        least = min(indents)
        section.lines = [line[least:] for line in section.lines]
