"""Cuts lines that form a tree (YAML, indented text) into sections of a good size for search."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from connectors.documents import Section, SectionKind, line_anchor

LIMIT = 1_200
"""Characters up to which a subtree stays one section."""

GROUPED_BELOW = 300
"""Siblings shorter than this share a section; longer ones are things of their own."""

LEAD = 100
"""Lines as few as this before a longer subtree (`spec:`, `- name: x`) say what it is: they stay with it."""

_LABEL = re.compile(r"""[ \t]*(?:-[ \t]+)?["']?([\w./$@-][\w./$@ -]*?)["']?[ \t]*:(?:\s|$)""")
_COMMENT = re.compile(r"[ \t]*(?:#|\{\{-? *(?:/\*|if\b|range\b|with\b))")
_CLOSER = re.compile(r"[ \t]*(?:[\])}]|\{\{-? *(?:end|else)\b)")
_MAX_LABEL = 80
_MAX_CONTEXT = 300
_MAX_DEPTH = 60
_MAX_CHAIN = 100
"""Lines each of which holds only the next; more of them are no outline that a person wrote."""


@dataclass(frozen=True, slots=True)
class Outline:
    """Lines `first` up to (not including) `last`, counted from 0, that belong together under `label`.

    An empty label adds nothing to the heading path. `children(first, last)` gives outlines that partition
    those lines; none means that they cannot be cut by their structure.
    """

    label: str
    first: int
    last: int
    children: Callable[[int, int], list[Outline]]


@dataclass(frozen=True, slots=True)
class Layout:
    """What a line's first characters say: its indentation, and whether it can start something (`opens`)."""

    indent: int
    blank: bool
    opens: bool
    item: bool


class Lines:
    """A text seen as lines, `\\n` and `\\r\\n` alike."""

    def __init__(self, text: str, starts: Sequence[int]) -> None:
        self.text = text
        self.starts = starts
        self._layouts: dict[int, Layout] = {}

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, index: int) -> str:
        return self.text[self.starts[index] : self.end(index + 1)]

    def end(self, last: int) -> int:
        """The offset just behind line `last - 1`, its line end included."""
        return self.starts[last] if last < len(self.starts) else len(self.text)

    def size(self, first: int, last: int) -> int:
        """The number of characters of lines `first` to `last - 1`."""
        return self.end(last) - self.starts[first] if first < last else 0

    def layout(self, index: int) -> Layout:
        """How line `index` is laid out, found once: broken files are looked at again at every depth."""
        if index not in self._layouts:
            line = self[index]
            content = line.lstrip(" \t")
            self._layouts[index] = Layout(
                indent=len(line) - len(content),
                blank=not content.strip(),
                opens=not _COMMENT.match(line) and not _CLOSER.match(line),
                item=content.startswith("- "),
            )
        return self._layouts[index]

    def is_comment(self, index: int) -> bool:
        """Whether the line says something of the next: a comment, or the opening of a template block."""
        return _COMMENT.match(self[index]) is not None

    def up_over_comments(self, index: int, floor: int) -> int:
        """The first of the comment lines (and lone dashes) directly above line `index`, not above `floor`."""
        while index > floor and (self.is_comment(index - 1) or self[index - 1].strip() in ("-", "?")):
            index -= 1
        return index


