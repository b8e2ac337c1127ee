"""Collects sections in the order of a page, under the headings that they stand below."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from textwrap import dedent

from connectors.documents import Section, SectionKind
from connectors.formats.lines import PIECE_CHARACTERS
from connectors.notion.values import whole

_MAX_PATH = 12
"""Headings and toggles above a section; what is nested deeper adds no more."""


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Blocks that become one section: the items of a list, the rows of a table, what a callout holds."""

    kind: SectionKind


@dataclass(frozen=True, slots=True)
class Scope:
    """The headings that held before some children began; they hold again behind them."""

    above: tuple[tuple[int, str], ...]
    pinned: int


@dataclass(slots=True)
class _Open:
    group: Group
    anchor: str
    path: tuple[str, ...]
    parts: list[str] = field(default_factory=list)
    size: int = 0


class SectionWriter:
    """Makes sections of texts; blank texts make none."""

    def __init__(self) -> None:
        self._sections: list[Section] = []
        self._above: list[tuple[int, str]] = []
        self._pinned = 0
        self._open: _Open | None = None

    def heading(self, level: int, title: str, text: str, anchor: str) -> None:
        """Add a heading (level 1 is the highest) that what follows stands under, up to the next of its rank."""
        pinned, free = self._above[: self._pinned], self._above[self._pinned :]
        self._above = pinned + [heading for heading in free if heading[0] < level]
        self.add(SectionKind.HEADING, text, anchor)
        self._push(level, title)

    def add(
        self, kind: SectionKind, text: str, anchor: str, language: str | None = None, context: str = ""
    ) -> None:
        """Add a section of its own; code keeps the blanks at its ends."""
        self._close()
        text = text if kind is SectionKind.CODE else text.strip()
        self._append(Section(kind, text, anchor, self._path, language, context))

    def join(self, group: Group, text: str, anchor: str, *, apart: bool = False, cut: bool = False) -> None:
        """Add a line to the section of `group`, which begins anew where another section has come between.

        `apart` puts a blank line before it. `cut` says that a section that has grown long may end here.
        """
        if not text.strip():
            return
        if self._open and (self._open.group is not group or (cut and self._open.size > PIECE_CHARACTERS)):
            self._close()
        if self._open is None:
            self._open = _Open(group, anchor, self._path)
        else:
            self._open.parts.append("\n\n" if apart else "\n")
        self._open.parts.append(text)
        self._open.size += len(text)

    def enter(self, title: str = "") -> Scope:
        """Begin children whose own headings end with them; `title` stands above all of them."""
        scope = Scope(tuple(self._above), self._pinned)
        self._push(0, title)
        self._pinned = len(self._above)
        return scope

    def leave(self, scope: Scope) -> None:
        """End the children that `enter` began."""
        self._above, self._pinned = list(scope.above), scope.pinned

    def sections(self) -> list[Section]:
        """All sections so far; none is blank."""
        self._close()
        return self._sections

    @property
    def _path(self) -> tuple[str, ...]:
        return tuple(title for _, title in self._above)

    def _push(self, level: int, title: str) -> None:
        if title and len(self._above) < _MAX_PATH:
            self._above.append((level, title))

    def _close(self) -> None:
        if self._open:
            done, self._open = self._open, None
            text = dedent("".join(done.parts)).rstrip()
            self._append(Section(done.group.kind, text, done.anchor, done.path))

    def _append(self, section: Section) -> None:
        if section.text.strip():
            self._sections.append(replace(section, text=whole(section.text)))
