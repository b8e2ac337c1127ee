"""What a picture shows, before anything has a place: groups, boxes with their lines, links between boxes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from cluster.edges.base import EdgeType
from cluster.status import Level

SEVERITY = (Level.FAILED, Level.DEGRADED, Level.PROGRESSING, Level.UNKNOWN, Level.HEALTHY)
"""The worst first."""
ALARMING = frozenset({Level.FAILED, Level.DEGRADED, Level.PROGRESSING})
"""Levels that stand out, with their reason."""


class Category(StrEnum):
    """What an object is for; each has its own sign."""

    WORKLOAD = "workload"
    NETWORK = "network"
    CONFIG = "config"
    STORAGE = "storage"
    POLICY = "policy"
    NODE = "node"
    NAMESPACE = "namespace"
    DOCUMENT = "document"
    OTHER = "other"


class Tone(StrEnum):
    """How a line of a box is set."""

    PLAIN = "plain"
    MUTED = "muted"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class Line:
    """A line in a box, in at most `most` rows; `level` colours an alert, `title` is shown on hovering.

    `since` says when an alert began; it has a row of its own.
    """

    text: str
    tone: Tone = Tone.PLAIN
    level: Level = Level.UNKNOWN
    title: str = ""
    since: str = ""
    most: int = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """One workload of a namespace, as small as a sign of its health."""

    level: Level
    title: str


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle that stands for an object, a namespace, or several objects (`stack`)."""

    id: str
    group: str
    kind: str
    name: str
    category: Category = Category.OTHER
    level: Level = Level.UNKNOWN
    badge: str = ""
    lines: tuple[Line, ...] = ()
    cells: tuple[Cell, ...] = ()
    title: str = ""
    focus: bool = False
    stack: bool = False
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A frame around boxes: a namespace, what belongs to the whole cluster, the documents."""

    id: str
    title: str
    subtitle: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A line from one box to another; `count` is how many edges it stands for, `title` their evidence."""

    source: str
    target: str
    type: EdgeType
    count: int = 1
    title: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture's content. `counted` is true where a link stands for many edges and says how many."""

    title: str
    subtitle: str
    groups: tuple[Group, ...]
    boxes: tuple[Box, ...]
    links: tuple[Link, ...]
    counted: bool = False

    @property
    def levels(self) -> list[Level]:
        """The levels of health that occur, the best first."""
        found = {box.level for box in self.boxes if not box.stack} - {Level.UNKNOWN}
        found |= {cell.level for box in self.boxes for cell in box.cells}
        found |= {line.level for box in self.boxes for line in box.lines if line.tone is Tone.ALERT}
        return [level for level in reversed(SEVERITY) if level in found]

    @property
    def types(self) -> list[EdgeType]:
        """The types of links that occur."""
        found = {link.type for link in self.links}
        return [kind for kind in EdgeType if kind in found]


def worst(levels: Iterable[Level]) -> Level:
    """The worst of several levels; unknown for none. One that is known to be well outweighs an unknown one."""
    found = set(levels)
    for level in (*SEVERITY[:3], Level.HEALTHY):
        if level in found:
            return level
    return Level.UNKNOWN