class Cutter:
    """Turns outlines into sections, in order; every line that is not blank lands in exactly one."""

    def __init__(self, lines: Lines, kind: SectionKind, language: str) -> None:
        self._lines = lines
        self._kind = kind
        self._language = language
        self.sections: list[Section] = []

    def cut(self, outline: Outline, path: tuple[str, ...], context: str = "", depth: int = 0) -> None:
        """Adds the sections of `outline`, whose own heading path is `path`."""
        small = self._lines.size(outline.first, outline.last) <= LIMIT
        children = [] if small or depth > _MAX_DEPTH else outline.children(outline.first, outline.last)
        if not children:
            middle = outline.first if small else self._comment_end(outline)
            self._add(outline.first, middle, path, context)
            self._add(middle, outline.last, path, context)
            return
        group: list[Outline] = []
        for child in children:
            size = self._lines.size(child.first, child.last)
            if group and size > GROUPED_BELOW and self._lines.size(group[0].first, child.first) <= LEAD:
                child = replace(child, first=group[0].first)
                group = []
            if group and (size > GROUPED_BELOW or self._lines.size(group[0].first, child.last) > LIMIT):
                self._flush(group, path, context)
                group = []
            if size > LIMIT:
                own = (*path, child.label) if child.label else path
                self.cut(child, own, self._comment(child), depth + 1)
            elif size > GROUPED_BELOW:
                self._flush([child], path, context)
            else:
                group.append(child)
        self._flush(group, path, context)

    def _flush(self, group: Sequence[Outline], path: tuple[str, ...], context: str) -> None:
        if not group:
            return
        if len(group) == 1 and group[0].label:
            path = (*path, group[0].label)
        self._add(group[0].first, group[-1].last, path, context)

    def _add(self, first: int, last: int, path: tuple[str, ...], context: str) -> None:
        while first < last and not self._lines[first].strip():
            first += 1
        while first < last and not self._lines[last - 1].strip():
            last -= 1
        if first == last:
            return
        start = self._lines.starts[first]
        text = self._lines.text[start : self._lines.end(last)].rstrip("\r\n")
        anchor = line_anchor(first + 1, last)
        self.sections.append(
            Section(self._kind, text, anchor, path, self._language, context, start, start + len(text))
        )

    def _comment_end(self, outline: Outline) -> int:
        """The line behind the comment that leads lines too long for one section, if that is long itself."""
        index = outline.first
        while index < outline.last and (self._lines.is_comment(index) or not self._lines[index].strip()):
            index += 1
        long = self._lines.size(outline.first, index) > GROUPED_BELOW
        return index if long else outline.first

    def _comment(self, outline: Outline) -> str:
        """The words of the comment that leads an outline: they speak of all the sections cut from it."""
        words: list[str] = []
        for index in range(outline.first, outline.last):
            line = self._lines[index].strip()
            if line and not line.startswith("#"):
                break
            words.append(line.lstrip("# "))
        return " ".join(filter(None, words))[:_MAX_CONTEXT]


def indented(lines: Lines, first: int, last: int, body: int) -> list[Outline]:
    """Outlines of lines by their indentation alone: for templates, scripts and broken files.

    Lines `first` to `body - 1` lead up to the rest: they stay with the first outline and do not count.
    """
    rest = [index for index in range(body, last) if not lines.layout(index).blank]
    tops = _tops(lines, rest)
    for _ in range(_MAX_CHAIN):
        if len(tops) != 1:
            break
        rest = rest[bisect_right(rest, tops[0]) :]
        tops = _tops(lines, rest)
    if len(tops) < 2:
        return []
    tops = tops if tops[0] == rest[0] else [rest[0], *tops]
    begins = [first]
    begins.extend(lines.up_over_comments(top, above + 1) for above, top in pairwise(tops))
    return [
        Outline(_label(lines[top]), begin, end, _by_indentation(lines, top + 1))
        for top, begin, end in zip(tops, begins, [*begins[1:], last], strict=True)
    ]


def _tops(lines: Lines, candidates: Sequence[int]) -> list[int]:
    """The lines that start something: those with the least indentation, comments and closers aside.

    A list may be indented like the key that it belongs to: beside keys its items start nothing.
    """
    openers = [index for index in candidates if lines.layout(index).opens]
    least = min((lines.layout(index).indent for index in openers), default=0)
    tops = [index for index in openers if lines.layout(index).indent == least]
    keys = [index for index in tops if not lines.layout(index).item]
    return keys if keys and keys[0] == tops[0] else tops


def _by_indentation(lines: Lines, body: int) -> Callable[[int, int], list[Outline]]:
    return lambda first, last: indented(lines, first, last, body)


def _label(line: str) -> str:
    match = _LABEL.match(line[: 2 * _MAX_LABEL])
    return match[1][:_MAX_LABEL] if match else ""
